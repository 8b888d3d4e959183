package medications_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"medoffice/modules/officetest"
)

// change changes an order as its writer last saw it.
func (w *ward) change(verb, order, reason string) (map[string]any, []problem) {
	w.t.Helper()
	in, input := vars{"id": order, "expectedVersion": w.version("MedicationRequest", order)}, strings.ToUpper(verb[:1])+verb[1:]+"Input"
	if reason != "" {
		in["reason"] = reason
	}
	return w.run(w.doctor, verb, input, "order", "id status given endReason nextDueAt", in)
}

func (w *ward) version(kind, id string) int {
	w.t.Helper()
	var got struct{ Node struct{ Version int } }
	w.doctor.Do(`query($i: ID!) { node(id: $i) { ... on `+kind+` { version } } }`, vars{"i": id}, &got)
	return got.Node.Version
}

// TestOrderStates takes an order from its draft to its end (domain.md 4.2).
func TestOrderStates(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := open(t, o)
		in := w.wanted(w.ann, w.ketorolac, "30", "mg", "IM", nil)
		if _, wrong := w.run(w.nurse, "draftMedicationRequest", "DraftMedicationRequestInput", "order", "id", in); len(wrong) > 0 {
			t.Fatalf("%+v", wrong)
		}
		if got := o.As("NURSE").Send(`mutation($in: OrderMedicationInput!) { orderMedication(input: $in) { order { id } } }`, vars{"in": in}); got.Code() != "FORBIDDEN" {
			t.Fatal("a nurse signs orders")
		}
		draft := w.made(w.assistant, "draftMedicationRequest", "DraftMedicationRequestInput", "order", in)
		if _, wrong := w.give(draft, w.ketorolac, nil); !slices.Contains(codes(wrong), "ORDER_NOT_ACTIVE") {
			t.Fatalf("a draft: %+v", wrong)
		}
		if s := w.state(w.ketorolac, draft); s.open != 0 {
			t.Fatal("a draft asks somebody")
		}
		row, wrong := w.change("signMedicationRequest", draft, "")
		if len(wrong) > 0 || row["status"] != "ACTIVE" || w.state(w.ketorolac, draft).open != 1 {
			t.Fatalf("%+v %+v", row, wrong)
		}
		if row, _ = w.change("holdMedicationRequest", draft, "waiting for the lab"); row["status"] != "ON_HOLD" || w.state(w.ketorolac, draft).open != 0 {
			t.Fatalf("%+v", row)
		}
		if _, wrong = w.give(draft, w.ketorolac, nil); !slices.Contains(codes(wrong), "ORDER_NOT_ACTIVE") {
			t.Fatalf("on hold: %+v", wrong)
		}
		if row, wrong = w.change("resumeMedicationRequest", draft, ""); len(wrong) > 0 || row["status"] != "ACTIVE" || w.state(w.ketorolac, draft).open != 1 {
			t.Fatalf("%+v %+v", row, wrong)
		}
		if row, _ = w.change("stopMedicationRequest", draft, "better by itself"); row["status"] != "STOPPED" || row["endReason"] != "better by itself" {
			t.Fatalf("%+v", row)
		}
		if _, wrong = w.change("stopMedicationRequest", draft, "again"); len(wrong) != 1 || wrong[0].Code != "FAILED_PRECONDITION" {
			t.Fatalf("%+v", wrong)
		}
		other := w.made(w.assistant, "draftMedicationRequest", "DraftMedicationRequestInput", "order", in)
		if row, _ = w.change("stopMedicationRequest", other, "not needed"); row["status"] != "CANCELLED" {
			t.Fatalf("%+v", row)
		}
		until := w.Clock.Now().Add(time.Hour)
		short := w.order(w.patient("Bob"), w.ketorolac, "30", "mg", "IM", vars{"validUntil": until})
		w.Clock.Add(2 * time.Hour)
		if _, wrong = w.give(short, w.ketorolac, vars{"patient": is("Bob")}); !slices.Contains(codes(wrong), "ORDER_EXPIRED") {
			t.Fatalf("after its hour: %+v", wrong)
		}
		if n, err := w.Medications.Expire(w.System()); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if w.state(w.ketorolac, short).open != 0 || w.count("medication_requests", "status = 'EXPIRED'") != 1 {
			t.Fatal("the order still holds")
		}
	})
}

