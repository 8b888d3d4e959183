package medications_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"medoffice/modules/officetest"
)

// TestRightsOfADose gives doses that are wrong in one way each: the finding is
// named, whether it can be taken upon oneself, and nothing is stored.
func TestRightsOfADose(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := open(t, o)
		w.patient("Bob")
		old := w.receive(w.ketorolac.item, w.fridge, "OLD", w.Deps.Day(w.Clock.Now().AddDate(0, 0, 1)), 5)
		w.Clock.Add(48 * time.Hour)
		order := w.order(w.patient("Cleo"), w.ketorolac, "30", "mg", "IM", vars{"site": "left deltoid"})
		cleo := func(more vars) vars {
			in := vars{"patient": is("Cleo")}
			for k, v := range more {
				in[k] = v
			}
			return in
		}
		before := w.state(w.ketorolac, order)
		for _, c := range []struct {
			want, severity string
			in             vars
		}{
			{"WRONG_PATIENT", "HARD_STOP", cleo(vars{"patient": is("Bob")})},
			{"WRONG_PATIENT", "HARD_STOP", cleo(vars{"patient": vars{"mrn": "M-Cleo", "birthDate": "1980-02-04"}})},
			{"NOT_IDENTIFIED", "HARD_STOP", cleo(vars{"patient": vars{"mrn": "M-Cleo"}})},
			{"UNKNOWN_CODE", "HARD_STOP", cleo(vars{"scanned": "000000000000"})},
			{"WRONG_ITEM", "HARD_STOP", cleo(vars{"lotId": w.flu.lot})},
			{"LOT_EXPIRED", "HARD_STOP", cleo(vars{"lotId": old})},
			{"WRONG_UNIT", "HARD_STOP", cleo(vars{"doseUnit": "tablet"})},
			{"DOSE_DIFFERS", "OVERRIDABLE", cleo(vars{"dose": "45"})},
			{"ABOVE_MAXIMUM", "HARD_STOP", cleo(vars{"dose": "2.1", "doseUnit": "mL"})},
			{"WRONG_ROUTE", "HARD_STOP", cleo(vars{"route": "IV"})},
			{"SITE_DIFFERS", "OVERRIDABLE", cleo(vars{"site": "right deltoid"})},
			{"IN_FUTURE", "HARD_STOP", cleo(vars{"givenAt": w.Clock.Now().Add(time.Hour)})},
			{"TOO_EARLY", "OVERRIDABLE", cleo(vars{"givenAt": w.Clock.Now().Add(-time.Hour)})},
		} {
			_, wrong := w.give(order, w.ketorolac, c.in)
			found := slices.IndexFunc(wrong, func(p problem) bool { return slices.Contains(codes([]problem{p}), c.want) })
			if found < 0 {
				t.Errorf("%s: %+v", c.want, wrong)
				continue
			}
			for _, f := range wrong[found].Findings {
				if f.Code == c.want && f.Severity != c.severity {
					t.Errorf("%s is %s", c.want, f.Severity)
				}
			}
			if got := w.checked(order, w.ketorolac, c.in); !slices.Contains(got, c.want) {
				t.Errorf("doseCheck: %v without %s", got, c.want)
			}
			// A hard stop stays one, whoever would take it upon himself.
			c.in["overrides"] = []vars{{"finding": c.want, "reason": "because"}}
			if c.severity == "HARD_STOP" {
				if _, wrong = w.giveAs(w.doctor, order, w.ketorolac, c.in); !slices.Contains(codes(wrong), c.want) {
					t.Errorf("%s was overridden: %+v", c.want, wrong)
				}
			}
			if got := w.state(w.ketorolac, order); got != before {
				t.Fatalf("%s stored something: %+v, before %+v", c.want, got, before)
			}
		}
		for path, in := range map[string]vars{"reason": cleo(vars{"dose": "10"}), "dose": cleo(vars{"dose": "-1"}), "scanned": cleo(vars{"lotId": nil})} {
			if _, wrong := w.give(order, w.ketorolac, in); len(wrong) != 1 || wrong[0].Code != "BAD_USER_INPUT" || fmt.Sprint(wrong[0].Path) != "["+path+"]" {
				t.Errorf("%s: %+v", path, wrong)
			}
		}
		if got := w.checked(order, w.ketorolac, cleo(nil)); len(got) != 0 {
			t.Errorf("nothing is wrong: %v", got)
		}
		if w.count("administrations", "1 = 1") != 0 {
			t.Error("something was stored")
		}
	})
}

