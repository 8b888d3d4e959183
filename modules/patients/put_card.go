package patients

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/patientaddress"
	"medoffice/ent/patientcontact"
	"medoffice/ent/patienttelecom"
	"medoffice/modules/kit/put"
)

func (m *Module) putAddresses(ctx context.Context, id string, old, row *ent.Patient) (changed bool, err error) {
	var known []*ent.PatientAddress
	if old != nil {
		known, err = m.DB.Client(ctx).PatientAddress.Query().Where(patientaddress.PatientID.EQ(id)).All(ctx)
		if err != nil {
			return false, err
		}
	}
	there := map[[5]string]*ent.PatientAddress{}
	for _, k := range known {
		there[where(k)] = k
	}
	for _, a := range row.Edges.Addresses {
		key := where(a)
		k := there[key]
		delete(there, key)
		switch {
		case k == nil:
			err = m.DB.Client(ctx).PatientAddress.Create().SetPatientID(id).SetUse(a.Use).SetLine(a.Line).
				SetCity(a.City).SetState(a.State).SetPostalCode(a.PostalCode).SetCountry(a.Country).Exec(ctx)
		case k.Use != a.Use:
			err = k.Update().SetUse(a.Use).Exec(ctx)
		default:
			continue
		}
		if changed = true; err != nil {
			return false, err
		}
	}
	for _, gone := range there {
		if gone.Use != patientaddress.UseOLD && mine(ctx, gone.UpdatedBy) {
			changed = true
			if err := gone.Update().SetUse(patientaddress.UseOLD).Exec(ctx); err != nil {
				return false, err
			}
		}
	}
	return changed, nil
}

// mine reports whether the import itself wrote the row last.
func mine(ctx context.Context, by string) bool { return put.Untouched(ctx, by) == nil }

// where is an address without anything but the place.
func where(a *ent.PatientAddress) [5]string {
	return [5]string{a.Line, a.City, a.State, a.PostalCode, a.Country}
}

func (m *Module) putTelecoms(ctx context.Context, id string, old, row *ent.Patient) (changed bool, err error) {
	var known []*ent.PatientTelecom
	if old != nil {
		known, err = m.DB.Client(ctx).PatientTelecom.Query().Where(patienttelecom.PatientID.EQ(id)).All(ctx)
		if err != nil {
			return false, err
		}
	}
	type key struct {
		system patienttelecom.System
		value  string
	}
	there := map[key]*ent.PatientTelecom{}
	for _, k := range known {
		there[key{k.System, k.Value}] = k
	}
	for _, t := range row.Edges.Telecoms {
		k := there[key{t.System, t.Value}]
		delete(there, key{t.System, t.Value})
		switch {
		case k == nil:
			err = m.DB.Client(ctx).PatientTelecom.Create().SetPatientID(id).SetSystem(t.System).SetUse(t.Use).
				SetValue(t.Value).SetRank(t.Rank).Exec(ctx)
		case k.Use != t.Use || k.Rank != t.Rank:
			err = k.Update().SetUse(t.Use).SetRank(t.Rank).Exec(ctx)
		default:
			continue
		}
		if changed = true; err != nil {
			return false, err
		}
	}
	for _, gone := range there {
		if gone.Use != patienttelecom.UseOLD && mine(ctx, gone.UpdatedBy) {
			changed = true
			if err := gone.Update().SetUse(patienttelecom.UseOLD).Exec(ctx); err != nil {
				return false, err
			}
		}
	}
	return changed, nil
}

func (m *Module) putContacts(ctx context.Context, id string, old, row *ent.Patient) (changed bool, err error) {
	there := map[[2]string]*ent.PatientContact{}
	if old != nil {
		known, err := m.DB.Client(ctx).PatientContact.Query().Where(patientcontact.PatientID.EQ(id)).All(ctx)
		if err != nil {
			return false, err
		}
		for _, k := range known {
			there[[2]string{k.Name, k.Relationship}] = k
		}
	}
	for _, c := range row.Edges.Contacts {
		k := there[[2]string{c.Name, c.Relationship}]
		switch {
		case k == nil:
			err = m.DB.Client(ctx).PatientContact.Create().SetPatientID(id).SetName(c.Name).SetRelationship(c.Relationship).
				SetNillablePhone(c.Phone).SetNillableEmail(c.Email).SetEmergency(c.Emergency).Exec(ctx)
		case put.Opt(k.Phone) == put.Opt(c.Phone) && put.Opt(k.Email) == put.Opt(c.Email) && k.Emergency == c.Emergency || !mine(ctx, k.UpdatedBy):
			continue
		default:
			err = k.Update().SetNillablePhone(c.Phone).SetNillableEmail(c.Email).SetEmergency(c.Emergency).Exec(ctx)
		}
		if changed = true; err != nil {
			return false, err
		}
	}
	return changed, nil
}
