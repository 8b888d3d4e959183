package medications

import (
	"context"
	"math/rand/v2"
	"time"

	"medoffice/ent"
	"medoffice/ent/administration"
	"medoffice/ent/item"
	"medoffice/ent/medicationrequest"
	"medoffice/ent/medicationstatement"
	"medoffice/ent/patient"
	"medoffice/ent/provider"
	"medoffice/ent/stockmovement"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/person"
)

// cabinet is what the seed has made so far.
type cabinet struct {
	*Module
	demo      *kit.Demo
	r         *rand.Rand
	meds      map[string]*ent.Medication // by code
	providers []string
}

// Seed implements kit.Seeder: a catalogue, what patients take, and the vaccines
// that the stock says were given.
func (m *Module) Seed(ctx context.Context, demo *kit.Demo) error {
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		s := &cabinet{m, demo, demo.Rand("medications"), map[string]*ent.Medication{}, nil}
		if err := s.catalogue(ctx); err != nil {
			return err
		}
		var err error
		if s.providers, err = m.DB.Client(ctx).Provider.Query().Where(provider.Active.EQ(true)).Order(provider.ID.Asc()).IDs(ctx); err != nil || len(s.providers) == 0 {
			return err
		}
		if err := s.taken(ctx); err != nil {
			return err
		}
		return s.given(ctx)
	})
}

