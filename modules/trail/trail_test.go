package trail_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"medoffice/ent"
	"medoffice/ent/auditevent"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
	"medoffice/modules/trail"
)

// events are the events of an action, oldest first.
func events(t testing.TB, o *officetest.Office, action string) []*ent.AuditEvent {
	t.Helper()
	rows, err := o.Deps.DB.Client(o.System()).AuditEvent.Query().Where(auditevent.ActionColumn.EQ(auditevent.Action(action))).
		Order(auditevent.At.Asc(), auditevent.ID.Asc()).All(o.System())
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// patients makes patients, as the office would find them in the morning.
func patients(t testing.TB, o *officetest.Office, n int) (ids []string) {
	t.Helper()
	o.Secret("Zyxwvut")
	err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
		for i := range n {
			p, err := o.Deps.DB.Client(ctx).Patient.Create().SetMrn(fmt.Sprintf("M%05d", i)).SetGivenName(officetest.Planted).
				SetFamilyName(fmt.Sprintf("Zyxwvut%d", i)).SetSortName(fmt.Sprintf("zyxwvut%d", i)).Save(ctx)
			if err != nil {
				return err
			}
			ids = append(ids, p.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

const password = "lantern-topaz-42"

// add makes an account for a test.
func add(t *testing.T, o *officetest.Office, username string, roles ...string) (id string) {
	t.Helper()
	o.Secret(password)
	id, err := o.Access.AddAccount(o.System(), username, "Test "+username, password, roles...)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

const chart = `query Chart($id: ID!) { patient(by: {id: $id}) { id name { text } } again: patient(by: {id: $id}) { mrn } }`

// sealed waits until the writer has sealed every event.
func sealed(t testing.TB, o *officetest.Office) {
	t.Helper()
	for range 500 {
		n, err := o.Deps.DB.Client(o.System()).AuditEvent.Query().Where(auditevent.Hash.IsNil()).Count(o.System())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("events stay without a seal")
}

func findings(t testing.TB, o *officetest.Office) []trail.Finding {
	t.Helper()
	found, err := o.Trail.Verify(o.System())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// behind runs a statement behind the back of the office, with the triggers of
// the trail gone.
func behind(t testing.TB, o *officetest.Office, statement string) {
	t.Helper()
	drop := []string{"DROP TRIGGER IF EXISTS audit_events_write_once", "DROP TRIGGER IF EXISTS audit_events_stay"}
	for _, d := range drop {
		if o.Deps.DB.Postgres() {
			d += " ON audit_events"
		}
		if _, err := o.Deps.DB.SQL().Exec(d); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.Deps.DB.SQL().Exec(statement); err != nil {
		t.Fatal(err)
	}
}

// TestAcceptance21ReadsAreAuditedAndTamperingIsFound: every read of a patient
// record leaves exactly one audit event; tampering with one row is found.
func TestAcceptance21ReadsAreAuditedAndTamperingIsFound(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ids := patients(t, o, 3)
		nurse := o.As("NURSE")
		for round := range 4 {
			for i, id := range ids {
				a := nurse.Do(chart, officetest.Vars{"id": id}, nil)
				if !strings.Contains(a.Text, "Zyxwvut") {
					t.Fatal(a.Text)
				}
				reads := events(t, o, "READ")
				if len(reads) != round*len(ids)+i+1 {
					t.Fatalf("%d events after %d reads", len(reads), round*len(ids)+i+1)
				}
				e := reads[len(reads)-1]
				if *e.PatientID != id || e.ActorName != "test nurse" || e.Roles != "NURSE" || e.Operation != "Chart" ||
					e.Detail != "Patient" || e.RequestID == "" || e.RemoteIP != "192.0.2.1" || e.Outcome != auditevent.OutcomeSUCCESS {
					t.Fatalf("%+v", e)
				}
			}
		}
		sealed(t, o)
		if found := findings(t, o); len(found) != 0 {
			t.Fatalf("an untouched trail: %v", found)
		}
		reads := events(t, o, "READ")
		victim := reads[5]
		if _, err := o.Deps.DB.SQL().Exec("UPDATE audit_events SET actor_name = 'somebody else' WHERE id = '" + victim.ID + "'"); err == nil {
			t.Fatal("the database let a row of the trail be changed")
		}
		if _, err := o.Deps.DB.SQL().Exec("DELETE FROM audit_events WHERE id = '" + victim.ID + "'"); err == nil {
			t.Fatal("the database let a row of the trail be deleted")
		}
		behind(t, o, "UPDATE audit_events SET actor_name = 'somebody else' WHERE id = '"+victim.ID+"'")
		found := findings(t, o)
		if len(found) != 1 || found[0].Event != victim.ID || found[0].Problem != trail.Changed || found[0].Position != *victim.Position {
			t.Fatalf("%v", found)
		}
	})
}

func TestVerifyFinds(t *testing.T) {
	for _, c := range []struct {
		name, change, problem string
		last                  bool // of the chain, in place of one in the middle
	}{
		{"another patient", "UPDATE audit_events SET patient_id = NULL WHERE id = '%s'", trail.Changed, false},
		{"another time", "UPDATE audit_events SET at = '2026-03-02T14:00:00.000Z' WHERE id = '%s'", trail.Changed, false},
		{"another hash", "UPDATE audit_events SET hash = 'beef' WHERE id = '%s'", trail.Changed, false},
		{"a row gone", "DELETE FROM audit_events WHERE id = '%s'", trail.Gone, false},
		{"the last row gone", "DELETE FROM audit_events WHERE id = '%s'", trail.Gone, true},
		{"the last row changed", "UPDATE audit_events SET detail = '' WHERE id = '%s'", trail.Changed, true},
		{"a row out of its chain", "UPDATE audit_events SET chain = 'chn_x' WHERE id = '%s'", trail.Headless, false},
		{"a seal taken off", "UPDATE audit_events SET chain = '', position = NULL, hash = NULL WHERE id = '%s'", trail.Unsealed, false},
		{"the end of the chain forgotten", "UPDATE audit_chains SET hash = '%s'", trail.BadEnd, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			officetest.Each(t, func(t *testing.T, o *officetest.Office) {
				id := patients(t, o, 1)[0]
				for range 5 {
					o.As("NURSE").Do(chart, officetest.Vars{"id": id}, nil)
				}
				sealed(t, o)
				reads := events(t, o, "READ")
				victim := reads[2]
				if c.last {
					victim = reads[4]
				}
				behind(t, o, fmt.Sprintf(c.change, victim.ID))
				o.Clock.Add(2 * time.Minute)
				found := findings(t, o)
				if !slices.ContainsFunc(found, func(f trail.Finding) bool { return f.Problem == c.problem }) {
					t.Fatalf("%v", found)
				}
			})
		})
	}
}

func TestChangesAreAudited(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id := add(t, o, "ines", kit.Nurse)
		made := events(t, o, "CREATE")
		if len(made) != 2 || made[0].EntityType != "Account" || made[0].EntityID != id || made[1].EntityType != "RoleGrant" ||
			!strings.Contains(made[0].Detail, "password_hash") || strings.Contains(made[0].Detail, "argon2") {
			t.Fatalf("%v", made)
		}
		// what is rolled back leaves nothing, what is changed twice leaves one event
		boom := fmt.Errorf("boom")
		before := len(events(t, o, "UPDATE"))
		err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
			if err := o.Deps.DB.Client(ctx).Account.UpdateOneID(id).SetDisplayName("X").Exec(ctx); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) || len(events(t, o, "UPDATE")) != before {
			t.Fatal("a change that was not made is in the trail")
		}
		if err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
			u := o.Deps.DB.Client(ctx).Account
			if err := u.UpdateOneID(id).SetDisplayName("X").Exec(ctx); err != nil {
				return err
			}
			return u.UpdateOneID(id).SetActive(true).Exec(ctx)
		}); err != nil {
			t.Fatal(err)
		}
		changed := events(t, o, "UPDATE")
		if len(changed) != before+1 || !strings.Contains(changed[before].Detail, "active") || !strings.Contains(changed[before].Detail, "display_name") {
			t.Fatalf("%v", changed)
		}
		sealed(t, o)
		if found := findings(t, o); len(found) != 0 {
			t.Fatal(found)
		}
	})
}