// TestStoppedWhileGiven stops an order and gives its dose at once: one of them is
// first, and no dose is given by an order that was stopped before.
func TestStoppedWhileGiven(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := open(t, o)
		for i := range 8 {
			name := fmt.Sprintf("P%d", i)
			order := w.order(w.patient(name), w.ketorolac, "30", "mg", "IM", nil)
			version := w.version("MedicationRequest", order)
			var both sync.WaitGroup
			var given, stopped []problem
			both.Go(func() { _, given = w.give(order, w.ketorolac, vars{"patient": is(name)}) })
			both.Go(func() {
				_, stopped = w.run(w.doctor, "stopMedicationRequest", "StopMedicationRequestInput", "order", "id", vars{"id": order, "expectedVersion": version, "reason": "stop"})
			})
			both.Wait()
			switch s := w.state(w.ketorolac, order); {
			case len(given) == 0 && len(stopped) == 1 && stopped[0].Code == "STALE_VERSION" && s.given == 1:
			case len(stopped) == 0 && slices.Contains(codes(given), "ORDER_NOT_ACTIVE") && s.given == 0 && s.doses == 0:
			default:
				t.Fatalf("%+v %+v %+v", given, stopped, s)
			}
		}
	})
}

// TestSeveralDoses gives an order of three doses, hours apart, and one when needed.
func TestSeveralDoses(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := open(t, o)
		order := w.order(w.ann, w.ketorolac, "15", "mg", "IM", vars{"doses": 3, "everyMinutes": 360})
		row, wrong := w.give(order, w.ketorolac, nil)
		if len(wrong) > 0 || w.state(w.ketorolac, order).open != 1 {
			t.Fatalf("%+v", wrong)
		}
		first := w.Clock.Now()
		if due := row["order"].(map[string]any)["nextDueAt"]; due != first.Add(6*time.Hour).Format("2006-01-02T15:04:05.000Z07:00") && due != first.Add(6*time.Hour).Format(time.RFC3339) {
			t.Fatalf("due %v", due)
		}
		w.Clock.Add(4 * time.Hour)
		if _, wrong = w.give(order, w.ketorolac, nil); fmt.Sprint(codes(wrong)) != "[TOO_EARLY TOO_SOON]" {
			t.Fatalf("%+v", wrong)
		}
		w.Clock.Add(5 * time.Hour)
		if _, wrong = w.give(order, w.ketorolac, nil); fmt.Sprint(codes(wrong)) != "[TOO_LATE]" {
			t.Fatalf("%+v", wrong)
		}
		late := vars{"overrides": []vars{{"finding": "TOO_LATE", "reason": "the patient was at the X-ray"}}}
		second, wrong := w.give(order, w.ketorolac, late)
		if len(wrong) > 0 || w.state(w.ketorolac, order).open != 1 {
			t.Fatalf("%+v", wrong)
		}
		// Taking the second back has the order want it again, and not the third.
		void := vars{"id": second["id"], "expectedVersion": second["version"], "reason": "not given"}
		if _, wrong = w.run(w.nurse, "voidAdministration", "VoidAdministrationInput", "administration", "id", void); len(wrong) > 0 {
			t.Fatalf("%+v", wrong)
		}
		if s := w.state(w.ketorolac, order); s.open != 1 || s.given != 1 || s.done != 1 {
			t.Fatalf("%+v", s)
		}
		for range 2 {
			if _, wrong = w.give(order, w.ketorolac, late); len(wrong) > 0 {
				t.Fatalf("%+v", wrong)
			}
			w.Clock.Add(6 * time.Hour)
		}
		if s := w.state(w.ketorolac, order); s.open != 0 || s.given != 3 || w.count("medication_requests", "status = 'COMPLETED'") != 1 {
			t.Fatalf("%+v", s)
		}
		prn := w.order(w.patient("Bob"), w.ketorolac, "15", "mg", "IM", vars{"doses": 2, "everyMinutes": 60, "prn": true})
		if w.state(w.ketorolac, prn).open != 0 {
			t.Fatal("what is given when needed asks nobody")
		}
		bob := vars{"patient": is("Bob")}
		if _, wrong = w.give(prn, w.ketorolac, bob); fmt.Sprint(codes(wrong)) != "[REASON_MISSING]" {
			t.Fatalf("%+v", wrong)
		}
		bob["reason"] = "pain 7 of 10"
		if _, wrong = w.give(prn, w.ketorolac, bob); len(wrong) > 0 {
			t.Fatalf("%+v", wrong)
		}
		w.Clock.Add(30 * time.Minute)
		if _, wrong = w.give(prn, w.ketorolac, bob); fmt.Sprint(codes(wrong)) != "[TOO_SOON]" {
			t.Fatalf("%+v", wrong)
		}
	})
}

