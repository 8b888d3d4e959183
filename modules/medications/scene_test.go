package medications_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"medoffice/modules/officetest"
)

type vars = officetest.Vars

// ward is an office that can give a painkiller, a vaccine of ten doses a vial, an
// antibiotic and an opioid, with prices for what is given.
type ward struct {
	*officetest.Office
	t                                   *testing.T
	doctor, nurse, assistant, boss      *officetest.Caller
	here, fridge, safe, provider, ann   string
	ketorolac, flu, ceftriaxone, opioid drug
}

// drug is a medication with the item and the lot that the office has of it.
type drug struct{ med, item, lot string }

type finding struct {
	Code, Severity, Message string
	Overridable             bool
}

type problem struct {
	Code, Reason string
	Path         []string
	Available    *int
	Findings     []finding
}

const problems = `userErrors { code path ... on StockError { reason available } ... on DoseError { findings { code severity overridable } } }`

func open(t *testing.T, o *officetest.Office) *ward {
	t.Helper()
	w := &ward{Office: o, t: t}
	w.doctor, w.nurse, w.assistant, w.boss = w.as("PHYSICIAN"), w.as("NURSE"), w.as("MEDICAL_ASSISTANT"), w.as("MANAGER")
	admin := o.As("ADMIN")
	w.here = w.made(admin, "addLocation", "AddLocationInput", "location", vars{"name": "Elm Street"})
	w.provider = w.made(admin, "addProvider", "AddProviderInput", "provider", vars{"familyName": "Okafor", "givenName": "Ada"})
	w.fridge = w.made(w.boss, "addStoragePlace", "AddStoragePlaceInput", "place", vars{"locationId": w.here, "name": "Fridge", "kind": "FRIDGE"})
	w.safe = w.made(w.boss, "addStoragePlace", "AddStoragePlaceInput", "place", vars{"locationId": w.here, "name": "Safe", "kind": "SAFE"})
	w.ketorolac = w.drug("RX-KETOROLAC", vars{"baseUnit": "vial", "kind": "DRUG"}, vars{
		"name": "Ketorolac 30 mg/mL", "form": "solution for injection", "strength": "30", "strengthUnit": "mg", "perUnit": "mL",
		"routes": []string{"IM", "IV"}, "maxDose": "60", "maxDoseUnit": "mg", "billingCode": "J1885",
		"links": []vars{{"kind": "INGREDIENT", "name": "Ketorolac"}, {"kind": "CLASS", "name": "NSAID"}, {"kind": "ALLERGY_CLASS", "name": "NSAIDs"}},
	}, w.fridge, 100)
	w.flu = w.drug("VAX-FLU", vars{"baseUnit": "dose", "kind": "VACCINE", "perContainer": 10, "useHours": 24}, vars{
		"name": "Influenza vaccine", "form": "suspension for injection", "perUnit": "dose", "cvx": "158", "makerCode": "SKB", "maker": "Aldane",
		"routes": []string{"IM"}, "observeMinutes": 15, "visEdition": "2021-08-06",
	}, w.fridge, 10)
	w.ceftriaxone = w.drug("RX-CEFTRIAXONE", vars{"baseUnit": "vial", "kind": "DRUG"}, vars{
		"name": "Ceftriaxone 1 g", "form": "powder for injection", "strength": "1", "strengthUnit": "g", "perUnit": "vial", "routes": []string{"IM", "IV"},
		"links": []vars{{"kind": "INGREDIENT", "name": "Ceftriaxone"}, {"kind": "ALLERGY_CLASS", "name": "Beta-lactams"}},
	}, w.fridge, 20)
	w.opioid = w.drug("RX-MORPHINE", vars{"baseUnit": "vial", "kind": "DRUG", "controlled": true}, vars{
		"name": "Morphine 10 mg/mL", "form": "solution for injection", "strength": "10", "strengthUnit": "mg", "perUnit": "mL", "schedule": "CII",
		"links": []vars{{"kind": "INGREDIENT", "name": "Morphine"}},
	}, w.safe, 20)
	list := w.made(w.boss, "addFeeSchedule", "AddFeeScheduleInput", "feeSchedule", vars{"name": "Standard"})
	w.made(w.boss, "setFeePrice", "SetFeePriceInput", "feeSchedule", vars{"scheduleId": list, "code": "J1885", "description": "Ketorolac", "amountMinor": 250})
	w.made(w.boss, "addChargeRule", "AddChargeRuleInput", "rule", vars{"actKind": "ADMINISTRATION", "actCode": "J1885", "code": "J1885", "quantityRule": "PER_UNIT", "units": 2, "per": 1})
	w.ann = w.patient("Ann")
	return w
}

