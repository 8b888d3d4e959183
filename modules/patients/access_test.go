package patients_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"medoffice/modules/officetest"
)

var roles = []string{"FRONT_DESK", "MEDICAL_ASSISTANT", "NURSE", "PHYSICIAN", "BILLER", "STOCK_KEEPER", "MANAGER", "ADMIN", "AUDITOR", "BOARD", "REPORT"}

// Who may do what: every root field and every clinical list, for every role.
func TestCallers(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id, _ := register(t, o, registration{family: "Secretname", given: "Ann", birth: "1980-02-03", mrn: "S1"})
		row, _ := write(t, o, "addAllergy", "allergy", with(added[0].in, "patientId", id))
		read := "FRONT_DESK MEDICAL_ASSISTANT NURSE PHYSICIAN BILLER MANAGER REPORT"
		clinical := "MEDICAL_ASSISTANT NURSE PHYSICIAN BILLER MANAGER REPORT"
		desk := "FRONT_DESK MEDICAL_ASSISTANT NURSE PHYSICIAN MANAGER"
		chart := "MEDICAL_ASSISTANT NURSE PHYSICIAN"
		void := "NURSE PHYSICIAN"
		fields := map[string][2]string{
			"query":               {read, `{ patients { nodes { id name { text } } } }`},
			"patient":             {read, `{ patient(by: {mrn: "S1"}) { name { text } consents { nodes { id } } contacts { name } } }`},
			"allergies":           {clinical, `{ patients { nodes { allergies { nodes { id } } } } }`},
			"problems":            {clinical, `{ patients { nodes { problems { nodes { id } } } } }`},
			"histories":           {clinical, `{ patients { nodes { histories { nodes { id } } } } }`},
			"immunizations":       {clinical, `{ patients { nodes { immunizations { nodes { id } } } } }`},
			"allergiesReviewedAt": {clinical, `{ patients { nodes { allergiesReviewedAt } } }`},
			"registerPatient":     {desk, `mutation { registerPatient(input: {familyName: ""}) { userErrors { code } } }`},
			"concepts":            {"FRONT_DESK MEDICAL_ASSISTANT NURSE PHYSICIAN BILLER STOCK_KEEPER MANAGER REPORT", `{ concepts(system: "http://loinc.org") { nodes { code } } }`},
			"mergePatients":       {"MANAGER", `mutation { mergePatients(input: {fromId: "x", fromVersion: 1, intoId: "y", intoVersion: 1, reason: "r"}) { userErrors { code } } }`},
			"updatePatient":       {desk, nothing("updatePatient", "")},
			"addAddress":          {desk, `mutation { addAddress(input: {patientId: "x", address: {line: "x"}}) { userErrors { code } } }`},
			"addTelecom":          {desk, `mutation { addTelecom(input: {patientId: "x", telecom: {system: FAX, value: "x"}}) { userErrors { code } } }`},
			"addIdentifier":       {desk, `mutation { addIdentifier(input: {patientId: "x", identifier: {system: "x", value: "x"}}) { userErrors { code } } }`},
			"addContact":          {desk, `mutation { addContact(input: {patientId: "x", contact: {name: "x"}}) { userErrors { code } } }`},
			"endAddress":          {desk, nothing("endAddress", "")},
			"endTelecom":          {desk, nothing("endTelecom", "")},
			"endContact":          {desk, nothing("endContact", "")},
			"updateContact":       {desk, nothing("updateContact", "")},
			"recordConsent":       {desk, `mutation { recordConsent(input: {patientId: "x", kind: TREATMENT}) { userErrors { code } } }`},
			"revokeConsent":       {desk, nothing("revokeConsent", "")},
			"addAllergy":          {chart, `mutation { addAllergy(input: {patientId: "x", substance: {text: "x"}}) { userErrors { code } } }`},
			"resolveAllergy":      {chart, nothing("resolveAllergy", "")},
			"reviewAllergies":     {chart, `mutation { reviewAllergies(input: {patientId: "x", expectedVersion: 1}) { userErrors { code } } }`},
			"addProblem":          {chart, `mutation { addProblem(input: {patientId: "x", code: {text: "x"}}) { userErrors { code } } }`},
			"updateProblem":       {chart, nothing("updateProblem", "")},
			"addHistory":          {chart, `mutation { addHistory(input: {patientId: "x", kind: PAST, code: {text: "x"}}) { userErrors { code } } }`},
			"resolveHistory":      {chart, nothing("resolveHistory", "")},
			"addImmunization":     {chart, `mutation { addImmunization(input: {patientId: "x", vaccine: {text: "x"}, occurredAt: "2020-01-01T00:00:00Z"}) { userErrors { code } } }`},
			"voidAllergy":         {void, nothing("voidAllergy", `, reason: "r"`)},
			"voidProblem":         {void, nothing("voidProblem", `, reason: "r"`)},
			"voidHistory":         {void, nothing("voidHistory", `, reason: "r"`)},
			"voidImmunization":    {void, nothing("voidImmunization", `, reason: "r"`)},
			"voidConsent":         {void, nothing("voidConsent", `, reason: "r"`)},
		}
		for name, f := range fields {
			may := strings.Fields(f[0])
			for _, role := range roles {
				a := o.As(role).Send(f[1], nil)
				switch {
				case slices.Contains(may, role):
					if len(a.Errors) > 0 {
						t.Errorf("%s may not: %s: %s", role, name, a.Text)
					}
				case a.Code() != "FORBIDDEN" || slices.Contains(strings.Fields(read), role) == false && strings.Contains(a.Text, "Secretname"):
					t.Errorf("%s may: %s: %s", role, name, a.Text)
				}
			}
			if a := o.As("").Send(f[1], nil); a.Code() != "UNAUTHENTICATED" || strings.Contains(a.Text, "Secretname") {
				t.Errorf("nobody may: %s: %s", name, a.Text)
			}
		}
		for _, role := range roles[:10] {
			if role == "BOARD" {
				continue
			}
			var got struct {
				Patient *struct{ ID string }
				Allergy *struct{ ID string }
			}
			o.As(role).Do(`query($p: ID!, $a: ID!) { patient: node(id: $p) { id } allergy: node(id: $a) { id } }`, officetest.Vars{"p": id, "a": row.ID}, &got)
			if (got.Patient != nil) != slices.Contains(strings.Fields(read), role) || (got.Allergy != nil) != slices.Contains(strings.Fields(clinical), role) {
				t.Errorf("node for %s: %+v", role, got)
			}
		}
	})
}

