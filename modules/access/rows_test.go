package access_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"medoffice/ent"
	"medoffice/ent/visit"
	"medoffice/modules/access"
	"medoffice/modules/kit"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/officetest"
)

// shared is an office in which two physicians see one patient each, at two sites.
type shared struct {
	*officetest.Office
	patients, providers, sites, visits, readings []string
}

func share(t *testing.T, o *officetest.Office) *shared {
	t.Helper()
	s := &shared{Office: o, patients: patients(t, o, 2)}
	err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
		c := o.Deps.DB.Client(ctx)
		for i, patient := range s.patients {
			if err := s.one(ctx, c, i, patient); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shared) one(ctx context.Context, c *ent.Client, i int, patient string) error {
	site, err := c.Location.Create().SetName([]string{"North", "South"}[i]).Save(ctx)
	if err != nil {
		return err
	}
	doctor, err := c.Provider.Create().SetFamilyName([]string{"Nguyen", "Okafor"}[i]).Save(ctx)
	if err != nil {
		return err
	}
	v, err := c.Visit.Create().SetPatientID(patient).SetProviderID(doctor.ID).SetLocationID(site.ID).SetStatus(visit.StatusFINISHED).
		SetStartedAt(officetest.Morning).SetEndedAt(officetest.Morning.Add(time.Hour)).SetStageSince(officetest.Morning).Save(ctx)
	if err != nil {
		return err
	}
	r, err := c.VitalReading.Create().SetPatientID(patient).SetVisitID(v.ID).SetSign("HEART_RATE").SetCodeText("Heart rate").
		SetValue(decimal.Of(70)).SetUnit("/min").SetTakenAt(officetest.Morning).Save(ctx)
	if err != nil {
		return err
	}
	if err := c.Allergy.Create().SetPatientID(patient).SetSubstanceCodeText("Latex").SetRecordedAt(officetest.Morning).Exec(ctx); err != nil {
		return err
	}
	s.sites, s.providers = append(s.sites, site.ID), append(s.providers, doctor.ID)
	s.visits, s.readings = append(s.visits, v.ID), append(s.readings, r.ID)
	return nil
}

// physician signs in as somebody who is the provider and sees only own patients.
func (s *shared) physician(t *testing.T, name, provider string) *officetest.Caller {
	t.Helper()
	id := add(t, s.Office, name)
	admin := s.As(kit.Admin)
	for version, doc := range []string{
		`mutation($a: ID!, $v: Int!, $p: ID) { done: linkAccount(input: {accountId: $a, expectedVersion: $v, providerId: $p}) {
			account { provider { id } ownPatients } userErrors { code } } }`,
		`mutation($a: ID!, $v: Int!, $p: ID) { done: grantRole(input: {accountId: $a, expectedVersion: $v, role: PHYSICIAN, ownPatients: true}) {
			account { provider { id } ownPatients } userErrors { code } } __typename @skip(if: true) }`,
	} {
		var got struct {
			Done struct {
				Account struct {
					Provider    struct{ ID string }
					OwnPatients bool
				}
				UserErrors []problem
			}
		}
		vars := officetest.Vars{"a": id, "v": version + 1, "p": provider}
		if version == 1 {
			doc = `mutation($a: ID!, $v: Int!) {` + doc[len(`mutation($a: ID!, $v: Int!, $p: ID) {`):]
			delete(vars, "p")
		}
		admin.Do(doc, vars, &got)
		if len(got.Done.UserErrors) > 0 || got.Done.Account.Provider.ID != provider || got.Done.Account.OwnPatients != (version == 1) {
			t.Fatalf("%+v", got)
		}
	}
	return in(t, s.Office, name, password)
}

const everywhere = `query($p: ID!, $v: ID!, $r: ID!) {
	patient(by: {id: $p}) { id } chart: node(id: $p) { id } visit(id: $v) { id } reading: node(id: $r) { id }
	patients { totalCount nodes { id visits { totalCount nodes { id } } vitals { totalCount nodes { id } } allergies { totalCount nodes { id } } } }
	visits { totalCount nodes { id patient { id } } } }`

type found struct {
	Patient, Chart, Visit, Reading *struct{ ID string }
	Patients                       struct {
		TotalCount int
		Nodes      []struct {
			ID                        string
			Visits, Vitals, Allergies struct {
				TotalCount int
				Nodes      []struct{ ID string }
			}
		}
	}
	Visits struct {
		TotalCount int
		Nodes      []struct {
			ID      string
			Patient *struct{ ID string }
		}
	}
}

func (s *shared) look(c *officetest.Caller, i int) (got found) {
	c.Do(everywhere, officetest.Vars{"p": s.patients[i], "v": s.visits[i], "r": s.readings[i]}, &got)
	return got
}

func TestP38OwnPatients(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := share(t, o)
		first := s.physician(t, "first", s.providers[0])
		own, foreign := s.look(first, 0), s.look(first, 1)
		if own.Patient == nil || own.Chart == nil || own.Visit == nil || own.Reading == nil {
			t.Errorf("own: %+v", own)
		}
		if foreign.Patient != nil || foreign.Chart != nil || foreign.Visit != nil || foreign.Reading != nil {
			t.Errorf("foreign: %+v", foreign)
		}
		list := own.Patients
		if list.TotalCount != 1 || len(list.Nodes) != 1 || list.Nodes[0].ID != s.patients[0] || list.Nodes[0].Allergies.TotalCount != 1 {
			t.Errorf("the list: %+v", list)
		}
		if own.Visits.TotalCount != 1 || len(own.Visits.Nodes) != 1 || own.Visits.Nodes[0].ID != s.visits[0] {
			t.Errorf("visits: %+v", own.Visits)
		}
		if all := s.look(o.As("PHYSICIAN"), 1); all.Patients.TotalCount != 2 || all.Chart == nil {
			t.Errorf("who has no such limit: %+v", all)
		}
		s.cannotWrite(t, first)
		s.emergency(t, first)
	})
}

