package vitals_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/fact"
	"medoffice/ent/patient"
	"medoffice/ent/row"
	"medoffice/ent/visit"
	"medoffice/ent/visitstage"
	"medoffice/ent/vitalreading"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/officetest"
	"medoffice/modules/vitals"
)

// scene is an office with one adult, one newborn and a visit of the adult.
type scene struct {
	*officetest.Office
	location, adult, newborn, visit string
	serial                          int
}

func setUp(t *testing.T, o *officetest.Office) *scene {
	t.Helper()
	s := &scene{Office: o}
	o.Secret("Secretname", "secretname")
	s.change(func(ctx context.Context, c *ent.Client) error {
		l, err := c.Location.Create().SetName("Main Street").Save(ctx)
		s.location = l.ID
		return err
	})
	s.adult, s.newborn = s.patient("1980-05-17"), s.patient("2026-02-20")
	s.visit = s.visitOf(s.adult, s.Clock.Now().Add(-30*time.Minute))
	return s
}

func (s *scene) change(f func(ctx context.Context, c *ent.Client) error) {
	s.T.Helper()
	err := s.Deps.DB.Tx(s.System(), func(ctx context.Context) error { return f(ctx, s.Deps.DB.Client(ctx)) })
	if err != nil {
		s.T.Fatal(err)
	}
}

func (s *scene) patient(born string) (id string) {
	s.T.Helper()
	s.serial++
	s.change(func(ctx context.Context, c *ent.Client) error {
		create := c.Patient.Create().SetMrn(fmt.Sprint("T", s.serial)).SetFamilyName("Secretname").SetSortName("secretname").SetGivenName(officetest.Planted)
		if born != "" {
			create.SetBirthDate(date.Date(born))
		}
		p, err := create.Save(ctx)
		if err == nil {
			id = p.ID
		}
		return err
	})
	return id
}

func (s *scene) visitOf(patient string, at time.Time) (id string) {
	s.T.Helper()
	s.change(func(ctx context.Context, c *ent.Client) error {
		v, err := c.Visit.Create().SetPatientID(patient).SetLocationID(s.location).SetStatus(visit.StatusIN_PROGRESS).
			SetStartedAt(at).SetStageSince(at).SetOnBoard(true).Save(ctx)
		if err == nil {
			id = v.ID
		}
		return err
	})
	return id
}

// readingFields are what the tests look at.
const readingFields = `id sign value systolic diastolic unit enteredValue enteredUnit interpretation status derived
	notDoneReason takenAt takenBy version acknowledgedAt acknowledgedBy voidedAt voidReason code { text code system } derivedFrom { id }`

type reading struct {
	ID, Sign, Status, TakenAt, TakenBy                   string
	Value, Systolic, Diastolic, Unit, Interpretation     *string
	EnteredValue, EnteredUnit, NotDoneReason             *string
	AcknowledgedAt, AcknowledgedBy, VoidedAt, VoidReason *string
	Derived                                              bool
	Version                                              int
	Code                                                 struct{ Text, Code, System string }
	DerivedFrom                                          []struct{ ID string }
}

// brief writes a reading in one line.
func (r reading) brief() string {
	number := str(r.Value)
	if r.Systolic != nil || r.Diastolic != nil {
		number = str(r.Systolic) + "/" + str(r.Diastolic)
	}
	return strings.TrimSpace(strings.Join([]string{r.Sign, number, str(r.Unit), str(r.Interpretation)}, " "))
}

func str(p *string) string {
	if p == nil {
		return "-"
	}
	return *p
}

type problem struct {
	Code, Message string
	Path          []string
	Current       *struct{ ID string }
}

type recorded struct {
	Readings   []reading
	Visit      *struct{ ID string }
	UserErrors []problem
	Mark       *string `json:"clientMutationId"`
}

const record = `mutation($in: RecordVitalsInput!) { recordVitals(input: $in) { readings { ` + readingFields + ` }
	visit { id } userErrors { message code path } clientMutationId } }`

// record sends a set; the input is JSON without braces.
func (s *scene) record(role, patient, more string) (recorded, *officetest.Answer) {
	s.T.Helper()
	a := s.As(role).Send(record, officetest.Vars{"in": json.RawMessage(fmt.Sprintf(`{"patientId": %q, %s}`, patient, more))})
	var got struct{ RecordVitals recorded }
	if len(a.Errors) == 0 {
		if err := json.Unmarshal(a.Data, &got); err != nil {
			s.T.Fatal(err)
		}
	}
	return got.RecordVitals, a
}

func (s *scene) must(patient, more string) []reading {
	s.T.Helper()
	got, a := s.record(kit.Nurse, patient, more)
	if len(got.Readings) == 0 {
		s.T.Fatalf("nothing recorded: %s", a.Text)
	}
	return got.Readings
}

func (s *scene) count() (n int) {
	s.T.Helper()
	n, err := s.Deps.DB.Client(s.System()).VitalReading.Query().Count(s.System())
	if err != nil {
		s.T.Fatal(err)
	}
	return n
}

// facts lists the topics published since the office opened, oldest first.
var ids = regexp.MustCompile("[a-z]+_[0-9a-z]{26}")

// bare is a text without ids, which may hold any digits.
func bare(text string) string { return ids.ReplaceAllString(text, "") }

