package graph_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"medoffice/ent"
	"medoffice/graph"
	"medoffice/modules/fhir"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

const planted = officetest.Planted

// raw sends any body to a server and returns the status and the answer.
func raw(t *testing.T, server, body string, headers map[string]string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server+graph.Path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/graphql-response+json")
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	return answer(t, req)
}

func answer(t *testing.T, req *http.Request) (int, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// TestP43RefusalsLeaveNothingInTheLog: what a request holds is in no log line,
// however the request fails before it runs.
func TestP43RefusalsLeaveNothingInTheLog(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		nurse := o.As("NURSE")
		for name, c := range map[string]struct {
			query string
			vars  officetest.Vars
			code  string
		}{
			"parse":       {`{ patients(after: "` + planted + `" `, nil, "GRAPHQL_PARSE_FAILED"},
			"lexer":       {`{ patients(after: "` + planted, nil, "GRAPHQL_PARSE_FAILED"},
			"field":       {`{ nobody(name: "` + planted + `") }`, nil, "GRAPHQL_VALIDATION_FAILED"},
			"literal":     {`{ patients(first: "` + planted + `") { totalCount } }`, nil, "GRAPHQL_VALIDATION_FAILED"},
			"variable":    {`query($n: Int) { patients(first: $n) { totalCount } }`, officetest.Vars{"n": planted}, "BAD_USER_INPUT"},
			"enum":        {`mutation($in: RegisterPatientInput!) { registerPatient(input: $in) { userErrors { code } } }`, officetest.Vars{"in": officetest.Vars{"sex": planted}}, "BAD_USER_INPUT"},
			"in the text": {`{ schedule(location: "x", from: "` + planted + `", to: "2026-01-01T00:00:00Z") { id } }`, nil, "GRAPHQL_VALIDATION_FAILED"},
			"instant":     {`query($d: DateTime!) { schedule(location: "x", from: $d, to: $d) { id } }`, officetest.Vars{"d": planted}, "BAD_USER_INPUT"},
			"day":         {`mutation($in: AddToWaitlistInput!) { addToWaitlist(input: $in) { userErrors { code } } }`, officetest.Vars{"in": officetest.Vars{"patientId": "x", "typeId": "x", "locationId": "x", "latest": planted}}, "BAD_USER_INPUT"},
			"cursor":      {`query($a: String) { patients(after: $a) { totalCount } }`, officetest.Vars{"a": planted}, "INVALID_CURSOR"},
			"permission":  {`mutation($r: String!) { createToken(input: {name: $r, role: NURSE}) { secret } }`, officetest.Vars{"r": planted}, "FORBIDDEN"},
		} {
			if a := nurse.Send(c.query, c.vars); a.Code() != c.code {
				t.Errorf("%s: %s", name, a.Text)
			}
		}
		o.CheckLog()
	})
}

// TestP43BrokenRequestsLeaveNothingInTheLog: nor what no request is.
func TestP43BrokenRequestsLeaveNothingInTheLog(t *testing.T) {
	o := officetest.New(t)
	server := o.Server().URL
	for _, body := range []string{
		planted, `{"query": "` + planted, `["` + planted + `"]`, `{"query": {"a": "` + planted + `"}}`,
		`{"query": "{ me { id } }", "variables": "` + planted + `"}`, `{"query": "{ me { id } }"} ` + planted,
		`{"documentId": "` + planted + `"}`, `{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "` + planted + `"}}}`,
	} {
		if status, text := raw(t, server, body, nil); status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", body, status, text)
		}
		for _, accept := range []string{"text/event-stream", "text/html"} {
			raw(t, server, body, map[string]string{"Accept": accept})
		}
	}
	if status, text := raw(t, server, "{}", map[string]string{"Authorization": "Bearer mo_ses_" + planted}); status != http.StatusUnauthorized {
		t.Errorf("a wrong token: %d %s", status, text)
	}
	raw(t, server, planted, map[string]string{"Content-Type": planted, "Content-Encoding": planted, "Cookie": "medoffice_session=" + planted})
	for _, q := range []string{"query=" + planted, "query=%7Bme%7Bid%7D%7D&variables=" + planted, planted + "=1;" + planted} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server+graph.Path+"?"+q, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", "application/graphql-response+json")
		if status, text := answer(t, req); status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", q, status, text)
		}
	}
	o.CheckLog()
}

