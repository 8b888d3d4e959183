package vitals

import (
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/vitalreading"
	"medoffice/modules/kit"
	"medoffice/modules/kit/decimal"
)

// How old a height may be to go with a new weight.
const (
	adultHeight = 365 * 24 * time.Hour
	childHeight = 90 * 24 * time.Hour
)

// derive makes the readings that follow from a set: the mean of each pressure,
// and mass index and surface where weight and height are known.
func (m *Module) derive(ctx context.Context, s scene, rows []*ent.VitalReading) ([]*ent.VitalReading, error) {
	var made []*ent.VitalReading
	for _, r := range rows {
		if r.Systolic != nil {
			made = append(made, s.computed(vitalreading.SignMEAN_ARTERIAL_PRESSURE, meanArterial(*r.Systolic, *r.Diastolic), r, nil))
		}
	}
	w, h := last(rows, vitalreading.SignBODY_WEIGHT), last(rows, vitalreading.SignBODY_HEIGHT)
	if w == nil && h == nil {
		return made, nil
	}
	together := w != nil && h != nil
	w, h, err := m.partner(ctx, s, w, h)
	if err != nil || w == nil || h == nil {
		return made, err
	}
	index := bodyMassIndex(*w.Value, *h.Value)
	if bound := massIndex.limitAt(s.age); index < bound.low || index > bound.high {
		if together {
			i := strconv.Itoa(slices.Index(rows, w))
			return nil, kit.Refuse(kit.Implausible, "nobody of this height has this weight: look at the numbers and the units again", "readings", i, "value")
		}
		return made, nil // an old row is wrong, and that must not hold up a new one
	}
	return append(made,
		s.computed(vitalreading.SignBODY_MASS_INDEX, index, w, h),
		s.computed(vitalreading.SignBODY_SURFACE_AREA, bodySurface(*w.Value, *h.Value), w, h)), nil
}

// last is the last measured reading of the sign in a set.
func last(rows []*ent.VitalReading, sign vitalreading.Sign) *ent.VitalReading {
	for _, r := range slices.Backward(rows) {
		if r.Sign == sign && r.Value != nil {
			return r
		}
	}
	return nil
}

// partner finds what a set lacks: a height that is not too old for the age, or
// the weight of the same visit.
func (m *Module) partner(ctx context.Context, s scene, w, h *ent.VitalReading) (_, _ *ent.VitalReading, err error) {
	switch {
	case h == nil:
		valid := childHeight
		if s.age.known && years(18).reached(s.age) {
			valid = adultHeight
		}
		h, err = m.newest(ctx, s, vitalreading.SignBODY_HEIGHT, valid)
	case w == nil && s.visit != nil:
		w, err = m.newest(ctx, s, vitalreading.SignBODY_WEIGHT, 24*time.Hour, vitalreading.VisitID.EQ(s.visit.ID))
	}
	return w, h, err
}

// newest is the newest reading of the sign that holds and is not older than
// valid at the time of the scene.
func (m *Module) newest(ctx context.Context, s scene, sign vitalreading.Sign, valid time.Duration, where ...func(*sql.Selector)) (*ent.VitalReading, error) {
	q := m.DB.Client(ctx).VitalReading.Query().Where(
		vitalreading.PatientID.EQ(s.patient.ID), vitalreading.SignColumn.EQ(sign), vitalreading.StatusColumn.EQ(vitalreading.StatusFINAL),
		vitalreading.Value.NotNil(), vitalreading.TakenAt.GTE(s.at.Add(-valid)), vitalreading.TakenAt.LTE(s.at))
	for _, w := range where {
		q.Where(w)
	}
	// A height measured at another site is the height all the same.
	row, err := q.Order(vitalreading.TakenAt.Desc(), vitalreading.ID.Desc()).First(kit.Unbound(ctx))
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return row, err
}

// computed is a reading that follows from others.
func (s scene) computed(sign vitalreading.Sign, value decimal.Decimal, from, with *ent.VitalReading) *ent.VitalReading {
	known := signOf(sign)
	row, unit := s.row(known), known.unit()
	row.Derived, row.DerivedFromID, row.Value, row.Unit = true, &from.ID, &value, &unit
	if with != nil {
		row.DerivedWithID = &with.ID
	}
	note(known.value.judge(value, s.age), &row.Interpretation)
	return row
}

// bodyMassIndex is kg divided by the square of m, to one digit.
func bodyMassIndex(kg, cm decimal.Decimal) decimal.Decimal {
	metres := cm.Float() / 100
	return decimal.Of(kg.Float() / (metres * metres)).Round(1)
}

// bodySurface is the formula of Mosteller (N Engl J Med 1987; 317:1098): the
// root of kg times cm divided by 3600, in m2, to two digits.
func bodySurface(kg, cm decimal.Decimal) decimal.Decimal {
	return decimal.Of(math.Sqrt(kg.Float() * cm.Float() / 3600)).Round(2)
}

// meanArterial is the diastolic pressure and a third of the pulse pressure, to
// a whole mm[Hg].
func meanArterial(systolic, diastolic decimal.Decimal) decimal.Decimal {
	return (diastolic + (systolic-diastolic)/3).Round(0)
}