func TestSeedsAndImports(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		put := func(name string, mrns ...string) {
			ctx := kit.System(context.Background(), name)
			if err := o.Deps.DB.Tx(ctx, func(ctx context.Context) error {
				for _, mrn := range mrns {
					p, err := o.Deps.DB.Client(ctx).Patient.Create().SetMrn(mrn).SetFamilyName("F").Save(ctx)
					if err != nil {
						return err
					}
					for range 2 {
						if err := o.Deps.DB.Client(ctx).PatientContact.Create().SetPatientID(p.ID).SetName("C").Exec(ctx); err != nil {
							return err
						}
					}
				}
				return o.Deps.DB.Client(ctx).Location.Create().SetName("L" + name).Exec(ctx)
			}); err != nil {
				t.Fatal(err)
			}
		}
		put("seed", "A1", "A2")
		if n := len(events(t, o, "CREATE")); n != 0 {
			t.Fatalf("the seed has a history of %d events", n)
		}
		put("import", "B1", "B2")
		got := events(t, o, "IMPORT")
		if len(got) != 3 || len(events(t, o, "CREATE")) != 0 {
			t.Fatalf("%v", got)
		}
		for _, e := range got {
			want := "Patient:1 PatientContact:2"
			if e.PatientID == nil {
				want = "Location:1"
			}
			if e.Detail != want {
				t.Errorf("%q, want %q", e.Detail, want)
			}
		}
	})
}