// TestP43SocketsLeaveNothingInTheLog: messages of a socket that are none, and
// events of streams that fail.
func TestP43SocketsLeaveNothingInTheLog(t *testing.T) {
	o := officetest.New(t)
	for _, first := range []string{
		planted, `{"type":"connection_init","payload":"` + planted + `"}`, `{"type":"` + planted + `"}`,
		`{"type":"connection_init","payload":{"Authorization":"Bearer ` + planted + `"}}`,
		`{"type":"subscribe","id":"` + planted + `","payload":{"query":"` + planted + `"}}`,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		c, resp, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(o.Server().URL, "http")+graph.Path,
			&websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
		if err != nil {
			t.Fatal(err)
		}
		if resp.Body != nil {
			_ = resp.Body.Close()
		}
		if err := c.Write(ctx, websocket.MessageText, []byte(first)); err != nil {
			t.Error(err)
		}
		_, _, err = c.Read(ctx)
		if code := websocket.CloseStatus(err); code < 4400 {
			t.Errorf("%s: %v", first, err)
		}
		_ = c.CloseNow()
		cancel()
	}
	for _, watch := range []func(string, officetest.Vars) *officetest.Stream{o.As("NURSE").Watch, o.As("NURSE").WatchSSE} {
		for _, query := range []string{`{ "` + planted + `" }`, `subscription { roomBoard(location: "` + planted + `") { __typename } }`} {
			if a := watch(query, nil).Next(); len(a.Errors) == 0 {
				t.Error(a.Text)
			}
		}
	}
	o.CheckLog()
}

// TestP43FailuresLeaveNothingInTheLog: the database quotes the value at which
// a statement fails, and a panic may carry one. The log gets the request and
// the kind of the failure.
func TestP43FailuresLeaveNothingInTheLog(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		where, manager := location(t, o), o.As("MANAGER")
		rename := func() *officetest.Answer {
			return manager.Send(newRoom, officetest.Vars{"l": where, "n": planted})
		}
		failed := func(name, kind string) {
			t.Helper()
			before := len(o.Log.String())
			if a := rename(); a.Code() != "INTERNAL" || strings.Contains(a.Text, planted) {
				t.Errorf("%s: %s", name, a.Text)
			}
			if line := o.Log.String()[before:]; !strings.Contains(line, kind) || !strings.Contains(line, `"request":"req_`) {
				t.Errorf("%s: the log has %q", name, line)
			}
			o.CheckLog()
		}
		failing, undo, kind := "CREATE TRIGGER quotes BEFORE INSERT ON rooms BEGIN SELECT RAISE(ABORT, NEW.name); END", "DROP TRIGGER quotes", "sqlite 1811"
		if o.Deps.DB.Postgres() {
			failing, undo, kind = "ALTER TABLE rooms ALTER COLUMN name TYPE integer USING 0", "ALTER TABLE rooms ALTER COLUMN name TYPE varchar COLLATE \"C\"", "postgres 22P02"
		}
		for _, statement := range []string{failing, ""} {
			if statement == "" {
				statement = undo
			}
			if _, err := o.Deps.DB.SQL().ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
			if statement == failing {
				failed("a value that the database quotes", kind)
			}
		}
		broken, armed := any(nil), atomic.Bool{}
		o.Deps.DB.Setup(func(c *ent.Client) {
			c.Use(func(next ent.Mutator) ent.Mutator {
				return ent.MutateFunc(func(ctx context.Context, m ent.Mutation) (ent.Value, error) {
					if m.Type() != "Room" {
						return next.Mutate(ctx, m)
					}
					if err, ok := broken.(error); ok && armed.Load() {
						return nil, err
					}
					if armed.Load() {
						panic(broken)
					}
					return next.Mutate(ctx, m)
				})
			})
		})
		armed.Store(true)
		for kind, value := range map[string]any{
			`"type":"string"`: planted, "[]string": []string{planted}, "*errors.errorString": errors.New(planted),
			"CONFLICT": nil,
		} {
			if broken = value; value == nil {
				broken = &kit.Error{Code: kit.Internal, Safe: "CONFLICT", Cause: errors.New(planted)}
			}
			failed(kind, kind)
		}
		armed.Store(false)
		if a := rename(); len(a.Errors) > 0 {
			t.Error(a.Text)
		}
		if a := rename(); !strings.Contains(a.Text, "ALREADY_EXISTS") {
			t.Errorf("the same room twice: %s", a.Text)
		}
	})
}