// TestNotGiven: partly given, refused, withheld, wasted.
func TestNotGiven(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := open(t, o)
		order := w.order(w.ann, w.ceftriaxone, "1", "g", "IM", nil)
		row, wrong := w.run(w.nurse, "recordNotGiven", "RecordNotGivenInput", "administration", doseRow, vars{"orderId": order, "refused": true, "reason": "afraid of needles"})
		if len(wrong) > 0 || row["status"] != "REFUSED" {
			t.Fatalf("%+v %+v", row, wrong)
		}
		if s := w.state(w.ceftriaxone, order); s != (state{stock: 20, done: 1, doses: 1}) {
			t.Fatalf("%+v", s)
		}
		void := vars{"id": row["id"], "expectedVersion": row["version"], "reason": "changed her mind"}
		if _, wrong = w.run(w.nurse, "voidAdministration", "VoidAdministrationInput", "administration", "id", void); len(wrong) > 0 || w.state(w.ceftriaxone, order).open != 1 {
			t.Fatalf("%+v", wrong)
		}
		if row, wrong = w.run(w.nurse, "recordNotGiven", "RecordNotGivenInput", "administration", doseRow, vars{"orderId": order, "refused": false, "reason": "pressure too low"}); len(wrong) > 0 || row["status"] != "WITHHELD" {
			t.Fatalf("%+v %+v", row, wrong)
		}
		wasted, wrong := w.run(w.nurse, "wasteDose", "WasteDoseInput", "administration", doseRow, vars{"orderId": order, "lotId": w.ceftriaxone.lot, "units": 1, "reason": "the vial broke"})
		if len(wrong) > 0 || wasted["status"] != "WASTED" || wasted["wasted"] != "1" {
			t.Fatalf("%+v %+v", wasted, wrong)
		}
		part, wrong := w.give(order, w.ceftriaxone, vars{"dose": "400", "doseUnit": "mg", "reason": "the needle came out"})
		if len(wrong) > 0 || part["status"] != "PARTIALLY_GIVEN" || part["wasted"] != "0.6" || fmt.Sprint(part["units"]) != "1" {
			t.Fatalf("%+v %+v", part, wrong)
		}
		if s := w.state(w.ceftriaxone, order); s.stock != 18 || s.given != 1 {
			t.Fatalf("%+v", s)
		}
		if _, wrong = w.run(w.nurse, "wasteDose", "WasteDoseInput", "administration", "id", vars{"orderId": order, "lotId": w.ceftriaxone.lot, "units": 1, "reason": "again"}); fmt.Sprint(codes(wrong)) != "[ORDER_NOT_ACTIVE]" {
			t.Fatalf("%+v", wrong)
		}
	})
}