func (s *scene) facts() []string {
	s.T.Helper()
	rows, err := s.Deps.DB.Client(s.System()).Fact.Query().Where(row.HasPrefix(fact.Topic, "vitals.")).Order(fact.ID.Asc()).All(s.System())
	if err != nil {
		s.T.Fatal(err)
	}
	topics := []string{}
	for _, r := range rows {
		topics = append(topics, r.Topic+"@"+r.LocationID)
		told := bare(r.Payload)
		for _, secret := range []string{"Secretname", "188", "HH", "BLOOD"} {
			if strings.Contains(told, secret) {
				s.T.Errorf("a fact tells %s: %s", secret, r.Payload)
			}
		}
	}
	return topics
}

func briefs(rows []reading) string {
	list := make([]string, len(rows))
	for i, r := range rows {
		list[i] = r.brief()
	}
	return strings.Join(list, "; ")
}

func TestRecord(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := setUp(t, o)
		got, a := s.record(kit.MedicalAssistant, s.adult, fmt.Sprintf(`"visitId": %q, "clientMutationId": "m1", "readings": [
			{"sign": "BLOOD_PRESSURE", "systolic": 120, "diastolic": "80", "method": "automatic cuff", "bodyPosition": "sitting", "bodySite": "left arm"},
			{"sign": "BODY_TEMPERATURE", "value": "98.6", "unit": "[degF]"},
			{"sign": "BODY_WEIGHT", "value": 150, "unit": "lb"},
			{"sign": "BODY_HEIGHT", "value": 70, "unit": "in"},
			{"sign": "PAIN_SCORE", "value": 0},
			{"sign": "HEART_RATE", "notDoneReason": "patient refused"}]`, s.visit))
		want := "BLOOD_PRESSURE 120/80 mm[Hg] H; BODY_TEMPERATURE 37 Cel N; BODY_WEIGHT 68.039 kg -; BODY_HEIGHT 177.8 cm -; " +
			"PAIN_SCORE 0 {score} N; HEART_RATE - - -; MEAN_ARTERIAL_PRESSURE 93 mm[Hg] N; BODY_MASS_INDEX 21.5 kg/m2 N; BODY_SURFACE_AREA 1.83 m2 -"
		if briefs(got.Readings) != want {
			t.Fatalf("got %s\nwant %s\n%s", briefs(got.Readings), want, a.Text)
		}
		r := got.Readings
		if str(r[1].EnteredValue) != "98.6" || str(r[1].EnteredUnit) != "[degF]" || str(r[0].EnteredValue) != "120/80" || str(r[2].EnteredUnit) != "[lb_av]" {
			t.Errorf("what was entered is lost: %s", a.Text)
		}
		if r[2].Code.Code != "29463-7" || r[2].Code.System != "http://loinc.org" || r[2].Code.Text == "" {
			t.Errorf("code: %+v", r[2].Code)
		}
		if r[7].Code.Code != "39156-5" || !r[7].Derived || len(r[7].DerivedFrom) != 2 || r[7].DerivedFrom[0].ID != r[2].ID || r[7].DerivedFrom[1].ID != r[3].ID {
			t.Errorf("BMI: %+v", r[7])
		}
		if r[8].Code.Code != "3140-1" || r[6].Code.Code != "8478-0" || len(r[6].DerivedFrom) != 1 || r[6].DerivedFrom[0].ID != r[0].ID {
			t.Errorf("BSA %+v, MAP %+v", r[8], r[6])
		}
		if r[5].Value != nil || r[5].Unit != nil || r[5].EnteredValue != nil || str(r[5].NotDoneReason) != "patient refused" {
			t.Errorf("not done: %+v", r[5])
		}
		if got.Visit == nil || got.Visit.ID != s.visit || str(got.Mark) != "m1" || len(got.UserErrors) != 0 {
			t.Errorf("payload: %s", a.Text)
		}
		if r[0].TakenBy != "test medical_assistant" || r[0].TakenAt != "2026-03-02T15:00:00.000Z" {
			t.Errorf("taken: %+v", r[0])
		}
		if told := s.facts(); !slices.Equal(told, []string{"vitals.recorded@" + s.location}) {
			t.Errorf("told %v", told)
		}
		if strings.Contains(o.Log.String(), "98.6") {
			t.Error("the log holds values")
		}
	})
}

