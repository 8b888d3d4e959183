package medications

import (
	"context"
	"strings"

	"medoffice/ent"
	"medoffice/ent/medication"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/kit/person"
)

// addMedication adds a medication to the catalogue.
func (m *Module) addMedication(ctx context.Context, in model.AddMedicationInput) (string, error) {
	for _, w := range []struct{ text, path string }{{in.Code, "code"}, {in.Form, "form"}, {in.PerUnit, "perUnit"}} {
		if _, err := act.Words(w.text, mostWord, w.path); err != nil {
			return "", err
		}
	}
	name, err := act.Words(in.Name, 200, "name")
	if err != nil {
		return "", err
	}
	if err := m.sound(ctx, in); err != nil {
		return "", err
	}
	c := m.DB.Client(ctx).Medication.Create().SetCode(strings.TrimSpace(in.Code)).SetName(name).SetSortName(person.Fold(name)).SetForm(strings.TrimSpace(in.Form)).
		SetNillableStrength(in.Strength.Value()).SetNillableStrengthUnit(in.StrengthUnit.Value()).SetPer(in.Per).SetPerUnit(strings.TrimSpace(in.PerUnit)).
		SetContents(in.Contents).SetNillableItemID(in.ItemID.Value()).SetNillableNdc(in.Ndc.Value()).SetNillableCvx(in.Cvx.Value()).
		SetNillableMaker(in.Maker.Value()).SetNillableMakerCode(in.MakerCode.Value()).SetNillableVisEdition(in.VisEdition.Value()).
		SetNillableBillingCode(in.BillingCode.Value()).SetRoutes(in.Routes.Value()).SetNillableMaxDose(in.MaxDose.Value()).
		SetNillableMaxDoseUnit(in.MaxDoseUnit.Value()).SetWindowMinutes(in.WindowMinutes).SetObserveMinutes(in.ObserveMinutes).SetSchedule(in.Schedule)
	row, err := c.Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, m.link(ctx, row.ID, in.Links.Value())
}

// sound refuses a medication whose doses could not be reckoned.
func (m *Module) sound(ctx context.Context, in model.AddMedicationInput) error {
	strength, unit := in.Strength.Value(), in.StrengthUnit.Value()
	if err := brief(in); err != nil {
		return err
	}
	switch {
	case (strength == nil) != (unit == nil) || strength != nil && *strength <= 0:
		return kit.Invalid("a strength is more than nothing, with its unit", "strength")
	case in.Per <= 0 || in.Contents <= 0 || in.Per > maxDose || in.Contents > maxDose:
		return kit.Invalid("tell how much it is of, more than nothing", "per")
	case in.WindowMinutes < 0 || in.WindowMinutes > 24*60:
		return kit.Invalid("tell 0 to 1440 minutes", "windowMinutes")
	case in.ObserveMinutes < 0 || in.ObserveMinutes > 24*60:
		return kit.Invalid("tell 0 to 1440 minutes", "observeMinutes")
	}
	probe := &ent.Medication{Strength: strength, StrengthUnit: unit, Per: in.Per, PerUnit: in.PerUnit}
	if err := sayable(probe, in.MaxDose.Value(), in.MaxDoseUnit.Value()); err != nil {
		return err
	}
	return m.kept(ctx, in.ItemID.Value())
}

// brief refuses texts and lists of a medication that are too long.
func brief(in model.AddMedicationInput) error {
	for _, r := range in.Routes.Value() {
		if _, err := act.Words(r, mostWord, "routes"); err != nil {
			return err
		}
	}
	for path, text := range map[string]*string{
		"strengthUnit": in.StrengthUnit.Value(), "ndc": in.Ndc.Value(), "cvx": in.Cvx.Value(), "maker": in.Maker.Value(), "makerCode": in.MakerCode.Value(),
		"billingCode": in.BillingCode.Value(), "maxDoseUnit": in.MaxDoseUnit.Value(),
	} {
		if text != nil && len(*text) > 200 {
			return kit.Invalid("this is too long", path)
		}
	}
	if len(in.Routes.Value()) > 20 {
		return kit.Invalid("at most 20 routes", "routes")
	}
	if len(in.Links.Value()) > mostLinks {
		return kit.Invalid("at most 50 ingredients and classes", "links")
	}
	return nil
}

// sayable refuses a largest dose in a unit that does not fit.
func sayable(med *ent.Medication, most *decimal.Decimal, unit *string) error {
	if (most == nil) != (unit == nil) || most != nil && (*most <= 0 || drawn(med, *most, *unit) == nil) {
		return kit.Invalid("tell the largest dose with a unit of the strength or of what it is drawn in", "maxDose")
	}
	return nil
}

// kept refuses an item that is not in the stock.
func (m *Module) kept(ctx context.Context, itemID *string) error {
	if itemID == nil {
		return nil
	}
	found, err := m.findItem(ctx, []string{*itemID})
	if err == nil && found[*itemID] == nil {
		err = kit.Missing("item", "itemId")
	}
	return err
}

// link writes the ingredients and classes of a medication.
func (m *Module) link(ctx context.Context, id string, list []*model.MedicationLinkInput) error {
	for _, l := range list {
		name, err := act.Words(l.Name, 200, "links")
		if err != nil {
			return err
		}
		err = m.DB.Client(ctx).MedicationLink.Create().SetMedicationID(id).SetKind(l.Kind).SetName(name).SetFolded(person.Fold(name)).
			SetNillableCode(l.Code.Value()).SetNillableCodeSystem(l.CodeSystem.Value()).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// updateMedication changes what of a medication may change.
func (m *Module) updateMedication(ctx context.Context, in model.UpdateMedicationInput) (string, error) {
	q := m.DB.Client(ctx).Medication.Query().Where(medication.ID.EQ(in.ID))
	q.Modify(db.ForUpdate)
	row, err := act.Found(q.Only(ctx))("medication", "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	u := row.Update()
	if name := in.Name.Value(); name != nil {
		text, err := act.Words(*name, 200, "name")
		if err != nil {
			return "", err
		}
		u.SetName(text).SetSortName(person.Fold(text))
	}
	if err := m.kept(ctx, in.ItemID.Value()); err != nil {
		return "", err
	}
	if in.MaxDose.IsSet() {
		if err := sayable(row, in.MaxDose.Value(), in.MaxDoseUnit.Value()); err != nil {
			return "", err
		}
		if u.SetNillableMaxDose(in.MaxDose.Value()).SetNillableMaxDoseUnit(in.MaxDoseUnit.Value()); in.MaxDose.Value() == nil {
			u.ClearMaxDose().ClearMaxDoseUnit()
		}
	}
	for path, n := range map[string]*int{"windowMinutes": in.WindowMinutes.Value(), "observeMinutes": in.ObserveMinutes.Value()} {
		if n != nil && (*n < 0 || *n > 24*60) {
			return "", kit.Invalid("tell 0 to 1440 minutes", path)
		}
	}
	u.SetNillableItemID(in.ItemID.Value()).SetNillableVisEdition(in.VisEdition.Value()).SetNillableBillingCode(in.BillingCode.Value()).
		SetNillableWindowMinutes(in.WindowMinutes.Value()).SetNillableObserveMinutes(in.ObserveMinutes.Value()).SetNillableActive(in.Active.Value())
	return row.ID, u.Exec(ctx)
}
