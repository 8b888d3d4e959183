package patients

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/allergy"
	"medoffice/ent/consent"
	"medoffice/ent/historyentry"
	"medoffice/ent/immunization"
	"medoffice/ent/patient"
	"medoffice/ent/patientaddress"
	"medoffice/ent/patientcontact"
	"medoffice/ent/patientidentifier"
	"medoffice/ent/patienttelecom"
	"medoffice/ent/problem"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/load"
)

// mergePatients gives everything of one record to another of the same person.
func (m *Module) mergePatients(ctx context.Context, in model.MergePatientsInput) (string, error) {
	why, err := reason(in.Reason)
	if err != nil {
		return "", err
	}
	if in.FromID == in.IntoID {
		return "", kit.Invalid("a record cannot be merged into itself", "intoId")
	}
	from, into, err := m.openBoth(ctx, in.FromID, in.IntoID)
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(from.ID, from.Version, in.FromVersion); err != nil {
		return "", err
	}
	if err := kit.Fresh(into.ID, into.Version, in.IntoVersion); err != nil {
		return "", err
	}
	ctx = kit.Unbound(ctx) // all of a chart moves, also what the caller does not see
	for _, f := range m.followers {
		if err := f.MovePatient(ctx, from.ID, into.ID); err != nil {
			return "", err
		}
	}
	if err := from.Update().SetStatus(patient.StatusMERGED).SetMergedIntoID(into.ID).SetMergeReason(why).Exec(ctx); err != nil {
		return "", err
	}
	if err := m.joined(ctx, from, into); err != nil {
		return "", err
	}
	return into.ID, m.publish(ctx, events.PatientMerged{FromID: from.ID, IntoID: into.ID})
}

// openBoth holds two charts, always in the same order, so that two merges
// never wait for each other.
func (m *Module) openBoth(ctx context.Context, fromID, intoID string) (from, into *ent.Patient, err error) {
	if fromID < intoID {
		if from, err = m.open(ctx, fromID, "fromId"); err == nil {
			into, err = m.open(ctx, intoID, "intoId")
		}
		return from, into, err
	}
	if into, err = m.open(ctx, intoID, "intoId"); err == nil {
		from, err = m.open(ctx, fromID, "fromId")
	}
	return from, into, err
}

// joined completes the record that is kept: what was merged into the other
// leads to it, and it is found under the other's names. Its version goes up,
// so that nobody overwrites what they have not seen.
func (m *Module) joined(ctx context.Context, from, into *ent.Patient) error {
	c := m.DB.Client(ctx)
	earlier, err := c.Patient.Query().Where(patient.MergedIntoID.EQ(from.ID)).All(ctx)
	if err := load.Each(earlier, err, func(p *ent.Patient) error { return p.Update().SetMergedIntoID(into.ID).Exec(ctx) }); err != nil {
		return err
	}
	u := into.Update()
	if at := from.AllergiesReviewedAt; at != nil && (into.AllergiesReviewedAt == nil || at.After(*into.AllergiesReviewedAt)) {
		u.SetAllergiesReviewedAt(*at).SetNillableAllergiesReviewedBy(from.AllergiesReviewedBy)
	}
	if err := u.Exec(ctx); err != nil {
		return err
	}
	if err := m.forget(ctx, from.ID); err != nil {
		return err
	}
	return m.Index(ctx, into.ID)
}

// each calls f for every row that a query returned.
// MovePatient implements Follower for the rows of the chart.
func (m *Module) MovePatient(ctx context.Context, from, into string) error {
	if err := m.moveWho(ctx, from, into); err != nil {
		return err
	}
	return m.moveClinical(ctx, from, into)
}

func (m *Module) moveWho(ctx context.Context, from, into string) error {
	c := m.DB.Client(ctx)
	identifiers, err := c.PatientIdentifier.Query().Where(patientidentifier.PatientID.EQ(from)).All(ctx)
	if err := load.Each(identifiers, err, func(r *ent.PatientIdentifier) error { return r.Update().SetPatientID(into).Exec(ctx) }); err != nil {
		return err
	}
	addresses, err := c.PatientAddress.Query().Where(patientaddress.PatientID.EQ(from)).All(ctx)
	if err := load.Each(addresses, err, func(r *ent.PatientAddress) error { return r.Update().SetPatientID(into).Exec(ctx) }); err != nil {
		return err
	}
	telecoms, err := c.PatientTelecom.Query().Where(patienttelecom.PatientID.EQ(from)).All(ctx)
	if err := load.Each(telecoms, err, func(r *ent.PatientTelecom) error { return r.Update().SetPatientID(into).Exec(ctx) }); err != nil {
		return err
	}
	contacts, err := c.PatientContact.Query().Where(patientcontact.PatientID.EQ(from)).All(ctx)
	return load.Each(contacts, err, func(r *ent.PatientContact) error { return r.Update().SetPatientID(into).Exec(ctx) })
}

func (m *Module) moveClinical(ctx context.Context, from, into string) error {
	c := m.DB.Client(ctx)
	allergies, err := c.Allergy.Query().Where(allergy.PatientID.EQ(from)).All(ctx)
	if err := load.Each(allergies, err, func(r *ent.Allergy) error { return r.Update().SetPatientID(into).Exec(ctx) }); err != nil {
		return err
	}
	problems, err := c.Problem.Query().Where(problem.PatientID.EQ(from)).All(ctx)
	if err := load.Each(problems, err, func(r *ent.Problem) error { return r.Update().SetPatientID(into).Exec(ctx) }); err != nil {
		return err
	}
	histories, err := c.HistoryEntry.Query().Where(historyentry.PatientID.EQ(from)).All(ctx)
	if err := load.Each(histories, err, func(r *ent.HistoryEntry) error { return r.Update().SetPatientID(into).Exec(ctx) }); err != nil {
		return err
	}
	immunizations, err := c.Immunization.Query().Where(immunization.PatientID.EQ(from)).All(ctx)
	if err := load.Each(immunizations, err, func(r *ent.Immunization) error { return r.Update().SetPatientID(into).Exec(ctx) }); err != nil {
		return err
	}
	consents, err := c.Consent.Query().Where(consent.PatientID.EQ(from)).All(ctx)
	return load.Each(consents, err, func(r *ent.Consent) error { return r.Update().SetPatientID(into).Exec(ctx) })
}