func TestCallers(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := setUp(t, o)
		row := s.must(s.adult, fmt.Sprintf(`"visitId": %q, "readings": [{"sign": "BLOOD_PRESSURE", "systolic": 188, "diastolic": 99}]`, s.visit))[0]
		const read = `query($id: ID!) { node(id: $id) { id ... on VitalReading { value systolic } } }`
		for _, c := range []struct {
			role                     string
			read, record, void, seen string // the code of the refusal, "" for none
		}{
			{kit.MedicalAssistant, "", "", "FORBIDDEN", "FORBIDDEN"},
			{kit.Nurse, "", "", "", ""},
			{kit.Physician, "", "", "", ""},
			{kit.Report, "", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"},
			{kit.FrontDesk, "null", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"},
			{kit.Biller, "null", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"},
			{kit.StockKeeper, "null", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"},
			{kit.Manager, "null", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"},
			{kit.Admin, "null", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"},
			{kit.Auditor, "null", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"},
			{kit.Board, "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"},
			{"", "UNAUTHENTICATED", "UNAUTHENTICATED", "UNAUTHENTICATED", "UNAUTHENTICATED"},
		} {
			a := o.As(c.role).Send(read, officetest.Vars{"id": row.ID})
			shown := strings.Contains(bare(a.Text), "188")
			if c.read == "null" && (a.Code() != "" || shown) || c.read == "" && !shown || c.read != "" && c.read != "null" && a.Code() != c.read {
				t.Errorf("%s reads: %s", c.role, a.Text)
			}
			if _, a := s.record(c.role, s.adult, `"readings": [{"sign": "HEART_RATE", "value": 70}]`); a.Code() != c.record {
				t.Errorf("%s records: %s", c.role, a.Text)
			}
			// A wrong version, so that those who may change nothing yet.
			if a := s.mark(c.role, row.ID, 99); a.Code() != c.void && c.void != "" && c.role != kit.MedicalAssistant {
				t.Errorf("%s voids: %s", c.role, a.Text)
			}
			if a := s.acknowledge(c.role, row.ID, 99); a.Code() != c.seen {
				t.Errorf("%s acknowledges: %s", c.role, a.Text)
			}
		}
		if a := s.mark(kit.MedicalAssistant, row.ID, 1); a.Code() != "FORBIDDEN" {
			t.Errorf("an assistant voids what a nurse took: %s", a.Text)
		}
		got, _ := s.record(kit.MedicalAssistant, s.adult, `"readings": [{"sign": "HEART_RATE", "value": 70}]`)
		if a := s.mark(kit.MedicalAssistant, got.Readings[0].ID, 1); a.Code() != "" || !strings.Contains(a.Text, `"ENTERED_IN_ERROR"`) {
			t.Errorf("an assistant voids their own: %s", a.Text)
		}
	})
}

func (s *scene) mark(role, id string, version int) *officetest.Answer {
	s.T.Helper()
	return s.As(role).Send(`mutation($in: MarkVitalEnteredInErrorInput!) { markVitalEnteredInError(input: $in) {
		readings { `+readingFields+` } userErrors { code path message ... on StaleVersionError { current { id } } } } }`,
		officetest.Vars{"in": map[string]any{"id": id, "reason": "wrong patient", "expectedVersion": version}})
}

func (s *scene) acknowledge(role, id string, version int) *officetest.Answer {
	s.T.Helper()
	return s.As(role).Send(`mutation($in: AcknowledgeCriticalVitalInput!) { acknowledgeCriticalVital(input: $in) {
		reading { `+readingFields+` } userErrors { code path message ... on StaleVersionError { current { id } } } } }`,
		officetest.Vars{"in": map[string]any{"id": id, "expectedVersion": version}})
}

func TestRefused(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := setUp(t, o)
		ended := s.visitOf(s.adult, o.Clock.Now().Add(-48*time.Hour))
		cancelled := s.visitOf(s.adult, o.Clock.Now())
		other := s.visitOf(s.newborn, o.Clock.Now())
		merged := s.patient("1980-01-01")
		s.change(func(ctx context.Context, c *ent.Client) error {
			if err := c.Visit.UpdateOneID(ended).SetEndedAt(o.Clock.Now().Add(-47 * time.Hour)).SetStatus(visit.StatusFINISHED).Exec(ctx); err != nil {
				return err
			}
			if err := c.Patient.UpdateOneID(merged).SetStatus(patient.StatusMERGED).SetMergedIntoID(s.adult).Exec(ctx); err != nil {
				return err
			}
			return c.Visit.UpdateOneID(cancelled).SetStatus(visit.StatusCANCELLED).Exec(ctx)
		})
		good := `{"sign": "HEART_RATE", "value": 72}`
		for _, c := range []struct{ name, patient, in, code, path string }{
			{"7000 kg", s.adult, `"readings": [` + good + `, {"sign": "BODY_WEIGHT", "value": 7000, "unit": "kg"}]`, "IMPLAUSIBLE", "readings.1.value"},
			{"adult of 3 kg", s.adult, `"readings": [{"sign": "BODY_WEIGHT", "value": 3, "unit": "kg"}]`, "IMPLAUSIBLE", "readings.0.value"},
			{"newborn of 70 kg", s.newborn, `"readings": [{"sign": "BODY_WEIGHT", "value": 70, "unit": "kg"}]`, "IMPLAUSIBLE", "readings.0.value"},
			{"systolic below diastolic", s.adult, `"readings": [` + good + `,` + good + `, {"sign": "BLOOD_PRESSURE", "systolic": 80, "diastolic": 120}]`, "IMPLAUSIBLE", "readings.2.systolic"},
			{"systolic as diastolic", s.adult, `"readings": [{"sign": "BLOOD_PRESSURE", "systolic": 80, "diastolic": 80}]`, "IMPLAUSIBLE", "readings.0.systolic"},
			{"diastolic 5", s.adult, `"readings": [{"sign": "BLOOD_PRESSURE", "systolic": 80, "diastolic": 5}]`, "IMPLAUSIBLE", "readings.0.diastolic"},
			{"saturation 101", s.adult, `"readings": [{"sign": "OXYGEN_SATURATION", "value": 101}]`, "IMPLAUSIBLE", "readings.0.value"},
			{"saturation 0", s.adult, `"readings": [{"sign": "OXYGEN_SATURATION", "value": 0}]`, "IMPLAUSIBLE", "readings.0.value"},
			{"60 degrees", s.adult, `"readings": [{"sign": "BODY_TEMPERATURE", "value": 60, "unit": "Cel"}]`, "IMPLAUSIBLE", "readings.0.value"},
			{"98.6 without a unit", s.adult, `"readings": [{"sign": "BODY_TEMPERATURE", "value": 98.6}]`, "IMPLAUSIBLE", "readings.0.value"},
			{"out of reach", s.adult, `"readings": [{"sign": "BODY_HEIGHT", "value": "999999999999", "unit": "m"}]`, "IMPLAUSIBLE", "readings.0.value"},
			{"negative", s.adult, `"readings": [{"sign": "HEART_RATE", "value": -72}]`, "IMPLAUSIBLE", "readings.0.value"},
			{"weight and height do not fit", s.adult, `"readings": [{"sign": "BODY_HEIGHT", "value": 60, "unit": "cm"}, {"sign": "BODY_WEIGHT", "value": 300, "unit": "kg"}]`, "IMPLAUSIBLE", "readings.1.value"},
			{"half a pain", s.adult, `"readings": [{"sign": "PAIN_SCORE", "value": 3.5}]`, "BAD_USER_INPUT", "readings.0.value"},
			{"a weight without unit", s.adult, `"readings": [{"sign": "BODY_WEIGHT", "value": 70}]`, "BAD_USER_INPUT", "readings.0.unit"},
			{"a wrong unit", s.adult, `"readings": [{"sign": "BODY_WEIGHT", "value": 70, "unit": "cm"}]`, "BAD_USER_INPUT", "readings.0.unit"},
			{"measured and not", s.adult, `"readings": [{"sign": "HEART_RATE", "value": 70, "notDoneReason": "refused"}]`, "BAD_USER_INPUT", "readings.0.notDoneReason"},
			{"neither measured nor not", s.adult, `"readings": [{"sign": "HEART_RATE", "notDoneReason": " "}]`, "BAD_USER_INPUT", "readings.0.value"},
			{"half a pressure", s.adult, `"readings": [{"sign": "BLOOD_PRESSURE", "systolic": 120}]`, "BAD_USER_INPUT", "readings.0.diastolic"},
			{"the other half", s.adult, `"readings": [{"sign": "BLOOD_PRESSURE", "diastolic": 80}]`, "BAD_USER_INPUT", "readings.0.systolic"},
			{"a pressure with a value", s.adult, `"readings": [{"sign": "BLOOD_PRESSURE", "value": 120}]`, "BAD_USER_INPUT", "readings.0.value"},
			{"a rate with a pressure", s.adult, `"readings": [{"sign": "HEART_RATE", "value": 70, "systolic": 120}]`, "BAD_USER_INPUT", "readings.0.value"},
			{"typed BMI", s.adult, `"readings": [{"sign": "BODY_MASS_INDEX", "value": 20}]`, "BAD_USER_INPUT", "readings.0.sign"},
			{"other", s.adult, `"readings": [{"sign": "OTHER", "value": 20}]`, "BAD_USER_INPUT", "readings.0.sign"},
			{"a long note", s.adult, `"readings": [{"sign": "HEART_RATE", "value": 70, "note": "` + strings.Repeat("x", 1001) + `"}]`, "BAD_USER_INPUT", "readings.0.note"},
			{"no readings", s.adult, `"readings": []`, "BAD_USER_INPUT", "readings"},
			{"21 readings", s.adult, `"readings": [` + strings.Repeat(good+",", 20) + good + `]`, "BAD_USER_INPUT", "readings"},
			{"in the future", s.adult, `"takenAt": "2026-03-02T15:05:01Z", "readings": [` + good + `]`, "BAD_USER_INPUT", "takenAt"},
			{"before birth", s.newborn, `"takenAt": "2026-02-19T23:00:00Z", "readings": [` + good + `]`, "BAD_USER_INPUT", "takenAt"},
			{"after the visit", s.adult, `"visitId": "` + ended + `", "readings": [` + good + `]`, "BAD_USER_INPUT", "takenAt"},
			{"a cancelled visit", s.adult, `"visitId": "` + cancelled + `", "readings": [` + good + `]`, "FAILED_PRECONDITION", "visitId"},
			{"the visit of another", s.adult, `"visitId": "` + other + `", "readings": [` + good + `]`, "NOT_FOUND", "visitId"},
			{"a visit that is none", s.adult, `"visitId": "vis_1", "readings": [` + good + `]`, "NOT_FOUND", "visitId"},
			{"a merged chart", merged, `"readings": [` + good + `]`, "FAILED_PRECONDITION", "patientId"},
			{"a patient that is none", s.visit, `"readings": [` + good + `]`, "NOT_FOUND", "patientId"},
		} {
			got, a := s.record(kit.Nurse, c.patient, c.in)
			if len(got.UserErrors) != 1 || got.UserErrors[0].Code != c.code || strings.Join(got.UserErrors[0].Path, ".") != c.path || got.Readings != nil {
				t.Errorf("%s: want %s at %s, got %s", c.name, c.code, c.path, a.Text)
			}
			if strings.Contains(a.Text, "Secretname") || strings.Contains(strings.ToLower(a.Text), "select") {
				t.Errorf("%s tells too much: %s", c.name, a.Text)
			}
		}
		if n := s.count(); n != 0 {
			t.Errorf("%d readings were stored", n)
		}
		if told := s.facts(); len(told) != 0 {
			t.Errorf("told %v", told)
		}
		// What is just allowed.
		s.must(s.adult, `"takenAt": "2026-03-02T15:05:00Z", "readings": [`+good+`]`)
		s.must(s.adult, `"visitId": "`+ended+`", "takenAt": "2026-02-28T15:30:00Z", "readings": [`+good+`]`)
		s.must(s.newborn, `"takenAt": "2026-02-20T06:00:00Z", "readings": [{"sign": "HEART_RATE", "value": 130}]`)
	})
}

func TestDerived(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := setUp(t, o)
		at := func(days int) string {
			return `"takenAt": "` + o.Clock.Now().AddDate(0, 0, -days).Format(time.RFC3339) + `", `
		}
		const tall, heavy = `"readings": [{"sign": "BODY_HEIGHT", "value": 180, "unit": "cm"}]`, `"readings": [{"sign": "BODY_WEIGHT", "value": 80, "unit": "kg"}]`
		for _, c := range []struct {
			name, born string
			days       int
			want       string
		}{
			{"an adult's height of 365 days", "1980-01-01", 365, "BODY_WEIGHT 80 kg -; BODY_MASS_INDEX 24.7 kg/m2 N; BODY_SURFACE_AREA 2 m2 -"},
			{"an adult's height of 366 days", "1980-01-01", 366, "BODY_WEIGHT 80 kg -"},
			{"a child's height of 90 days", "2012-01-01", 90, "BODY_WEIGHT 80 kg -; BODY_MASS_INDEX 24.7 kg/m2 -; BODY_SURFACE_AREA 2 m2 -"},
			{"a child's height of 91 days", "2012-01-01", 91, "BODY_WEIGHT 80 kg -"},
			{"a height of nobody knows whom", "", 91, "BODY_WEIGHT 80 kg -"},
		} {
			p := s.patient(c.born)
			s.must(p, at(c.days)+tall)
			if got := briefs(s.must(p, heavy)); got != c.want {
				t.Errorf("%s: %s", c.name, got)
			}
		}
		// The weight came first, in the same visit; outside of a visit it is not taken up.
		s.must(s.adult, fmt.Sprintf(`"visitId": %q, `, s.visit)+heavy)
		if got := briefs(s.must(s.adult, tall)); got != "BODY_HEIGHT 180 cm -" {
			t.Errorf("a height alone: %s", got)
		}
		o.Clock.Add(time.Minute)
		if got := briefs(s.must(s.adult, fmt.Sprintf(`"visitId": %q, `, s.visit)+tall)); got != "BODY_HEIGHT 180 cm -; BODY_MASS_INDEX 24.7 kg/m2 N; BODY_SURFACE_AREA 2 m2 -" {
			t.Errorf("a height after the weight: %s", got)
		}
		// A later height does not go with an earlier weight.
		p := s.patient("1980-01-01")
		s.must(p, tall)
		if got := briefs(s.must(p, at(1)+heavy)); got != "BODY_WEIGHT 80 kg -" {
			t.Errorf("a height of tomorrow: %s", got)
		}
	})
}

func TestCritical(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := setUp(t, o)
		badges := func() string {
			d := sql.Dialect(o.Deps.DB.Dialect)
			marked := o.Vitals.Badges(d, o.Clock.Now())[vitals.CriticalBadge]
			text, args := marked.Select(marked.C("visit_id")).Distinct().Query()
			rows, err := o.Deps.DB.Client(o.System()).QueryContext(t.Context(), text, args...)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = rows.Close() }()
			var got []string
			if err := sql.ScanSlice(rows, &got); err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(got)
		}
		if got := badges(); got != "[]" {
			t.Error(got)
		}
		rows := s.must(s.adult, fmt.Sprintf(`"visitId": %q, "readings": [
			{"sign": "BLOOD_PRESSURE", "systolic": 188, "diastolic": 99}, {"sign": "OXYGEN_SATURATION", "value": 88}]`, s.visit))
		if got := briefs(rows); got != "BLOOD_PRESSURE 188/99 mm[Hg] HH; OXYGEN_SATURATION 88 % LL; MEAN_ARTERIAL_PRESSURE 129 mm[Hg] H" {
			t.Error(got)
		}
		here := "@" + s.location
		told := []string{"vitals.critical" + here, "vitals.critical" + here, "vitals.recorded" + here}
		if got := s.facts(); !slices.Equal(got, told) {
			t.Errorf("told %v", got)
		}
		if got := badges(); got != "["+s.visit+"]" {
			t.Error(got)
		}
		a := s.acknowledge(kit.Nurse, rows[0].ID, 7)
		if !strings.Contains(a.Text, `"code":"STALE_VERSION"`) || !strings.Contains(a.Text, `"current":{"id":"`+rows[0].ID) {
			t.Errorf("stale: %s", a.Text)
		}
		a = s.acknowledge(kit.Physician, rows[0].ID, 1)
		if !strings.Contains(a.Text, `"acknowledgedBy":"test physician"`) || !strings.Contains(a.Text, `"version":2`) {
			t.Errorf("acknowledge: %s", a.Text)
		}
		if got := badges(); got != "["+s.visit+"]" {
			t.Error("the badge went though the saturation waits")
		}
		for id, version := range map[string]int{rows[0].ID: 2, rows[2].ID: 1} {
			if a := s.acknowledge(kit.Nurse, id, version); !strings.Contains(a.Text, "FAILED_PRECONDITION") {
				t.Errorf("acknowledged twice or not critical: %s", a.Text)
			}
		}
		s.mark(kit.Nurse, rows[1].ID, 1)
		if got := badges(); got != "[]" {
			t.Error(got)
		}
		if got := s.facts(); !slices.Equal(got, append(told, "vitals.acknowledged"+here, "vitals.voided"+here)) {
			t.Errorf("told %v", got)
		}
	})
}

