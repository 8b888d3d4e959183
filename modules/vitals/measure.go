package vitals

import (
	"fmt"
	"strconv"
	"strings"

	"medoffice/ent"
	"medoffice/ent/vitalreading"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/opt"
)

// The longest texts of a reading, in letters.
const (
	shortText  = 100
	reasonText = 500
	noteText   = 1000
)

// readings makes the rows of a set, or says which input is wrong.
func (s scene) readings(in []*model.VitalInput) ([]*ent.VitalReading, error) {
	rows := make([]*ent.VitalReading, len(in))
	for i, one := range in {
		row, err := s.reading(one)
		if err != nil {
			err.Path = append([]string{"readings", strconv.Itoa(i)}, err.Path...)
			return nil, err
		}
		rows[i] = row
	}
	return rows, nil
}

// reading makes the row of one input.
func (s scene) reading(in *model.VitalInput) (*ent.VitalReading, *kit.Error) {
	known := signOf(in.Sign)
	switch {
	case known == nil:
		return nil, kit.Invalid("other signs come only from imports", "sign")
	case known.derived:
		return nil, kit.Invalid("the office computes this sign itself", "sign")
	}
	row := s.row(known)
	if err := words(in, row); err != nil {
		return nil, err
	}
	numbers := in.Value.Value() != nil || in.Systolic.Value() != nil || in.Diastolic.Value() != nil
	switch {
	case row.NotDoneReason != nil && numbers:
		return nil, kit.Invalid("a sign was measured or it was not: give the numbers or the reason", "notDoneReason")
	case row.NotDoneReason != nil:
		return row, nil
	case !numbers:
		return nil, kit.Invalid("give what was measured, or the reason why it was not", "value")
	}
	u, err := known.unitFor(opt.Text(in.Unit.Value()))
	if err != nil {
		return nil, err
	}
	return row, s.measure(known, u, in, row)
}

// row is an empty reading of the scene.
func (s scene) row(known *sign) *ent.VitalReading {
	code, system := known.code, loinc
	row := &ent.VitalReading{
		ID: id.New(vitalReadingEntity.Prefix), PatientID: s.patient.ID, Sign: known.sign, Status: vitalreading.StatusFINAL,
		CodeText: known.display, Code: &code, CodeSystem: &system, TakenAt: s.at, TakenBy: s.by,
	}
	if s.visit != nil {
		row.VisitID = &s.visit.ID
	}
	return row
}

// words takes the texts over.
func words(in *model.VitalInput, row *ent.VitalReading) *kit.Error {
	for _, w := range []struct {
		name string
		in   *string
		to   **string
		most int
	}{
		{"method", in.Method.Value(), &row.Method, shortText},
		{"bodyPosition", in.BodyPosition.Value(), &row.BodyPosition, shortText},
		{"bodySite", in.BodySite.Value(), &row.BodySite, shortText},
		{"note", in.Note.Value(), &row.Note, noteText},
		{"notDoneReason", in.NotDoneReason.Value(), &row.NotDoneReason, reasonText},
	} {
		said := strings.TrimSpace(opt.Text(w.in))
		if len([]rune(said)) > w.most {
			return kit.Invalid(fmt.Sprintf("this text has at most %d letters", w.most), w.name)
		}
		if said != "" {
			*w.to = &said
		}
	}
	return nil
}

// unitFor finds the unit that was entered.
func (s *sign) unitFor(text string) (unit, *kit.Error) {
	if text == "" && s.needs {
		return unit{}, kit.Invalid("tell the unit: "+s.unitNames(), "unit")
	}
	u, ok := s.unitOf(text)
	if !ok {
		return unit{}, kit.Invalid("this sign is measured in "+s.unitNames(), "unit")
	}
	return u, nil
}

func (s *sign) unitNames() string {
	names := make([]string, len(s.units))
	for i, u := range s.units {
		names[i] = u.code
	}
	return strings.Join(names, ", ")
}

// measure fills in the numbers of a reading and what they mean.
func (s scene) measure(known *sign, u unit, in *model.VitalInput, row *ent.VitalReading) *kit.Error {
	value, upper, lower := in.Value.Value(), in.Systolic.Value(), in.Diastolic.Value()
	kept := known.unit()
	row.Unit, row.EnteredUnit = &kept, &u.code
	if known.lower == nil {
		if value == nil || upper != nil || lower != nil {
			return kit.Invalid("this sign has one number", "value")
		}
		entered := value.String()
		row.EnteredValue = &entered
		return known.number(known.value, u, *value, s.age, "value", &row.Value, &row.Interpretation)
	}
	switch {
	case value != nil:
		return kit.Invalid("a blood pressure is systolic and diastolic", "value")
	case upper == nil:
		return kit.Invalid("a blood pressure is systolic and diastolic", "systolic")
	case lower == nil:
		return kit.Invalid("a blood pressure is systolic and diastolic", "diastolic")
	case *upper <= *lower:
		return kit.Refuse(kit.Implausible, "the systolic pressure is above the diastolic", "systolic")
	}
	entered := upper.String() + "/" + lower.String()
	row.EnteredValue = &entered
	if err := known.number(known.value, u, *upper, s.age, "systolic", &row.Systolic, &row.Interpretation); err != nil {
		return err
	}
	return known.number(*known.lower, u, *lower, s.age, "diastolic", &row.Diastolic, &row.Interpretation)
}

// number converts one number, refuses what nobody can have, and notes what it means.
func (s *sign) number(p part, u unit, entered decimal.Decimal, a age, name string,
	to **decimal.Decimal, means **vitalreading.Interpretation,
) *kit.Error {
	kept, ok := u.kept(entered, s.digits)
	possible := p.limitAt(a)
	if !ok || kept < possible.low || kept > possible.high {
		return kit.Refuse(kit.Implausible, fmt.Sprintf("at this age it is %s to %s %s: look at the number and the unit again",
			possible.low, possible.high, s.unit()), name)
	}
	if s.whole && entered.Round(0) != entered {
		return kit.Invalid("this is a whole number", name)
	}
	*to = &kept
	note(p.judge(kept, a), means)
	return nil
}

// note joins what a number means with what the reading meant before.
func note(i vitalreading.Interpretation, to **vitalreading.Interpretation) {
	if *to != nil {
		i = worse(**to, i)
	}
	if i != "" {
		*to = &i
	}
}
