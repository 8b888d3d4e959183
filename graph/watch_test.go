package graph_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"medoffice/graph"
	"medoffice/graph/document"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/observe"
	"medoffice/modules/officetest"
)

// watched is an office, what Prometheus gets of it and the spans it made.
type watched struct {
	*officetest.Office
	seen  *observe.Observer
	spans *tracetest.InMemoryExporter
}

func watchedOffices(t *testing.T, f func(t *testing.T, o *watched)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := &watched{spans: tracetest.NewInMemoryExporter()}
			provider := sdk.NewTracerProvider(sdk.WithSyncer(w.spans))
			w.Office = officetest.OpenWatched(t, officetest.Database(t, engine), graph.Options{}, func(log *slog.Logger) *observe.Observer {
				w.seen = observe.New(log, provider)
				return w.seen
			})
			f(t, w)
		})
	}
}

func (o *watched) metrics() string {
	w := httptest.NewRecorder()
	o.seen.Metrics().ServeHTTP(w, httptest.NewRequestWithContext(o.T.Context(), http.MethodGet, "/metrics", nil))
	return w.Body.String()
}

// has waits for a line of the metrics: a stream ends a moment after its client left.
func (o *watched) has(t *testing.T, line string) {
	t.Helper()
	until(t, line, func() bool { return slices.Contains(strings.Split(o.metrics(), "\n"), line) })
}

// marked is what a client may send, also as a name, and nobody may find elsewhere.
const marked = "Zyxwvutsr"

// asked sends what a day brings, with the marked word wherever a client can put one.
func (o *watched) asked(t *testing.T) {
	t.Helper()
	where := location(t, o.Office)
	desk, nurse := o.As("FRONT_DESK"), o.As("NURSE")
	o.Limits.Interactive.Bucket, o.Limits.Interactive.Refill = 100_000, 1
	desk.Do(`mutation `+marked+`($n: String!) { registerPatient(input: {familyName: $n, givenName: "`+marked+`", birthDate: "1980-01-01"}) {
		patient { id } userErrors { code message } } }`, officetest.Vars{"n": marked}, nil)
	nurse.Do(`query `+marked+` { `+marked+`: patients(filter: {search: "`+marked+`"}) { nodes { id name { text } } } }`, nil, nil)
	nurse.Send(`query { patient(by: {id: "`+marked+`"}) { id } }`, nil)
	nurse.Send(`query { `+marked+` }`, nil)
	o.As("ADMIN").Send(`{ patients { nodes { id } } }`, nil)
	o.With("mo_ses_"+marked).Send(`{ patients { nodes { id } } }`, nil)
	o.Limits.Report.Bucket, o.Limits.Report.Refill = 1, 1
	for range 2 {
		o.As("REPORT").Send(`{ locations { id name } }`, nil)
	}
	s := o.As("BOARD").Watch(document.Named("room-board").Text, officetest.Vars{"location": where})
	s.Next()
	o.has(t, `medoffice_subscriptions 1`)
	o.has(t, `medoffice_streams{transport="websocket"} 1`)
	s.Close()
	get := httptest.NewRequestWithContext(t.Context(), http.MethodGet, graph.Path+"?"+url.Values{
		"query":     {`query($n: String!) { patients(filter: {search: $n}) { nodes { id } } }`},
		"variables": {`{"n":"` + marked + `"}`},
	}.Encode(), nil)
	get.Header.Set("Authorization", "Bearer "+nurse.Token)
	get.Header.Set("X-Requested-With", marked)
	o.Handler.ServeHTTP(httptest.NewRecorder(), get)
}

