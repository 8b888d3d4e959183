package vitals

import (
	"context"
	"math/rand/v2"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/ent"
	"medoffice/ent/visit"
	"medoffice/ent/visitstage"
	"medoffice/ent/vitalreading"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/decimal"
)

// Step makes one plausible move of an invented day: somebody who was taken to a
// room is measured. When nobody waits for it, or somebody else was faster, nothing
// is done.
func (m *Module) Step(ctx context.Context, r *rand.Rand) error {
	v, err := m.unmeasured(ctx)
	if err != nil || v == nil {
		return err
	}
	number := func(low, high int) graphql.Omittable[*decimal.Decimal] {
		n := decimal.Decimal(low+r.IntN(high-low+1)) * decimal.One
		return graphql.OmittableOf(&n)
	}
	in := model.RecordVitalsInput{PatientID: v.PatientID, VisitID: graphql.OmittableOf(&v.ID), Readings: []*model.VitalInput{
		{Sign: vitalreading.SignBLOOD_PRESSURE, Systolic: number(104, 148), Diastolic: number(62, 94)},
		{Sign: vitalreading.SignHEART_RATE, Value: number(58, 104)},
		{Sign: vitalreading.SignRESPIRATORY_RATE, Value: number(12, 20)},
		{Sign: vitalreading.SignOXYGEN_SATURATION, Value: number(94, 100)},
		{Sign: vitalreading.SignPAIN_SCORE, Value: number(0, 6)},
	}}
	err = m.DB.Tx(ctx, func(ctx context.Context) error {
		_, err := m.recordVitals(ctx, in)
		return err
	})
	if _, refused := kit.AsError(err); refused {
		return nil
	}
	return err
}

// unmeasured is who waits longest in a room and was not measured, nil for nobody.
func (m *Module) unmeasured(ctx context.Context) (*ent.Visit, error) {
	c := m.DB.Client(ctx)
	list, err := c.Visit.Query().Where(visit.OnBoard.EQ(true),
		visit.HasStageWith(visitstage.CategoryColumn.In(visitstage.CategoryROOMING, visitstage.CategoryREADY_FOR_PROVIDER))).
		Order(visit.StageSince.Asc(), visit.ID.Asc()).Limit(50).All(ctx)
	for _, v := range list {
		has, err := c.VitalReading.Query().Where(vitalreading.VisitID.EQ(v.ID)).Exist(ctx)
		if err != nil || !has {
			return v, err
		}
	}
	return nil, err
}
