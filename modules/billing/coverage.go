package billing

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/coverage"
	"medoffice/ent/payer"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
)

func (p Patient) Coverages(ctx context.Context, obj *ent.Patient) ([]*ent.Coverage, error) {
	return load.Of(ctx, obj, "coverages", func(r *ent.Patient) string { return r.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.Coverage, error) {
		rows, err := p.DB.Client(ctx).Coverage.Query().Where(coverage.PatientID.In(ids...), coverage.VoidedAt.IsNil()).
			Order(coverage.Rank.Asc(), coverage.ValidFrom.Desc(), coverage.ID.Asc()).Limit(mostCoverages * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(c *ent.Coverage) string { return c.PatientID })
	})
}

func (m *Module) addCoverage(ctx context.Context, in model.AddCoverageInput) (string, error) {
	if err := m.account(ctx, in.PatientID); err != nil {
		return "", err
	}
	c := m.DB.Client(ctx)
	if _, err := act.Found(c.Payer.Query().Where(payer.ID.EQ(in.PayerID), payer.Active.EQ(true)).Only(ctx))("payer", "payerId"); err != nil {
		return "", err
	}
	member, err := act.Words(in.MemberID, mostName, "memberId")
	if err != nil {
		return "", err
	}
	row := &ent.Coverage{PatientID: in.PatientID, Rank: in.Rank, ValidFrom: date.Date(m.Day(m.Clock.Now())), ValidTo: in.ValidTo.Value()}
	if from := in.ValidFrom.Value(); from != nil {
		row.ValidFrom = *from
	}
	if err := m.fits(ctx, row); err != nil {
		return "", err
	}
	made := c.Coverage.Create().SetPatientID(row.PatientID).SetPayerID(in.PayerID).SetRank(row.Rank).SetMemberID(member).SetRelationship(in.Relationship).
		SetValidFrom(row.ValidFrom).SetNillableValidTo(row.ValidTo)
	if in.Relationship != coverage.RelationshipSELF {
		family, err := act.Words(opt.Text(in.SubscriberFamily.Value()), mostName, "subscriberFamily")
		if err != nil {
			return "", err
		}
		made.SetSubscriberFamily(family).SetNillableSubscriberGiven(in.SubscriberGiven.Value()).SetNillableSubscriberBirth(in.SubscriberBirth.Value())
	}
	if row, err = made.SetNillableGroupNumber(in.GroupNumber.Value()).SetNillablePlan(in.Plan.Value()).Save(ctx); err != nil {
		return "", err
	}
	return row.ID, m.covered(ctx, row)
}

// fits refuses a coverage that says nothing, or that would hold on the same day
// as another one of its order. The account of the patient is held.
func (m *Module) fits(ctx context.Context, row *ent.Coverage) error {
	whole := func(d date.Date) bool { return len(d) == len(time.DateOnly) }
	switch {
	case row.Rank < 1 || row.Rank > 3:
		return kit.Invalid("the order is 1, 2 or 3", "rank")
	case !whole(row.ValidFrom):
		return kit.Invalid("tell a whole day", "validFrom")
	case row.ValidTo != nil && (!whole(*row.ValidTo) || *row.ValidTo < row.ValidFrom):
		return kit.Invalid("tell a whole day that is not before the first one", "validTo")
	}
	others, err := m.DB.Client(ctx).Coverage.Query().Where(coverage.PatientID.EQ(row.PatientID), coverage.VoidedAt.IsNil(), coverage.ID.NEQ(row.ID)).
		Limit(mostCoverages).All(ctx)
	if err == nil && len(others) >= mostCoverages {
		return kit.Refuse(kit.FailedPrecondition, "there are as many coverages as there may be", "patientId")
	}
	for _, o := range others {
		apart := row.ValidTo != nil && *row.ValidTo < o.ValidFrom || o.ValidTo != nil && *o.ValidTo < row.ValidFrom
		if o.Rank == row.Rank && !apart {
			return kit.Refuse(kit.FailedPrecondition, "another coverage has this order in that time: end it first", "rank")
		}
	}
	return err
}

// coverageOf finds a coverage as the caller saw it, and holds the account.
func (m *Module) coverageOf(ctx context.Context, id string, expected int) (*ent.Coverage, error) {
	found, err := m.findCoverage(ctx, []string{id})
	if err == nil && found[id] == nil {
		err = kit.Missing("coverage", "id")
	}
	if err != nil {
		return nil, err
	}
	if err := m.account(ctx, found[id].PatientID); err != nil {
		return nil, err
	}
	row, err := m.DB.Client(ctx).Coverage.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := kit.Fresh(row.ID, row.Version, expected); err != nil {
		return nil, err
	}
	if row.VoidedAt != nil {
		return nil, kit.Refuse(kit.FailedPrecondition, "this coverage was taken back", "id")
	}
	return row, nil
}

func (m *Module) updateCoverage(ctx context.Context, in model.UpdateCoverageInput) (string, error) {
	row, err := m.coverageOf(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	u := m.DB.Client(ctx).Coverage.UpdateOneID(row.ID).SetNillableRank(in.Rank.Value()).
		SetNillableGroupNumber(in.GroupNumber.Value()).SetNillablePlan(in.Plan.Value())
	if rank := in.Rank.Value(); rank != nil {
		row.Rank = *rank
	}
	if to, told := in.ValidTo.ValueOK(); told && to == nil {
		row.ValidTo = nil
		u.ClearValidTo()
	} else if told {
		row.ValidTo = to
		u.SetValidTo(*to)
	}
	if err := m.fits(ctx, row); err != nil {
		return "", err
	}
	if row, err = u.Save(ctx); err != nil {
		return "", err
	}
	return row.ID, m.covered(ctx, row)
}

func (m *Module) voidCoverage(ctx context.Context, in model.VoidCoverageInput) (string, error) {
	reason, err := act.Words(in.Reason, mostReason, "reason")
	if err != nil {
		return "", err
	}
	row, err := m.coverageOf(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	row, err = m.DB.Client(ctx).Coverage.UpdateOneID(row.ID).SetVoidedAt(m.Clock.Now()).SetVoidedBy(kit.ViewerOf(ctx).ID).SetVoidReason(reason).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, m.covered(ctx, row)
}

func (m *Module) covered(ctx context.Context, row *ent.Coverage) error {
	return m.Bus.Publish(ctx, kit.ViewerOf(ctx).ID, events.CoverageChanged{CoverageID: row.ID, PatientID: row.PatientID, PayerID: row.PayerID, Voided: row.VoidedAt != nil})
}
