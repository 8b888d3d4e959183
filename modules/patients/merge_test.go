package patients_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// failing is a module that cannot move its rows.
type failing struct{}

func (failing) Name() string { return "failing" }

func (failing) Permissions() kit.Grants { return nil }

func (failing) MovePatient(context.Context, string, string) error {
	return fmt.Errorf("a cause that is for the log alone")
}

func TestMerge(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		from, fromVersion := register(t, o, registration{family: "Ortega", given: "Ines", mrn: "OLD1", birth: "1980-02-03", phone: "555-0100"})
		into, intoVersion := register(t, o, registration{family: "García", given: "Inés", mrn: "NEW1", birth: "1980-02-03", phone: "555-0101"})
		allergies(t, o, from, 2)
		allergies(t, o, into, 1)
		for name, in := range map[string]officetest.Vars{
			"addProblem":      {"patientId": from, "code": officetest.Vars{"text": "Cough"}},
			"addHistory":      {"patientId": from, "kind": "PAST", "code": officetest.Vars{"text": "Mumps"}},
			"addImmunization": {"patientId": from, "vaccine": officetest.Vars{"text": "MMR"}, "occurredAt": "1990-01-01T00:00:00Z"},
			"recordConsent":   {"patientId": from, "kind": "TREATMENT"},
		} {
			if _, problems := do[any](t, o.As("NURSE"), name, strings.ToUpper(name[:1])+name[1:], in, "clientMutationId"); len(problems) > 0 {
				t.Fatalf("%s: %+v", name, problems)
			}
		}
		nurse(t, o, "addAddress", officetest.Vars{"patientId": from, "address": officetest.Vars{"line": "1 Mill Road"}})
		nurse(t, o, "addContact", officetest.Vars{"patientId": from, "contact": officetest.Vars{"name": "Rosa"}})
		nurse(t, o, "addIdentifier", officetest.Vars{"patientId": from, "identifier": officetest.Vars{"system": "urn:x", "value": "1"}})

		in := officetest.Vars{"fromId": from, "fromVersion": fromVersion, "intoId": into, "intoVersion": intoVersion, "reason": "same card"}
		manager := o.As("MANAGER")
		merge := func() (patientRow, []problem) {
			return do[patientRow](t, manager, "mergePatients", "MergePatients", in, patientFields)
		}
		in["fromVersion"] = fromVersion + 5
		_, problems := merge()
		refused(t, "stale loser", problems, "STALE_VERSION", "expectedVersion")
		in["fromVersion"], in["intoVersion"] = fromVersion, intoVersion+5
		_, problems = merge()
		refused(t, "stale winner", problems, "STALE_VERSION", "expectedVersion")
		in["intoVersion"], in["reason"] = intoVersion, " "
		_, problems = merge()
		refused(t, "no reason", problems, "BAD_USER_INPUT", "reason")
		in["reason"], in["intoId"] = "same card", from
		_, problems = merge()
		refused(t, "itself", problems, "BAD_USER_INPUT", "intoId")
		in["intoId"] = into

		o.Patients.Gather(kit.NewOffers(append(o.All(), failing{})...))
		a := manager.Send(`mutation($in: MergePatientsInput!) { mergePatients(input: $in) { patient { id } } }`, officetest.Vars{"in": in})
		if a.Code() != "INTERNAL" || strings.Contains(a.Text, "cause") {
			t.Error(a.Text)
		}
		if n := rowsOf(t, o, from); n != 10 {
			t.Errorf("a merge that failed left %d rows", n)
		}
		o.Patients.Gather(o.Offers())

		p, problems := merge()
		if len(problems) > 0 || p.ID != into || p.Version <= intoVersion || len(p.Telecoms) != 2 || len(p.Addresses) != 1 || len(p.Contacts) != 1 || len(p.Identifiers) != 1 {
			t.Fatalf("%+v %+v", p, problems)
		}
		if n, m := rowsOf(t, o, from), rowsOf(t, o, into); n != 0 || m != 12 {
			t.Errorf("%d rows stayed, %d are there", n, m)
		}
		for search, want := range map[string]string{"ortega": "NEW1", "garcia": "NEW1", "0100": "NEW1", "OLD1": "NEW1", "NEW1": "NEW1", "1980-02-03": "NEW1"} {
			if got := found(t, o, officetest.Vars{"search": search}); got != want {
				t.Errorf("%s finds %q", search, got)
			}
		}
		for _, by := range []officetest.Vars{{"id": from}, {"mrn": "OLD1"}} {
			var got struct {
				Patient struct {
					Status, MergeReason string
					MergedInto          struct{ ID string }
				}
			}
			o.As("NURSE").Do(`query($by: PatientBy!) { patient(by: $by) { status mergeReason mergedInto { id } } }`, officetest.Vars{"by": by}, &got)
			if got.Patient.Status != "MERGED" || got.Patient.MergedInto.ID != into || got.Patient.MergeReason != "same card" {
				t.Errorf("%+v", got)
			}
		}
		_, problems = nurse(t, o, "addAddress", officetest.Vars{"patientId": from, "address": officetest.Vars{"line": "2 Mill Road"}})
		refused(t, "write in a merged chart", problems, "FAILED_PRECONDITION", "patientId")
		_, problems = merge()
		refused(t, "merge again", problems, "FAILED_PRECONDITION", "fromId")

		third, version := register(t, o, registration{family: "Third"})
		in = officetest.Vars{"fromId": into, "fromVersion": p.Version, "intoId": third, "intoVersion": version, "reason": "again"}
		if _, problems = merge(); len(problems) > 0 {
			t.Fatalf("%+v", problems)
		}
		var got struct {
			Patient struct{ MergedInto struct{ ID string } }
		}
		o.As("NURSE").Do(`query($by: PatientBy!) { patient(by: $by) { mergedInto { id } } }`, officetest.Vars{"by": officetest.Vars{"id": from}}, &got)
		if got.Patient.MergedInto.ID != third {
			t.Error("the first does not lead to the last")
		}
	})
}

// rowsOf counts the rows of a chart.
func rowsOf(t testing.TB, o *officetest.Office, id string) int {
	t.Helper()
	n := 0
	for _, table := range []string{"patient_identifiers", "patient_addresses", "patient_telecoms", "patient_contacts", "allergies", "problems", "history_entries", "immunizations", "consents"} {
		var k int
		query := "SELECT count(*) FROM " + table + " WHERE patient_id = '" + id + "'"
		if err := o.Deps.DB.SQL().QueryRow(query).Scan(&k); err != nil {
			t.Fatal(err)
		}
		n += k
	}
	return n
}

// Two merges of the same pair, against each other: one is done, the other is
// refused, nobody waits for ever.
func TestMergeAtOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		a, _ := register(t, o, registration{family: "A"})
		b, _ := register(t, o, registration{family: "B"})
		manager := o.As("MANAGER")
		results := make([][]problem, 2)
		var wg sync.WaitGroup
		for i, pair := range [][2]string{{a, b}, {b, a}} {
			wg.Go(func() {
				_, results[i] = do[patientRow](t, manager, "mergePatients", "MergePatients",
					officetest.Vars{"fromId": pair[0], "fromVersion": 1, "intoId": pair[1], "intoVersion": 1, "reason": "same"}, "patient { id }")
			})
		}
		wg.Wait()
		if len(results[0])+len(results[1]) != 1 {
			t.Errorf("%+v", results)
		}
	})
}