func TestMetrics(t *testing.T) {
	watchedOffices(t, func(t *testing.T, o *watched) {
		o.asked(t)
		for _, line := range []string{
			`medoffice_requests_total{code="OK",operation="mutation",transport="http"} 1`,
			`medoffice_requests_total{code="GRAPHQL_VALIDATION_FAILED",operation="none",transport="http"} 1`,
			`medoffice_requests_total{code="FORBIDDEN",operation="query",transport="http"} 1`,
			`medoffice_requests_total{code="UNAUTHENTICATED",operation="none",transport="http"} 1`,
			`medoffice_requests_total{code="RATE_LIMITED",operation="query",transport="http"} 1`,
			`medoffice_requests_total{code="OK",operation="subscription",transport="websocket"} 1`,
			`medoffice_root_field_duration_seconds_count{field="Mutation.registerPatient",outcome="ok"} 1`,
			`medoffice_root_field_duration_seconds_count{field="Query.patients",outcome="ok"} 2`,
			`medoffice_root_field_duration_seconds_count{field="Query.patients",outcome="error"} 1`,
			`medoffice_subscriptions 0`,
			`medoffice_streams{transport="websocket"} 0`,
			`medoffice_outbox_lag_rows 0`,
			`medoffice_audit_waiting 0`,
			`go_sql_in_use_connections{db_name="write"} 0`,
		} {
			o.has(t, line)
		}
		text := o.metrics()
		for _, some := range []string{
			`medoffice_sql_duration_seconds_count{kind="query"} [1-9]`, `medoffice_sql_duration_seconds_count{kind="exec"} [1-9]`,
			`medoffice_cost_points_total{operation="query"} [1-9]`, `medoffice_audit_batches_total [1-9]`, `go_goroutines [1-9]`,
			`medoffice_request_duration_seconds_bucket{operation="query",transport="http",le="\+Inf"} [1-9]`,
		} {
			if !regexp.MustCompile(some).MatchString(text) {
				t.Errorf("no %s", some)
			}
		}
		if strings.Contains(text, marked) {
			t.Error("the metrics tell what a client sent")
		}
	})
}

// An office that is closed shows no figures, so that another may take its place.
func TestMetricsOfClosedOffice(t *testing.T) {
	watchedOffices(t, func(t *testing.T, o *watched) {
		o.has(t, `medoffice_outbox_lag_rows 0`)
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
		if text := o.metrics(); strings.Contains(text, "medoffice_outbox") || strings.Contains(text, "go_sql") {
			t.Error("a closed office shows figures")
		}
	})
}

func TestRequestLog(t *testing.T) {
	watchedOffices(t, func(t *testing.T, o *watched) {
		o.asked(t)
		until(t, "the line of the subscription", func() bool { return strings.Contains(o.Log.String(), `"operation":"subscription"`) })
		type line struct {
			Msg, Request, Viewer, Transport, Operation, Document, Code string
			Cost, Rows, Statements, Events                             int
			Ms                                                         float64
		}
		var lines []line
		for text := range strings.Lines(o.Log.String()) {
			var l line
			if err := json.Unmarshal([]byte(text), &l); err != nil {
				t.Fatal(err)
			}
			if l.Msg == "request" {
				lines = append(lines, l)
			}
		}
		if len(lines) != 11 {
			t.Errorf("%d lines for 11 requests:\n%s", len(lines), o.Log)
		}
		for _, l := range lines {
			known := strings.HasPrefix(l.Viewer, "tok_") || l.Code == "UNAUTHENTICATED"
			if !known || l.Ms <= 0 || l.Operation == "query" && l.Code == "OK" && (l.Statements == 0 || !strings.HasPrefix(l.Request, "req_")) {
				t.Errorf("%+v", l)
			}
			if l.Operation == "subscription" && (l.Document != "room-board" || l.Events == 0 || l.Transport != "websocket") {
				t.Errorf("%+v", l)
			}
		}
		if strings.Contains(o.Log.String(), marked) {
			t.Errorf("the log tells what a client sent:\n%s", o.Log)
		}
	})
}