// TestP43TimeoutsLeaveNothingInTheLog: a statement that the database gives up.
func TestP43TimeoutsLeaveNothingInTheLog(t *testing.T) {
	o := officetest.NewPostgres(t)
	where, manager := location(t, o), o.As("MANAGER")
	o.Limits.Interactive.Statement = 200 * time.Millisecond
	defer occupied(t, o)()
	if a := manager.Send(newRoom, officetest.Vars{"l": where, "n": planted}); a.Code() != "DEADLINE_EXCEEDED" {
		t.Error(a.Text)
	}
	o.CheckLog()
}

// TestP43TheTrailThatFails: what could not be recorded is not in the log instead.
func TestP43TheTrailThatFails(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		nurse := o.As("NURSE")
		rename := func(from, to string) {
			if _, err := o.Deps.DB.SQL().ExecContext(t.Context(), "ALTER TABLE "+from+" RENAME TO "+to); err != nil {
				t.Fatal(err)
			}
		}
		rename("audit_events", "hidden")
		a := nurse.Send(`mutation `+strings.ReplaceAll(planted, "-", "_")+`($r: String!) { createToken(input: {name: $r, role: NURSE}) { secret } }`, officetest.Vars{"r": planted})
		rename("hidden", "audit_events")
		if a.Code() != "INTERNAL" || !strings.Contains(o.Log.String(), "the audit trail cannot be written") {
			t.Errorf("%s\n%s", a.Text, o.Log)
		}
		if strings.Contains(o.Log.String(), "Zzyzx") {
			t.Error("the log has the name of the operation")
		}
	})
}

// TestP43SignInsLeaveNothingInTheLog: names and passwords, right or wrong.
func TestP43SignInsLeaveNothingInTheLog(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		const name, password = "ines.planted", "lantern-topaz-42-planted"
		o.Secret(name, password)
		if _, err := o.Access.AddAccount(o.System(), name, planted, password, kit.Nurse); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ name, password, want string }{
			{name, password, "mo_ses_"}, {name, planted, "UNAUTHENTICATED"}, {planted, password, "UNAUTHENTICATED"}, {password, "", "UNAUTHENTICATED"},
		} {
			a := o.As("").Send(`mutation($u: String!, $p: String!) { signIn(input: {username: $u, password: $p}) { token userErrors { code } } }`,
				officetest.Vars{"u": c.name, "p": c.password})
			if !strings.Contains(a.Text, c.want) {
				t.Error(a.Text)
			}
		}
		o.CheckLog()
	})
}

// TestP43ImportsLeaveNothingInTheLog: files that are broken, or that the
// database refuses.
func TestP43ImportsLeaveNothingInTheLog(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		failing := "CREATE TRIGGER quotes BEFORE INSERT ON patients BEGIN SELECT RAISE(ABORT, NEW.family_name); END"
		if o.Deps.DB.Postgres() {
			failing = "ALTER TABLE patients ADD CONSTRAINT short CHECK (length(family_name) < 3)"
		}
		if _, err := o.Deps.DB.SQL().ExecContext(t.Context(), failing); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		texts := map[string]string{
			"a.json":   `{"resourceType": "Patient", "id": "` + planted + `", "name": "` + planted + `"}`,
			"b.json":   `{"resourceType": "` + planted,
			"c.ndjson": `{"resourceType": "Patient", "id": "x1", "name": [{"family": "` + planted + `"}], "birthDate": "1980-01-01", "gender": "female"}`,
		}
		for name, text := range texts {
			write(t, dir+"/"+name, text)
		}
		sources, err := fhir.Files(dir)
		if err != nil {
			t.Fatal(err)
		}
		report, err := o.Fhir.Import(kit.System(context.Background(), "import"), sources, func(fhir.Progress) {})
		var b bytes.Buffer
		if report != nil {
			if e := report.Print(&b); e != nil {
				t.Error(e)
			}
		}
		if err == nil && !strings.Contains(b.String(), "refused") {
			t.Errorf("nothing was refused: %s", b.String())
		}
		o.CheckLog()
	})
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