func TestEnteredInError(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := setUp(t, o)
		old := s.must(s.adult, `"takenAt": "2026-02-01T15:00:00Z", "readings": [{"sign": "BODY_HEIGHT", "value": 180, "unit": "cm"}]`)[0]
		rows := s.must(s.adult, `"readings": [{"sign": "BODY_WEIGHT", "value": 80, "unit": "kg"}, {"sign": "BLOOD_PRESSURE", "systolic": 120, "diastolic": 70}]`)
		a := s.mark(kit.Nurse, old.ID, 9)
		if !strings.Contains(a.Text, "STALE_VERSION") || !strings.Contains(a.Text, old.ID) {
			t.Errorf("stale: %s", a.Text)
		}
		for _, reason := range []string{"  ", strings.Repeat("x", 501)} {
			a := o.As(kit.Nurse).Send(`mutation($in: MarkVitalEnteredInErrorInput!) { markVitalEnteredInError(input: $in) { userErrors { code path } } }`,
				officetest.Vars{"in": map[string]any{"id": old.ID, "reason": reason, "expectedVersion": 1}})
			if !strings.Contains(a.Text, `"path":["reason"]`) {
				t.Errorf("reason %q: %s", reason, a.Text)
			}
		}
		var got struct {
			Done struct{ Readings []reading } `json:"markVitalEnteredInError"`
		}
		a = s.mark(kit.Nurse, old.ID, 1)
		if err := json.Unmarshal(a.Data, &got); err != nil {
			t.Fatal(err)
		}
		if b := briefs(got.Done.Readings); b != "BODY_HEIGHT 180 cm -; BODY_MASS_INDEX 24.7 kg/m2 N; BODY_SURFACE_AREA 2 m2 -" {
			t.Errorf("voided: %s", b)
		}
		for _, r := range got.Done.Readings {
			if r.Status != "ENTERED_IN_ERROR" || r.VoidedAt == nil || str(r.VoidReason) != "wrong patient" || r.Version != 2 {
				t.Errorf("voided: %+v", r)
			}
		}
		if a := s.mark(kit.Nurse, old.ID, 2); !strings.Contains(a.Text, "FAILED_PRECONDITION") {
			t.Errorf("twice: %s", a.Text)
		}
		if a := s.mark(kit.Nurse, s.adult, 1); !strings.Contains(a.Text, "NOT_FOUND") {
			t.Errorf("a patient as a reading: %s", a.Text)
		}
		if n := s.count(); n != 1+len(rows) {
			t.Errorf("%d rows", n)
		}
		var list struct {
			Patient struct{ Held, All struct{ Nodes []reading } }
		}
		o.As(kit.Nurse).Do(`query($id: ID!) { patient(by: {id: $id}) { held: vitals { nodes { sign } } all: vitals(includeEnteredInError: true) { nodes { sign } } } }`,
			officetest.Vars{"id": s.adult}, &list)
		if len(list.Patient.Held.Nodes) != 3 || len(list.Patient.All.Nodes) != 6 {
			t.Errorf("lists: %+v", list)
		}
	})
}