// A trace has a span for each statement that the counter counts, one for each
// root field, and nothing of what a client sent or a patient is.
func TestTraces(t *testing.T) {
	watchedOffices(t, func(t *testing.T, o *watched) {
		physician, id := o.As("PHYSICIAN"), patientWith(t, o.Office, 3)
		o.spans.Reset()
		a := physician.Do(chart, officetest.Vars{"id": id}, nil)
		count := map[string]int{}
		for _, s := range o.spans.GetSpans() {
			kind, _, _ := strings.Cut(s.Name, " ")
			count[kind]++
		}
		if count["sql"] != len(a.Statements) || count["Query.patient"] != 1 || count["query"] != 1 || len(a.Statements) == 0 {
			t.Errorf("%d statements, spans: %v", len(a.Statements), count)
		}
		trace := o.spans.GetSpans()[0].SpanContext.TraceID()
		for _, s := range o.spans.GetSpans() {
			if s.SpanContext.TraceID() != trace {
				t.Errorf("%s is in another trace", s.Name)
			}
		}
		o.asked(t)
		for _, s := range o.spans.GetSpans() {
			var told bytes.Buffer
			_ = json.NewEncoder(&told).Encode(s)
			for _, secret := range []string{marked, id, "Visits", "X3"} { // of the client; id, name and number of the patient
				if strings.Contains(told.String(), secret) {
					t.Errorf("span %s tells %q: %s", s.Name, secret, told.String())
				}
			}
		}
	})
}

// literal is a text in a statement that is not one of the program's own words.
var literal = regexp.MustCompile(`'[^']*'`)

// The texts of statements hold no values: what is quoted in them are constants
// of the program.
func TestStatementsHoldNoValues(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ctx, counter := db.WithCounter(o.System())
		if err := o.Seed(ctx, &kit.Demo{Seed: 7, Patients: 30, Now: officetest.Morning}); err != nil {
			t.Fatal(err)
		}
		ours := []string{"''", "' '"}
		for _, text := range counter.Statements() {
			for _, found := range literal.FindAllString(text, -1) {
				if !slices.Contains(ours, found) {
					t.Errorf("%s in %.300s", found, text)
				}
			}
		}
		if len(counter.Statements()) < 100 {
			t.Errorf("only %d statements", len(counter.Statements()))
		}
	})
}

func TestReady(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ask := func(path string) (int, string) {
			w := httptest.NewRecorder()
			o.Handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
			if h := w.Header(); h.Get("Cache-Control") != "no-store" || h.Get("Content-Type") != "application/json" {
				t.Errorf("%s: %v", path, h)
			}
			body, _ := io.ReadAll(w.Body)
			return w.Code, strings.TrimSpace(string(body))
		}
		becomes := func(what string, code int, body string) {
			t.Helper()
			var is int
			var text string
			until(t, what, func() bool { is, text = ask("/readyz"); return is == code && text == body })
		}
		becomes("an open office", 200, `{"status":"ready"}`)
		ctx := t.Context()
		if _, err := o.Deps.DB.SQL().ExecContext(ctx, "UPDATE schema_migrations SET version = version + 1000"); err != nil {
			t.Fatal(err)
		}
		becomes("a database of another version", 503, `{"status":"not ready","reasons":["migrations"]}`)
		if _, err := o.Deps.DB.SQL().ExecContext(ctx, "UPDATE schema_migrations SET version = version - 1000"); err != nil {
			t.Fatal(err)
		}
		becomes("the right version", 200, `{"status":"ready"}`)
		server := o.Handler.(*graph.Server)
		server.Drain(ctx)
		becomes("a server that stops", 503, `{"status":"not ready","reasons":["draining"]}`)
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
		becomes("a closed office", 503, `{"status":"not ready","reasons":["database","outbox","audit","draining"]}`)
		if code, body := ask("/healthz"); code != 200 || body != `{"status":"ok"}` {
			t.Errorf("/healthz: %d %s", code, body)
		}
		for _, secret := range []string{"postgres", "127.0.0.1", "office.db"} {
			if _, body := ask("/readyz"); strings.Contains(body, secret) {
				t.Errorf("it tells %q", secret)
			}
		}
		if strings.Contains(o.Log.String(), `"msg":"request"`) {
			t.Error("asking whether it is ready is no request")
		}
	})
}
