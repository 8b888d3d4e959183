package patients_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/officetest"
)

// problem is a user error of an answer.
type problem struct {
	Typename      string `json:"__typename"`
	Code, Message string
	Path          []string
	Current       struct {
		ID      string
		Version int
	}
	Candidates []struct{ ID, Mrn string }
}

// errorsOf is what every payload is asked for.
const errorsOf = ` userErrors { __typename code message path
  ... on StaleVersionError { current { id ... on Patient { version } ... on Allergy { version } } }
  ... on DuplicatePatientError { candidates { id mrn } } } `

// scene writes in a transaction, as the office itself.
func scene(t testing.TB, o *officetest.Office, f func(ctx context.Context, c *ent.Client) error) {
	t.Helper()
	err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error { return f(ctx, o.Deps.DB.Client(ctx)) })
	if err != nil {
		t.Fatal(err)
	}
}

// patients makes n patients with the MRNs prefix0, prefix1, …; set may say more.
func patients(t testing.TB, o *officetest.Office, n int, prefix string, set func(i int, c *ent.PatientCreate)) (ids []string) {
	t.Helper()
	scene(t, o, func(ctx context.Context, c *ent.Client) error {
		ids = ids[:0]
		for i := range n {
			p := c.Patient.Create().SetMrn(fmt.Sprintf("%s%d", prefix, i)).SetFamilyName("Family").SetSortName("family").SetGivenName(officetest.Planted)
			if set != nil {
				set(i, p)
			}
			row, err := p.Save(ctx)
			if err != nil {
				return err
			}
			ids = append(ids, row.ID)
		}
		return nil
	})
	return ids
}

// allergies gives the patient n allergies of different times; every third has
// no onset.
func allergies(t testing.TB, o *officetest.Office, patient string, n int) {
	t.Helper()
	scene(t, o, func(ctx context.Context, c *ent.Client) error {
		for i := range n {
			a := c.Allergy.Create().SetPatientID(patient).SetSubstanceCodeText(fmt.Sprint("substance ", i)).
				SetRecordedAt(officetest.Morning.Add(-time.Duration(i) * time.Hour))
			if i%3 != 0 {
				a.SetOnset(date.Date(fmt.Sprintf("%d-01-01", 2000+i%5)))
			}
			if err := a.Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// do sends one mutation and returns its payload and user errors.
func do[P any](t testing.TB, c *officetest.Caller, name, input string, vars officetest.Vars, fields string) (payload P, problems []problem) {
	t.Helper()
	var got map[string]struct {
		Row        P
		UserErrors []problem
	}
	c.Do(fmt.Sprintf(`mutation($in: %sInput!) { %s(input: $in) { row: %s %s } }`, input, name, fields, errorsOf), officetest.Vars{"in": vars}, &got)
	return got[name].Row, got[name].UserErrors
}

func seeded(t testing.TB, o *officetest.Office, patients int) {
	t.Helper()
	demo := &kit.Demo{Seed: 7, Patients: patients, Now: officetest.Morning}
	if err := o.Seed(context.Background(), demo); err != nil {
		t.Fatal(err)
	}
}
