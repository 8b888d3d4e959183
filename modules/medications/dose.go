package medications

import (
	"context"
	"math/big"
	"strings"
	"time"

	"medoffice/ent"
	"medoffice/ent/administration"
	"medoffice/ent/lot"
	"medoffice/ent/medication"
	"medoffice/ent/medicationoverride"
	"medoffice/ent/medicationrequest"
	"medoffice/ent/patient"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/person"
)

// dose is a dose on the scales: what was asked for, and what somebody is about
// to give.
type dose struct {
	*findings
	in      model.GiveMedicationInput
	order   *ent.MedicationRequest
	med     *ent.Medication
	patient *ent.Patient
	lot     *ent.Lot
	status  administration.Status
	dose    decimal.Decimal
	unit    string
	route   string
	site    *string
	at      time.Time
	units   int64           // base units drawn
	spoilt  int64           // of them thrown away whole
	wasted  decimal.Decimal // thrown away, in the unit in which it is drawn
}

// check returns what is wrong with a dose and stores nothing.
func (m *Module) check(ctx context.Context, in model.GiveMedicationInput) ([]*model.DoseFinding, error) {
	found, err := m.findMedicationRequest(ctx, []string{in.OrderID})
	if err != nil {
		return nil, err
	}
	if found[in.OrderID] == nil {
		return nil, kit.Missing("order", "orderId")
	}
	d, err := m.weigh(ctx, in, found[in.OrderID])
	if err != nil {
		return nil, err
	}
	return d.sorted(), nil
}

// weigh holds a dose against its order: the right patient, medication, dose,
// route and time, and what else would do harm. Source of the rights: what
// nursing textbooks agree on; each is a finding of its own.
func (m *Module) weigh(ctx context.Context, in model.GiveMedicationInput, order *ent.MedicationRequest) (*dose, error) {
	if order.Setting != medicationrequest.SettingIN_OFFICE {
		return nil, kit.Refuse(kit.FailedPrecondition, "a prescription is not given here", "orderId")
	}
	d := &dose{findings: &findings{ctx: ctx}, in: in, order: order, at: m.Clock.Now(), site: order.Site}
	if at := in.GivenAt.Value(); at != nil {
		d.at = *at
	}
	meds, err := m.findMedication(ctx, []string{order.MedicationID})
	if err != nil {
		return nil, err
	}
	people, err := m.findPatient(ctx, []string{order.PatientID})
	if err != nil {
		return nil, err
	}
	if d.med, d.patient = meds[order.MedicationID], people[order.PatientID]; d.med == nil || d.patient == nil {
		return nil, kit.Missing("order", "orderId")
	}
	d.rightPatient()
	if err := m.rightItem(ctx, d); err != nil {
		return nil, err
	}
	if err := d.rightDose(); err != nil {
		return nil, err
	}
	d.rightRoute()
	if err := m.rightTime(ctx, d); err != nil {
		return nil, err
	}
	return d, m.harmless(ctx, d)
}

// rightPatient wants two identifiers, and all that are given to be those of the patient.
func (d *dose) rightPatient() {
	told, wrong := 0, false
	compare := func(given *string, is string) {
		if given == nil || strings.TrimSpace(*given) == "" {
			return
		}
		told++
		wrong = wrong || person.Fold(*given) != person.Fold(is)
	}
	who := d.in.Patient
	compare(who.Mrn.Value(), d.patient.Mrn)
	compare(who.FamilyName.Value(), d.patient.FamilyName)
	if born := who.BirthDate.Value(); born != nil {
		told++
		wrong = wrong || d.patient.BirthDate == nil || *born != *d.patient.BirthDate
	}
	if wrong || d.patient.Status != patient.StatusACTIVE {
		d.stop(medicationoverride.FindingWRONG_PATIENT, "this order is for somebody else: ask for the name and look at the wristband")
	}
	if told < 2 {
		d.stop(medicationoverride.FindingNOT_IDENTIFIED, "tell two of number, family name and birth date of the patient")
	}
}

