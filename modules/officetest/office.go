// Package officetest opens a whole office for a test, on each database, and
// calls it as its clients do.
package officetest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"medoffice/ent"
	"medoffice/ent/location"
	"medoffice/graph"
	"medoffice/graph/limit"
	"medoffice/modules"
	"medoffice/modules/kit"
	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/observe"
)

// Morning is when the clock of a test office starts: a Monday in March.
var Morning = time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)

// Office is an open office.
type Office struct {
	*modules.Office
	T       testing.TB
	Clock   *clock.Fake
	Handler http.Handler
	Log     *Log
	Limits  *limit.Table // of its graph; set before the first request

	mu      sync.Mutex
	tokens  map[string]string
	secrets []string
	server  *httptest.Server
}

// engines are the databases that an office runs on.
var engines = []string{"sqlite", "postgres"}

// Each runs a test on SQLite and, where its server binaries are found, on
// PostgreSQL: both at once, and beside the other tests that use Each. What
// follows it in the test runs before them.
func Each(t *testing.T, f func(t *testing.T, o *Office)) {
	t.Helper()
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			f(t, open(t, engine))
		})
	}
}

// InTurn is Each for a test that measures time, or compares what the databases
// give: nothing else of its package runs at that time.
func InTurn(t *testing.T, f func(t *testing.T, o *Office)) {
	t.Helper()
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) { f(t, open(t, engine)) })
	}
}

// EachWay is Each with queries compiled, and once more with all of them left to
// resolvers, which is what simple says. It is for tests of what differs between
// the two, such as the statements that they cost. That their answers are equal
// is tested once for all, in package graph.
func EachWay(t *testing.T, f func(t *testing.T, o *Office, simple bool)) {
	t.Helper()
	t.Parallel()
	for _, engine := range engines {
		for way, simple := range map[string]bool{"compiled": false, "simple": true} {
			t.Run(engine+"/"+way, func(t *testing.T) {
				t.Parallel()
				f(t, OpenWith(t, Database(t, engine), graph.Options{Simple: simple, Hints: true}), simple)
			})
		}
	}
}

// New opens an office on SQLite, for what does not touch the database's own ways.
func New(t testing.TB) *Office {
	t.Helper()
	return open(t, "sqlite")
}

// NewPostgres opens an office on PostgreSQL.
func NewPostgres(t testing.TB) *Office {
	t.Helper()
	return open(t, "postgres")
}

func open(t testing.TB, engine string) *Office {
	t.Helper()
	return Open(t, Database(t, engine))
}

// Database makes a migrated database of the engine, without a row of an office,
// and returns its URL. On PostgreSQL it shares its server with other tests, whose
// open transactions hold up its facts: NewCluster is for those that measure how
// soon these come.
func Database(t testing.TB, engine string) string {
	t.Helper()
	return database(t, engine, false)
}

// Empty is Database before the first migration, for tests of migrations.
func Empty(t testing.TB, engine string) string {
	t.Helper()
	return database(t, engine, true)
}

func database(t testing.TB, engine string, empty bool) string {
	t.Helper()
	if engine == "postgres" {
		return postgres(t, empty)
	}
	return sqlite(t, empty)
}

// Open opens an office on the database, such as a second server process on
// the same one. What is wrong with a document of the test is said plainly.
func Open(t testing.TB, database string) *Office {
	t.Helper()
	return OpenWith(t, database, graph.Options{Hints: true})
}

// NewClosed opens an office on SQLite whose errors hint at nothing, as "serve" does.
func NewClosed(t testing.TB) *Office {
	t.Helper()
	return OpenWith(t, Database(t, "sqlite"), graph.Options{})
}

// Generous is the table of limits without those that count what a caller did
// before, so that a test may ask as often as it likes.
func Generous() *limit.Table {
	t := limit.Defaults()
	for _, l := range []*limit.Limits{&t.Interactive, &t.Report, &t.Trusted} {
		l.Bucket, l.Running, l.Sockets, l.Messages = limit.None, limit.None, limit.None, limit.None
	}
	return t
}

// OpenWith opens an office whose graph has these options, with Generous limits
// where it names none.
func OpenWith(t testing.TB, database string, options graph.Options) *Office {
	t.Helper()
	return OpenWatched(t, database, options, func(log *slog.Logger) *observe.Observer { return observe.New(log, nil) })
}

