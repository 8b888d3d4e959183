package patients_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"medoffice/ent"
	"medoffice/modules/officetest"
)

type registration struct {
	family, given, preferred, mrn, birth, phone string
}

func register(t testing.TB, o *officetest.Office, r registration) (id string, version int) {
	t.Helper()
	in := officetest.Vars{"familyName": r.family, "givenName": r.given, "allowDuplicate": true}
	for name, value := range map[string]string{"preferredName": r.preferred, "mrn": r.mrn, "birthDate": r.birth} {
		if value != "" {
			in[name] = value
		}
	}
	if r.phone != "" {
		in["telecoms"] = []any{officetest.Vars{"system": "PHONE", "value": r.phone}}
	}
	p, problems := do[struct {
		ID      string
		Version int
	}](t, o.As("FRONT_DESK"), "registerPatient", "RegisterPatient", in, "patient { id version }")
	if len(problems) > 0 {
		t.Fatalf("%+v", problems)
	}
	return p.ID, p.Version
}

func found(t testing.TB, o *officetest.Office, filter officetest.Vars) string {
	t.Helper()
	var got struct {
		Patients struct{ Nodes []struct{ Mrn string } }
	}
	o.As("FRONT_DESK").Do(`query($f: PatientFilter) { patients(filter: $f) { nodes { mrn } } }`, officetest.Vars{"f": filter}, &got)
	var list []string
	for _, n := range got.Patients.Nodes {
		list = append(list, n.Mrn)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

func TestSearch(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		for _, r := range []registration{
			{"Núñez-Ortega", "Inés María", "Nena", "A1", "1980-02-03", "(330) 555-0147"},
			{"O'Brien", "Seán", "", "A2", "1975-11-30", "+1 330 555 0199"},
			{"Schröder", "Björn", "", "A3", "", "216.555.0147"},
			{"Łukasz", "Ødegård", "", "A4", "2001-02-03", ""},
			{"Straße", "Ann", "", "777123", "1980-02-03", ""},
			{"Nunn", "Ina", "", "x%_9", "1999-09-09", ""},
		} {
			register(t, o, r)
		}
		for search, want := range map[string]string{
			"nunez": "A1", "NÚÑEZ": "A1", "nun": "A1 x%_9", "ines": "A1", "mari": "A1", "ortega": "A1", "nunezort": "A1",
			"nunez-o": "A1", "nena": "A1", "ines ortega": "A1", "ortega ines": "A1", "in nu": "A1 x%_9", "ines obrien": "",
			"o'brien": "A2", "obrien": "A2", "O’Brien": "A2", "brien": "A2", "sean": "A2", "schroder": "A3", "bjo": "A3",
			"lukasz": "A4", "odegard": "A4", "strasse": "777123", "straße": "777123",
			"(330) 555-0147": "A1", "3305550147": "A1", "0147": "A1 A3", "330": "A1 A2", "555 0199": "A2", "1-330-555-0199": "A2", "216": "A3",
			"5550147": "A1 A3", "0147 nunez": "A1", "14": "", "A1": "A1", "a1": "A1", "777123": "777123", "x%_9": "x%_9",
			"1980-02-03": "777123 A1", "02/03/1980": "777123 A1", "2/3/1980": "777123 A1", "1980-02-03 ines": "A1",
			"":  "777123 A1 A2 A3 A4 x%_9",
			"%": "", "_": "", "nunez%": "A1", "' OR 1=1 --": "", "zzz": "", "\x00": "",
		} {
			if got := found(t, o, officetest.Vars{"search": search}); got != want {
				t.Errorf("%q finds %q, not %q", search, got, want)
			}
		}
		for name, c := range map[string]struct {
			filter officetest.Vars
			want   string
		}{
			"name prefix":     {officetest.Vars{"name": officetest.Vars{"prefix": "Nuñez-Ortega In"}}, "A1"},
			"name equal":      {officetest.Vars{"name": officetest.Vars{"eq": "NUNN INA"}}, "x%_9"},
			"name in":         {officetest.Vars{"name": officetest.Vars{"in": []string{"nunn ina", "OBRIEN", "O'Brien Sean"}}}, "A2 x%_9"},
			"phone":           {officetest.Vars{"phone": "555-0147"}, "A1 A3"},
			"born before":     {officetest.Vars{"birthDate": officetest.Vars{"lt": "1980"}}, "A2"},
			"born in":         {officetest.Vars{"birthDate": officetest.Vars{"gte": "1980", "lt": "1981"}}, "777123 A1"},
			"birth unknown":   {officetest.Vars{"birthDate": officetest.Vars{"isNull": true}}, "A3"},
			"mrn in":          {officetest.Vars{"mrn": officetest.Vars{"in": []string{"A1", "A4", "nobody"}}}, "A1 A4"},
			"not":             {officetest.Vars{"not": officetest.Vars{"search": "n"}}, "777123 A2 A3 A4"},
			"or":              {officetest.Vars{"or": []any{officetest.Vars{"search": "sean"}, officetest.Vars{"phone": "216"}}}, "A2 A3"},
			"inactive":        {officetest.Vars{"status": officetest.Vars{"in": []string{"INACTIVE"}}}, ""},
			"search and date": {officetest.Vars{"search": "nu", "birthDate": officetest.Vars{"gte": "1990"}}, "x%_9"},
		} {
			if got := found(t, o, c.filter); got != c.want {
				t.Errorf("%s: %q, not %q", name, got, c.want)
			}
		}
	})
}

// What is too much for one box is refused, also deep in variables (P13).
func TestSearchHasBounds(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		deep := officetest.Vars{"search": "x"}
		for range 7 {
			deep = officetest.Vars{"not": deep}
		}
		many := make([]any, 60)
		for i := range many {
			many[i] = officetest.Vars{"search": "x"}
		}
		long := make([]string, 251)
		for _, filter := range []officetest.Vars{
			{"search": strings.Repeat("x", 201)},
			{"search": "a b c d e f g h i"},
			{"phone": "12"},
			{"phone": "call me"},
			deep,
			{"or": many},
			{"mrn": officetest.Vars{"in": long}},
			{"birthDate": officetest.Vars{"eq": "1980-02-30"}},
			{"shoe": 44},
		} {
			a := o.As("FRONT_DESK").Send(`query($f: PatientFilter) { patients(filter: $f) { nodes { id } } }`, officetest.Vars{"f": filter})
			if code := a.Code(); code != "BAD_USER_INPUT" && code != "GRAPHQL_VALIDATION_FAILED" && code != "LIMIT_EXCEEDED" || strings.Contains(a.Text, "SELECT") {
				t.Errorf("%v: %s", filter, a.Text)
			}
		}
	})
}

// The search uses ranges of the index of words, not all of them.
func TestSearchUsesTheIndex(t *testing.T) {
	o := officetest.New(t)
	patients(t, o, 10, "i", func(_ int, c *ent.PatientCreate) {})
	scene(t, o, func(ctx context.Context, c *ent.Client) error {
		rows, err := c.QueryContext(ctx, `EXPLAIN QUERY PLAN SELECT terms.patient_id FROM patient_terms AS terms
			WHERE terms.kind = ? AND terms.word >= ? AND terms.word < ?`, "NAME", "a", "b")
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var a, b, c int
			var plan string
			if err := rows.Scan(&a, &b, &c, &plan); err != nil {
				return err
			}
			if !strings.Contains(plan, "COVERING INDEX patientterm_word_kind_patient_id (word>? AND word<?)") {
				t.Error(plan)
			}
		}
		return rows.Err()
	})
}
