package medications_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"medoffice/modules/officetest"
)

const productHead = "PRODUCTID\tPRODUCTNDC\tPRODUCTTYPENAME\tPROPRIETARYNAME\tPROPRIETARYNAMESUFFIX\tNONPROPRIETARYNAME\tDOSAGEFORMNAME\tROUTENAME\tSTARTMARKETINGDATE\tENDMARKETINGDATE\tMARKETINGCATEGORYNAME\tAPPLICATIONNUMBER\tLABELERNAME\tSUBSTANCENAME\tACTIVE_NUMERATOR_STRENGTH\tACTIVE_INGRED_UNIT\tPHARM_CLASSES\tDEASCHEDULE\tNDC_EXCLUDE_FLAG\tLISTING_RECORD_CERTIFIED_THROUGH\n"

// product is a line of the file of the FDA with invented numbers.
func product(ndc, name, form, route, substance, strength, unit, classes, schedule, exclude string) string {
	return strings.Join([]string{ndc + "_x", ndc, "HUMAN PRESCRIPTION DRUG", name, "", strings.ToLower(substance), form, route, "20200101", "", "NDA", "N1", "Aldane Labs", substance, strength, unit, classes, schedule, exclude, "20271231"}, "\t") + "\n"
}

// TestProductFile takes the file of the FDA over: new, again, changed, gone, broken.
func TestProductFile(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		take := func(text string) string {
			t.Helper()
			r, err := o.Medications.ImportProducts(o.System(), strings.NewReader(text))
			if err != nil {
				return err.Error()
			}
			return fmt.Sprint(r)
		}
		ketorolac := product("99601-001", "Ketorolac", "INJECTION, SOLUTION", "INTRAMUSCULAR; INTRAVENOUS", "KETOROLAC TROMETHAMINE", "30", "mg/mL", "Nonsteroidal Anti-inflammatory Drug [EPC], Cyclooxygenase Inhibitors [MoA]", "", "N")
		syrup := product("99601-002", "Amoxicillin", "POWDER, FOR SUSPENSION", "ORAL", "AMOXICILLIN", "250", "mg/5mL", "Penicillin-class Antibacterial [EPC]", "", "N")
		pair := product("99601-003", "Codapap", "TABLET", "ORAL", "ACETAMINOPHEN; CODEINE PHOSPHATE", "300; 30", "mg/1; mg/1", "Opioid Agonist [EPC]", "CIII", "N")
		hidden := product("99601-004", "Hidden", "TABLET", "ORAL", "X", "1", "mg/1", "", "", "E")
		if got := take(productHead + ketorolac + syrup + pair + hidden + "\n"); got != "{3 0 0 0}" {
			t.Fatal(got)
		}
		if got := take(productHead + ketorolac + syrup + pair); got != "{0 0 0 3}" {
			t.Fatal(got)
		}
		var got struct {
			Medications struct {
				Nodes []struct {
					Name, Form, PerUnit, Per, Schedule string
					Strength, StrengthUnit             *string
					Routes                             []string
					Active                             bool
					Links                              []struct{ Kind, Name string }
				}
			}
		}
		look := func() {
			o.As("NURSE").Do(`{ medications { nodes { name form perUnit per schedule strength strengthUnit routes active links { kind name } } } }`, nil, &got)
		}
		look()
		a, c, k := got.Medications.Nodes[0], got.Medications.Nodes[1], got.Medications.Nodes[2]
		if a.Name != "Amoxicillin 250 mg/5mL" || *a.Strength != "250" || a.Per != "5" || a.PerUnit != "mL" || fmt.Sprint(a.Links) != "[{CLASS Penicillin-class Antibacterial} {INGREDIENT AMOXICILLIN}]" {
			t.Errorf("%+v", a)
		}
		if c.Schedule != "CIII" || c.Strength != nil || c.PerUnit != "tablet" || len(c.Links) != 3 {
			t.Errorf("%+v", c)
		}
		if fmt.Sprint(k.Routes) != "[IM IV]" || *k.Strength != "30" || *k.StrengthUnit != "mg" || k.PerUnit != "mL" {
			t.Errorf("%+v", k)
		}
		if got := take(productHead + strings.Replace(ketorolac, "Ketorolac", "Ketorolac Tris", 1) + syrup); got != "{0 1 1 1}" {
			t.Fatal(got)
		}
		for _, broken := range []string{"", "a\tb\n", productHead, productHead + "x\t\t\n"} {
			if got := take(broken); strings.HasPrefix(got, "{") {
				t.Errorf("%q: %s", broken, got)
			}
		}
		if look(); got.Medications.Nodes[1].Active || !got.Medications.Nodes[2].Active || got.Medications.Nodes[2].Name != "Ketorolac Tris 30 mg/mL" {
			t.Errorf("%+v", got)
		}
	})
}

// TestProductFileOfSize takes as many products over as the directory has in a
// tenth of it, in seconds.
func TestProductFileOfSize(t *testing.T) {
	o := officetest.New(t)
	var b strings.Builder
	b.WriteString(productHead)
	for i := range 10_000 {
		b.WriteString(product(fmt.Sprintf("9%04d-%03d", i/900, i%900), fmt.Sprintf("Drug %d", i), "TABLET", "ORAL", fmt.Sprintf("SUBSTANCE %d", i%700), "5", "mg/1", "Something [EPC]", "", "N"))
	}
	begun := time.Now()
	r, err := o.Medications.ImportProducts(o.System(), strings.NewReader(b.String()))
	if err != nil || r.Added != 10_000 {
		t.Fatal(r, err)
	}
	t.Logf("10,000 products in %v", time.Since(begun).Round(time.Millisecond))
}