// as calls as a role whose token outlives the test.
func (w *ward) as(role string) *officetest.Caller {
	w.t.Helper()
	token, err := w.Access.IssueToken(w.System(), "test "+role, role, "", 365*24*time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.With(token)
}

// made runs a mutation that must work, and returns the id of its row.
func (w *ward) made(who *officetest.Caller, verb, input, field string, in vars) string {
	w.t.Helper()
	row, wrong := w.run(who, verb, input, field, "id", in)
	if len(wrong) > 0 || row == nil {
		w.t.Fatalf("%s: %+v", verb, wrong)
	}
	return row["id"].(string)
}

// run runs a mutation and returns its row and refusals.
func (w *ward) run(who *officetest.Caller, verb, input, field, want string, in vars) (map[string]any, []problem) {
	w.t.Helper()
	var got map[string]struct {
		Row        map[string]any
		UserErrors []problem
	}
	who.Do(fmt.Sprintf(`mutation($in: %s!) { %s(input: $in) { row: %s { %s } %s } }`, input, verb, field, want, problems), vars{"in": in}, &got)
	return got[verb].Row, got[verb].UserErrors
}

// drug adds an item, a lot of it, and the medication that it is.
func (w *ward) drug(code string, item, med vars, place string, units int) drug {
	w.t.Helper()
	in := vars{"code": code, "name": code}
	for k, v := range item {
		in[k] = v
	}
	d := drug{item: w.made(w.boss, "addItem", "AddItemInput", "item", in)}
	d.lot = w.receive(d.item, place, "L-"+code, "2031-01-31", units)
	in = vars{"code": code, "itemId": d.item}
	for k, v := range med {
		in[k] = v
	}
	d.med = w.made(w.boss, "addMedication", "AddMedicationInput", "medication", in)
	return d
}

func (w *ward) receive(item, place, number, expires string, units int) string {
	w.t.Helper()
	var got struct {
		ReceiveStock struct {
			Movements  []struct{ Lot struct{ ID string } }
			UserErrors []problem
		}
	}
	w.boss.Do(`mutation($in: ReceiveStockInput!) { receiveStock(input: $in) { movements { lot { id } } `+problems+` } }`, vars{"in": vars{
		"placeId": place, "lines": []vars{{"itemId": item, "quantity": units, "lotNumber": number, "expiresOn": expires}},
	}}, &got)
	if len(got.ReceiveStock.Movements) != 1 {
		w.t.Fatalf("%+v", got)
	}
	return got.ReceiveStock.Movements[0].Lot.ID
}

func (w *ward) patient(name string) (id string) {
	w.t.Helper()
	w.do(func(ctx context.Context) error {
		row, err := w.Deps.DB.Client(ctx).Patient.Create().SetMrn("M-" + name).SetFamilyName("Test" + name).SetGivenName(name).
			SetBirthDate("1980-02-03").Save(ctx)
		if err == nil {
			id = row.ID
		}
		return err
	})
	return id
}

func (w *ward) do(f func(ctx context.Context) error) {
	w.t.Helper()
	if err := w.Deps.DB.Tx(w.System(), f); err != nil {
		w.t.Fatal(err)
	}
}

// order orders for a patient, by the physician, and fails where that is refused.
func (w *ward) order(patient string, d drug, dose, unit, route string, more vars) string {
	w.t.Helper()
	return w.made(w.doctor, "orderMedication", "OrderMedicationInput", "order", w.wanted(patient, d, dose, unit, route, more))
}

func (w *ward) wanted(patient string, d drug, dose, unit, route string, more vars) vars {
	in := vars{
		"patientId": patient, "locationId": w.here, "providerId": w.provider, "medicationId": d.med,
		"dose": dose, "doseUnit": unit, "route": route,
	}
	for k, v := range more {
		in[k] = v
	}
	return in
}

// is says who a patient is, as the wristband does.
func is(name string) vars { return vars{"mrn": "M-" + name, "birthDate": "1980-02-03"} }

const doseRow = `id version status dose doseUnit units wastedUnits wasted observeUntil witnessName immunization { id status lot visEdition performer } order { id status given nextDueAt version }`

// give gives a dose of an order to Ann, by the nurse unless another caller is named.
func (w *ward) give(order string, d drug, more vars) (map[string]any, []problem) {
	w.t.Helper()
	return w.giveAs(w.nurse, order, d, more)
}

func (w *ward) giveAs(who *officetest.Caller, order string, d drug, more vars) (map[string]any, []problem) {
	w.t.Helper()
	in := vars{"orderId": order, "patient": is("Ann"), "lotId": d.lot}
	for k, v := range more {
		in[k] = v
	}
	return w.run(who, "giveMedication", "GiveMedicationInput", "administration", doseRow, in)
}

// count counts rows of a table.
func (w *ward) count(table, where string, args ...any) (n int) {
	w.t.Helper()
	if err := w.Deps.DB.SQL().QueryRow("SELECT COUNT(*) FROM "+table+" WHERE "+where, args...).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// state is what a dose touches: units in stock, charges that stand, open and done
// tasks of an order, doses, vaccines and lines of the register.
type state struct{ stock, charges, open, done, doses, vaccines, given int }

func (w *ward) state(d drug, order string) (s state) {
	w.t.Helper()
	if err := w.Deps.DB.SQL().QueryRow("SELECT COALESCE(SUM(quantity), 0) FROM stock_balances WHERE item_id = '" + d.item + "'").Scan(&s.stock); err != nil {
		w.t.Fatal(err)
	}
	s.charges = w.count("charges", "status <> 'ENTERED_IN_ERROR'")
	s.open = w.count("tasks", "about = '"+order+"' AND status IN ('REQUESTED', 'ACCEPTED')")
	s.done = w.count("tasks", "about = '"+order+"' AND status = 'COMPLETED'")
	s.doses = w.count("administrations", "order_id = '"+order+"' AND status <> 'ENTERED_IN_ERROR'")
	s.vaccines = w.count("immunizations", "status = 'COMPLETED'")
	if err := w.Deps.DB.SQL().QueryRow("SELECT given FROM medication_requests WHERE id = '" + order + "'").Scan(&s.given); err != nil {
		w.t.Fatal(err)
	}
	return s
}

// witness has somebody give a code.
func (w *ward) witness(who *officetest.Caller) string {
	w.t.Helper()
	var got struct{ WitnessCode struct{ Code string } }
	who.Do(`mutation { witnessCode(input: {}) { code userErrors { code } } }`, nil, &got)
	if got.WitnessCode.Code == "" {
		w.t.Fatal("no code")
	}
	return got.WitnessCode.Code
}

// codes are the findings of a refusal.
func codes(wrong []problem) (list []string) {
	for _, p := range wrong {
		for _, f := range p.Findings {
			list = append(list, f.Code)
		}
	}
	return list
}