// TestP48DeniedIsAudited: one event for each request and permission.
func TestP48DeniedIsAudited(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		o.As("STOCK_KEEPER").Send(`query Nosy { a: auditEvents { nodes { id } } b: auditEvents { nodes { id } } patient(by: {mrn: "x"}) { id } }`, nil)
		o.As("").Send(`{ auditEvents { nodes { id } } }`, nil)
		got := events(t, o, "DENIED")
		if len(got) != 2 || got[0].EntityID != "access.readTrail" || got[1].EntityID != "patients.read" || got[0].Operation != "Nosy" ||
			got[0].Outcome != auditevent.OutcomeFAILURE || got[0].ActorName != "test stock_keeper" {
			t.Fatalf("%v", got)
		}
	})
}

func TestAuditEventsQuery(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ids := patients(t, o, 2)
		for range 3 {
			o.As("NURSE").Do(chart, officetest.Vars{"id": ids[0]}, nil)
			o.Clock.Add(time.Minute)
		}
		o.As("PHYSICIAN").Do(chart, officetest.Vars{"id": ids[1]}, nil)
		auditor := o.As("AUDITOR")
		const doc = `query($f: AuditEventFilter, $n: Int, $a: String) { auditEvents(filter: $f, first: $n, after: $a) {
			nodes { id at action outcome actorId actorName roles patientId entityType entityId detail operation purpose requestId remoteIp }
			totalCount pageInfo { endCursor hasNextPage } } }`
		var got struct {
			AuditEvents struct {
				Nodes []struct {
					At                           time.Time
					Action, ActorName, PatientID string
					Roles                        []string
				}
				TotalCount int
				PageInfo   struct {
					EndCursor   string
					HasNextPage bool
				}
			}
		}
		reads := len(events(t, o, "READ"))
		auditor.Do(doc, officetest.Vars{"n": 100}, &got)
		if n := len(events(t, o, "READ")); n != reads {
			t.Fatalf("a look at the whole trail left %d events", n-reads)
		}
		if !slices.IsSortedFunc(got.AuditEvents.Nodes, func(a, b struct {
			At                           time.Time
			Action, ActorName, PatientID string
			Roles                        []string
		},
		) int {
			return b.At.Compare(a.At)
		}) {
			t.Fatal("not newest first")
		}
		filter := map[string]any{"and": []any{map[string]any{"patient": map[string]any{"eq": ids[0]}}}, "action": map[string]any{"in": []any{"READ", "BREAK_GLASS"}}}
		auditor.Do(doc, officetest.Vars{"f": filter, "n": 2}, &got)
		if got.AuditEvents.TotalCount != 3 || len(got.AuditEvents.Nodes) != 2 || !got.AuditEvents.PageInfo.HasNextPage ||
			got.AuditEvents.Nodes[0].ActorName != "test nurse" || got.AuditEvents.Nodes[0].Roles[0] != "NURSE" {
			t.Fatalf("%+v", got)
		}
		now := events(t, o, "READ")
		if len(now) != reads+1 || now[len(now)-1].Detail != "AuditEvent" || now[len(now)-1].ActorName != "test auditor" {
			t.Fatal("the look at a patient's trail was not recorded")
		}
		auditor.Do(doc, officetest.Vars{"f": map[string]any{"not": map[string]any{"entity": map[string]any{"in": []any{ids[0], "acc_x"}}}}}, nil)
		if n := len(events(t, o, "READ")); n != reads+2 {
			t.Fatalf("a patient by another name left %d events", n-reads-1)
		}
		auditor.Do(doc, officetest.Vars{"f": map[string]any{"entityType": map[string]any{"eq": "Patient"}, "at": map[string]any{"gte": officetest.Morning.Add(3 * time.Minute).Format(time.RFC3339)}, "not": map[string]any{"actor": map[string]any{"eq": "x"}}}}, &got)
		for _, e := range got.AuditEvents.Nodes {
			if e.ActorName == "test nurse" {
				t.Fatalf("%+v", got)
			}
		}
		if a := auditor.Send(`query($id: ID!) { patient(by: {id: $id}) { id } }`, officetest.Vars{"id": ids[0]}); a.Code() != "FORBIDDEN" {
			t.Fatal("the auditor reads charts")
		}
		if a := auditor.Send(`{ auditEvents(first: 3) { nodes { patient { name { text } } } } }`, nil); a.Code() != "FORBIDDEN" || strings.Contains(a.Text, "Zyxwvut") {
			t.Fatal(a.Text)
		}
		var mine struct {
			Patient struct {
				Accesses struct {
					TotalCount int
					Nodes      []struct{ ActorName string }
				}
			}
		}
		a := o.As("MANAGER").Do(`query($id: ID!) { patient(by: {id: $id}) { accesses(first: 10) { totalCount nodes { actorName action patient { id } } } } }`, officetest.Vars{"id": ids[1]}, &mine)
		if mine.Patient.Accesses.TotalCount != 2 || mine.Patient.Accesses.Nodes[0].ActorName != "test physician" {
			t.Fatal(a.Text)
		}
		if a := o.As("NURSE").Send(`query($id: ID!) { patient(by: {id: $id}) { id accesses { totalCount } } }`, officetest.Vars{"id": ids[1]}); a.Code() != "FORBIDDEN" {
			t.Fatal(a.Text)
		}
	})
}

