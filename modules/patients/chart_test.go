package patients_test

import (
	"strings"
	"testing"

	"medoffice/ent/fact"
	"medoffice/modules/officetest"
)

type chartRow struct {
	ID, Status string
	Version    int
	VoidReason *string
	Abatement  *string
	Note       *string
}

// write does one mutation of the chart as a nurse.
func write(t testing.TB, o *officetest.Office, name, field string, in officetest.Vars) (chartRow, []problem) {
	t.Helper()
	fields := map[string]string{"patient": "patient { id status version }", "consent": "consent { id status version voidReason }"}[field]
	if fields == "" {
		fields = field + " { id status version voidReason }"
	}
	if field == "problem" {
		fields = "problem { id status version voidReason abatement note }"
	}
	return do[chartRow](t, o.As("NURSE"), name, strings.ToUpper(name[:1])+name[1:], in, fields)
}

var code = officetest.Vars{"text": "Something", "code": "X1", "system": "urn:any"}

// added are the mutations that add a row, with the least that they need.
var added = []struct {
	add, field, void string
	in               officetest.Vars
}{
	{"addAllergy", "allergy", "voidAllergy", officetest.Vars{"substance": code}},
	{"addProblem", "problem", "voidProblem", officetest.Vars{"code": code}},
	{"addHistory", "entry", "voidHistory", officetest.Vars{"kind": "SOCIAL", "code": code}},
	{"addImmunization", "immunization", "voidImmunization", officetest.Vars{"vaccine": code, "occurredAt": "2020-01-01T12:00:00Z"}},
	{"recordConsent", "consent", "voidConsent", officetest.Vars{"kind": "TREATMENT"}},
}

func with(in officetest.Vars, more ...any) officetest.Vars {
	out := officetest.Vars{}
	for k, v := range in {
		out[k] = v
	}
	for i := 0; i < len(more); i += 2 {
		out[more[i].(string)] = more[i+1]
	}
	return out
}

// Every clinical row is added, marked as an error with a reason, and stays.
func TestAddAndVoid(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id, _ := register(t, o, registration{family: "Ortega", birth: "1980-02-03"})
		for _, a := range added {
			row, problems := write(t, o, a.add, a.field, with(a.in, "patientId", id))
			if len(problems) > 0 || row.Version != 1 {
				t.Fatalf("%s: %+v %+v", a.add, row, problems)
			}
			_, problems = write(t, o, a.void, a.field, officetest.Vars{"id": row.ID, "expectedVersion": 7, "reason": "wrong chart"})
			refused(t, a.void, problems, "STALE_VERSION", "expectedVersion")
			if problems[0].Current.ID != row.ID {
				t.Errorf("%s: the fresh row is missing: %+v", a.void, problems)
			}
			_, problems = write(t, o, a.void, a.field, officetest.Vars{"id": row.ID, "expectedVersion": 1, "reason": " \n"})
			refused(t, a.void, problems, "BAD_USER_INPUT", "reason")
			_, problems = write(t, o, a.void, a.field, officetest.Vars{"id": id, "expectedVersion": 1, "reason": "x"})
			refused(t, a.void+" of another type", problems, "NOT_FOUND", "id")
			voided, problems := write(t, o, a.void, a.field, officetest.Vars{"id": row.ID, "expectedVersion": 1, "reason": "wrong chart"})
			if len(problems) > 0 || voided.Status != "ENTERED_IN_ERROR" || *voided.VoidReason != "wrong chart" || voided.ID != row.ID {
				t.Errorf("%s: %+v %+v", a.void, voided, problems)
			}
			_, problems = write(t, o, a.void, a.field, officetest.Vars{"id": row.ID, "expectedVersion": 2, "reason": "again"})
			refused(t, a.void+" twice", problems, "FAILED_PRECONDITION", "id")
		}
		var got struct {
			Patient map[string]struct{ Nodes []struct{ Status string } }
		}
		o.As("NURSE").Do(`query($id: ID!) { patient(by: {id: $id}) { allergies { nodes { status } } problems { nodes { status } } histories { nodes { status } } immunizations { nodes { status } } consents { nodes { status } } } }`,
			officetest.Vars{"id": id}, &got)
		for list, l := range got.Patient {
			if len(l.Nodes) != 1 || l.Nodes[0].Status != "ENTERED_IN_ERROR" {
				t.Errorf("%s: what was void does not stay: %+v", list, l)
			}
		}
		facts, err := o.Deps.DB.Client(o.System()).Fact.Query().Where(fact.Topic.EQ("patients.changed"), fact.EntityID.EQ(id)).All(o.System())
		if err != nil || len(facts) != 2*len(added) {
			t.Errorf("%d facts, %v", len(facts), err)
		}
		for _, f := range facts {
			if strings.Contains(f.Payload, "Something") || strings.Contains(f.Payload, "wrong chart") {
				t.Errorf("a fact tells too much: %s", f.Payload)
			}
		}
	})
}

