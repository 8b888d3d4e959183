package patients

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/patient"
	"medoffice/ent/patientidentifier"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/person"
	"medoffice/modules/kit/put"
)

// PutPatient writes a patient that an import brought, with the identifiers,
// addresses, telecoms and contacts in its Edges, by its source, in the running
// transaction. Where Mrn is empty, or the patient is known, the office's own
// number stands. A patient who was changed here since is left alone; one who
// looks like another person under the same source is refused.
func (m *Module) PutPatient(ctx context.Context, row *ent.Patient) (id string, created, updated bool, err error) {
	q := m.DB.Client(ctx).Patient.Query().Where(patient.Source.EQ(*row.Source))
	q.Modify(db.ForUpdate)
	old, err := q.Only(ctx)
	if err != nil && !ent.IsNotFound(err) {
		return "", false, false, err
	}
	if err == nil {
		err = m.recognise(ctx, old, row)
	} else {
		old, err = nil, m.settleMRN(ctx, row)
	}
	var numbers []*ent.PatientIdentifier
	if err == nil {
		numbers, err = m.newIdentifiers(ctx, old, row)
	}
	if err != nil { // nothing is written yet
		return idOf(old), false, false, err
	}
	return m.putPatient(ctx, old, row, numbers)
}

func idOf(p *ent.Patient) string {
	if p == nil {
		return ""
	}
	return p.ID
}

func (m *Module) putPatient(ctx context.Context, old, row *ent.Patient, numbers []*ent.PatientIdentifier) (id string, created, updated bool, err error) {
	var missing error
	if old == nil {
		missing = &ent.NotFoundError{}
	}
	id, created, updated, err = m.patientDoor().Put(ctx, old, missing, row)
	if err != nil {
		return id, false, false, err
	}
	more, err := m.putCard(ctx, id, old, row, numbers)
	if err != nil || !created && !updated && !more {
		return id, false, false, err
	}
	if more && !created && !updated { // the card is one thing: its version shows every change
		if err := m.DB.Client(ctx).Patient.UpdateOneID(id).Exec(ctx); err != nil {
			return id, false, false, err
		}
	}
	return id, created, !created, m.Index(ctx, id)
}

// recognise checks who stands behind the source, and that the row may change.
// The office keeps its own MRN.
func (m *Module) recognise(ctx context.Context, old, row *ent.Patient) error {
	row.Mrn = old.Mrn
	if old.Status == patient.StatusMERGED {
		return kit.Refuse(kit.Conflict, "this patient was merged here into another one")
	}
	named := person.Fold(old.FamilyName) == person.Fold(row.FamilyName)
	born := old.BirthDate == nil || row.BirthDate == nil || *old.BirthDate == *row.BirthDate
	if !named && !born {
		return kit.Refuse(kit.FailedPrecondition, "under this id another person was imported before")
	}
	return put.Untouched(ctx, old.UpdatedBy)
}

// settleMRN checks the medical record number of a new patient, or draws one.
func (m *Module) settleMRN(ctx context.Context, row *ent.Patient) error {
	if row.Mrn != "" {
		taken, err := m.DB.Client(ctx).Patient.Query().Where(patient.Mrn.EQ(row.Mrn)).Exist(ctx)
		if err == nil && taken {
			err = kit.Refuse(kit.AlreadyExists, "another patient has this medical record number")
		}
		return err
	}
	var err error
	row.Mrn, err = m.DrawMRN(ctx)
	return err
}

func (m *Module) patientDoor() put.Door[ent.Patient] {
	return put.Door[ent.Patient]{
		Columns: patientColumns,
		Stamp:   func(p *ent.Patient) (string, string) { return p.ID, p.UpdatedBy },
		Save: func(ctx context.Context, old *ent.Patient, c put.Columns) (*ent.Patient, error) {
			if old == nil {
				made := m.DB.Client(ctx).Patient.Create()
				return put.Save(ctx, made, made.Mutation(), c)
			}
			change := old.Update()
			return put.Save(ctx, change, change.Mutation(), c)
		},
	}
}

func patientColumns(p *ent.Patient) put.Columns {
	c := put.Columns{
		patient.FieldSource: put.Opt(p.Source), patient.FieldMrn: p.Mrn, patient.FieldStatus: p.Status,
		patient.FieldFamilyName: p.FamilyName, patient.FieldGivenName: p.GivenName,
		patient.FieldNamePrefix: put.Opt(p.NamePrefix), patient.FieldNameSuffix: put.Opt(p.NameSuffix),
		patient.FieldPreferredName: put.Opt(p.PreferredName),
		patient.FieldSortName:      person.SortName(p.FamilyName, p.GivenName),
		patient.FieldBirthDate:     put.Opt(p.BirthDate), patient.FieldSex: p.Sex,
		patient.FieldGenderIdentity: put.Opt(p.GenderIdentity), patient.FieldMaritalStatus: put.Opt(p.MaritalStatus),
		patient.FieldLanguages: nil,
		patient.FieldDeceased:  p.Deceased, patient.FieldDeceasedAt: put.Opt(p.DeceasedAt),
	}
	if len(p.Languages) > 0 {
		c[patient.FieldLanguages] = p.Languages
	}
	return c
}

// putCard adds what the card of the patient lacks. Nothing is deleted:
// addresses and telecoms that the source no longer has become old ones.
func (m *Module) putCard(ctx context.Context, id string, old, row *ent.Patient, numbers []*ent.PatientIdentifier) (changed bool, err error) {
	for _, i := range numbers {
		err := m.DB.Client(ctx).PatientIdentifier.Create().SetPatientID(id).SetSystem(i.System).
			SetValue(i.Value).SetNillableType(i.Type).Exec(ctx)
		if err != nil {
			return false, err
		}
	}
	changed = len(numbers) > 0
	for _, part := range []func(context.Context, string, *ent.Patient, *ent.Patient) (bool, error){
		m.putAddresses, m.putTelecoms, m.putContacts,
	} {
		did, err := part(ctx, id, old, row)
		if err != nil {
			return false, err
		}
		changed = changed || did
	}
	return changed, nil
}

// newIdentifiers are the identifiers that the patient does not have yet. One
// that another patient has is refused.
func (m *Module) newIdentifiers(ctx context.Context, old, row *ent.Patient) (missing []*ent.PatientIdentifier, err error) {
	values := make([]string, 0, len(row.Edges.Identifiers))
	for _, i := range row.Edges.Identifiers {
		values = append(values, i.Value)
	}
	if len(values) == 0 {
		return nil, nil
	}
	known, err := m.DB.Client(ctx).PatientIdentifier.Query().Where(patientidentifier.Value.In(values...)).All(ctx)
	if err != nil {
		return nil, err
	}
	owner := map[[2]string]string{}
	for _, k := range known {
		owner[[2]string{k.System, k.Value}] = k.PatientID
	}
	for _, i := range row.Edges.Identifiers {
		has, taken := owner[[2]string{i.System, i.Value}]
		switch {
		case !taken:
			missing = append(missing, i)
		case has != idOf(old):
			return nil, kit.Refuse(kit.AlreadyExists, "another patient has one of these identifiers")
		}
	}
	return missing, nil
}
