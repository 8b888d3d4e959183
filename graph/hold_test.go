package graph_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"medoffice/graph"
	"medoffice/graph/document"
	"medoffice/graph/limit"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// occupied takes the rooms for itself until it is called, so that who changes
// one must wait.
func occupied(t *testing.T, o *officetest.Office) (free func()) {
	t.Helper()
	tx, err := o.Deps.DB.SQL().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if o.Deps.DB.Postgres() {
		if _, err := tx.ExecContext(t.Context(), "LOCK TABLE rooms IN ACCESS EXCLUSIVE MODE"); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		if err := tx.Rollback(); err != nil && err != sql.ErrTxDone { //nolint:errorlint // as the library returns it
			t.Error(err)
		}
	}
}

const newRoom = `mutation($l: ID!, $n: String!) { addRoom(input: {locationId: $l, name: $n}) { room { id } userErrors { code } } }`

func location(t *testing.T, o *officetest.Office) string {
	t.Helper()
	var got struct{ Locations []struct{ ID string } }
	o.As("BOARD").Do(`{ locations { id } }`, nil, &got)
	return got.Locations[0].ID
}

// waiting is how many statements wait for a lock in the database.
func waiting(t *testing.T, o *officetest.Office) (n int) {
	t.Helper()
	err := o.Deps.DB.SQL().QueryRowContext(t.Context(),
		"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// until waits for what must come.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: it did not come to that", what)
		}
	}
}

func TestP28Deadline(t *testing.T) {
	officetest.InTurn(t, func(t *testing.T, o *officetest.Office) {
		where := location(t, o)
		o.Limits.Interactive.Deadline = 300 * time.Millisecond
		manager := o.As("MANAGER")
		free := occupied(t, o)
		defer free()
		start := time.Now()
		a := manager.Send(newRoom, officetest.Vars{"l": where, "n": "Late"})
		if took := time.Since(start); a.Code() != "DEADLINE_EXCEEDED" || took > 3*time.Second {
			t.Errorf("after %v: %s", took, a.Text)
		}
		if o.Deps.DB.Postgres() {
			until(t, "the statement has gone from the database", func() bool { return waiting(t, o) == 0 })
		}
		free()
		if rooms := manager.Do(`query($l: ID!) { rooms(location: $l) { name } }`, officetest.Vars{"l": where}, nil); strings.Contains(rooms.Text, "Late") {
			t.Error("it was done in spite of its deadline")
		}
	})
}

// The database gives up by itself, also where nobody asks it to.
func TestP28StatementTimeout(t *testing.T) {
	o := officetest.NewPostgres(t)
	where := location(t, o)
	o.Limits.Interactive.Statement = 200 * time.Millisecond
	manager := o.As("MANAGER")
	defer occupied(t, o)()
	start := time.Now()
	a := manager.Send(newRoom, officetest.Vars{"l": where, "n": "Late"})
	if took := time.Since(start); a.Code() != "DEADLINE_EXCEEDED" || took > 3*time.Second {
		t.Errorf("after %v: %s", took, a.Text)
	}
}

func TestP29CostBuckets(t *testing.T) {
	o := officetest.New(t)
	o.Limits.Interactive.Bucket, o.Limits.Interactive.Refill = 500, 100
	nurse, other := o.As("NURSE"), o.As("PHYSICIAN")
	const doc = `{ patients(first: 100) { nodes { id name { text } sex } } rateLimit { cost limit remaining restoreRate resetAt } }`
	var got struct {
		RateLimit struct{ Cost, Limit, Remaining, RestoreRate int }
	}
	nurse.Do(doc, nil, &got)
	if r := got.RateLimit; r.Cost != 101 || r.Limit != 500 || r.Remaining != 399 || r.RestoreRate != 100 {
		t.Errorf("rateLimit: %+v", r)
	}
	// The office has no patients, so that all but the list comes back; a clock
	// that stands still gives nothing.
	patientWith(t, o, 0)
	spent := 0
	var refused *officetest.Answer
	for refused == nil && spent < 2_000 {
		if a := nurse.Send(doc, nil); len(a.Errors) > 0 {
			refused = a
		}
		spent++
	}
	if refused == nil || refused.Code() != "RATE_LIMITED" || refused.Status != http.StatusTooManyRequests {
		t.Fatalf("after %d: %+v", spent, refused)
	}
	if wait := refused.Errors[0].Extensions["retryAfter"]; wait != 1.0 {
		t.Errorf("wait %v seconds", wait)
	}
	if a := other.Send("{", nil); !strings.Contains(a.Text, `"currentlyAvailable":500,`) {
		t.Errorf("what is refused at once tells a wrong state: %s", a.Text)
	}
	if a := other.Send(doc, nil); len(a.Errors) > 0 {
		t.Errorf("another caller pays for it: %s", a.Text)
	}
	o.Clock.Add(time.Second)
	nurse.Do(doc, nil, nil)
}