// What cannot be is refused, and nothing is written.
func TestChartRefuses(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id, _ := register(t, o, registration{family: "Ortega", birth: "1980-02-03"})
		long, note := strings.Repeat("x", 201), strings.Repeat("é", 4001)
		for _, c := range []struct {
			name string // of added, as its place
			n    int
			path string
			more []any
		}{
			{"no text", 0, "substance.text", []any{"substance", officetest.Vars{"text": " "}}},
			{"long text", 0, "substance.text", []any{"substance", officetest.Vars{"text": long}}},
			{"code without system", 0, "substance.system", []any{"substance", officetest.Vars{"text": "x", "code": "1"}}},
			{"long reaction", 0, "reaction", []any{"reaction", long}},
			{"future", 0, "onset", []any{"onset", "2026-03-03"}},
			{"future month", 0, "onset", []any{"onset", "2026-04"}},
			{"before birth", 0, "onset", []any{"onset", "1980-02-02"}},
			{"before birth, year", 1, "onset", []any{"onset", "1979"}},
			{"end before beginning", 1, "abatement", []any{"onset", "2001-05-01", "abatement", "2001-04"}},
			{"future end", 1, "abatement", []any{"abatement", "2027"}},
			{"long note", 1, "note", []any{"note", note}},
			{"new error", 1, "status", []any{"status", "ENTERED_IN_ERROR"}},
			{"whose family", 2, "relationship", []any{"kind", "FAMILY"}},
			{"social before birth", 2, "onset", []any{"onset", "1970"}},
			{"future vaccine", 3, "occurredAt", []any{"occurredAt", "2026-03-02T16:00:00Z"}},
			{"vaccine before birth", 3, "occurredAt", []any{"occurredAt", "1979-01-01T00:00:00Z"}},
			{"not done, no reason", 3, "notDoneReason", []any{"status", "NOT_DONE"}},
			{"done, reason why not", 3, "notDoneReason", []any{"notDoneReason", "refused"}},
			{"new error", 3, "status", []any{"status", "ENTERED_IN_ERROR"}},
			{"future consent", 4, "givenAt", []any{"givenAt", "2026-03-03T00:00:00Z"}},
			{"ended before given", 4, "expiresOn", []any{"expiresOn", "2026-03-01"}},
		} {
			_, problems := write(t, o, added[c.n].add, added[c.n].field, with(added[c.n].in, append(c.more, "patientId", id)...))
			refused(t, c.name, problems, "BAD_USER_INPUT", c.path)
			if len(problems) == 1 && (strings.Contains(problems[0].Message, "Ortega") || strings.Contains(problems[0].Message, "1980")) {
				t.Errorf("%s tells too much: %s", c.name, problems[0].Message)
			}
		}
		_, problems := write(t, o, "addImmunization", "immunization", with(added[3].in, "patientId", id, "expiresOn", "2019-12-31"))
		refused(t, "expired", problems, "FAILED_PRECONDITION", "expiresOn")
		for _, a := range added {
			_, problems := write(t, o, a.add, a.field, with(a.in, "patientId", "pat_01h2xcejqtf2nbrexx3vqjhp41"))
			refused(t, "nobody", problems, "NOT_FOUND", "patientId")
		}
		if n := rowsOf(t, o, id); n != 0 {
			t.Errorf("%d rows were written", n)
		}
	})
}

// What is known in part is not refused for what is not known.
func TestPartialDates(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id, _ := register(t, o, registration{family: "Ortega", birth: "1980-02"})
		for _, onset := range []string{"1980", "1980-02", "1980-02-01", "2026", "2026-03", "2026-03-02"} {
			if _, problems := write(t, o, "addProblem", "problem", with(added[1].in, "patientId", id, "onset", onset)); len(problems) > 0 {
				t.Errorf("%s: %+v", onset, problems)
			}
		}
		in := officetest.Vars{"patientId": id, "kind": "FAMILY", "code": code, "relationship": "mother", "onset": "1960"}
		if _, problems := write(t, o, "addHistory", "entry", in); len(problems) > 0 {
			t.Errorf("what the mother had before: %+v", problems)
		}
	})
}

