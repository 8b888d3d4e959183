package referrals_test

import (
	"testing"

	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// A physician refers a patient and closes the referral; others see it or do not.
func TestReferral(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		var got struct {
			RegisterPatient struct{ Patient struct{ ID string } }
			AddReferral     struct{ Referral struct{ ID string } }
		}
		o.As(kit.FrontDesk).Do(`mutation { registerPatient(input: {familyName: "Stone", givenName: "Ann"}) { patient { id } } }`, nil, &got)
		const add = `mutation($in: AddReferralInput!) { addReferral(input: $in) { referral { id version } userErrors { code } } }`
		in := officetest.Vars{"in": officetest.Vars{"patientId": got.RegisterPatient.Patient.ID, "specialty": "Cardiology", "reason": "Palpitations"}}
		o.As(kit.Physician).Do(add, in, &got)
		if a := o.As(kit.Nurse).Send(add, in); a.Code() != "FORBIDDEN" {
			t.Errorf("a nurse refers: %s", a.Text)
		}
		const complete = `mutation($in: CompleteReferralInput!) { completeReferral(input: $in) { referral { status outcome } userErrors { code } } }`
		last := officetest.Vars{"in": officetest.Vars{"id": got.AddReferral.Referral.ID, "expectedVersion": 1, "outcome": "No finding"}}
		for _, want := range []string{
			`{"completeReferral":{"referral":{"status":"COMPLETED","outcome":"No finding"},"userErrors":[]}}`,
			`{"completeReferral":{"referral":null,"userErrors":[{"code":"STALE_VERSION"}]}}`,
		} {
			if a := o.As(kit.Physician).Send(complete, last); string(a.Data) != want {
				t.Errorf("%s, not %s", a.Text, want)
			}
		}
		const list = `{ referrals(filter: {status: {in: [COMPLETED]}}, orderBy: {field: CREATED_AT, direction: ASC}, first: 1) { totalCount nodes { patient { referrals { totalCount } } } } }`
		for role, code := range map[string]string{kit.Nurse: "", kit.FrontDesk: "FORBIDDEN", "": "UNAUTHENTICATED"} {
			a := o.As(role).Send(list, nil)
			if a.Code() != code || code == "" && string(a.Data) != `{"referrals":{"totalCount":1,"nodes":[{"patient":{"referrals":{"totalCount":1}}}]}}` {
				t.Errorf("%q gets %s", role, a.Text)
			}
		}
	})
}