// rightItem wants what was scanned to be what was ordered, of a lot that may be used.
func (m *Module) rightItem(ctx context.Context, d *dose) error {
	scanned, lotID := opt.Text(d.in.Scanned.Value()), opt.Text(d.in.LotID.Value())
	if d.med.ItemID == nil {
		d.stop(medicationoverride.FindingNOT_IN_STOCK, "the office does not keep this medication")
		return nil
	}
	if scanned == "" && lotID == "" {
		return kit.Invalid("scan what you give, or tell its lot", "scanned")
	}
	if scanned != "" {
		if err := m.scan(ctx, d, scanned, &lotID); err != nil {
			return err
		}
	}
	if lotID == "" {
		if len(d.list) > 0 {
			return nil // the scanner read something else
		}
		return kit.Invalid("the scanner does not tell the lot: tell it", "lotId")
	}
	found, err := m.findLot(ctx, []string{lotID})
	if err != nil {
		return err
	}
	d.lot = found[lotID]
	switch {
	case d.lot == nil:
		return kit.Missing("lot", "lotId")
	case d.lot.ItemID != *d.med.ItemID:
		d.stop(medicationoverride.FindingWRONG_ITEM, "this is not what was ordered")
	case d.lot.Status != lot.StatusAVAILABLE:
		d.stop(medicationoverride.FindingLOT_NOT_USABLE, "this lot is set aside or was called back")
	case d.lot.ExpiresOn != nil && string(*d.lot.ExpiresOn) < m.Day(d.at):
		d.stop(medicationoverride.FindingLOT_EXPIRED, "this lot is expired: throw it away and take another one")
	}
	return nil
}

// scan reads what the scanner says of the item, and of the lot where it does.
func (m *Module) scan(ctx context.Context, d *dose, text string, lotID *string) error {
	if len(text) > 200 {
		return kit.Invalid("a barcode has at most 200 letters", "scanned")
	}
	it, _, err := m.stock.Read(ctx, text)
	switch {
	case err != nil:
		return err
	case it == nil:
		d.stop(medicationoverride.FindingUNKNOWN_CODE, "no item carries this barcode")
		return nil
	case it.ID != *d.med.ItemID:
		d.stop(medicationoverride.FindingWRONG_ITEM, "this is not what was ordered")
		return nil
	case *lotID != "":
		return nil
	}
	l, err := m.stock.LotOf(ctx, it.ID, text)
	if l != nil {
		*lotID = l.ID
	}
	return err
}

// rightDose compares the dose with the order, whatever their units, and computes
// how much of the stock it takes.
func (d *dose) rightDose() error {
	d.dose, d.unit, d.status = d.order.Dose, d.order.DoseUnit, administration.StatusGIVEN
	if n := d.in.Dose.Value(); n != nil {
		d.dose = *n
	}
	if u := d.in.DoseUnit.Value(); u != nil {
		d.unit = strings.TrimSpace(*u)
	}
	if d.dose <= 0 || d.dose > maxDose || d.unit == "" || len(d.unit) > mostWord {
		return kit.Invalid("a dose is more than nothing, with its unit", "dose")
	}
	amount, ordered := drawn(d.med, d.dose, d.unit), drawn(d.med, d.order.Dose, d.order.DoseUnit)
	if amount == nil || ordered == nil {
		d.stop(medicationoverride.FindingWRONG_UNIT, "the dose cannot be said in this unit for this medication")
		return nil
	}
	switch amount.Cmp(ordered) {
	case 1:
		d.warn(medicationoverride.FindingDOSE_DIFFERS, "this is more than was ordered")
		if d.above(amount) {
			d.stop(medicationoverride.FindingABOVE_MAXIMUM, "this is more than the largest dose of the office")
		}
	case -1:
		d.status = administration.StatusPARTIALLY_GIVEN
		if strings.TrimSpace(opt.Text(d.in.Reason.Value())) == "" {
			return kit.Invalid("tell why only a part was given", "reason")
		}
	}
	return d.stockFor(amount)
}

func (d *dose) above(amount *big.Rat) bool {
	if d.med.MaxDose == nil || d.med.MaxDoseUnit == nil {
		return false
	}
	most := drawn(d.med, *d.med.MaxDose, *d.med.MaxDoseUnit)
	return most != nil && amount.Cmp(most) > 0
}

// stockFor computes how many base units are drawn for an amount, and what is left
// over and thrown away.
func (d *dose) stockFor(amount *big.Rat) error {
	each := rat(d.med.Contents)
	d.units = ceil(new(big.Rat).Quo(amount, each))
	if n := d.in.Units.Value(); n != nil {
		if int64(*n) < d.units || *n > 10_000 {
			return kit.Invalid("so much cannot be drawn of so few units", "units")
		}
		d.units = int64(*n)
	}
	if d.units > 10_000 {
		return kit.Invalid("this is more than one dose can take", "dose")
	}
	left := new(big.Rat).Mul(each, big.NewRat(d.units, 1))
	left.Sub(left, amount)
	d.spoilt, d.wasted = floor(new(big.Rat).Quo(left, each)), rounded(left)
	if d.wasted > 0 && d.med.Schedule != medication.ScheduleNONE && opt.Text(d.in.WitnessCode.Value()) == "" {
		d.stop(medicationoverride.FindingWITNESS_MISSING, "somebody has to witness what is thrown away: enter the code of the witness")
	}
	return nil
}

