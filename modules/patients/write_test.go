package patients_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"medoffice/ent/fact"
	"medoffice/modules/officetest"
)

type patientRow struct {
	ID, Mrn, Status, PreferredName, MaritalStatus, BirthDate string
	Version                                                  int
	Age                                                      *int
	AgeText                                                  *string
	Name                                                     struct{ Text, Family, Given string }
	Languages                                                []string
	Deceased                                                 bool
	DeceasedAt, AllergiesReviewedAt                          *string
	Addresses, Telecoms, Contacts                            []struct {
		ID, Use, Value, Line, Name string
		EndedAt                    *string
		Version                    int
	}
	Identifiers []struct{ System, Value string }
}

const patientFields = `patient { id mrn status version preferredName maritalStatus birthDate age ageText name { text family given } languages deceased deceasedAt allergiesReviewedAt
	addresses { id use line version } telecoms { id use value version } contacts { id name endedAt version } identifiers { system value } }`

// nurse may do all that these tests need but merging.
func nurse(t testing.TB, o *officetest.Office, name string, in officetest.Vars) (patientRow, []problem) {
	t.Helper()
	return do[patientRow](t, o.As("NURSE"), name, strings.ToUpper(name[:1])+name[1:], in, patientFields)
}

// refused expects one user error of the code at the path.
func refused(t testing.TB, what string, problems []problem, code, path string) {
	t.Helper()
	if len(problems) != 1 || problems[0].Code != code || strings.Join(problems[0].Path, ".") != path {
		t.Errorf("%s: %+v, not %s at %s", what, problems, code, path)
	}
}

func TestRegister(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		in := officetest.Vars{
			"familyName": "  Ortega ", "givenName": "Inés", "birthDate": "2025-12-15", "sex": "FEMALE", "languages": []string{"es", "es", "en"},
			"identifiers": []any{officetest.Vars{"system": "urn:card", "value": "77"}},
			"addresses":   []any{officetest.Vars{"line": "1 Mill Road", "city": "Riverbend"}},
			"telecoms":    []any{officetest.Vars{"system": "PHONE", "value": "555-0100"}, officetest.Vars{"system": "EMAIL", "value": "a@example.com"}},
			"contacts":    []any{officetest.Vars{"name": "Rosa Ortega", "relationship": "mother", "emergency": true}},
		}
		p, problems := nurse(t, o, "registerPatient", in)
		if len(problems) > 0 || p.Name.Text != "Inés Ortega" || p.Mrn != "100001" || *p.Age != 0 || *p.AgeText != "2 months" || len(p.Languages) != 2 {
			t.Fatalf("%+v %+v", p, problems)
		}
		if len(p.Addresses) != 1 || len(p.Telecoms) != 2 || len(p.Contacts) != 1 || p.Identifiers[0].Value != "77" {
			t.Errorf("%+v", p)
		}
		facts, err := o.Deps.DB.Client(o.System()).Fact.Query().Where(fact.Topic.EQ("patients.registered")).All(o.System())
		if err != nil || len(facts) != 1 || facts[0].EntityID != p.ID || strings.Contains(facts[0].Payload, "Ortega") {
			t.Errorf("%+v %v", facts, err)
		}

		_, problems = nurse(t, o, "registerPatient", officetest.Vars{"familyName": "ÖRTEGA", "givenName": "ines", "birthDate": "2025-12-15"})
		refused(t, "duplicate", problems, "ALREADY_EXISTS", "familyName")
		if problems[0].Typename != "DuplicatePatientError" || len(problems[0].Candidates) != 1 || problems[0].Candidates[0].ID != p.ID || strings.Contains(problems[0].Message, "rtega") {
			t.Errorf("%+v", problems)
		}
		twin, problems := nurse(t, o, "registerPatient", officetest.Vars{"familyName": "ÖRTEGA", "givenName": "ines", "birthDate": "2025-12-15", "allowDuplicate": true})
		if len(problems) > 0 || twin.Mrn != "100002" && twin.Mrn != "100003" {
			t.Errorf("%+v %+v", twin, problems)
		}
		if _, problems = nurse(t, o, "registerPatient", officetest.Vars{"familyName": "Ortega", "givenName": "Inés"}); len(problems) > 0 {
			t.Errorf("another birth date: %+v", problems)
		}
		_, problems = nurse(t, o, "registerPatient", officetest.Vars{"familyName": "Other", "mrn": p.Mrn})
		refused(t, "taken MRN", problems, "ALREADY_EXISTS", "mrn")
		_, problems = nurse(t, o, "registerPatient", officetest.Vars{"familyName": "Other", "identifiers": []any{officetest.Vars{"system": "urn:card", "value": "77"}}})
		refused(t, "taken identifier", problems, "ALREADY_EXISTS", "value")
		if got := found(t, o, officetest.Vars{"search": "other"}); got != "" {
			t.Errorf("what was refused is there: %s", got)
		}
	})
}

