package medications

import (
	"context"
	"math/rand/v2"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/ent"
	"medoffice/ent/administration"
	"medoffice/ent/lot"
	"medoffice/ent/medication"
	"medoffice/ent/medicationrequest"
	"medoffice/ent/stockbalance"
	"medoffice/ent/visit"
	"medoffice/ent/visitstage"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/decimal"
)

// Step makes one plausible move of an invented day: somebody was observed long
// enough, somebody gets what was ordered, or a physician orders something for a
// patient who is with him. When it would do harm, or somebody else was faster,
// nothing is done.
func (m *Module) Step(ctx context.Context, r *rand.Rand) error {
	waiting, err := m.DB.Client(ctx).MedicationRequest.Query().Where(medicationrequest.StatusColumn.EQ(medicationrequest.StatusACTIVE),
		medicationrequest.SettingColumn.EQ(medicationrequest.SettingIN_OFFICE), medicationrequest.HasVisitWith(visit.OnBoard.EQ(true)),
	).With(ent.WithMedicationRequestMedication()).With(ent.WithMedicationRequestPatient()).Order(medicationrequest.OrderedAt.Asc(), medicationrequest.ID.Asc()).First(ctx)
	if err != nil && !ent.IsNotFound(err) {
		return err
	}
	over, err := m.DB.Client(ctx).Administration.Query().Where(administration.ObservedAt.IsNil(), administration.ObserveUntil.LTE(m.Clock.Now()),
		administration.StatusColumn.NEQ(administration.StatusENTERED_IN_ERROR)).Order(administration.ObserveUntil.Asc(), administration.ID.Asc()).First(ctx)
	if err != nil && !ent.IsNotFound(err) {
		return err
	}
	err = m.DB.Tx(ctx, func(ctx context.Context) error {
		switch {
		case over != nil:
			_, err := m.endObservation(ctx, model.EndObservationInput{ID: over.ID, ExpectedVersion: over.Version, Response: "Well"})
			return err
		case waiting != nil:
			return m.next(ctx, waiting)
		}
		return m.wish(ctx, r)
	})
	if _, refused := kit.AsError(err); refused {
		return nil
	}
	return err
}

// next gives what waits longest, of the lot that expires first.
func (m *Module) next(ctx context.Context, o *ent.MedicationRequest) error {
	med, p := o.Edges.Medication, o.Edges.Patient
	if med.ItemID == nil || o.LocationID == nil {
		return nil
	}
	b, err := m.DB.Client(ctx).StockBalance.Query().Where(stockbalance.ItemID.EQ(*med.ItemID), stockbalance.LocationID.EQ(*o.LocationID), stockbalance.Quantity.GT(0),
		stockbalance.HasLotWith(lot.StatusColumn.EQ(lot.StatusAVAILABLE), lot.ExpiresOn.GTE(date.Date(m.Day(m.Clock.Now()))))).
		Order(stockbalance.ByLot(lot.FieldExpiresOn), stockbalance.ID.Asc()).First(ctx)
	if ent.IsNotFound(err) {
		return m.ended(ctx, o, medicationrequest.StatusSTOPPED, "none is left in stock")
	}
	if err != nil {
		return err
	}
	in := model.GiveMedicationInput{
		OrderID: o.ID, LotID: graphql.OmittableOf(&b.LotID),
		Patient: &model.PatientIdentityInput{Mrn: graphql.OmittableOf(&p.Mrn), FamilyName: graphql.OmittableOf(&p.FamilyName)},
	}
	if med.VisEdition != nil {
		in.VisEdition = graphql.OmittableOf(med.VisEdition)
	}
	_, err = m.giveMedication(ctx, in)
	return err
}

// wish orders something for somebody who is with a physician and has no order yet.
func (m *Module) wish(ctx context.Context, r *rand.Rand) error {
	c := m.DB.Client(ctx)
	seen, err := c.Visit.Query().Where(visit.OnBoard.EQ(true), visit.ProviderID.NotNil(), visit.LocationID.NotNil(),
		visit.HasStageWith(visitstage.CategoryColumn.In(visitstage.CategoryWITH_PROVIDER, visitstage.CategoryORDERS_IN_PROGRESS))).
		Order(visit.StageSince.Asc(), visit.ID.Asc()).Limit(50).All(ctx)
	if err != nil {
		return err
	}
	for _, v := range seen {
		has, err := c.MedicationRequest.Query().Where(medicationrequest.VisitID.EQ(v.ID)).Exist(ctx)
		if err != nil {
			return err
		}
		if !has {
			return m.wishFor(ctx, r, v)
		}
	}
	return nil
}

func (m *Module) wishFor(ctx context.Context, r *rand.Rand, v *ent.Visit) error {
	meds, err := m.DB.Client(ctx).Medication.Query().Where(medication.Active.EQ(true), medication.ItemID.NotNil(), medication.ScheduleColumn.EQ(medication.ScheduleNONE)).
		Order(medication.ID.Asc()).Limit(mostCompared).All(ctx)
	if err != nil || len(meds) == 0 {
		return err
	}
	med := meds[r.IntN(len(meds))]
	if len(med.Routes) == 0 {
		return nil
	}
	in := model.OrderMedicationInput{
		VisitID: graphql.OmittableOf(&v.ID), MedicationID: med.ID, Dose: decimal.One, DoseUnit: med.PerUnit, Route: med.Routes[0],
		Setting: medicationrequest.SettingIN_OFFICE, Doses: 1,
	}
	if med.MaxDose != nil && med.PerUnit != "dose" && med.MaxDoseUnit != nil {
		in.Dose, in.DoseUnit = max(*med.MaxDose/2, 1), *med.MaxDoseUnit
	}
	_, err = m.orderMedication(ctx, in)
	return err
}