// TestVaccineAndObservation: a vaccine is in the chart with all that the law asks
// for, the patient is observed, and a reaction becomes an allergy.
func TestVaccineAndObservation(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := open(t, o)
		order := w.order(w.ann, w.flu, "1", "dose", "IM", nil)
		if _, wrong := w.giveAs(w.assistant, order, w.flu, vars{"visEdition": "2019-08-15"}); fmt.Sprint(codes(wrong)) != "[SHEET_MISSING]" {
			t.Fatalf("an old sheet: %+v", wrong)
		}
		row, wrong := w.giveAs(w.assistant, order, w.flu, vars{"visEdition": "2021-08-06", "site": "left deltoid", "funding": "PRIVATE"})
		if len(wrong) > 0 {
			t.Fatalf("%+v", wrong)
		}
		var got struct {
			Node struct {
				Immunizations struct {
					Nodes []struct {
						Lot, Manufacturer, MakerCode, Site, Route, Dose, Performer, VisEdition, VisGivenOn, Funding, ExpiresOn string
						Vaccine                                                                                                struct{ Code string }
					}
				}
			}
		}
		w.doctor.Do(`query($i: ID!) { node(id: $i) { ... on Patient { immunizations { nodes { lot manufacturer makerCode site route dose performer visEdition visGivenOn funding expiresOn vaccine { code } } } } } }`, vars{"i": w.ann}, &got)
		shot := got.Node.Immunizations.Nodes[0]
		if shot.Lot != "L-VAX-FLU" || shot.Manufacturer != "Aldane" || shot.MakerCode != "SKB" || shot.Site != "left deltoid" || shot.Route != "IM" ||
			shot.Dose != "1 dose" || shot.Performer != "test MEDICAL_ASSISTANT" || shot.VisEdition != "2021-08-06" || shot.VisGivenOn != w.Deps.Day(w.Clock.Now()) ||
			shot.Funding != "PRIVATE" || shot.ExpiresOn != "2031-01-31" || shot.Vaccine.Code != "158" {
			t.Fatalf("%+v", shot)
		}
		end := func() []problem {
			_, wrong := w.run(w.nurse, "endObservation", "EndObservationInput", "administration", "id", vars{
				"id": row["id"], "expectedVersion": w.version("Administration", row["id"].(string)), "response": "well",
			})
			return wrong
		}
		about := row["id"].(string)
		if wrong = end(); len(wrong) != 1 || w.count("tasks", "about = '"+about+"' AND status = 'REQUESTED'") != 1 {
			t.Fatalf("too early: %+v", wrong)
		}
		w.Clock.Add(16 * time.Minute)
		if wrong = end(); len(wrong) > 0 || w.count("tasks", "about = '"+about+"' AND status = 'COMPLETED'") != 1 {
			t.Fatalf("%+v", wrong)
		}
		if wrong = end(); len(wrong) != 1 {
			t.Fatalf("twice: %+v", wrong)
		}
		_, wrong = w.run(w.nurse, "recordReaction", "RecordReactionInput", "administration", "reactions { what severity allergy { id } }", vars{
			"administrationId": row["id"], "what": "hives", "severity": "MODERATE", "treatment": "diphenhydramine", "addAllergy": true,
		})
		if len(wrong) > 0 || w.count("allergies", "patient_id = '"+w.ann+"' AND severity = 'MODERATE'") != 1 {
			t.Fatalf("%+v", wrong)
		}
		if _, wrong = w.run(w.nurse, "recordReaction", "RecordReactionInput", "administration", "id", vars{
			"administrationId": row["id"], "what": "hives", "severity": "MILD", "beganAt": w.Clock.Now().Add(-time.Hour),
		}); len(wrong) != 1 || wrong[0].Code != "BAD_USER_INPUT" {
			t.Fatalf("before the dose: %+v", wrong)
		}
	})
}
