package trail_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"medoffice/modules/kit"
	"medoffice/modules/officetest"
	"medoffice/modules/trail"
)

// A page of patients is one look at all of them: one event, found by each.
func TestListIsOneEvent(t *testing.T) {
	officetest.EachWay(t, func(t *testing.T, o *officetest.Office, _ bool) {
		ids := patients(t, o, 4)
		o.As("NURSE").Do(`query List { patients(first: 3, orderBy: {field: NAME}) { nodes { id allergies { nodes { id } } } } }`, nil, nil)
		reads := events(t, o, "READ")
		if len(reads) != 1 {
			t.Fatalf("a page left %d events", len(reads))
		}
		if e := reads[0]; e.PatientID != nil || e.EntityType != "Patients" || e.EntityID != "" || e.Detail != "Patient: "+strings.Join(ids[:3], " ") {
			t.Fatalf("%+v", e)
		}
		o.As("PHYSICIAN").Do(chart, officetest.Vars{"id": ids[1]}, nil)
		sealed(t, o)
		if found := findings(t, o); len(found) != 0 {
			t.Fatalf("an untouched trail: %v", found)
		}
		for filter, want := range map[string]string{
			`patient: {eq: "` + ids[0] + `"}`:                                                         "test nurse",
			`patient: {eq: "` + ids[1] + `"}`:                                                         "test physician test nurse",
			`patient: {eq: "` + ids[3] + `"}`:                                                         "",
			`patient: {in: ["` + ids[2] + `", "` + ids[3] + `"]}`:                                     "test nurse",
			`patient: {isNull: true}, action: {eq: READ}`:                                             "",
			`patient: {isNull: false}, actor: {eq: "` + reads[0].ActorID + `"}`:                       "test nurse",
			`not: {patient: {eq: "` + ids[0] + `"}}, action: {eq: READ}, entityType: {eq: "Patient"}`: "test physician",
		} {
			if got := actors(t, o, filter); got != want {
				t.Errorf("%s: %q, want %q", filter, got, want)
			}
		}
	})
}

// actors are those of the reads that a filter finds, newest first, without the looks of the
// auditor, who asks.
func actors(t *testing.T, o *officetest.Office, filter string) string {
	t.Helper()
	var got struct {
		AuditEvents struct {
			Nodes []struct {
				ActorName, EntityType string
				PatientIDs            []string
			}
		}
	}
	o.As("AUDITOR").Do(`{ auditEvents(filter: {`+filter+`}) { nodes { actorName entityType patientIds } } }`, nil, &got)
	var names []string
	for _, n := range got.AuditEvents.Nodes {
		if n.ActorName == "test auditor" || n.ActorName == "test" { // who asks, and who made the charts
			continue
		}
		if (n.EntityType == "Patients") != (len(n.PatientIDs) == 3) || n.EntityType == "Patient" && len(n.PatientIDs) != 1 {
			t.Errorf("%+v", n)
		}
		names = append(names, n.ActorName)
	}
	return strings.Join(names, " ")
}

// Who looked at each of several patients is found with the same statements, page by page.
func TestAccessesOfSeveral(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ids := patients(t, o, 3)
		for i := range 4 {
			o.As("NURSE").Do(fmt.Sprintf(`query L%d { patients(first: 2, orderBy: {field: NAME}) { nodes { id } } }`, i), nil, nil)
			o.As("PHYSICIAN").Do(chart, officetest.Vars{"id": ids[i%3]}, nil)
			o.Clock.Add(time.Minute)
		}
		const doc = `query($after: String) { patients(first: 3, orderBy: {field: NAME}) { nodes { id accesses(first: 3, after: $after) {
			totalCount nodes { operation } pageInfo { hasNextPage endCursor } } } } }`
		type list struct {
			TotalCount int
			Nodes      []struct{ Operation string }
			PageInfo   struct {
				HasNextPage bool
				EndCursor   string
			}
		}
		var got struct {
			Patients struct {
				Nodes []struct{ Accesses list }
			}
		}
		manager := o.As("MANAGER")
		a := manager.Do(doc, nil, &got)
		var brief []string
		for _, n := range got.Patients.Nodes {
			var names []string
			for _, e := range n.Accesses.Nodes {
				names = append(names, e.Operation)
			}
			brief = append(brief, fmt.Sprint(n.Accesses.TotalCount, names, n.Accesses.PageInfo.HasNextPage))
		}
		// The oldest is that the chart was made.
		if want := []string{"7 [Chart L3 L2] true", "6 [L3 L2 Chart] true", "2 [Chart ] false"}; !slices.Equal(brief, want) {
			t.Fatalf("%v, want %v", brief, want)
		}
		if len(a.Statements) > 8 {
			t.Errorf("%d statements:\n%s", len(a.Statements), strings.Join(a.Statements, "\n"))
		}
		// The next page of one of them, after its own cursor.
		var next struct {
			Patient struct{ Accesses list }
		}
		const one = `query($id: ID!, $after: String) { patient(by: {id: $id}) { accesses(first: 3, after: $after) { nodes { operation } pageInfo { hasNextPage endCursor } } } }`
		manager.Do(one, officetest.Vars{"id": ids[1]}, &next) // the manager has looked by now: one event more
		manager.Do(one, officetest.Vars{"id": ids[1], "after": next.Patient.Accesses.PageInfo.EndCursor}, &next)
		if list := next.Patient.Accesses; len(list.Nodes) != 3 || list.Nodes[0].Operation != "Chart" || list.Nodes[2].Operation != "L0" {
			t.Errorf("%+v", list)
		}
	})
}