func TestSameMutationTwice(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := setUp(t, o)
		const in = `"clientMutationId": "once", "readings": [{"sign": "BLOOD_PRESSURE", "systolic": 188, "diastolic": 90}]`
		first, again := s.must(s.adult, in), s.must(s.adult, in)
		if len(first) != 2 || first[0].ID != again[0].ID || first[1].ID != again[1].ID || s.count() != 2 || len(s.facts()) != 2 {
			t.Errorf("the same twice: %v, %v, %v", first, again, s.facts())
		}
		got, a := s.record(kit.Nurse, s.adult, strings.Replace(in, "188", "189", 1))
		if len(got.UserErrors) != 1 || got.UserErrors[0].Code != "CONFLICT" {
			t.Errorf("another input: %s", a.Text)
		}
		row := first[0]
		var wg sync.WaitGroup
		texts := make([]string, 2)
		for i := range texts {
			wg.Go(func() { texts[i] = s.acknowledge([]string{kit.Nurse, kit.Physician}[i], row.ID, 1).Text })
		}
		wg.Wait()
		both := strings.Join(texts, "\n")
		if strings.Count(both, `"userErrors":[]`) != 1 || strings.Count(both, "STALE_VERSION") != 1 {
			t.Errorf("two at once:\n%s", both)
		}
	})
}