func (s *cabinet) catalogue(ctx context.Context) error {
	items, err := s.DB.Client(ctx).Item.Query().Where(item.Active.EQ(true)).All(ctx)
	if err != nil {
		return err
	}
	stock := map[string]*ent.Item{}
	for _, i := range items {
		stock[i.Code] = i
	}
	for _, list := range [][]drug{seedGiven, seedPrescribed} {
		for _, d := range list {
			if err := s.add(ctx, d, stock[d.code]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *cabinet) add(ctx context.Context, d drug, it *ent.Item) error {
	one := func(f float64) decimal.Decimal {
		if f == 0 {
			return decimal.One
		}
		return decimal.Of(f)
	}
	c := s.DB.Client(ctx).Medication.Create().SetID(s.demo.ID(s.r, "med")).SetCode(d.code).SetName(d.name).SetSortName(person.Fold(d.name)).
		SetForm(d.form).SetPer(one(d.per)).SetPerUnit(d.perUnit).SetContents(one(d.contents)).SetRoutes(d.routes).
		SetNillableBillingCode(opt.Of(d.billing)).SetNillableCvx(opt.Of(d.cvx)).SetObserveMinutes(d.observe).
		SetMaxDose(decimal.Of(d.most)).SetMaxDoseUnit(first(d.strengthUnit, d.perUnit))
	if d.strength > 0 {
		c.SetStrength(decimal.Of(d.strength)).SetStrengthUnit(d.strengthUnit)
	}
	if d.sheet != "" {
		c.SetVisEdition(date.Date(d.sheet))
	}
	if d.schedule != "" {
		c.SetSchedule(d.schedule)
	}
	if it != nil {
		c.SetItemID(it.ID).SetNillableNdc(it.Ndc)
	}
	row, err := c.Save(ctx)
	if err != nil {
		return err
	}
	s.meds[d.code] = row
	for _, l := range d.links {
		add := s.DB.Client(ctx).MedicationLink.Create().SetID(s.demo.ID(s.r, "mlk")).SetMedicationID(row.ID).SetKind(l.kind).SetName(l.name).SetFolded(person.Fold(l.name))
		if l.code != "" {
			add.SetCode(l.code).SetCodeSystem(RxNorm)
		}
		if err := add.Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// taken puts what patients take on their lists: one in two takes something, the
// more the older.
func (s *cabinet) taken(ctx context.Context) error {
	people, err := s.DB.Client(ctx).Patient.Query().Where(patient.StatusColumn.EQ(patient.StatusACTIVE), patient.Deceased.EQ(false)).
		Order(patient.ID.Asc()).Limit(400).All(ctx)
	if err != nil {
		return err
	}
	for _, p := range people {
		n := s.r.IntN(3)
		if p.BirthDate != nil && string(*p.BirthDate) < s.Day(s.demo.Now.AddDate(-50, 0, 0)) {
			n += s.r.IntN(3)
		}
		first := s.r.IntN(len(seedPrescribed))
		for i := range n {
			if err := s.takes(ctx, p, seedPrescribed[(first+i*5)%len(seedPrescribed)], i); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *cabinet) takes(ctx context.Context, p *ent.Patient, d drug, i int) error {
	med := s.meds[d.code]
	since := s.demo.Now.AddDate(0, 0, -30-s.r.IntN(700)).Add(time.Duration(i) * time.Minute)
	c := s.DB.Client(ctx).MedicationStatement.Create().SetID(s.demo.ID(s.r, "mst")).SetPatientID(p.ID).SetMedicationID(med.ID).SetCodeText(med.Name).
		SetDose("1 " + med.PerUnit).SetRoute(d.routes[0]).SetFrequency([]string{"once a day", "twice a day", "at bedtime"}[s.r.IntN(3)]).
		SetStartedOn(date.Date(s.Day(since))).SetRecordedAt(since)
	if s.r.IntN(3) > 0 {
		order, err := s.prescription(ctx, p.ID, d, since)
		if err != nil {
			return err
		}
		c.SetOrderID(order).SetOrigin(medicationstatement.OriginPRESCRIBED)
	}
	if s.r.IntN(6) == 0 {
		c.SetStatus(medicationstatement.StatusSTOPPED).SetStopReason("No longer needed").SetStoppedOn(date.Date(s.Day(s.demo.Now.AddDate(0, 0, -3))))
	}
	return c.Exec(ctx)
}

func (s *cabinet) prescription(ctx context.Context, patientID string, d drug, at time.Time) (string, error) {
	row, err := s.DB.Client(ctx).MedicationRequest.Create().SetID(s.demo.ID(s.r, "mor")).SetPatientID(patientID).SetMedicationID(s.meds[d.code].ID).
		SetProviderID(s.providers[s.r.IntN(len(s.providers))]).SetSetting(medicationrequest.SettingOUTSIDE).SetStatus(medicationrequest.StatusACTIVE).
		SetDose(decimal.One).SetDoseUnit(d.perUnit).SetRoute(d.routes[0]).SetFrequency("once a day").SetQuantity(30).SetRefills(s.r.IntN(6)).
		SetOrderedAt(at).SetSignedAt(at).SetSignedName("Demo").Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

// given writes the doses of vaccines that the stock says were given to somebody.
func (s *cabinet) given(ctx context.Context) error {
	moves, err := s.DB.Client(ctx).StockMovement.Query().Where(stockmovement.KindColumn.EQ(stockmovement.KindISSUE), stockmovement.PatientID.NotNil()).
		Order(stockmovement.At.Asc(), stockmovement.ID.Asc()).Limit(500).All(ctx)
	if err != nil {
		return err
	}
	of := map[string]*ent.Medication{}
	for _, med := range s.meds {
		if med.ItemID != nil && med.Cvx != nil {
			of[*med.ItemID] = med
		}
	}
	for _, mv := range moves {
		if med := of[mv.ItemID]; med != nil && mv.Quantity == -1 {
			if err := s.dose(ctx, med, mv); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *cabinet) dose(ctx context.Context, med *ent.Medication, mv *ent.StockMovement) error {
	c, at := s.DB.Client(ctx), mv.At
	order, err := c.MedicationRequest.Create().SetID(s.demo.ID(s.r, "mor")).SetPatientID(*mv.PatientID).SetMedicationID(med.ID).SetLocationID(mv.LocationID).
		SetProviderID(s.providers[s.r.IntN(len(s.providers))]).SetStatus(medicationrequest.StatusCOMPLETED).SetGiven(1).
		SetDose(decimal.One).SetDoseUnit("dose").SetRoute("IM").SetOrderedAt(at.Add(-10 * time.Minute)).SetSignedAt(at.Add(-10 * time.Minute)).
		SetSignedName("Demo").SetEndedAt(at).Save(ctx)
	if err != nil {
		return err
	}
	return c.Administration.Create().SetID(s.demo.ID(s.r, "adm")).SetOrderID(order.ID).SetMedicationID(med.ID).SetPatientID(*mv.PatientID).
		SetLocationID(mv.LocationID).SetStatus(administration.StatusGIVEN).SetOccurredAt(at).SetDose(decimal.One).SetDoseUnit("dose").SetRoute("IM").
		SetSite([]string{"left deltoid", "right deltoid"}[s.r.IntN(2)]).SetLotID(mv.LotID).SetUnits(1).SetGivenBy("system").SetGivenName("Demo").
		SetObserveUntil(at.Add(minutes(med.ObserveMinutes))).SetObservedAt(at.Add(minutes(med.ObserveMinutes))).SetObservedName("Demo").SetResponse("Well").Exec(ctx)
}
