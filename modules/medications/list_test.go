package medications_test

import (
	"fmt"
	"testing"

	"medoffice/modules/officetest"
)

type use struct {
	ID, Status, Origin string
	Dose, StopReason   *string
	Code               struct{ Text string }
	ChangedFrom        *struct{ ID string }
	Version            int
}

func (w *ward) list(patient string) (list []use) {
	w.t.Helper()
	var got struct {
		Node struct{ MedicationList struct{ Nodes []use } }
	}
	w.doctor.Do(`query($i: ID!) { node(id: $i) { ... on Patient { medicationList(orderBy: {field: RECORDED_AT, direction: ASC}) {
		nodes { id status origin dose stopReason version code { text } changedFrom { id } } } } } }`, vars{"i": patient}, &got)
	return got.Node.MedicationList.Nodes
}

// TestReconciliation goes through a list: what is taken is continued, changed or
// stopped, and nothing is left out by chance.
func TestReconciliation(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := open(t, o)
		metformin := w.made(w.boss, "addMedication", "AddMedicationInput", "medication", vars{
			"code": "RX-MET", "name": "Metformin 500 mg", "form": "tablet", "strength": "500", "strengthUnit": "mg", "perUnit": "tablet",
		})
		script := w.order(w.ann, drug{med: metformin}, "1", "tablet", "ORAL", vars{"setting": "OUTSIDE", "frequency": "twice a day", "quantity": 60, "refills": 3, "pharmacy": "Elm Street Pharmacy"})
		go1 := func(in vars) (map[string]any, []problem) {
			in["patientId"] = w.ann
			return w.run(w.assistant, "reconcileMedications", "ReconcileMedicationsInput", "reconciliation",
				`id actorName lines { decision reason statement { id } replacedBy { dose } }`, in)
		}
		if _, wrong := go1(vars{"lines": []vars{}}); len(wrong) != 1 || wrong[0].Code != "FAILED_PRECONDITION" {
			t.Fatalf("something was left out: %+v", wrong)
		}
		taken := w.list(w.ann)
		if len(taken) != 1 || taken[0].Origin != "PRESCRIBED" || taken[0].Code.Text != "Metformin 500 mg" {
			t.Fatalf("%+v", taken)
		}
		row, wrong := go1(vars{"lines": []vars{{"statementId": taken[0].ID, "decision": "CONTINUED"}}, "added": []vars{
			{"code": vars{"text": "St John's wort"}, "dose": "300 mg", "frequency": "daily"},
		}})
		if len(wrong) > 0 || row["actorName"] != "test MEDICAL_ASSISTANT" || len(row["lines"].([]any)) != 2 {
			t.Fatalf("%+v %+v", row, wrong)
		}
		taken = w.list(w.ann)
		lines := []vars{
			{"statementId": taken[0].ID, "decision": "CHANGED", "reason": "better sugar", "change": vars{"dose": "1000 mg"}},
			{"statementId": taken[1].ID, "decision": "STOPPED", "reason": "it does not go with the others"},
		}
		if _, wrong = go1(vars{"lines": []vars{lines[0], {"statementId": taken[1].ID, "decision": "STOPPED"}}}); len(wrong) != 1 || wrong[0].Code != "BAD_USER_INPUT" {
			t.Fatalf("without a reason: %+v", wrong)
		}
		if got := w.list(w.ann); len(got) != 2 || got[0].Status != "ACTIVE" {
			t.Fatalf("half of it was written: %+v", got)
		}
		if _, wrong = go1(vars{"lines": lines}); len(wrong) > 0 {
			t.Fatalf("%+v", wrong)
		}
		got := w.list(w.ann)
		if len(got) != 3 || got[0].Status != "STOPPED" || got[1].Status != "STOPPED" || got[2].Status != "ACTIVE" ||
			*got[2].Dose != "1000 mg" || got[2].ChangedFrom.ID != got[0].ID || *got[1].StopReason != "it does not go with the others" {
			t.Fatalf("%+v", got)
		}
		void := vars{"id": got[2].ID, "expectedVersion": got[2].Version, "reason": "of another patient"}
		if _, wrong = w.run(w.nurse, "voidMedicationStatement", "VoidMedicationStatementInput", "statement", "id", void); len(wrong) > 0 {
			t.Fatalf("%+v", wrong)
		}
		if row, wrong = w.change("stopMedicationRequest", script, "not needed any more"); len(wrong) > 0 || row["status"] != "STOPPED" {
			t.Fatalf("%+v", wrong)
		}
		if n := w.count("reconciliations", "patient_id = '"+w.ann+"'"); n != 2 {
			t.Fatal(n)
		}
	})
}

// TestMedicationsFollowTheChart: what belongs to a chart that is merged belongs to
// the other one afterwards.
func TestMedicationsFollowTheChart(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := open(t, o)
		order := w.order(w.ann, w.ketorolac, "30", "mg", "IM", nil)
		if _, wrong := w.give(order, w.ketorolac, nil); len(wrong) > 0 {
			t.Fatalf("%+v", wrong)
		}
		other := w.patient("Other")
		if _, wrong := w.run(w.boss, "mergePatients", "MergePatientsInput", "patient", "id", vars{"fromId": w.ann, "intoId": other, "fromVersion": w.version("Patient", w.ann), "intoVersion": w.version("Patient", other), "reason": "one person"}); len(wrong) > 0 {
			t.Fatalf("%+v", wrong)
		}
		for _, table := range []string{"medication_requests", "administrations"} {
			if n := w.count(table, fmt.Sprintf("patient_id = '%s'", other)); n != 1 {
				t.Errorf("%s: %d", table, n)
			}
		}
	})
}
