package terminology_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"medoffice/modules/officetest"
	"medoffice/modules/terminology"
)

const orderFile = `00001 A00     0 Cholera                                                      Cholera
00002 A000    1 Cholera due to Vibrio cholerae 01, biovar cholerae           Cholera due to Vibrio cholerae 01, biovar cholerae
00003 I10     1 Essential (primary) hypertension                             Essential (primary) hypertension
`

func TestImportCodes(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		take := func(system, text string, partial bool) terminology.Report {
			t.Helper()
			r, err := o.Terminology.Import(o.System(), system, partial, strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		starters := len(codes(t, o, terminology.ICD10CM, ""))
		if got := take(terminology.ICD10CM, orderFile, true); got != (terminology.Report{Added: 2, Changed: 1}) {
			t.Errorf("a part: %+v", got)
		}
		if got := codes(t, o, terminology.ICD10CM, "cholera"); fmt.Sprint(got) != "[A00 Cholera false A00.0 Cholera due to Vibrio cholerae 01, biovar cholerae true]" {
			t.Error(got)
		}
		if got := take(terminology.ICD10CM, orderFile, false); got != (terminology.Report{Retired: starters - 1, Same: 3}) {
			t.Errorf("the whole: %+v, there were %d", got, starters)
		}
		if got := take(terminology.ICD10CM, orderFile, false); got != (terminology.Report{Same: 3}) {
			t.Errorf("once more: %+v", got)
		}
		if got := codes(t, o, terminology.ICD10CM, "diabetes"); len(got) != 0 {
			t.Errorf("retired codes are offered: %v", got)
		}
		own := "\ufeffCode,Display,billable\r\nSHOT,\"Injection, \"\"quick\"\"\",true\r\nROOM,Exam room,false\r\n"
		if got := take("https://office.example/codes", own, false); got != (terminology.Report{Added: 2}) {
			t.Errorf("own codes: %+v", got)
		}
		take(terminology.CVX, "cvx,short_name,full_name\n1,DTP,\"diphtheria, tetanus toxoids and pertussis vaccine\"\n", true)
		if got := codes(t, o, terminology.CVX, "01"); fmt.Sprint(got) != "[01 diphtheria, tetanus toxoids and pertussis vaccine true]" {
			t.Error(got)
		}
		back := take(terminology.ICD10CM, orderFile+"00004 E119    1 Type 2 diabetes mellitus without complications                Type 2 diabetes mellitus without complications\n", true)
		if back != (terminology.Report{Changed: 1, Same: 3}) || len(codes(t, o, terminology.ICD10CM, "diabetes")) != 1 {
			t.Errorf("a code that is used again: %+v", back)
		}
	})
}

// A file with one bad line changes nothing, and what is said of it quotes nothing.
func TestImportBadCodes(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		for name, text := range map[string]string{
			"empty":       "",
			"no heading":  "X1,secret words\nX2,more\n",
			"no rows":     "code,display\n",
			"short row":   "code,display\nX1,one\nX2\n",
			"twice":       "code,display\nX1,one\nX1,two\n",
			"no name":     "code,display\nX1,one\nX2,\n",
			"long":        "code,display\nX1,one\nX2," + strings.Repeat("secret ", 200) + "\n",
			"no UTF-8":    "code,display\nX1,one\nX2\xff,secret\n",
			"a control":   "code,display\nX1,one\nX2,secret \x81\n",
			"a zero":      "code,display\nX1,one\nX2,secret \x00\n",
			"billable":    "code,display,billable\nX1,one,true\nX2,secret,perhaps\n",
			"quote":       "code,display\nX1,one\nX2,\"secret\n",
			"order lines": orderFile + "00004 secret\n",
		} {
			_, err := o.Terminology.Import(o.System(), "urn:x", false, strings.NewReader(text))
			if err == nil || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := codes(t, o, "urn:x", ""); len(got) != 0 {
			t.Errorf("half an import: %v", got)
		}
		for name, want := range map[string]string{"icd-10-cm": terminology.ICD10CM, "urn:oid:1.2": "urn:oid:1.2", "https://a.example/x": "https://a.example/x", "icd": "", "": "", "https://": "", "file:///etc": ""} {
			if got, err := terminology.SystemOf(name); got != want || (err == nil) != (want != "") {
				t.Errorf("%q: %q %v", name, got, err)
			}
		}
	})
}

func FuzzRelease(f *testing.F) {
	for _, seed := range []string{orderFile, "code,display\nX1,one\n", "cvx,full_name\n1,x\n", "\ufeffcode,display,billable\nA,b,true\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := terminology.ReadRelease(terminology.ICD10CM, bytes.NewReader(text))
		if (err == nil) == (list == 0) {
			t.Fatalf("%d codes, %v", list, err)
		}
	})
}

// codes are what the office offers of a system: code, name, billable.
func codes(t *testing.T, o *officetest.Office, system, search string) (list []string) {
	t.Helper()
	var got struct {
		Concepts struct {
			Nodes []struct {
				Code, Display string
				Billable      bool
			}
		}
	}
	o.As("BILLER").Do(`query($system: String!, $search: String) { concepts(system: $system, search: $search, first: 100) { nodes { code display billable } } }`,
		officetest.Vars{"system": system, "search": search}, &got)
	for _, n := range got.Concepts.Nodes {
		list = append(list, fmt.Sprintf("%s %s %t", n.Code, n.Display, n.Billable))
	}
	return list
}

// The whole ICD-10-CM and HCPCS Level II, as they are published.
func TestImportPublished(t *testing.T) {
	shared := os.Getenv("MEDOFFICE_SHARED_DATA")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared", "data")
	}
	icd, err := exec.Command("xz", "-dc", filepath.Join(shared, "icd10cm_order_2026.txt.xz")).Output()
	if err != nil {
		t.Skipf("icd10cm_order_2026.txt.xz is not in %s, or there is no xz (MEDOFFICE_SHARED_DATA names the folder)", shared)
	}
	hcpcs, err := os.ReadFile(filepath.Join(shared, "hcpcs-level2-2026-04.csv"))
	if err != nil {
		t.Skipf("hcpcs-level2-2026-04.csv is not in %s", shared)
	}
	officetest.InTurn(t, func(t *testing.T, o *officetest.Office) {
		start := time.Now()
		got, err := o.Terminology.Import(o.System(), terminology.ICD10CM, false, bytes.NewReader(icd))
		if err != nil || got.Added+got.Changed+got.Same != 98_186 {
			t.Fatalf("%+v %v", got, err)
		}
		t.Logf("98,186 codes in %v: %+v", time.Since(start).Round(time.Millisecond), got)
		if got, err := o.Terminology.Import(o.System(), terminology.HCPCS, false, bytes.NewReader(hcpcs)); err != nil || got.Added != 7_511 {
			t.Fatalf("%+v %v", got, err)
		}
		start = time.Now()
		if got := codes(t, o, terminology.ICD10CM, "type 2 diabetes foot ulcer"); len(got) != 1 || !strings.HasPrefix(got[0], "E11.621 ") {
			t.Error(got)
		}
		t.Logf("a search in %v", time.Since(start).Round(time.Millisecond))
	})
}