func (d *dose) rightRoute() {
	d.route = d.order.Route
	if r := d.in.Route.Value(); r != nil {
		d.route = strings.TrimSpace(*r)
	}
	if !strings.EqualFold(d.route, d.order.Route) {
		d.stop(medicationoverride.FindingWRONG_ROUTE, "this is not the route that was ordered")
	}
	if s := d.in.Site.Value(); s != nil && strings.TrimSpace(*s) != "" {
		if d.site != nil && !strings.EqualFold(strings.TrimSpace(*s), *d.site) {
			d.warn(medicationoverride.FindingSITE_DIFFERS, "this is not the site that was ordered")
		}
		d.site = s
	}
}

// rightTime wants the order to hold, a dose to be left, and its hour to be come.
func (m *Module) rightTime(ctx context.Context, d *dose) error {
	now, o := m.Clock.Now(), d.order
	window := time.Duration(d.med.WindowMinutes) * time.Minute
	if d.at.After(now.Add(time.Minute)) {
		d.stop(medicationoverride.FindingIN_FUTURE, "nobody gives a dose in the future")
	}
	switch {
	case o.Given >= o.Doses:
		d.stop(medicationoverride.FindingALREADY_GIVEN, "all doses of this order were given")
	case o.Status == medicationrequest.StatusEXPIRED || !holds(o, d.at):
		d.stop(medicationoverride.FindingORDER_EXPIRED, "this order holds no longer")
	case o.Status != medicationrequest.StatusACTIVE:
		d.stop(medicationoverride.FindingORDER_NOT_ACTIVE, "this order does not hold: it was stopped, held or never signed")
	}
	if o.SignedAt != nil && d.at.Before(*o.SignedAt) {
		d.warn(medicationoverride.FindingTOO_EARLY, "this is before the order was signed")
	}
	if due := o.NextDueAt; due != nil {
		if d.at.Before(due.Add(-window)) {
			d.warn(medicationoverride.FindingTOO_EARLY, "this dose is not yet due")
		}
		if d.at.After(due.Add(window)) {
			d.warn(medicationoverride.FindingTOO_LATE, "this dose was due long ago")
		}
	}
	if o.Prn && strings.TrimSpace(opt.Text(d.in.Reason.Value())) == "" {
		d.stop(medicationoverride.FindingREASON_MISSING, "tell why the patient needs it now")
	}
	return m.spaced(ctx, d, window)
}

// spaced wants the last dose of the order to be long enough ago.
func (m *Module) spaced(ctx context.Context, d *dose, window time.Duration) error {
	if d.order.EveryMinutes == nil || d.order.Given == 0 {
		return nil
	}
	last, err := m.DB.Client(ctx).Administration.Query().Where(administration.OrderID.EQ(d.order.ID),
		administration.StatusColumn.In(administration.StatusGIVEN, administration.StatusPARTIALLY_GIVEN)).
		Order(administration.OccurredAt.Desc(), administration.ID.Desc()).First(kit.Unbound(ctx))
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	every := time.Duration(*d.order.EveryMinutes) * time.Minute
	if !d.order.Prn {
		every -= window
	}
	if d.at.Sub(last.OccurredAt) < every {
		d.warn(medicationoverride.FindingTOO_SOON, "the last dose was too short a time ago")
	}
	return nil
}

// harmless looks for allergies again: the chart may know more than when the
// order was signed. A vaccine wants the sheet that the patient is to get.
func (m *Module) harmless(ctx context.Context, d *dose) error {
	if d.med.Cvx != nil {
		if got := d.in.VisEdition.Value(); got == nil || d.med.VisEdition != nil && *got < *d.med.VisEdition {
			d.warn(medicationoverride.FindingSHEET_MISSING, "tell which edition of the information sheet the patient got: it has to be the one in use")
		}
	}
	taken, err := m.DB.Client(ctx).MedicationOverride.Query().Where(medicationoverride.OrderID.EQ(d.order.ID), medicationoverride.AdministrationID.IsNil(),
		medicationoverride.FindingColumn.In(medicationoverride.FindingALLERGY, medicationoverride.FindingALLERGY_CLASS)).
		Order(medicationoverride.At.Desc()).First(kit.Unbound(ctx))
	if err != nil && !ent.IsNotFound(err) {
		return err
	}
	var since *time.Time
	if taken != nil {
		since = &taken.At
	}
	return m.allergic(ctx, d.findings, d.med, d.order.PatientID, since)
}