func TestChangeRows(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id, version := register(t, o, registration{family: "Ortega", birth: "1980-02-03"})
		rows := map[string]chartRow{}
		for _, a := range added {
			rows[a.field], _ = write(t, o, a.add, a.field, with(a.in, "patientId", id))
		}
		for _, c := range []struct{ name, field, want string }{{"resolveAllergy", "allergy", "RESOLVED"}, {"resolveHistory", "entry", "RESOLVED"}, {"revokeConsent", "consent", "REVOKED"}} {
			row, problems := write(t, o, c.name, c.field, officetest.Vars{"id": rows[c.field].ID, "expectedVersion": 1})
			if len(problems) > 0 || row.Status != c.want || row.Version != 2 {
				t.Errorf("%s: %+v %+v", c.name, row, problems)
			}
			_, problems = write(t, o, c.name, c.field, officetest.Vars{"id": rows[c.field].ID, "expectedVersion": 1})
			refused(t, c.name, problems, "STALE_VERSION", "expectedVersion")
		}
		_, problems := write(t, o, "revokeConsent", "consent", officetest.Vars{"id": rows["consent"].ID, "expectedVersion": 2})
		refused(t, "revoked twice", problems, "FAILED_PRECONDITION", "id")

		p := rows["problem"]
		row, problems := write(t, o, "updateProblem", "problem", officetest.Vars{"id": p.ID, "expectedVersion": 1, "status": "RESOLVED", "onset": "2001", "abatement": "2001-05-01", "note": "gone"})
		if len(problems) > 0 || row.Status != "RESOLVED" || *row.Abatement != "2001-05-01" || *row.Note != "gone" {
			t.Errorf("%+v %+v", row, problems)
		}
		row, problems = write(t, o, "updateProblem", "problem", officetest.Vars{"id": p.ID, "expectedVersion": 2, "abatement": nil, "status": "RECURRENCE"})
		if len(problems) > 0 || row.Status != "RECURRENCE" || row.Abatement != nil || *row.Note != "gone" {
			t.Errorf("%+v %+v", row, problems)
		}
		for path, in := range map[string]officetest.Vars{"status": {"status": "ENTERED_IN_ERROR"}, "abatement": {"abatement": "2000"}, "onset": {"onset": "1970"}} {
			_, problems := write(t, o, "updateProblem", "problem", with(in, "id", p.ID, "expectedVersion", 3))
			refused(t, path, problems, "BAD_USER_INPUT", path)
		}

		var none struct {
			Patient struct{ AllergiesReviewedAt *string }
		}
		const asked = `query($id: ID!) { patient(by: {id: $id}) { allergiesReviewedAt } }`
		o.As("NURSE").Do(asked, officetest.Vars{"id": id}, &none)
		if none.Patient.AllergiesReviewedAt != nil {
			t.Error("nobody asked yet")
		}
		if _, problems := write(t, o, "reviewAllergies", "patient", officetest.Vars{"patientId": id, "expectedVersion": version}); len(problems) > 0 {
			t.Errorf("%+v", problems)
		}
		o.As("NURSE").Do(asked, officetest.Vars{"id": id}, &none)
		if none.Patient.AllergiesReviewedAt == nil {
			t.Error("somebody asked")
		}
	})
}

// The trail of changes names the columns, and no value.
func TestChangesAreAudited(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id, version := register(t, o, registration{family: "Ortega"})
		nurse(t, o, "updatePatient", officetest.Vars{"id": id, "expectedVersion": version, "maritalStatus": "married"})
		var detail string
		err := o.Deps.DB.SQL().QueryRow("SELECT detail FROM audit_events WHERE action = 'UPDATE' AND entity_id = '" + id + "' ORDER BY id DESC LIMIT 1").Scan(&detail)
		if err != nil || !strings.Contains(detail, "marital_status") || strings.Contains(detail, "family_name") || strings.Contains(detail, "married") {
			t.Errorf("%q %v", detail, err)
		}
	})
}