// checked asks what is wrong with a dose.
func (w *ward) checked(order string, d drug, more vars) (list []string) {
	w.t.Helper()
	in := vars{"orderId": order, "patient": is("Ann"), "lotId": d.lot}
	for k, v := range more {
		if k != "overrides" {
			in[k] = v
		}
	}
	var got struct{ DoseCheck []finding }
	w.nurse.Do(`query($in: GiveMedicationInput!) { doseCheck(input: $in) { code severity message overridable } }`, vars{"in": in}, &got)
	for _, f := range got.DoseCheck {
		list = append(list, f.Code)
	}
	return list
}

// TestOverridesByRole: what a nurse may take upon herself, and what takes a physician.
func TestOverridesByRole(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := open(t, o)
		order := w.order(w.ann, w.ketorolac, "30", "mg", "IM", vars{"site": "left deltoid"})
		site := vars{"site": "right deltoid", "overrides": []vars{{"finding": "SITE_DIFFERS", "reason": "a wound on the left"}}}
		if _, wrong := w.giveAs(w.assistant, order, w.ketorolac, site); fmt.Sprint(codes(wrong)) != "[SITE_DIFFERS]" {
			t.Fatalf("an assistant may not: %+v", wrong)
		}
		more := vars{"dose": "60", "overrides": []vars{{"finding": "DOSE_DIFFERS", "reason": "worse than thought"}}}
		if _, wrong := w.give(order, w.ketorolac, more); fmt.Sprint(codes(wrong)) != "[DOSE_DIFFERS]" {
			t.Fatalf("a nurse may not: %+v", wrong)
		}
		blank := vars{"dose": "60", "overrides": []vars{{"finding": "DOSE_DIFFERS", "reason": " "}}}
		if _, wrong := w.giveAs(w.doctor, order, w.ketorolac, blank); len(wrong) != 1 || wrong[0].Code != "BAD_USER_INPUT" {
			t.Fatalf("a reason is needed: %+v", wrong)
		}
		row, wrong := w.giveAs(w.doctor, order, w.ketorolac, more)
		if len(wrong) > 0 {
			t.Fatalf("%+v", wrong)
		}
		var got struct {
			Node struct {
				Overrides []struct{ Finding, Reason string }
			}
		}
		w.doctor.Do(`query($i: ID!) { node(id: $i) { ... on Administration { overrides { finding reason } } } }`, vars{"i": row["id"]}, &got)
		if fmt.Sprint(got.Node.Overrides) != "[{DOSE_DIFFERS worse than thought}]" {
			t.Fatalf("%+v", got)
		}
		next := w.order(w.patient("Dora"), w.ketorolac, "30", "mg", "IM", vars{"site": "left deltoid"})
		site["patient"] = is("Dora")
		if row, wrong = w.give(next, w.ketorolac, site); len(wrong) > 0 || row["status"] != "GIVEN" {
			t.Fatalf("a nurse may: %+v", wrong)
		}
	})
}

