package practice_test

import (
	"testing"

	"medoffice/modules/officetest"
	"medoffice/modules/practice"
)

func TestValidNPI(t *testing.T) {
	for npi, want := range map[string]bool{
		"1234567893": true, "1234567890": false, "123456789": false, "12345678931": false, "12345678a3": false, "": false,
	} {
		if practice.ValidNPI(npi) != want {
			t.Errorf("%q: want %v", npi, want)
		}
	}
}

type problem struct {
	Code, Message string
	Path          []string
	Current       *struct{ ID string }
}

func TestManageThePractice(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		const update = `mutation($in: UpdatePracticeInput!) { updatePractice(input: $in) {
			practice { id name timeZone npi phone version } userErrors { code message path ... on StaleVersionError { current { id } } } } }`
		var got struct {
			UpdatePractice struct {
				Practice *struct {
					ID, Name, TimeZone string
					Npi, Phone         *string
					Version            int
				}
				UserErrors []problem
			}
		}
		manager := o.As("MANAGER")
		change := func(in officetest.Vars) {
			t.Helper()
			got.UpdatePractice.Practice = nil
			manager.Do(update, officetest.Vars{"in": in}, &got)
		}
		change(officetest.Vars{"expectedVersion": 0, "name": "Elm Street", "timeZone": "America/Chicago", "npi": "1234567893", "phone": "5550100"})
		if p := got.UpdatePractice.Practice; p == nil || p.TimeZone != "America/Chicago" || p.Version != 1 {
			t.Fatalf("%+v", got)
		}
		id := got.UpdatePractice.Practice.ID
		change(officetest.Vars{"expectedVersion": 1, "phone": nil})
		if p := got.UpdatePractice.Practice; p == nil || p.Phone != nil || p.Npi == nil || p.Version != 2 {
			t.Fatalf("%+v", got)
		}
		for _, bad := range []struct {
			in         officetest.Vars
			code, path string
		}{
			{officetest.Vars{"expectedVersion": 1, "name": "Oak"}, "STALE_VERSION", "expectedVersion"},
			{officetest.Vars{"expectedVersion": 2, "npi": "1234567890"}, "BAD_USER_INPUT", "npi"},
			{officetest.Vars{"expectedVersion": 2, "timeZone": "Mars/Olympus"}, "BAD_USER_INPUT", "timeZone"},
			{officetest.Vars{"expectedVersion": 2, "currency": "dollars"}, "BAD_USER_INPUT", "currency"},
			{officetest.Vars{"expectedVersion": 2, "name": " "}, "BAD_USER_INPUT", "name"},
		} {
			change(bad.in)
			e := got.UpdatePractice.UserErrors
			if len(e) != 1 || e[0].Code != bad.code || e[0].Path[0] != bad.path || got.UpdatePractice.Practice != nil {
				t.Errorf("%v: %+v", bad.in, got)
			}
			if bad.code == "STALE_VERSION" && (e[0].Current == nil || e[0].Current.ID != id) {
				t.Errorf("the fresh row is missing: %+v", e)
			}
		}
	})
}

func TestSitesAndProviders(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		const addLocation = `mutation($in: AddLocationInput!) { addLocation(input: $in) { location { id name version } userErrors { code } } }`
		const addProvider = `mutation($in: AddProviderInput!) { addProvider(input: $in) { provider { id name { text } version } userErrors { code path } } }`
		var got struct {
			AddLocation struct{ Location *struct{ ID, Name string } }
			AddProvider struct {
				Provider *struct {
					ID   string
					Name struct{ Text string }
				}
				UserErrors []problem
			}
		}
		for _, role := range []string{"NURSE", "PHYSICIAN", "AUDITOR"} {
			if a := o.As(role).Send(addLocation, officetest.Vars{"in": officetest.Vars{"name": "West"}}); a.Code() != "FORBIDDEN" {
				t.Errorf("%s: %s", role, a.Text)
			}
		}
		if a := o.As("").Send(addLocation, officetest.Vars{"in": officetest.Vars{"name": "West"}}); a.Code() != "UNAUTHENTICATED" {
			t.Error(a.Text)
		}
		admin := o.As("ADMIN")
		in := officetest.Vars{"name": "West", "clientMutationId": "once"}
		admin.Do(addLocation, officetest.Vars{"in": in}, &got)
		first := got.AddLocation.Location.ID
		admin.Do(addLocation, officetest.Vars{"in": in}, &got)
		if got.AddLocation.Location.ID != first {
			t.Error("the same request twice made two sites")
		}
		admin.Do(addProvider, officetest.Vars{"in": officetest.Vars{"familyName": "Østergård", "givenName": "Åse", "namePrefix": "Dr."}}, &got)
		if got.AddProvider.Provider.Name.Text != "Dr. Åse Østergård" {
			t.Errorf("%+v", got.AddProvider)
		}
		admin.Do(addProvider, officetest.Vars{"in": officetest.Vars{"familyName": "", "givenName": "x"}}, &got)
		if len(got.AddProvider.UserErrors) != 1 {
			t.Errorf("%+v", got.AddProvider)
		}
		var list struct {
			Locations []struct{ Name string }
			Providers struct{ TotalCount int }
		}
		o.As("REPORT").Do(`{ locations { name } providers { totalCount } }`, nil, &list)
		if len(list.Locations) != 1 || list.Providers.TotalCount != 1 {
			t.Errorf("%+v", list)
		}
	})
}
