package medications

import (
	"context"
	"strings"
	"time"

	"medoffice/ent"
	"medoffice/ent/medicationoverride"
	"medoffice/ent/medicationrequest"
	"medoffice/ent/medicationstatement"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/kit/opt"
)

// most bounds texts: a word such as a route, a line, and a text.
const (
	mostWord = 60
	mostLine = 500
)

// maxDose bounds the number of a dose, whatever its unit.
const maxDose = 1_000_000 * decimal.One

// draftMedicationRequest writes an order for a physician to sign.
func (m *Module) draftMedicationRequest(ctx context.Context, in model.DraftMedicationRequestInput) (string, error) {
	row, _, err := m.writeOrder(ctx, model.OrderMedicationInput{
		PatientID: in.PatientID, VisitID: in.VisitID, LocationID: in.LocationID, ProviderID: in.ProviderID, MedicationID: in.MedicationID,
		Setting: in.Setting, Dose: in.Dose, DoseUnit: in.DoseUnit, Route: in.Route, Site: in.Site, Frequency: in.Frequency,
		Doses: in.Doses, EveryMinutes: in.EveryMinutes, Prn: in.Prn, Stat: in.Stat, Reason: in.Reason, Instructions: in.Instructions,
		ValidFrom: in.ValidFrom, ValidUntil: in.ValidUntil, Quantity: in.Quantity, Refills: in.Refills, Pharmacy: in.Pharmacy, GiveBy: in.GiveBy,
	})
	if err != nil {
		return "", err
	}
	return row.ID, m.orderTold(ctx, row)
}

// orderMedication writes an order that its writer signs.
func (m *Module) orderMedication(ctx context.Context, in model.OrderMedicationInput) (string, error) {
	row, med, err := m.writeOrder(ctx, in)
	if err != nil {
		return "", err
	}
	return row.ID, m.signed(ctx, row, med, in.Overrides.Value())
}

// signMedicationRequest has a draft hold.
func (m *Module) signMedicationRequest(ctx context.Context, in model.SignMedicationRequestInput) (string, error) {
	row, err := m.lock(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if row.Status != medicationrequest.StatusDRAFT {
		return "", kit.Refuse(kit.FailedPrecondition, "this order is no draft any more", "id")
	}
	med, err := m.orderable(ctx, row.MedicationID)
	if err != nil {
		return "", err
	}
	return row.ID, m.signed(ctx, row, med, in.Overrides.Value())
}

// signed checks an order, has it hold and asks somebody to carry it out.
func (m *Module) signed(ctx context.Context, row *ent.MedicationRequest, med *ent.Medication, overrides []*model.OverrideInput) error {
	f := &findings{ctx: ctx}
	if err := m.checkOrder(ctx, f, row, med); err != nil {
		return err
	}
	taken, err := f.settle(overrides)
	if err != nil {
		return err
	}
	v, now := kit.ViewerOf(ctx), m.Clock.Now()
	row, err = row.Update().SetStatus(medicationrequest.StatusACTIVE).SetSignedAt(now).SetSignedBy(v.ID).SetSignedName(v.Name).
		SetNillableNextDueAt(row.ValidFrom).Save(ctx)
	if err != nil {
		return err
	}
	if err := m.keep(ctx, taken, row, "", now); err != nil {
		return err
	}
	if row.Setting == medicationrequest.SettingOUTSIDE {
		err = m.listed(ctx, row, med)
	} else if !row.Prn {
		err = m.ask(ctx, row, med)
	}
	if err != nil {
		return err
	}
	return m.orderTold(ctx, row)
}

// listed puts a prescription on the list of what the patient takes.
func (m *Module) listed(ctx context.Context, row *ent.MedicationRequest, med *ent.Medication) error {
	today := date.Date(m.Day(m.Clock.Now()))
	return m.DB.Client(ctx).MedicationStatement.Create().SetPatientID(row.PatientID).SetMedicationID(med.ID).SetOrderID(row.ID).
		SetCodeText(med.Name).SetOrigin(medicationstatement.OriginPRESCRIBED).SetDose(said(row.Dose, row.DoseUnit)).SetRoute(row.Route).
		SetNillableFrequency(row.Frequency).SetStartedOn(today).SetRecordedAt(m.Clock.Now()).Exec(ctx)
}

// said is a dose as people say it.
func said(dose decimal.Decimal, unit string) string { return dose.String() + " " + unit }

// ask asks for the next dose of an order.
func (m *Module) ask(ctx context.Context, row *ent.MedicationRequest, med *ent.Medication) error {
	i := handover.Instruction{
		About: row.ID, Kind: handover.TaskGive, Role: row.GiveBy, Urgent: row.Stat, PatientID: row.PatientID,
		VisitID: opt.Text(row.VisitID), LocationID: opt.Text(row.LocationID),
		Title: short("Give " + said(row.Dose, row.DoseUnit) + " " + row.Route + ": " + med.Name),
	}
	if row.NextDueAt != nil {
		i.DueAt = *row.NextDueAt
	}
	_, err := m.tasks.Ask(ctx, i)
	return err
}

// short cuts a title to what a task may have.
func short(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:199]) + "…"
	}
	return s
}