// nothing is a change of a row that is not there.
func nothing(name, more string) string {
	return fmt.Sprintf(`mutation { %s(input: {id: "x", expectedVersion: 1%s}) { userErrors { code } } }`, name, more)
}

// P14: exactly one way to name a patient, also in variables.
func TestOneWayToNameAPatient(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id, _ := register(t, o, registration{family: "Ortega", mrn: "M1"})
		const query = `query($by: PatientBy!) { patient(by: $by) { id } }`
		for _, by := range []officetest.Vars{{}, {"id": id, "mrn": "M1"}, {"id": nil}, {"id": nil, "mrn": nil}} {
			if a := o.As("NURSE").Send(query, officetest.Vars{"by": by}); a.Code() != "BAD_USER_INPUT" && a.Code() != "GRAPHQL_VALIDATION_FAILED" {
				t.Errorf("%v: %s", by, a.Text)
			}
		}
		for by, want := range map[string]bool{"M1": true, "m1": false, "": false, "M1%": false} {
			var got struct{ Patient *struct{ ID string } }
			o.As("NURSE").Do(query, officetest.Vars{"by": officetest.Vars{"mrn": by}}, &got)
			if (got.Patient != nil) != want {
				t.Errorf("%q: %+v", by, got)
			}
		}
	})
}

// Every kind of row of the chart is found by its id.
func TestNodes(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		seeded(t, o, 25)
		var got struct {
			Patients struct {
				Nodes []map[string]any
			}
			Practice  struct{ ID string }
			Locations []struct{ ID string }
			Providers struct{ Nodes []struct{ ID string } }
			Concepts  struct{ Nodes []struct{ ID string } }
		}
		o.As("PHYSICIAN").Do(`{ practice { id } locations { id } providers { nodes { id } } concepts(system: "http://loinc.org", first: 1) { nodes { id } }
			patients { nodes { id identifiers { id } addresses { id } telecoms { id } contacts { id } allergies { nodes { id } } problems { nodes { id } }
			histories { nodes { id } } immunizations { nodes { id } } consents { nodes { id } } } } }`, nil, &got)
		ids := map[string]string{"prac": got.Practice.ID, "loc": got.Locations[0].ID, "prov": got.Providers.Nodes[0].ID, "cpt": got.Concepts.Nodes[0].ID}
		for _, p := range got.Patients.Nodes {
			collect(p, ids)
		}
		if len(ids) != 14 || len(got.Locations) != 2 || len(got.Providers.Nodes) != 6 {
			t.Fatalf("%v", ids)
		}
		var list []string
		for _, id := range ids {
			list = append(list, id)
		}
		list = append(list, "pat_01h2xcejqtf2nbrexx3vqjhp41", "nonsense")
		var nodes struct {
			Nodes []*struct{ ID, Typename string }
		}
		o.As("PHYSICIAN").Do(`query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }`, officetest.Vars{"ids": list}, &nodes)
		for i, n := range nodes.Nodes {
			if i < len(ids) && (n == nil || n.ID != list[i]) || i >= len(ids) && n != nil {
				t.Errorf("%s: %+v", list[i], n)
			}
		}
	})
}

// collect keeps one id of each prefix.
func collect(v any, ids map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		for name, child := range v {
			if id, ok := child.(string); ok && name == "id" {
				prefix, _, _ := strings.Cut(id, "_")
				ids[prefix] = id
			}
			collect(child, ids)
		}
	case []any:
		for _, child := range v {
			collect(child, ids)
		}
	}
}