func TestP30Concurrency(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		where := location(t, o)
		o.Limits.Interactive.Running = 1
		manager := o.As("MANAGER")
		manager.Send(`{ me { id } }`, nil) // signs in
		free := occupied(t, o)
		defer free()
		answers := make(chan *officetest.Answer, 1_000)
		for i := range cap(answers) {
			go func() { answers <- manager.Send(newRoom, officetest.Vars{"l": where, "n": fmt.Sprint("Room ", i)}) }()
		}
		for range cap(answers) - 1 {
			if a := <-answers; a.Code() != "RATE_LIMITED" {
				t.Fatalf("one of a thousand: %s", a.Text)
			}
		}
		free()
		if a := <-answers; len(a.Errors) > 0 {
			t.Errorf("the one that ran: %s", a.Text)
		}
	})
}

func TestP30LoadIsShed(t *testing.T) {
	table := officetest.Generous()
	table.Server.Running = 1
	o := officetest.OpenWith(t, officetest.Database(t, "sqlite"), graph.Options{Limits: table})
	where := location(t, o)
	manager, nurse := o.As("MANAGER"), o.As("NURSE")
	free := occupied(t, o)
	defer free()
	held := make(chan *officetest.Answer)
	go func() { held <- manager.Send(newRoom, officetest.Vars{"l": where, "n": "One"}) }()
	until(t, "the office is full", func() bool {
		a := nurse.Send(`{ patients { totalCount } }`, nil)
		return a.Code() == "OVERLOADED" && a.Status == http.StatusServiceUnavailable
	})
	free()
	if a := <-held; len(a.Errors) > 0 {
		t.Error(a.Text)
	}
	nurse.Do(`{ patients { totalCount } }`, nil, nil)
}

// post sends a body as it is.
func post(t *testing.T, o *officetest.Office, token string, body map[string]any) *officetest.Answer {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, graph.Path, strings.NewReader(string(text)))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	o.Handler.ServeHTTP(w, r)
	a := &officetest.Answer{Status: w.Code, Text: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), a); err != nil {
		t.Fatalf("%v: %s", err, a.Text)
	}
	return a
}

func TestP32TrustedDocuments(t *testing.T) {
	o := officetest.OpenWith(t, officetest.Database(t, "sqlite"), graph.Options{TrustedOnly: []string{kit.Board, kit.Everyone}})
	board := o.As("BOARD")
	var where struct{ Locations []struct{ ID string } }
	board.Do(document.Named("locations").Text, nil, &where)
	vars := officetest.Vars{"location": where.Locations[0].ID}
	if a := board.Send(`{ locations { id name } }`, nil); a.Code() != "PERSISTED_QUERY_REQUIRED" {
		t.Errorf("a document of its own: %s", a.Text)
	}
	once := document.Named("room-board-once")
	board.Do(once.Text, vars, nil)
	ids := map[string]map[string]any{
		"by id":   {"documentId": once.ID(), "variables": vars},
		"by hash": {"extensions": map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": once.Hash}}, "variables": vars},
	}
	for name, body := range ids {
		if a := post(t, o, board.Token, body); len(a.Errors) > 0 || !strings.Contains(a.Text, `"rooms"`) {
			t.Errorf("%s: %s", name, a.Text)
		}
	}
	for name, body := range map[string]map[string]any{
		"unknown": {"documentId": "sha256:" + strings.Repeat("0", 64)}, "nothing": {"documentId": ""},
	} {
		if a := post(t, o, board.Token, body); a.Code() != "PERSISTED_QUERY_NOT_FOUND" {
			t.Errorf("%s: %s", name, a.Text)
		}
	}
	o.As("REPORT").Do(`{ locations { name } me { name } }`, nil, nil) // may ask as it likes
	if a := o.As("").Send(`{ office { name } }`, nil); a.Code() != "PERSISTED_QUERY_REQUIRED" {
		t.Errorf("nobody: %s", a.Text)
	}
}

// Each trusted document is what the manifest says, and costs no more.
func TestP32ManifestIsTrue(t *testing.T) {
	list, err := document.Read()
	if err != nil || len(list) == 0 || len(list) != len(document.All()) {
		t.Fatalf("%d files, %d in the manifest, %v", len(list), len(document.All()), err)
	}
	for _, d := range document.All() {
		if sum := sha256.Sum256([]byte(d.Text)); hex.EncodeToString(sum[:]) != d.Hash {
			t.Errorf("%s has another hash", d.Name)
		}
		if d.Cost > limit.Defaults().Trusted.Bucket {
			t.Errorf("%s may cost %d points, more than a bucket holds", d.Name, d.Cost)
		}
	}
}

func persisted(text string) map[string]any {
	sum := sha256.Sum256([]byte(text))
	return map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hex.EncodeToString(sum[:])}}
}