// OpenWatched is OpenWith under the observer, or none, that watch makes with the log.
func OpenWatched(t testing.TB, database string, options graph.Options, watch func(*slog.Logger) *observe.Observer) *Office {
	t.Helper()
	fake, log := clock.NewFake(Morning), &Log{}
	config := modules.Config{Database: database, Clock: fake, Log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	config.Watch = watch(config.Log)
	office, err := modules.Open(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	if options.Limits == nil {
		options.Limits = Generous()
	}
	handler, err := graph.Serve(office, options)
	if err != nil {
		t.Fatal(err)
	}
	o := &Office{
		Office: office, T: t, Clock: fake, Log: log, Limits: options.Limits, tokens: map[string]string{}, Handler: handler,
	}
	if err := office.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := office.Close(); err != nil {
			t.Error(err)
		}
		o.CheckLog()
	})
	return o
}

// Log keeps what the office logged.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String is the log so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// System is the context of the office itself, for setting a scene.
func (o *Office) System() context.Context { return kit.System(context.Background(), "test") }

// Caller is somebody who calls the graph.
type Caller struct {
	o     *Office
	Token string
}

// As calls with a token of the role, as "NURSE"; the empty role is nobody. A
// board screen hangs in the first location, or in one that is made for it.
func (o *Office) As(role string) *Caller {
	o.T.Helper()
	if role != kit.Board {
		return o.AsAt(role, "")
	}
	return o.AsAt(role, o.someLocation())
}

func (o *Office) someLocation() (id string) {
	err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
		c := o.Deps.DB.Client(ctx)
		l, err := c.Location.Query().Order(location.ID.Asc()).First(ctx)
		if ent.IsNotFound(err) {
			l, err = c.Location.Create().SetName("Main Street").Save(ctx)
		}
		if err == nil {
			id = l.ID
		}
		return err
	})
	if err != nil {
		o.T.Fatal(err)
	}
	return id
}

// AsAt calls with a token of the role that is bound to a location.
func (o *Office) AsAt(role, location string) *Caller {
	o.T.Helper()
	if role == "" {
		return &Caller{o: o}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	key := role + "@" + location
	if o.tokens[key] == "" {
		token, err := o.Access.IssueToken(o.System(), "test "+strings.ToLower(role), role, location, 24*time.Hour)
		if err != nil {
			o.T.Fatal(err)
		}
		o.tokens[key] = token
		o.secrets = append(o.secrets, token)
	}
	return &Caller{o: o, Token: o.tokens[key]}
}

// With calls with any token.
func (o *Office) With(token string) *Caller {
	o.Secret(token)
	return &Caller{o: o, Token: token}
}

// Error is an entry of errors in a response.
type Error struct {
	Message    string
	Path       []any
	Extensions map[string]any
}

// Answer is a response of the graph.
type Answer struct {
	Status     int
	Data       json.RawMessage
	Errors     []Error
	Text       string   // the whole body
	Statements []string // the SQL that ran for it
}

// Code is the code of the first error, "" where there is none.
func (a *Answer) Code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	code, _ := a.Errors[0].Extensions["code"].(string)
	return code
}

// Vars are the variables of a document.
type Vars = map[string]any

// Send sends a document and returns the answer, whatever it is.
func (c *Caller) Send(query string, vars Vars) *Answer {
	c.o.T.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars, "extensions": map[string]any{"planted": Planted}})
	if err != nil {
		c.o.T.Fatal(err)
	}
	ctx, counter := db.WithCounter(context.Background())
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, graph.Path, bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Planted", Planted)
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	w := httptest.NewRecorder()
	c.o.Handler.ServeHTTP(w, req)
	text, _ := io.ReadAll(w.Result().Body)
	a := &Answer{Status: w.Code, Text: string(text), Statements: counter.Statements()}
	if err := json.Unmarshal(text, a); err != nil {
		c.o.T.Fatalf("not a GraphQL response: %s", text)
	}
	c.o.checkCodes(text)
	return a
}

// Do sends a document, expects no errors and decodes the data into got, a
// pointer or nil.
func (c *Caller) Do(query string, vars Vars, got any) *Answer {
	c.o.T.Helper()
	a := c.Send(query, vars)
	if len(a.Errors) > 0 {
		c.o.T.Fatalf("errors: %s", a.Text)
	}
	if got != nil {
		if err := json.Unmarshal(a.Data, got); err != nil {
			c.o.T.Fatalf("%v: %s", err, a.Data)
		}
	}
	return a
}