func TestLists(t *testing.T) {
	officetest.EachWay(t, func(t *testing.T, o *officetest.Office, simple bool) {
		s := setUp(t, o)
		for i := range 20 {
			day := o.Clock.Now().AddDate(0, 0, -i)
			v := s.visitOf(s.adult, day)
			s.must(s.adult, fmt.Sprintf(`"visitId": %q, "takenAt": %q, "readings": [{"sign": "BODY_WEIGHT", "value": %d, "unit": "kg"},
				{"sign": "BLOOD_PRESSURE", "systolic": %d, "diastolic": 70}]`, v, day.Format(time.RFC3339), 70+i, 110+i))
		}
		type list struct{ Nodes []reading }
		var chart struct {
			Patient struct{ Weights, Pressures, Newest, Filtered list }
		}
		// The aliases of the chart document, as written there.
		a := o.As(kit.Physician).Do(`query Chart($id: ID!) { patient(by: {id: $id}) {
			weights: vitals(code: BODY_WEIGHT, first: 20) { nodes { takenAt value unit interpretation } }
			pressures: vitals(code: BLOOD_PRESSURE, first: 20) { nodes { takenAt systolic diastolic unit interpretation } }
			newest: vitals(first: 1, orderBy: {field: TAKEN_AT, direction: ASC}) { nodes { takenAt sign } totalCount }
			filtered: vitals(filter: {sign: {in: [BODY_WEIGHT, BLOOD_PRESSURE]}, derived: {eq: false}, takenAt: {gte: "2026-03-01T00:00:00Z"}, not: {interpretation: {in: [HH]}}}) { nodes { sign } }
		} }`, officetest.Vars{"id": s.adult}, &chart)
		p := chart.Patient
		if len(p.Weights.Nodes) != 20 || str(p.Weights.Nodes[0].Value) != "70" || str(p.Weights.Nodes[19].Value) != "89" || str(p.Weights.Nodes[3].Unit) != "kg" {
			t.Errorf("weights: %+v", p.Weights)
		}
		if len(p.Pressures.Nodes) != 20 || str(p.Pressures.Nodes[0].Systolic) != "110" || p.Pressures.Nodes[1].Value != nil || str(p.Pressures.Nodes[19].Systolic) != "129" {
			t.Errorf("pressures: %+v", p.Pressures)
		}
		if p.Newest.Nodes[0].TakenAt != "2026-02-11T15:00:00.000Z" || !strings.Contains(a.Text, `"totalCount":60`) {
			t.Errorf("oldest first: %+v", p.Newest)
		}
		if len(p.Filtered.Nodes) != 4 {
			t.Errorf("filtered: %+v", p.Filtered)
		}
		if n := vitalStatements(a); n != statements(simple, 5) {
			t.Errorf("%d statements for four lists and a count", n)
		}
		a = o.As(kit.Physician).Do(`query($id: ID!) { patient(by: {id: $id}) { vitals(code: BODY_WEIGHT, first: 100) { nodes {
			visit { id vitals { nodes { code { text } value unit interpretation takenAt } } } } } } }`, officetest.Vars{"id": s.adult}, nil)
		if n := vitalStatements(a); n != statements(simple, 2) {
			t.Errorf("20 visits with vitals take %d statements", n-1)
		}
		s.pages(t)
		s.chart(t, simple)
	})
}