func TestP33PersistedQueries(t *testing.T) {
	table := officetest.Generous()
	table.Server.Persisted = 64 << 10
	o := officetest.OpenWith(t, officetest.Database(t, "sqlite"), graph.Options{Limits: table})
	nurse := o.As("NURSE").Token
	const hot = `{ me { id name } }`
	ask := func(token string) *officetest.Answer {
		return post(t, o, token, map[string]any{"extensions": persisted(hot)})
	}
	give := func(token, text string) *officetest.Answer {
		return post(t, o, token, map[string]any{"query": text, "extensions": persisted(text)})
	}
	if a := ask(nurse); a.Code() != "PERSISTED_QUERY_NOT_FOUND" {
		t.Fatalf("before: %s", a.Text)
	}
	give("", hot)
	if a := ask(nurse); a.Code() != "PERSISTED_QUERY_NOT_FOUND" {
		t.Errorf("nobody wrote it: %s", a.Text)
	}
	give(nurse, hot)
	if a := ask(nurse); len(a.Errors) > 0 {
		t.Errorf("after: %s", a.Text)
	}
	if a := ask(""); a.Code() != "PERSISTED_QUERY_NOT_FOUND" {
		t.Errorf("nobody reads it: %s", a.Text)
	}
	for i := range 10_000 { // none fits the schema, so none is kept
		give(nurse, fmt.Sprintf("{ nothing%d }", i))
	}
	if a := ask(nurse); len(a.Errors) > 0 {
		t.Errorf("it was driven out: %s", a.Text)
	}
	wrong := map[string]any{"query": "{ me { name } }", "extensions": persisted(hot)}
	if a := post(t, o, nurse, wrong); a.Code() != "BAD_USER_INPUT" {
		t.Errorf("another hash: %s", a.Text)
	}
}

func TestP42ResponseSize(t *testing.T) {
	o := officetest.New(t)
	o.Limits.Interactive.Response = 2_000
	id := patientWith(t, o, 60)
	const doc = `query($id: ID!, $n: Int) { patient(by: {id: $id}) { visits(first: $n) { nodes { id reason startedAt } } } }`
	o.As("PHYSICIAN").Do(doc, officetest.Vars{"id": id, "n": 5}, nil)
	a := o.As("PHYSICIAN").Send(doc, officetest.Vars{"id": id, "n": 60})
	if a.Code() != "PAYLOAD_TOO_LARGE" || strings.Contains(a.Text, "vis_") {
		t.Errorf("%d bytes: %.300s", len(a.Text), a.Text)
	}
}

// What a limit is set to is what holds.
func TestLimitsAreSettable(t *testing.T) {
	o := officetest.New(t)
	for _, setting := range []string{"interactive.depth=2", "all.aliases=-", "server.errors=1"} {
		if err := o.Limits.Set(setting); err != nil {
			t.Fatal(err)
		}
	}
	if a := o.As("NURSE").Send(`{ patients { nodes { id } } }`, nil); a.Code() != "DEPTH_LIMIT_EXCEEDED" {
		t.Error(a.Text)
	}
	if o.Limits.Report.Aliases != limit.None || o.Limits.Trusted.Aliases != limit.None {
		t.Error("the aliases are bounded")
	}
	if a := o.As("NURSE").Send(`{ nothing more }`, nil); len(a.Errors) != 1 {
		t.Error(a.Text)
	}
}
