package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"medoffice/modules/kit/db"
	"medoffice/modules/officetest"
)

// act is a mutation that a writer sends, as often as it takes.
type act struct {
	kind  string // "patient", "vitals" or "room"
	role  string
	query string
	in    officetest.Vars
	made  string // what it made or changed, once the office has acknowledged it
}

// readings are the rows of one act of vital signs: temperature, blood pressure
// and the mean pressure, which the office works out.
const readings = 3

// outcome is the payload of any of the acts, under the alias out.
type outcome struct {
	Out struct {
		Patient    *struct{ ID, Mrn string }
		Readings   []struct{ ID string }
		Room       *struct{ ID string }
		UserErrors []struct{ Code, Message string }
	}
}

// writer sends one act after the other: charts, signs of its own patient, and
// its own room out of service and back.
type writer struct {
	s       *setting
	number  int
	version int // of its room
	acts    []*act
}

func (s *setting) writers() (list []*writer) {
	for i := range s.rooms {
		list = append(list, &writer{s: s, number: i, version: 1})
	}
	return list
}

// next makes the next act of the writer.
func (w *writer) next() *act {
	n := len(w.acts)
	a := &act{in: officetest.Vars{"clientMutationId": fmt.Sprint("w", w.number, ".", n)}}
	switch n % 3 {
	case 0:
		a.kind, a.role = "room", "MANAGER"
		a.in["roomId"], a.in["expectedVersion"] = w.s.rooms[w.number], w.version
		a.query = `mutation($in: ReturnToServiceInput!) { out: returnToService(input: $in) { room { id } userErrors { code message } } }`
		if w.version%2 == 1 {
			a.in["reason"] = "painting"
			a.query = `mutation($in: TakeOutOfServiceInput!) { out: takeOutOfService(input: $in) { room { id } userErrors { code message } } }`
		}
		w.version++
	case 1:
		a.kind, a.role = "patient", "FRONT_DESK"
		a.in["familyName"], a.in["givenName"], a.in["allowDuplicate"] = fmt.Sprint("Nowak", w.number), fmt.Sprint("Jan", n), true
		a.query = `mutation($in: RegisterPatientInput!) { out: registerPatient(input: $in) { patient { id mrn } userErrors { code message } } }`
	case 2:
		a.kind, a.role = "vitals", "NURSE"
		a.in["patientId"] = w.s.patients[w.number]
		a.in["readings"] = []officetest.Vars{
			{"sign": "BODY_TEMPERATURE", "value": "98.6", "unit": "[degF]"},
			{"sign": "BLOOD_PRESSURE", "systolic": "128", "diastolic": "82", "unit": "mm[Hg]"},
		}
		a.query = `mutation($in: RecordVitalsInput!) { out: recordVitals(input: $in) { readings { id } userErrors { code message } } }`
	}
	w.acts = append(w.acts, a)
	return a
}

// send sends the act. It is acknowledged where there is no error and the
// answer has none; then what it made must be what it made before.
func (a *act) send(t testing.TB, s *setting, url string) (*officetest.Answer, error) {
	got, err := post(url, s.tokens[a.role], a.query, officetest.Vars{"in": a.in})
	if err != nil || len(got.Errors) > 0 {
		return got, err
	}
	var o outcome
	if err := json.Unmarshal(got.Data, &o); err != nil {
		return got, err
	}
	made := ""
	switch {
	case o.Out.Patient != nil && o.Out.Patient.Mrn != "":
		made = o.Out.Patient.ID
	case len(o.Out.Readings) == readings:
		made = fmt.Sprint(o.Out.Readings)
	case o.Out.Room != nil:
		made = o.Out.Room.ID
	default:
		t.Errorf("%s %v: %s", a.kind, a.in["clientMutationId"], got.Text)
	}
	if a.made != "" && a.made != made {
		t.Errorf("%v did %s, and says %s when it is sent again", a.in["clientMutationId"], a.made, made)
	}
	a.made = made
	return got, nil
}

// settle sends what was not acknowledged until it is, each writer for itself,
// and everything else once more.
func settle(t testing.TB, writers []*writer, url string, from int) (doubtful int) {
	t.Helper()
	var all sync.WaitGroup
	for _, w := range writers {
		if len(w.acts) > 0 && w.acts[len(w.acts)-1].made == "" {
			doubtful++
		}
		all.Go(func() {
			for _, a := range w.acts[min(from, len(w.acts)):] {
				if got, err := a.send(t, w.s, url); err != nil || a.made == "" {
					t.Errorf("%v is not taken: %v %+v", a.in["clientMutationId"], err, got)
					return
				}
			}
		})
	}
	all.Wait()
	return doubtful
}