func TestTwoProcessesTwoChains(t *testing.T) {
	url := officetest.Database(t, "postgres")
	a, b := officetest.Open(t, url), officetest.Open(t, url)
	ids := patients(t, a, 4)
	var all sync.WaitGroup
	for _, o := range []*officetest.Office{a, b} {
		nurse := o.As("NURSE")
		for i := range 40 {
			all.Go(func() { nurse.Do(chart, officetest.Vars{"id": ids[i%len(ids)]}, nil) })
		}
	}
	all.Wait()
	sealed(t, a)
	for _, o := range []*officetest.Office{a, b} {
		rows, err := o.Deps.DB.Client(o.System()).AuditEvent.Query().Where(auditevent.Chain.EQ(o.Trail.Chain())).
			Order(auditevent.Position.Asc()).All(o.System())
		if err != nil || len(rows) < 40 {
			t.Fatalf("%d rows: %v", len(rows), err)
		}
		for i, row := range rows {
			if *row.Position != int64(i+1) {
				t.Fatalf("position %d at place %d", *row.Position, i+1)
			}
		}
	}
	if n := len(events(t, a, "READ")); n != 80 {
		t.Fatalf("%d events for 80 reads", n)
	}
	if found := findings(t, b); len(found) != 0 {
		t.Fatal(found)
	}
}

// TestGroupCommit: readers that come while a batch commits share the next one.
func TestGroupCommit(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		const readers = 64
		id := patients(t, o, 1)[0]
		nurse := o.As("NURSE")
		sealed(t, o)
		before, taken := o.Trail.Batches(), o.Trail.Taken()
		release := o.Trail.HoldWriter()
		var all sync.WaitGroup
		for range readers {
			all.Go(func() { nurse.Do(chart, officetest.Vars{"id": id}, nil) })
		}
		for deadline := time.Now().Add(30 * time.Second); o.Trail.Taken()-taken < readers; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the readers do not come to the writer")
			}
		}
		if n := len(events(t, o, "READ")); n != 0 {
			t.Errorf("%d events although the writer is held", n)
		}
		release()
		all.Wait()
		if n := o.Trail.Batches() - before; n > readers/4 {
			t.Errorf("%d transactions for %d readers", n, readers)
		}
		if n := len(events(t, o, "READ")); n != readers {
			t.Errorf("%d events", n)
		}
	})
}

// TestFailsClosed: what cannot be recorded is not shown.
func TestFailsClosed(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id := patients(t, o, 1)[0]
		nurse := o.As("NURSE")
		nurse.Do(chart, officetest.Vars{"id": id}, nil)
		sealed(t, o)
		if _, err := o.Deps.DB.SQL().Exec("ALTER TABLE audit_events RENAME TO hidden"); err != nil {
			t.Fatal(err)
		}
		a := nurse.Send(chart, officetest.Vars{"id": id})
		if len(a.Errors) == 0 || strings.Contains(a.Text, "Zyxwvut") || strings.Contains(a.Text, "audit_events") {
			t.Fatal(a.Text)
		}
		if _, err := o.Deps.DB.SQL().Exec("ALTER TABLE hidden RENAME TO audit_events"); err != nil {
			t.Fatal(err)
		}
		nurse.Do(chart, officetest.Vars{"id": id}, nil)
		sealed(t, o)
		if found := findings(t, o); len(found) != 0 {
			t.Fatal(found)
		}
	})
}