// cannotWrite tries to change what cannot be seen.
func (s *shared) cannotWrite(t *testing.T, c *officetest.Caller) {
	t.Helper()
	for _, doc := range []string{
		`mutation($p: ID!) { done: addAllergy(input: {patientId: $p, substance: {text: "Dust"}}) { userErrors { code } } }`,
		`mutation($p: ID!) { done: recordVitals(input: {patientId: $p, readings: [{sign: HEART_RATE, value: "60"}]}) { userErrors { code } } }`,
	} {
		var got struct {
			Done struct{ UserErrors []problem }
		}
		c.Do(doc, officetest.Vars{"p": s.patients[1]}, &got)
		if len(got.Done.UserErrors) != 1 || got.Done.UserErrors[0].Code != "NOT_FOUND" {
			t.Errorf("%s: %+v", doc, got)
		}
	}
}

// emergency opens a foreign chart for a while.
func (s *shared) emergency(t *testing.T, c *officetest.Caller) {
	t.Helper()
	var broken struct {
		BreakGlass struct {
			BreakGlass *struct{ ID string }
			UserErrors []problem
		}
	}
	c.Do(`mutation($p: ID!) { breakGlass(input: {patientId: $p, reason: "unconscious at the door"}) { breakGlass { id } userErrors { code } } }`,
		officetest.Vars{"p": s.patients[1]}, &broken)
	if broken.BreakGlass.BreakGlass == nil {
		t.Fatalf("%+v", broken)
	}
	if got := s.look(c, 1); got.Chart == nil || got.Reading == nil || got.Patients.TotalCount != 2 {
		t.Errorf("in an emergency: %+v", got)
	}
	s.Clock.Add(access.GlassStaysBroken + time.Second)
	if got := s.look(c, 1); got.Chart != nil || got.Patients.TotalCount != 1 {
		t.Errorf("for ever: %+v", got)
	}
}

// A number is given once, also against those that the caller does not see.
func TestP38WhatIsTakenIsTaken(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := share(t, o)
		id := add(t, o, "desk")
		if err := o.Access.Grant(o.System(), "desk", kit.FrontDesk, true); err != nil {
			t.Fatal(err)
		}
		desk := in(t, o, "desk", password)
		if all := s.look(desk, 0); all.Patients.TotalCount != 0 {
			t.Errorf("%s has no patients: %+v", id, all)
		}
		var got struct {
			Done struct{ UserErrors []problem }
		}
		desk.Do(`mutation { done: registerPatient(input: {familyName: "New", sex: FEMALE, mrn: "M00001"}) { userErrors { code path } } }`, nil, &got)
		if e := got.Done.UserErrors; len(e) != 1 || e[0].Code != "ALREADY_EXISTS" {
			t.Errorf("the number of another: %+v", got)
		}
	})
}

// Any one role without the limit lifts it, and a new grant replaces an old one.
func TestP38TheWidestRoleCounts(t *testing.T) {
	o := officetest.New(t)
	s := share(t, o)
	add(t, o, "both", kit.Biller)
	for _, c := range []struct {
		role string
		own  bool
		sees int
	}{{kit.Physician, true, 2}, {kit.Biller, true, 0}, {kit.Physician, false, 2}} {
		if err := o.Access.Grant(o.System(), "both", c.role, c.own); err != nil {
			t.Fatal(err)
		}
		if got := s.look(in(t, o, "both", password), 0); got.Patients.TotalCount != c.sees {
			t.Errorf("after %+v: %d", c, got.Patients.TotalCount)
		}
	}
}

func TestP38Locations(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := share(t, o)
		for _, bound := range []*officetest.Caller{s.atSite(t), o.AsAt(kit.Nurse, s.sites[0])} {
			own, foreign := s.look(bound, 0), s.look(bound, 1)
			if own.Visit == nil || own.Reading == nil || foreign.Visit != nil || foreign.Reading != nil {
				t.Errorf("%+v\n%+v", own, foreign)
			}
			if own.Patients.TotalCount != 2 || own.Visits.TotalCount != 1 {
				t.Errorf("%+v", own)
			}
			for _, p := range own.Patients.Nodes {
				want := 0
				if p.ID == s.patients[0] {
					want = 1
				}
				if counts := []int{p.Visits.TotalCount, len(p.Visits.Nodes), p.Vitals.TotalCount, len(p.Vitals.Nodes)}; slices.ContainsFunc(counts, func(n int) bool { return n != want }) {
					t.Errorf("%+v", p)
				}
			}
		}
	})
}

// atSite signs in as a person who works at the first site.
func (s *shared) atSite(t *testing.T) *officetest.Caller {
	t.Helper()
	id := add(t, s.Office, "north", kit.Nurse)
	var got struct {
		Done struct{ UserErrors []problem }
	}
	doc := `mutation($a: ID!, $l: ID) { done: linkAccount(input: {accountId: $a, expectedVersion: 1, locationId: $l}) { userErrors { code path } } }`
	for _, c := range []struct{ site, code string }{{"loc_none", "NOT_FOUND"}, {s.sites[0], ""}} {
		s.As(kit.Admin).Do(doc, officetest.Vars{"a": id, "l": c.site}, &got)
		if e := got.Done.UserErrors; (len(e) > 0) != (c.code != "") || len(e) > 0 && e[0].Code != c.code {
			t.Fatalf("%s: %+v", c.site, e)
		}
		got.Done.UserErrors = nil
	}
	return in(t, s.Office, "north", password)
}