// checkOrder finds what is wrong with an order before it is signed.
func (m *Module) checkOrder(ctx context.Context, f *findings, row *ent.MedicationRequest, med *ent.Medication) error {
	amount := drawn(med, row.Dose, row.DoseUnit)
	if amount == nil {
		f.stop(medicationoverride.FindingWRONG_UNIT, "the dose cannot be said in this unit for this medication")
		return nil
	}
	if med.MaxDose != nil && med.MaxDoseUnit != nil {
		if most := drawn(med, *med.MaxDose, *med.MaxDoseUnit); most != nil && amount.Cmp(most) > 0 {
			f.warn(medicationoverride.FindingABOVE_MAXIMUM, "this is more than the largest dose of the office")
		}
	}
	if len(med.Routes) > 0 && !among(med.Routes, row.Route) {
		f.warn(medicationoverride.FindingROUTE_NOT_ALLOWED, "this medication is not given by this route")
	}
	if row.Setting == medicationrequest.SettingIN_OFFICE && med.ItemID == nil {
		f.stop(medicationoverride.FindingNOT_IN_STOCK, "the office does not keep this medication: prescribe it")
	}
	if err := m.allergic(ctx, f, med, row.PatientID, nil); err != nil {
		return err
	}
	return m.doubled(ctx, f, med, row.PatientID, row.ID)
}

func among(list []string, one string) bool {
	for _, s := range list {
		if strings.EqualFold(s, one) {
			return true
		}
	}
	return false
}