// TestGivenUp: a caller that goes away does not wait for the writer.
func TestGivenUp(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id := patients(t, o, 1)[0]
		release := o.Trail.HoldWriter()
		defer release()
		ctx, sight := kit.WithSight(kit.WithViewer(context.Background(), &kit.Viewer{ID: "x", Name: "x"}))
		sight.Add(id, "Patient")
		ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		if err := o.Trail.Looked(ctx, sight); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if sight.News().Empty() {
			t.Fatal("what was not recorded counts as told")
		}
	})
}

// TestTrailSurvives: rows outlast the process that wrote them, and a process
// that died before it could seal leaves that to the next.
func TestTrailSurvives(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			url := officetest.Database(t, engine)
			o := officetest.Open(t, url)
			id := patients(t, o, 1)[0]
			var all sync.WaitGroup
			nurse := o.As("NURSE")
			for range 20 {
				all.Go(func() { nurse.Do(chart, officetest.Vars{"id": id}, nil) })
			}
			all.Wait()
			release := o.Trail.HoldWriter()
			add(t, o, "ines", kit.Nurse) // waits for its seal
			release()
			if err := o.Close(); err != nil {
				t.Fatal(err)
			}
			next := officetest.Open(t, url)
			if n := len(events(t, next, "READ")); n != 20 {
				t.Fatalf("%d of 20 events", n)
			}
			if n := officetest.Must(next.Deps.DB.Client(next.System()).AuditEvent.Query().Where(auditevent.Hash.IsNil()).Count(next.System())); n != 0 {
				t.Fatalf("%d events without a seal", n)
			}
			behind(t, next, "INSERT INTO audit_events (id, at, action, outcome, actor_id, actor_name, roles, entity_type, entity_id) "+
				"VALUES ('aud_left', '2026-03-02T15:00:00.000Z', 'UPDATE', 'SUCCESS', 'a', 'a', '', 'Patient', 'p')")
			third := officetest.Open(t, url)
			left := officetest.Must(third.Deps.DB.Client(third.System()).AuditEvent.Get(third.System(), "aud_left"))
			if left.Hash == nil || left.Chain != third.Trail.Chain() {
				t.Fatalf("%+v", left)
			}
			if found := findings(t, third); len(found) != 0 {
				t.Fatal(found)
			}
		})
	}
}

func TestStopLeavesNothingRunning(t *testing.T) {
	before := goleak.IgnoreCurrent()
	o := officetest.Open(t, officetest.Database(t, "sqlite"))
	id := patients(t, o, 1)[0]
	o.As("NURSE").Do(chart, officetest.Vars{"id": id}, nil)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	goleak.VerifyNone(t, before)
}

// BenchmarkChart reads charts with the trail on, many at once.
func BenchmarkChart(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			url := officetest.Database(b, engine)
			if engine == "sqlite" { // as in an office: a commit is on the disk
				url, _, _ = strings.Cut(url, "?")
			}
			o := officetest.Open(b, url)
			ids := patients(b, o, 50)
			nurse := o.As("NURSE")
			nurse.Do(chart, officetest.Vars{"id": ids[0]}, nil)
			before, n := o.Trail.Batches(), 0
			b.SetParallelism(16)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					nurse.Do(chart, officetest.Vars{"id": ids[i%len(ids)]}, nil)
				}
			})
			n = b.N
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "reads/s")
			b.ReportMetric(float64(n)/float64(o.Trail.Batches()-before), "reads/commit")
		})
	}
}

func TestBatchWaitsForSiblings(t *testing.T) {
	for _, c := range []struct {
		come  int
		under int64
	}{{1, 0}, {1, 1}, {1, 100}, {3, 3}, {3, 100}} {
		if n := trail.Gather(c.come, c.under); n != c.come {
			t.Errorf("%d of %d operations have come: a batch of %d", c.come, c.under, n)
		}
	}
	most := 0
	for range 100 { // one that comes within the delay is taken along
		most = max(most, trail.Late(100))
	}
	if most != 2 {
		t.Error("a batch never waits for what is about to come")
	}
}