func TestRegisterRefuses(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		for path, in := range map[string]officetest.Vars{
			"familyName":    {"familyName": "  "},
			"birthDate":     {"familyName": "A", "birthDate": "2026-03-03"},
			"givenName":     {"familyName": "A", "givenName": strings.Repeat("é", 101)},
			"mrn":           {"familyName": "A", "mrn": strings.Repeat("1", 101)},
			"languages":     {"familyName": "A", "languages": strings.Split("abcdefghijk", "")},
			"line":          {"familyName": "A", "addresses": []any{officetest.Vars{"line": " "}}},
			"value":         {"familyName": "A", "telecoms": []any{officetest.Vars{"system": "PHONE", "value": "call me"}}},
			"rank":          {"familyName": "A", "telecoms": []any{officetest.Vars{"system": "FAX", "value": "1", "rank": 0}}},
			"name":          {"familyName": "A", "contacts": []any{officetest.Vars{"name": ""}}},
			"maritalStatus": {"familyName": "A", "maritalStatus": strings.Repeat("x", 101)},
		} {
			_, problems := nurse(t, o, "registerPatient", in)
			refused(t, path, problems, "BAD_USER_INPUT", path)
		}
		if got := found(t, o, officetest.Vars{}); got != "" {
			t.Error(got)
		}
		for _, date := range []string{"1980-02-30", "80-01-01", "", "yesterday"} {
			a := o.As("NURSE").Send(`mutation($d: Date) { registerPatient(input: {familyName: "A", birthDate: $d}) { patient { id } } }`, officetest.Vars{"d": date})
			if len(a.Errors) == 0 || strings.Contains(a.Text, `"id"`) {
				t.Errorf("%q: %s", date, a.Text)
			}
		}
	})
}

// Sixteen desks register at once: nobody waits in vain, no number twice.
func TestRegisterAtOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		desk := o.As("FRONT_DESK")
		const desks, each = 16, 4
		mrns := make([][]string, desks)
		var wg sync.WaitGroup
		for d := range desks {
			wg.Go(func() {
				for i := range each {
					p, problems := do[patientRow](t, desk, "registerPatient", "RegisterPatient",
						officetest.Vars{"familyName": fmt.Sprintf("Desk%d", d), "givenName": fmt.Sprint("Person", i)}, "patient { mrn }")
					if len(problems) > 0 {
						t.Errorf("%+v", problems)
					}
					mrns[d] = append(mrns[d], p.Mrn)
				}
			})
		}
		wg.Wait()
		seen := map[string]bool{}
		for _, list := range mrns {
			for _, mrn := range list {
				if mrn == "" || seen[mrn] {
					t.Errorf("%q twice", mrn)
				}
				seen[mrn] = true
			}
		}
		if len(seen) != desks*each {
			t.Errorf("%d numbers", len(seen))
		}
	})
}

// Two desks register the same person at once: one wins, the other is shown who
// is there.
func TestRegisterTheSameAtOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		desk := o.As("FRONT_DESK")
		results := make([][]problem, 8)
		var wg sync.WaitGroup
		for i := range results {
			wg.Go(func() {
				_, results[i] = do[patientRow](t, desk, "registerPatient", "RegisterPatient",
					officetest.Vars{"familyName": "Ortega", "givenName": "Inés", "birthDate": "1980-02-03"}, "patient { id }")
			})
		}
		wg.Wait()
		won := 0
		for _, problems := range results {
			if len(problems) == 0 {
				won++
			} else if problems[0].Typename != "DuplicatePatientError" || len(problems[0].Candidates) != 1 {
				t.Errorf("%+v", problems)
			}
		}
		if won != 1 {
			t.Errorf("%d were registered", won)
		}
	})
}