// done counts the acts of a kind.
func done(writers []*writer, kinds ...string) (n int) {
	for _, w := range writers {
		for _, a := range w.acts {
			for _, k := range kinds {
				if a.kind == k {
					n++
				}
			}
		}
	}
	return n
}

// counter returns what asks the database for a number.
func (s *setting) counter(t testing.TB) func(query string) int {
	t.Helper()
	d, err := db.Open(context.Background(), s.database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return func(query string) (n int) {
		t.Helper()
		if err := d.SQL().QueryRowContext(context.Background(), query).Scan(&n); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		return n
	}
}

// acknowledged counts the acts that writers know of.
func acknowledged(writers []*writer) (n int) {
	for _, w := range writers {
		for _, a := range w.acts {
			if a.made != "" {
				n++
			}
		}
	}
	return n
}

// whole looks into the database: every act happened once, and each with all
// that belongs to it.
func (s *setting) whole(t testing.TB, writers []*writer) {
	t.Helper()
	count := s.counter(t)
	const audited = "EXISTS (SELECT 1 FROM audit_events a WHERE a.entity_id = x.id AND a.action = 'CREATE')"
	for query, want := range map[string]int{
		"SELECT count(*) FROM requests":                                                        done(writers, "patient", "vitals", "room"),
		"SELECT count(*) FROM patients x WHERE family_name LIKE 'Nowak%'":                      done(writers, "patient"),
		"SELECT count(DISTINCT mrn) FROM patients WHERE family_name LIKE 'Nowak%'":             done(writers, "patient"),
		"SELECT count(*) FROM patients x WHERE family_name LIKE 'Nowak%' AND " + audited:       done(writers, "patient"),
		"SELECT count(DISTINCT patient_id) FROM patient_terms":                                 done(writers, "patient"),
		"SELECT count(*) FROM outbox WHERE topic = 'patients.registered'":                      done(writers, "patient"),
		"SELECT count(*) FROM vital_readings x":                                                readings * done(writers, "vitals"),
		"SELECT count(*) FROM vital_readings x WHERE " + audited:                               readings * done(writers, "vitals"),
		"SELECT count(*) FROM outbox WHERE topic = 'vitals.recorded'":                          done(writers, "vitals"),
		"SELECT count(*) FROM outbox WHERE entity_id LIKE 'room%'":                             done(writers, "room"),
		"SELECT count(*) FROM audit_events WHERE entity_id LIKE 'room%' AND action = 'UPDATE'": done(writers, "room"),
		"SELECT sum(version - 1) FROM rooms":                                                   done(writers, "room"),
		"SELECT count(*) FROM vital_readings r WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.entity_id = r.patient_id AND o.payload LIKE '%' || r.id || '%')": 0,
		"SELECT count(*) FROM rooms r WHERE version <> 1 + (SELECT count(*) FROM outbox o WHERE o.entity_id = r.id)":                                             0,
		"SELECT count(*) FROM patient_numbers n WHERE NOT EXISTS (SELECT 1 FROM patients p WHERE p.mrn = CAST(100000 + n.id AS text))":                           0,
	} {
		if got := count(query); got != want {
			t.Errorf("%d, want %d: %s", got, want, query)
		}
	}
	eventually(t, "events stay without a seal", func() bool {
		return count("SELECT count(*) FROM audit_events WHERE hash IS NULL") == 0
	})
}

// crowd is writers at work.
type crowd struct {
	acked chan struct{}
	all   sync.WaitGroup
}

// work lets all writers send acts until until says so. What is done with an
// act that was not acknowledged, failed says: whether the writer goes on.
func work(t testing.TB, writers []*writer, url func() string, failed func(*act, *officetest.Answer, error) bool, until <-chan struct{}) *crowd {
	c := &crowd{acked: make(chan struct{}, 1<<16)}
	for _, w := range writers {
		c.all.Go(func() {
			for {
				select {
				case <-until:
					return
				default:
				}
				a := w.next()
				for {
					got, err := a.send(t, w.s, url())
					if a.made != "" {
						c.acked <- struct{}{}
						break
					}
					if !failed(a, got, err) {
						return
					}
				}
			}
		})
	}
	return c
}

// wait waits for so many acknowledged acts.
func (c *crowd) wait(t testing.TB, n int) {
	t.Helper()
	timeout := time.After(patience)
	for range n {
		select {
		case <-c.acked:
		case <-timeout:
			t.Fatal("the writers do not get on")
		}
	}
}