// A look at a list cannot be hidden from a patient.
func TestVerifyFindsALostSubject(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ids := patients(t, o, 2)
		o.As("NURSE").Do(`{ patients(first: 2) { nodes { id } } }`, nil, nil)
		sealed(t, o)
		const hide = "DELETE FROM audit_subjects WHERE patient_id = '%s'"
		for _, statement := range []string{fmt.Sprintf(hide, ids[0]), "UPDATE audit_subjects SET patient_id = 'pat_x'"} {
			if _, err := o.Deps.DB.SQL().Exec(statement); err == nil {
				t.Fatalf("the database let this happen: %s", statement)
			}
		}
		drop := "DROP TRIGGER audit_subjects_stay"
		if o.Deps.DB.Postgres() {
			drop += " ON audit_subjects"
		}
		behind(t, o, drop)
		behind(t, o, fmt.Sprintf(hide, ids[0]))
		found, look := findings(t, o), events(t, o, "READ")[0]
		if !slices.ContainsFunc(found, func(f trail.Finding) bool { return f.Problem == trail.Lost && f.Event == look.ID }) {
			t.Fatalf("%v", found)
		}
	})
}

// What is pruned is not found any more, and leaves no trace of whom it was about.
func TestPruneTakesSubjects(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		patients(t, o, 3)
		o.As("NURSE").Do(`{ patients(first: 3) { nodes { id } } }`, nil, nil)
		sealed(t, o)
		count := func() (n int) {
			if err := o.Deps.DB.SQL().QueryRow("SELECT count(*) FROM audit_subjects s JOIN audit_events e ON e.id = s.id WHERE e.action = 'READ'").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		orphans := func() (n int) {
			if err := o.Deps.DB.SQL().QueryRow("SELECT count(*) FROM audit_subjects s WHERE NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.id = s.id)").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := count(); n != 3 {
			t.Fatalf("%d patients of a page of 3", n)
		}
		o.Clock.Add(7 * 366 * 24 * time.Hour)
		if removed := prune(t, o); removed["reads"] != 1 || count() != 0 || orphans() != 0 {
			t.Fatalf("removed %v, left %d and %d", removed, count(), orphans())
		}
		if found := findings(t, o); len(found) != 0 {
			t.Fatal(found)
		}
	})
}

// Who is limited to own patients does not see whom others looked at in lists.
func TestListsAreHiddenFromOwnOnly(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		patients(t, o, 2)
		o.As("NURSE").Do(`{ patients(first: 2) { nodes { id } } }`, nil, nil)
		rules := kit.Rules{}
		rules.Add(o.Access.Rules())
		rules.Add(o.Trail.Rules())
		ctx := kit.WithViewer(t.Context(), &kit.Viewer{ID: "acc_own", OwnOnly: true, Rules: rules})
		rows, err := o.Deps.DB.Client(ctx).AuditEvent.Query().All(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range rows {
			if e.EntityType == "Patients" {
				t.Fatalf("%+v", e)
			}
		}
	})
}

// An export for one patient has the lists in which the patient was shown.
func TestExportHasLists(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ids := patients(t, o, 2)
		o.As("NURSE").Do(`{ patients(first: 2) { nodes { id } } }`, nil, nil)
		ctx := kit.WithViewer(t.Context(), o.Access.Role(kit.Auditor))
		x, err := o.Trail.ParseExtract("", "", ids[1], "")
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		n, err := o.Trail.Export(ctx, &out, x)
		if err != nil || n != 2 || !strings.Contains(out.String(), ids[0]+" "+ids[1]) {
			text, _ := json.Marshal(out.String())
			t.Fatalf("%d rows, %v, %s", n, err, text)
		}
	})
}