// A number that somebody gave by hand is passed over by the drawing.
func TestDrawnNumberPassesOverGiven(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		patients(t, o, 2, "10000", nil) // 100000 and 100001
		p, problems := nurse(t, o, "registerPatient", officetest.Vars{"familyName": "New"})
		if len(problems) > 0 || p.Mrn != "100002" {
			t.Errorf("%+v %+v", p, problems)
		}
	})
}

func TestSameRequestTwiceIsOneAct(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		in := officetest.Vars{"familyName": "Once", "clientMutationId": "k1", "allowDuplicate": true}
		a, _ := nurse(t, o, "registerPatient", in)
		b, problems := nurse(t, o, "registerPatient", in)
		if len(problems) > 0 || a.ID != b.ID {
			t.Errorf("%+v %+v %+v", a, b, problems)
		}
		in["familyName"] = "Twice"
		_, problems = nurse(t, o, "registerPatient", in)
		refused(t, "another input", problems, "CONFLICT", "clientMutationId")
	})
}

func TestUpdate(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id, version := register(t, o, registration{family: "Ortega", given: "Inés", preferred: "Nena", birth: "1980-02-03"})
		p, problems := nurse(t, o, "updatePatient", officetest.Vars{"id": id, "expectedVersion": version, "maritalStatus": "married"})
		if len(problems) > 0 || p.MaritalStatus != "married" || p.PreferredName != "Nena" || p.Name.Given != "Inés" || p.Version != version+1 {
			t.Fatalf("absent fields stay: %+v %+v", p, problems)
		}
		_, problems = nurse(t, o, "updatePatient", officetest.Vars{"id": id, "expectedVersion": version, "maritalStatus": "divorced"})
		refused(t, "stale", problems, "STALE_VERSION", "expectedVersion")
		if problems[0].Current.ID != id || problems[0].Current.Version != p.Version {
			t.Errorf("the fresh row: %+v", problems)
		}
		p, problems = nurse(t, o, "updatePatient", officetest.Vars{"id": id, "expectedVersion": p.Version, "preferredName": nil, "familyName": "García", "birthDate": nil})
		if len(problems) > 0 || p.PreferredName != "" || p.BirthDate != "" || p.Age != nil || p.Name.Family != "García" {
			t.Fatalf("null empties: %+v %+v", p, problems)
		}
		if got := found(t, o, officetest.Vars{"search": "garcia ines"}); got != p.Mrn {
			t.Errorf("new name: %s", got)
		}
		for _, old := range []string{"ortega", "nena"} {
			if got := found(t, o, officetest.Vars{"search": old}); got != "" {
				t.Errorf("old name %s: %s", old, got)
			}
		}
		p, problems = nurse(t, o, "updatePatient", officetest.Vars{"id": id, "expectedVersion": p.Version, "birthDate": "1940-05-05", "deceasedAt": "2020-05-04T23:00:00Z", "active": false})
		if len(problems) > 0 || !p.Deceased || *p.Age != 79 || p.Status != "INACTIVE" {
			t.Errorf("%+v %+v", p, problems)
		}
		for path, in := range map[string]officetest.Vars{
			"familyName": {"familyName": nil}, "mrn": {"mrn": ""}, "birthDate": {"birthDate": "2030"}, "sex": {"sex": nil}, "active": {"active": nil},
			"deceased": {"deceased": nil}, "deceasedAt": {"deceasedAt": "2026-03-02T16:00:00Z"},
		} {
			in["id"], in["expectedVersion"] = id, p.Version
			_, problems := nurse(t, o, "updatePatient", in)
			refused(t, path, problems, "BAD_USER_INPUT", path)
		}
		_, problems = nurse(t, o, "updatePatient", officetest.Vars{"id": "pat_01h2xcejqtf2nbrexx3vqjhp41", "expectedVersion": 1})
		refused(t, "nobody", problems, "NOT_FOUND", "id")
		p, problems = nurse(t, o, "updatePatient", officetest.Vars{"id": id, "expectedVersion": p.Version, "deceased": false})
		if len(problems) > 0 || p.Deceased || p.DeceasedAt != nil {
			t.Errorf("alive: %+v %+v", p, problems)
		}
	})
}