// orderable finds a medication that can be ordered.
func (m *Module) orderable(ctx context.Context, id string) (*ent.Medication, error) {
	found, err := m.findMedication(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	med := found[id]
	if med == nil {
		return nil, kit.Missing("medication", "medicationId")
	}
	if !med.Active {
		return nil, kit.Refuse(kit.FailedPrecondition, "this medication is not ordered any more", "medicationId")
	}
	return med, nil
}

// writeOrder checks the form of an order and writes it as a draft.
func (m *Module) writeOrder(ctx context.Context, in model.OrderMedicationInput) (*ent.MedicationRequest, *ent.Medication, error) {
	med, err := m.orderable(ctx, in.MedicationID)
	if err != nil {
		return nil, nil, err
	}
	at, err := m.place(ctx, in)
	if err != nil {
		return nil, nil, err
	}
	if err := m.shape(in); err != nil {
		return nil, nil, err
	}
	c := m.DB.Client(ctx).MedicationRequest.Create().SetMedicationID(med.ID).SetPatientID(at.patient).
		SetNillableVisitID(opt.Of(at.visit)).SetNillableLocationID(opt.Of(at.location)).SetNillableProviderID(opt.Of(at.provider)).
		SetSetting(in.Setting).SetDose(in.Dose).SetDoseUnit(strings.TrimSpace(in.DoseUnit)).SetRoute(strings.TrimSpace(in.Route)).
		SetNillableSite(in.Site.Value()).SetNillableFrequency(in.Frequency.Value()).SetDoses(in.Doses).SetNillableEveryMinutes(in.EveryMinutes.Value()).
		SetPrn(in.Prn).SetStat(in.Stat).SetNillableReason(in.Reason.Value()).SetNillableInstructions(in.Instructions.Value()).
		SetNillableValidFrom(in.ValidFrom.Value()).SetNillableValidUntil(in.ValidUntil.Value()).
		SetNillableQuantity(in.Quantity.Value()).SetNillableRefills(in.Refills.Value()).SetNillablePharmacy(in.Pharmacy.Value()).
		SetOrderedAt(m.Clock.Now())
	if r := in.GiveBy.Value(); r != nil {
		c.SetGiveBy(string(*r))
	}
	row, err := c.Save(ctx)
	return row, med, err
}

// shape refuses what no order can be, whatever it is of.
func (m *Module) shape(in model.OrderMedicationInput) error {
	for _, w := range []struct{ text, path string }{{in.DoseUnit, "doseUnit"}, {in.Route, "route"}} {
		if _, err := act.Words(w.text, mostWord, w.path); err != nil {
			return err
		}
	}
	for path, text := range map[string]*string{
		"site": in.Site.Value(), "frequency": in.Frequency.Value(), "reason": in.Reason.Value(),
		"instructions": in.Instructions.Value(), "pharmacy": in.Pharmacy.Value(),
	} {
		if text != nil && len([]rune(*text)) > mostLine {
			return kit.Invalid("at most 500 letters", path)
		}
	}
	if err := times(in); err != nil {
		return err
	}
	from, until := in.ValidFrom.Value(), in.ValidUntil.Value()
	switch {
	case until != nil && !until.After(m.Clock.Now()):
		return kit.Invalid("this hour is over", "validUntil")
	case from != nil && until != nil && !until.After(*from):
		return kit.Invalid("an order ends after it begins", "validUntil")
	}
	return nil
}

// times refuses an order whose numbers make no sense.
func times(in model.OrderMedicationInput) error {
	number := func(n *int, least, most int) bool { return n == nil || *n >= least && *n <= most }
	switch {
	case in.Dose <= 0 || in.Dose > maxDose:
		return kit.Invalid("a dose is more than nothing", "dose")
	case in.Doses < 1 || in.Doses > 100:
		return kit.Invalid("an order is for 1 to 100 doses", "doses")
	case !number(in.EveryMinutes.Value(), 1, 366*24*60):
		return kit.Invalid("tell a minute to a year between two doses", "everyMinutes")
	case in.Doses > 1 && in.EveryMinutes.Value() == nil:
		return kit.Invalid("tell how many minutes are between two doses", "everyMinutes")
	case !number(in.Quantity.Value(), 1, 10_000):
		return kit.Invalid("tell a number from 1 to 10000", "quantity")
	case !number(in.Refills.Value(), 0, 11):
		return kit.Invalid("a prescription can be repeated 0 to 11 times", "refills")
	}
	return nil
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// held locks an order, which keeps its doses apart.
func (m *Module) held(ctx context.Context, id, path string) (*ent.MedicationRequest, error) {
	q := m.DB.Client(ctx).MedicationRequest.Query().Where(medicationrequest.ID.EQ(id))
	q.Modify(db.ForUpdate)
	return act.Found(q.Only(ctx))("order", path)
}

// lock locks an order to change, as the caller saw it.
func (m *Module) lock(ctx context.Context, id string, expected int) (*ent.MedicationRequest, error) {
	row, err := m.held(ctx, id, "id")
	if err != nil {
		return nil, err
	}
	return row, kit.Fresh(row.ID, row.Version, expected)
}

func (m *Module) orderTold(ctx context.Context, row *ent.MedicationRequest) error {
	list := []bus.Event{events.OrderChanged{
		OrderID: row.ID, PatientID: row.PatientID, VisitID: opt.Text(row.VisitID), LocationID: opt.Text(row.LocationID), Status: string(row.Status),
	}}
	if row.VisitID != nil {
		list = append(list, events.VisitChanged{VisitID: *row.VisitID, LocationID: opt.Text(row.LocationID)})
	}
	return m.publish(ctx, list...)
}

// holds reports whether an instant is within the hours of an order.
func holds(row *ent.MedicationRequest, at time.Time) bool {
	return row.ValidUntil == nil || at.Before(*row.ValidUntil)
}
