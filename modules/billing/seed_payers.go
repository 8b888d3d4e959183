package billing

import (
	"context"
	"fmt"

	"medoffice/ent/coverage"
	"medoffice/ent/patient"
	"medoffice/modules/kit/date"
)

// seedPayers are invented insurers.
var seedPayers = []struct{ name, number, plan string }{
	{"Harbor Mutual Health", "99001", "Harbor Choice PPO"},
	{"Three Rivers Health Plan", "99002", "Rivers Basic HMO"},
	{"State Family Programme", "99003", "Family"},
}

// mostInsured is how many patients of the demo office have a coverage.
const mostInsured = 400

// insure writes payers, and who pays for the patients: one for most, two for some.
func (s *desk) insure(ctx context.Context) error {
	c, r := s.DB.Client(ctx), s.demo.Rand("payers")
	var payers []string
	for _, p := range seedPayers {
		row, err := c.Payer.Create().SetID(s.demo.ID(r, "ins")).SetName(p.name).SetNumber(p.number).Save(ctx)
		if err != nil {
			return err
		}
		payers = append(payers, row.ID)
	}
	people, err := c.Patient.Query().Where(patient.StatusColumn.EQ(patient.StatusACTIVE)).Order(patient.ID.Asc()).Limit(mostInsured).All(ctx)
	if err != nil {
		return err
	}
	from := date.Of(s.demo.Now.In(s.Zone).AddDate(-1, 0, 0))
	for i, p := range people {
		if i%7 == 6 {
			continue // pays alone
		}
		for rank := range 1 + (i%5)/4 {
			which := r.IntN(len(payers))
			err := c.Coverage.Create().SetID(s.demo.ID(r, "cov")).SetPatientID(p.ID).SetPayerID(payers[which]).SetRank(rank + 1).
				SetMemberID(fmt.Sprintf("HM%08d", r.IntN(100_000_000))).SetPlan(seedPayers[which].plan).SetRelationship(coverage.RelationshipSELF).
				SetValidFrom(from).Exec(ctx)
			if err != nil {
				return err
			}
		}
	}
	return nil
}