// Two change one record at once: one wins, the other sees what was done.
func TestUpdateAtOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id, version := register(t, o, registration{family: "Ortega"})
		c := o.As("NURSE")
		var wg sync.WaitGroup
		results := make([][]problem, 6)
		for i := range results {
			wg.Go(func() {
				_, results[i] = do[patientRow](t, c, "updatePatient", "UpdatePatient",
					officetest.Vars{"id": id, "expectedVersion": version, "maritalStatus": fmt.Sprint("status ", i)}, "patient { id }")
			})
		}
		wg.Wait()
		won := 0
		for _, problems := range results {
			if len(problems) == 0 {
				won++
			} else if problems[0].Code != "STALE_VERSION" || problems[0].Current.Version != version+1 {
				t.Errorf("%+v", problems)
			}
		}
		if won != 1 {
			t.Errorf("%d won", won)
		}
	})
}

func TestCard(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id, _ := register(t, o, registration{family: "Ortega", phone: "555-0100"})
		p, _ := nurse(t, o, "addTelecom", officetest.Vars{"patientId": id, "telecom": officetest.Vars{"system": "SMS", "use": "MOBILE", "value": "555-0177"}})
		if got := found(t, o, officetest.Vars{"phone": "0177"}); got != p.Mrn {
			t.Errorf("the new number: %q", got)
		}
		p, problems := nurse(t, o, "endTelecom", officetest.Vars{"id": p.Telecoms[0].ID, "expectedVersion": p.Telecoms[0].Version})
		if len(problems) > 0 || len(p.Telecoms) != 2 || p.Telecoms[1].Use != "OLD" || found(t, o, officetest.Vars{"phone": "0100"}) != "" {
			t.Errorf("%+v %+v", p.Telecoms, problems)
		}
		p, _ = nurse(t, o, "addAddress", officetest.Vars{"patientId": id, "address": officetest.Vars{"line": "1 Mill Road"}})
		p, problems = nurse(t, o, "endAddress", officetest.Vars{"id": p.Addresses[0].ID, "expectedVersion": p.Addresses[0].Version})
		if len(problems) > 0 || p.Addresses[0].Use != "OLD" {
			t.Errorf("%+v %+v", p, problems)
		}
		_, problems = nurse(t, o, "endAddress", officetest.Vars{"id": p.Addresses[0].ID, "expectedVersion": 1})
		refused(t, "stale address", problems, "STALE_VERSION", "expectedVersion")
		p, _ = nurse(t, o, "addContact", officetest.Vars{"patientId": id, "contact": officetest.Vars{"name": "Rosa"}})
		p, problems = nurse(t, o, "updateContact", officetest.Vars{"id": p.Contacts[0].ID, "expectedVersion": 1, "name": "Rosa Ortega", "phone": "555-0101", "emergency": true})
		if len(problems) > 0 || p.Contacts[0].Name != "Rosa Ortega" {
			t.Errorf("%+v %+v", p, problems)
		}
		p, problems = nurse(t, o, "endContact", officetest.Vars{"id": p.Contacts[0].ID, "expectedVersion": 2})
		if len(problems) > 0 || p.Contacts[0].EndedAt == nil {
			t.Errorf("%+v %+v", p, problems)
		}
		p, problems = nurse(t, o, "addIdentifier", officetest.Vars{"patientId": id, "identifier": officetest.Vars{"system": "urn:x", "value": "1"}})
		if len(problems) > 0 || len(p.Identifiers) != 1 {
			t.Errorf("%+v %+v", p, problems)
		}
		for range 49 {
			nurse(t, o, "addAddress", officetest.Vars{"patientId": id, "address": officetest.Vars{"line": "again"}})
		}
		_, problems = nurse(t, o, "addAddress", officetest.Vars{"patientId": id, "address": officetest.Vars{"line": "one too many"}})
		refused(t, "too many", problems, "FAILED_PRECONDITION", "")
	})
}