// TestAllergiesAndDoubleTherapy checks orders against the chart: by ingredient, by
// a class of allergy, by the same substance and by class.
func TestAllergiesAndDoubleTherapy(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := open(t, o)
		amoxicillin := w.made(w.boss, "addMedication", "AddMedicationInput", "medication", vars{
			"code": "RX-AMOX", "name": "Amoxicillin 500 mg", "form": "capsule", "strength": "500", "strengthUnit": "mg", "perUnit": "capsule",
			"links": []vars{{"kind": "INGREDIENT", "name": "Amoxicillin", "code": "723", "codeSystem": "http://www.nlm.nih.gov/research/umls/rxnorm"}, {"kind": "ALLERGY_CLASS", "name": "Beta-lactams"}},
		})
		ibuprofen := w.made(w.boss, "addMedication", "AddMedicationInput", "medication", vars{
			"code": "RX-IBU", "name": "Ibuprofen 200 mg", "form": "tablet", "strength": "200", "strengthUnit": "mg", "perUnit": "tablet",
			"links": []vars{{"kind": "INGREDIENT", "name": "Ibuprofen"}, {"kind": "CLASS", "name": "NSAID"}},
		})
		w.allergic(w.ann, "Amoxicillin", "723")
		find := func(patient string, d drug, dose, unit, route string, more vars) []string {
			_, wrong := w.run(w.doctor, "orderMedication", "OrderMedicationInput", "order", "id", w.wanted(patient, d, dose, unit, route, more))
			return codes(wrong)
		}
		outside := vars{"setting": "OUTSIDE", "quantity": 20, "refills": 0, "frequency": "three times a day"}
		if got := find(w.ann, drug{med: amoxicillin}, "500", "mg", "ORAL", outside); !slices.Contains(got, "ALLERGY") {
			t.Errorf("to the ingredient: %v", got)
		}
		if got := find(w.ann, w.ceftriaxone, "1", "g", "IM", nil); fmt.Sprint(got) != "[ALLERGY_CLASS]" {
			t.Errorf("to the class: %v", got)
		}
		bob := w.patient("Bob")
		w.allergic(bob, "NSAIDs", "")
		if got := find(bob, w.ketorolac, "30", "mg", "IM", nil); fmt.Sprint(got) != "[ALLERGY]" {
			t.Errorf("to all of a class: %v", got)
		}
		cleo := w.patient("Cleo")
		w.order(cleo, drug{med: ibuprofen}, "200", "mg", "ORAL", outside)
		if got := find(cleo, w.ketorolac, "30", "mg", "IM", nil); fmt.Sprint(got) != "[DUPLICATE_CLASS]" {
			t.Errorf("the same class: %v", got)
		}
		if got := find(cleo, drug{med: ibuprofen}, "200", "mg", "ORAL", outside); !slices.Contains(got, "DUPLICATE") {
			t.Errorf("the same substance: %v", got)
		}
		if got := find(cleo, w.ketorolac, "90", "mg", "SC", nil); fmt.Sprint(got) != "[ABOVE_MAXIMUM ROUTE_NOT_ALLOWED DUPLICATE_CLASS]" {
			t.Errorf("dose and route: %v", got)
		}
		// What the physician took upon himself when he signed is not asked again at
		// the dose; an allergy that was found since is.
		order := w.order(w.ann, w.ceftriaxone, "1", "g", "IM", vars{"overrides": []vars{{"finding": "ALLERGY_CLASS", "reason": "tolerated before"}}})
		if got := w.checked(order, w.ceftriaxone, nil); len(got) != 0 {
			t.Errorf("asked again: %v", got)
		}
		w.Clock.Add(time.Minute)
		w.allergic(w.ann, "ceftriaxone", "")
		if _, wrong := w.give(order, w.ceftriaxone, nil); fmt.Sprint(codes(wrong)) != "[ALLERGY ALLERGY_CLASS]" {
			t.Errorf("a new allergy: %+v", wrong)
		}
		if w.count("administrations", "1 = 1") != 0 {
			t.Error("something was stored")
		}
		if strings.Contains(o.Log.String(), "Amoxicillin") {
			t.Error("the log knows what the patient is allergic to")
		}
	})
}

func (w *ward) allergic(patient, text, code string) {
	w.t.Helper()
	w.do(func(ctx context.Context) error {
		c := w.Deps.DB.Client(ctx).Allergy.Create().SetPatientID(patient).SetSubstanceCodeText(text).SetRecordedAt(w.Clock.Now())
		if code != "" {
			c.SetSubstanceCode(code).SetSubstanceCodeSystem("http://www.nlm.nih.gov/research/umls/rxnorm")
		}
		return c.Exec(ctx)
	})
}