// statements is one where the query is compiled.
func statements(simple bool, resolved int) int {
	if simple {
		return resolved
	}
	return 1
}

// chart asks for the vital signs as the chart document does.
func (s *scene) chart(t *testing.T, simple bool) {
	t.Helper()
	var got struct {
		Patient struct {
			Weights, Pressures struct{ Nodes []reading }
			Visits             struct {
				Edges []struct {
					Node struct {
						ID     string
						Vitals struct{ Nodes []reading }
					}
				}
			}
		}
	}
	a := s.As(kit.Physician).Do(`query Chart($id: ID!) { patient(by: {id: $id}) {
		weights: vitals(code: BODY_WEIGHT, first: 20) { nodes { takenAt value unit interpretation } }
		pressures: vitals(code: BLOOD_PRESSURE, first: 20) { nodes { takenAt systolic diastolic unit interpretation } }
		visits(first: 20, orderBy: {field: STARTED_AT, direction: DESC}) { edges { node { id
			vitals { nodes { code { text } value unit interpretation takenAt } } } } } } }`, officetest.Vars{"id": s.adult}, &got)
	p := got.Patient
	if len(p.Weights.Nodes) != 20 || len(p.Pressures.Nodes) != 20 || len(p.Visits.Edges) != 20 {
		t.Fatalf("chart: %s", a.Text)
	}
	for i, e := range p.Visits.Edges {
		if len(e.Node.Vitals.Nodes) != 3 && i != 1 { // the visit of the scene has none
			t.Errorf("visit %d has %d readings", i, len(e.Node.Vitals.Nodes))
		}
	}
	if n := vitalStatements(a); n != statements(simple, 3) {
		t.Errorf("the chart takes %d statements for vital signs", n)
	}
}

