package vitals

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/vitalreading"
	"medoffice/graph/model"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/page"
)

func (Query) VitalSigns(context.Context) ([]*model.VitalSignRule, error) {
	rules := make([]*model.VitalSignRule, len(signs))
	for i, s := range signs {
		rules[i] = s.rule()
	}
	return rules, nil
}

func (p Patient) Vitals(ctx context.Context, obj *ent.Patient, code *vitalreading.Sign, wrong *bool, filter field.Filter, order []*field.Order, first *int, after *string, last *int, before *string) (*model.VitalReadingConnection, error) {
	args := page.Args{Filter: filter, Order: order, First: first, After: after, Last: last, Before: before}
	return page.Of(ctx, p.vitalReadingList(), obj, wanted(vitalreading.FieldPatientID, code, wrong), args, patientOf)
}

func (v Visit) Vitals(ctx context.Context, obj *ent.Visit, code *vitalreading.Sign, wrong *bool, filter field.Filter, order []*field.Order, first *int, after *string, last *int, before *string) (*model.VitalReadingConnection, error) {
	args := page.Args{Filter: filter, Order: order, First: first, After: after, Last: last, Before: before}
	return page.Of(ctx, v.vitalReadingList(), obj, wanted(vitalreading.FieldVisitID, code, wrong), args, visitOf)
}

func (v VitalReading) DerivedFrom(ctx context.Context, obj *ent.VitalReading) ([]*ent.VitalReading, error) {
	from, err := load.Of(ctx, obj, "derived from", func(r *ent.VitalReading) string { return opt.Text(r.DerivedFromID) }, v.findVitalReading)
	if err != nil {
		return nil, err
	}
	with, err := load.Of(ctx, obj, "derived with", func(r *ent.VitalReading) string { return opt.Text(r.DerivedWithID) }, v.findVitalReading)
	return present(from, with), err
}

func (m Mutation) RecordVitals(ctx context.Context, in model.RecordVitalsInput) (*model.RecordVitalsPayload, error) {
	rows, problems, err := act.Do(ctx, m.Deps, in, m.recordVitals, m.readSet)
	out := &model.RecordVitalsPayload{Readings: rows, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}
	if err == nil && len(rows) > 0 {
		out.Visit, err = VitalReading(m).Visit(ctx, rows[0])
	}
	return out, err
}

func (m Mutation) MarkVitalEnteredInError(ctx context.Context, in model.MarkVitalEnteredInErrorInput) (*model.MarkVitalEnteredInErrorPayload, error) {
	rows, problems, err := act.Do(ctx, m.Deps, in, m.markWrong, m.readSet)
	return &model.MarkVitalEnteredInErrorPayload{Readings: rows, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func patientOf(r *ent.VitalReading) string { return r.PatientID }
func visitOf(r *ent.VitalReading) string   { return opt.Text(r.VisitID) }

func present(rows ...*ent.VitalReading) []*ent.VitalReading {
	list := []*ent.VitalReading{}
	for _, r := range rows {
		if r != nil {
			list = append(list, r)
		}
	}
	return list
}