func TestBoard(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := setUp(t, o)
		s.change(func(ctx context.Context, c *ent.Client) error {
			if err := o.Visits.EnsureDefaults(ctx); err != nil {
				return err
			}
			stage, err := c.VisitStage.Query().Where(visitstage.CategoryColumn.EQ(visitstage.CategoryROOMING)).First(ctx)
			if err != nil {
				return err
			}
			if err := c.Visit.UpdateOneID(s.visit).SetStageID(stage.ID).Exec(ctx); err != nil {
				return err
			}
			return c.VisitCheck.Create().SetVisitID(s.visit).SetPosition(0).SetItem("Vitals").Exec(ctx)
		})
		board := func(want string) {
			t.Helper()
			a := o.AsAt(kit.Board, s.location).Do(`query($at: ID!) { roomBoard(location: $at) { waiting { visit { id } checklist { done total } badges } } }`,
				officetest.Vars{"at": s.location}, nil)
			if !strings.Contains(a.Text, want) || strings.Contains(bare(a.Text), "188") {
				t.Errorf("want %s: %s", want, a.Text)
			}
		}
		board(`"checklist":{"done":0,"total":1},"badges":[]`)
		s.must(s.adult, fmt.Sprintf(`"visitId": %q, "readings": [{"sign": "HEART_RATE", "notDoneReason": "refused"}]`, s.visit))
		board(`"checklist":{"done":0,"total":1},"badges":[]`)
		row := s.must(s.adult, fmt.Sprintf(`"visitId": %q, "readings": [{"sign": "BLOOD_PRESSURE", "systolic": 188, "diastolic": 99}]`, s.visit))[0]
		board(`"checklist":{"done":1,"total":1},"badges":["CRITICAL_VITALS"]`)
		s.acknowledge(kit.Nurse, row.ID, 1)
		board(`"checklist":{"done":1,"total":1},"badges":[]`)
	})
}

// pages walks a list with cursors, forward and back.
func (s *scene) pages(t *testing.T) {
	t.Helper()
	const q = `query($id: ID!, $first: Int, $after: String, $code: VitalSign) { patient(by: {id: $id}) {
		vitals(code: $code, first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }`
	seen, after := map[string]bool{}, any(nil)
	for range 20 {
		var got struct {
			Patient struct {
				Vitals struct {
					Nodes    []reading
					PageInfo struct {
						HasNextPage bool
						EndCursor   string
					}
				}
			}
		}
		s.As(kit.Nurse).Do(q, officetest.Vars{"id": s.adult, "first": 7, "after": after}, &got)
		for _, r := range got.Patient.Vitals.Nodes {
			seen[r.ID] = true
		}
		after = got.Patient.Vitals.PageInfo.EndCursor
		if !got.Patient.Vitals.PageInfo.HasNextPage {
			break
		}
	}
	if len(seen) != 60 {
		t.Errorf("%d rows in the pages", len(seen))
	}
	for _, vars := range []officetest.Vars{{"first": 7, "after": after, "code": "BODY_WEIGHT"}, {"first": 101}, {"first": 0}, {"after": "nonsense"}} {
		vars["id"] = s.adult
		if a := s.As(kit.Nurse).Send(q, vars); a.Code() == "" {
			t.Errorf("%v: %s", vars, a.Text)
		}
	}
}

func vitalStatements(a *officetest.Answer) (n int) {
	for _, text := range a.Statements {
		if strings.Contains(text, vitalreading.Table) {
			n++
		}
	}
	return n
}

func TestOneLocation(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := setUp(t, o)
		row := s.must(s.adult, fmt.Sprintf(`"visitId": %q, "readings": [{"sign": "HEART_RATE", "value": 72}]`, s.visit))[0]
		var elsewhere string
		s.change(func(ctx context.Context, c *ent.Client) error {
			l, err := c.Location.Create().SetName("Elsewhere").Save(ctx)
			elsewhere = l.ID
			return err
		})
		const q = `query($id: ID!, $row: ID!) { patient(by: {id: $id}) { vitals { nodes { value } } } node(id: $row) { id } }`
		for location, sees := range map[string]bool{s.location: true, elsewhere: false} {
			a := o.AsAt(kit.Nurse, location).Send(q, officetest.Vars{"id": s.adult, "row": row.ID})
			if strings.Contains(a.Text, `"72"`) != sees || strings.Contains(a.Text, row.ID) != sees {
				t.Errorf("at %s: %s", location, a.Text)
			}
			in := fmt.Sprintf(`{"patientId": %q, "visitId": %q, "readings": [{"sign": "HEART_RATE", "value": 73}]}`, s.adult, s.visit)
			a = o.AsAt(kit.Nurse, location).Send(record, officetest.Vars{"in": json.RawMessage(in)})
			if strings.Contains(a.Text, "NOT_FOUND") == sees {
				t.Errorf("at %s: %s", location, a.Text)
			}
		}
	})
}

func TestVitalSigns(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		var got struct {
			VitalSigns []struct {
				Sign, Unit            string
				Units                 []string
				UnitRequired, Derived bool
				Code                  struct{ Code string }
			}
		}
		o.As(kit.MedicalAssistant).Do(`{ vitalSigns { sign unit units unitRequired digits derived code { text code system } } }`, nil, &got)
		if len(got.VitalSigns) != 15 || got.VitalSigns[6].Code.Code != "29463-7" || !got.VitalSigns[6].UnitRequired || !slices.Contains(got.VitalSigns[6].Units, "[lb_av]") {
			t.Errorf("%+v", got)
		}
	})
}
