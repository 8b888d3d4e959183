package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"medoffice/modules/kit/db"
	"medoffice/modules/officetest"
)

// said is what a running command wrote so far.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// inside is a running 'medoffice serve' in the process of the test.
type inside struct {
	url, metrics string
	said         *said
}

var (
	openAt    = regexp.MustCompile(`is open at (http://\S+) `)
	metricsAt = regexp.MustCompile(`metrics at (http://\S+)/metrics`)
)

func serving(t *testing.T, args ...string) *inside {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	s, ended := &inside{said: &said{}}, make(chan error, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--addr=127.0.0.1:0"}, args...), s.said, s.said)
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	eventually(t, "the server is open", func() bool {
		found := openAt.FindStringSubmatch(s.said.String())
		if found != nil {
			s.url = found[1]
		}
		return found != nil
	})
	if found := metricsAt.FindStringSubmatch(s.said.String()); found != nil {
		s.metrics = found[1]
	}
	return s
}

// ask sends a document and returns the answer.
func (s *inside) ask(token, query string, vars map[string]any) (status int, body []byte, err error) {
	text, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		return 0, nil, err
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.url+"/graphql", bytes.NewReader(text))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err = io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

// writers register patients without a pause and keep the ids that were
// acknowledged, each with the time at which it was asked for.
type writers struct {
	mu    sync.Mutex
	acked map[string]time.Time
	codes map[string]int // of answers that were not
	stop  atomic.Bool
	all   sync.WaitGroup
}

func writing(servers []*inside, token string, n int) *writers {
	w := &writers{acked: map[string]time.Time{}, codes: map[string]int{}}
	for i := range n {
		s := servers[i%len(servers)]
		w.all.Go(func() {
			for n := 0; !w.stop.Load(); n++ {
				asked := time.Now()
				id, code := register(s, token, fmt.Sprintf("W%d-%d", i, n))
				w.mu.Lock()
				if id != "" {
					w.acked[id] = asked
				} else {
					w.codes[code]++
				}
				w.mu.Unlock()
			}
		})
	}
	return w
}

func register(s *inside, token, name string) (id, code string) {
	_, body, err := s.ask(token, `mutation($n: String!) { registerPatient(input: {familyName: $n}) { patient { id } } }`, map[string]any{"n": name})
	if err != nil {
		return "", "no answer"
	}
	var got struct {
		Data struct {
			RegisterPatient struct{ Patient *struct{ ID string } }
		}
		Errors []struct{ Extensions struct{ Code string } }
	}
	if json.Unmarshal(body, &got) != nil {
		return "", "no JSON"
	}
	if len(got.Errors) > 0 {
		return "", got.Errors[0].Extensions.Code
	}
	if got.Data.RegisterPatient.Patient == nil {
		return "", "no patient"
	}
	return got.Data.RegisterPatient.Patient.ID, ""
}

func (w *writers) so() map[string]time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	so := map[string]time.Time{}
	for id, at := range w.acked {
		so[id] = at
	}
	return so
}

// more waits for so many more acknowledgements.
func (w *writers) more(t *testing.T, n int) {
	t.Helper()
	from := len(w.so())
	eventually(t, "the office goes on writing", func() bool { return len(w.so()) >= from+n })
}

func patientsIn(t *testing.T, database string) map[string]bool {
	t.Helper()
	d, err := db.Open(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	rows, err := d.SQL().QueryContext(context.Background(), "SELECT id FROM patients")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	found := map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		found[id] = true
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

func must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := medoffice(t, args...)
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(out)
}

func eachDatabase(t *testing.T, f func(t *testing.T, database string)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { f(t, officetest.Database(t, engine)) })
	}
}

// A backup is made while 8 writers write through two server processes, and
// restored under them. What was acknowledged before the backup is there, what
// came between is gone, and the office goes on with what was restored.
func TestRestoreIntoRunningOffice(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		at := "--database=" + database
		lift := "--limit=interactive.running=-,interactive.bucket=-"
		servers := []*inside{serving(t, at, lift), serving(t, at, lift)}
		desk, gone := must(t, "token", "create", "desk", "FRONT_DESK", at), must(t, "token", "create", "gone", "FRONT_DESK", at)
		where := addLocation(t, database)
		screen := must(t, "token", "create", "screen", "BOARD", "--location="+where, at)
		w := writing(servers, desk, 8)
		w.more(t, 40)

		file := filepath.Join(t.TempDir(), "office.backup")
		before := w.so()
		t.Log(must(t, "backup", file, at))
		between := time.Now()
		w.more(t, 40)
		stopped := func() { w.stop.Store(true); w.all.Wait() }
		defer stopped()
		watcher := watching(t, servers[1], screen, where, "")
		first := watcher.next(t)
		endToken(t, database)
		if out, err := medoffice(t, "restore", file, at); err == nil || !strings.Contains(err.Error(), "--force") {
			t.Errorf("without --force: %v\n%s", err, out)
		}

		lost, restoring := w.so(), time.Now()
		t.Log(must(t, "restore", "--force", file, at))
		restored := time.Now()
		watcher.sentAway(t)
		for _, s := range servers {
			eventually(t, "the process opens the office anew", func() bool {
				return strings.Contains(s.said.String(), "the restored office is open")
			})
		}
		again := watching(t, servers[1], screen, where, first.cursor())
		if event := again.next(t); !event.Resync {
			t.Errorf("who comes back does not get the whole picture: %+v", event)
		}
		w.more(t, 40)
		stopped()
		there, count := patientsIn(t, database), map[string]int{}
		for id, asked := range w.so() {
			_, early := before[id]
			_, wasThere := lost[id]
			switch {
			case early && !there[id]:
				t.Errorf("%s was acknowledged before the backup and is gone", id)
			case asked.After(restored) && !there[id]:
				t.Errorf("%s was acknowledged after the restore and is gone", id)
			case wasThere && asked.After(between) && asked.Before(restoring) && there[id]:
				t.Errorf("%s came after the backup and is there", id)
			case early:
				count["before"]++
			case asked.After(restored):
				count["after"]++
			}
		}
		t.Log(count, "codes:", w.codes)
		if count["before"] < 40 || count["after"] < 20 {
			t.Errorf("too few to prove anything: %v", count)
		}
		if status, body, err := servers[0].ask(gone, `{ patients(first: 1) { nodes { id } } }`, nil); err != nil || status != http.StatusUnauthorized {
			t.Errorf("a token that was ended after the backup lives again: %d %s", status, body)
		}
		if out := must(t, "verify", at); !strings.Contains(out, "whole") {
			t.Errorf("verify: %s", out)
		}
		for _, s := range servers {
			resp, err := http.Get(s.url + "/readyz")
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Errorf("readyz: %v %v", resp, err)
			}
			_ = resp.Body.Close()
		}
	})
}

func addLocation(t *testing.T, database string) string {
	t.Helper()
	exec1(t, database, "INSERT INTO locations (id, created_at, created_by, updated_at, updated_by, version, name) VALUES "+
		"('loc_01h2xcejqtf2nbrexx3vqjhp41', '2026-01-01T00:00:00.000Z', '', '2026-01-01T00:00:00.000Z', '', 1, 'Main Street')")
	return "loc_01h2xcejqtf2nbrexx3vqjhp41"
}

func endToken(t *testing.T, database string) {
	t.Helper()
	exec1(t, database, "UPDATE api_tokens SET revoked_at = '2026-01-01T00:00:00.000Z' WHERE name = 'gone'")
}

func exec1(t *testing.T, database, text string) {
	t.Helper()
	d, err := db.Open(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if _, err := d.SQL().ExecContext(context.Background(), text); err != nil {
		t.Fatal(err)
	}
}

const watchBoard = `subscription($location: ID!, $since: String) { roomBoard(location: $location, since: $since) { __typename
	... on RoomBoardSnapshot { cursor resync } ... on RoomBoardChange { cursor } ... on RoomBoardHeartbeat { cursor } } }`

// boardWatcher is a client of the board over a WebSocket.
type boardWatcher struct{ c *websocket.Conn }

type boardEvent struct {
	Typename string `json:"__typename"`
	Cursor   string
	Resync   bool
}

func (e boardEvent) cursor() string { return e.Cursor }

func watching(t *testing.T, s *inside, token, where, since string) *boardWatcher {
	t.Helper()
	c, resp, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(s.url, "http")+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	if resp != nil && resp.Body != nil {
		_ = resp.Body.Close()
	}
	t.Cleanup(func() { _ = c.CloseNow() })
	vars := map[string]any{"location": where}
	if since != "" {
		vars["since"] = since
	}
	for _, m := range []map[string]any{
		{"type": "connection_init", "payload": map[string]any{"Authorization": "Bearer " + token}},
		{"type": "subscribe", "id": "1", "payload": map[string]any{"query": watchBoard, "variables": vars}},
	} {
		text, _ := json.Marshal(m)
		if err := c.Write(t.Context(), websocket.MessageText, text); err != nil {
			t.Fatal(err)
		}
	}
	return &boardWatcher{c}
}

func (b *boardWatcher) read(t *testing.T) ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.Context(), officetest.Slow*30*time.Second)
	defer cancel()
	_, text, err := b.c.Read(ctx)
	return text, err
}

func (b *boardWatcher) next(t *testing.T) (e boardEvent) {
	t.Helper()
	for {
		text, err := b.read(t)
		if err != nil {
			t.Fatal(err)
		}
		var m struct {
			Type    string
			Payload struct {
				Data struct{ RoomBoard boardEvent }
			}
		}
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if m.Type == "next" {
			return m.Payload.Data.RoomBoard
		}
	}
}

// sentAway reads until the socket is closed as clients take for a restart.
func (b *boardWatcher) sentAway(t *testing.T) {
	t.Helper()
	for {
		_, err := b.read(t)
		var closed websocket.CloseError
		if errors.As(err, &closed) {
			if closed.Code != websocket.StatusServiceRestart {
				t.Errorf("closed with %v", closed)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestBackupFiles(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		at, dir := "--database="+database, t.TempDir()
		if strings.HasPrefix(database, "sqlite:") {
			nowhere := "--database=sqlite:" + filepath.Join(t.TempDir(), "nowhere.db")
			if out, err := medoffice(t, "backup", filepath.Join(dir, "none"), nowhere); err == nil {
				t.Errorf("a database that is not there was copied: %s", out)
			}
		}
		must(t, "token", "create", "lobby", "REPORT", at)
		file := filepath.Join(dir, "a.backup")
		must(t, "backup", file, at)
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the backup is open to others: %v %v", info.Mode(), err)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if out, err := medoffice(t, "backup", file, at); err == nil || !strings.Contains(err.Error(), "never replaces") {
			t.Errorf("a backup replaced a file: %v %s", err, out)
		}
		torn, text := filepath.Join(dir, "torn"), filepath.Join(dir, "text")
		hurt := bytes.Clone(content)
		for i := len(hurt) / 3; i < len(hurt)/3+20_000 && i < len(hurt); i++ {
			hurt[i] = 0xa5
		}
		for name, content := range map[string][]byte{torn: hurt, text: bytes.Repeat([]byte("no backup "), 100)} {
			if err := os.WriteFile(name, content, 0o600); err != nil {
				t.Fatal(err)
			}
			before := must(t, "verify", at)
			if out, err := medoffice(t, "restore", "--force", name, at); err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("restored from %s: %v %s", filepath.Base(name), err, out)
			}
			if after := must(t, "verify", at); after != before {
				t.Errorf("a restore that failed left something behind: %s", after)
			}
		}
		left, err := os.ReadDir(dir)
		if err != nil || len(left) != 3 {
			t.Errorf("files were left behind: %v", left)
		}
		fresh := "--database=" + officetest.Empty(t, engineOf(database))
		must(t, "restore", file, fresh) // into an empty one without --force
		if out := must(t, "verify", fresh); !strings.Contains(out, "whole") {
			t.Error(out)
		}
	})
}

func engineOf(database string) string {
	engine, _, _ := strings.Cut(database, ":")
	return engine
}

// A password is in no argument of the programs of PostgreSQL, and a program
// that is missing is reported in one line.
func TestBackupTools(t *testing.T) {
	database := officetest.Database(t, "postgres")
	real, err := exec.LookPath("pg_dump")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	spy := fmt.Sprintf("#!/bin/sh\necho \"$PGPASSWORD\" >%s/password\necho \"$@\" >%s/arguments\nexec %s \"$@\"\n", dir, dir, real)
	if err := os.WriteFile(filepath.Join(dir, "pg_dump"), []byte(spy), 0o700); err != nil { //nolint:gosec // it must run
		t.Fatal(err)
	}
	secret := strings.Replace(database, "postgres@", "postgres:open-sesame@", 1)
	must(t, "migrate", "up", "--database="+secret)
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	must(t, "backup", filepath.Join(dir, "b"), "--database="+secret)
	arguments, _ := os.ReadFile(filepath.Join(dir, "arguments"))
	password, _ := os.ReadFile(filepath.Join(dir, "password"))
	if strings.Contains(string(arguments), "sesame") || len(arguments) == 0 || strings.TrimSpace(string(password)) != "open-sesame" {
		t.Errorf("arguments %q, password %q", arguments, password)
	}
	t.Setenv("PATH", t.TempDir())
	_, err = medoffice(t, "backup", filepath.Join(dir, "c"), "--database="+secret)
	if err == nil || !strings.Contains(err.Error(), "pg_dump is not installed") || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v", err)
	}
}

// The metrics are where they were asked for, and not where the office is.
func TestMetricsAddress(t *testing.T) {
	at := "--database=" + officetest.Database(t, "sqlite")
	s := serving(t, at, "--metrics-addr=127.0.0.1:0", "--pprof")
	plain := serving(t, at, "--metrics-addr=127.0.0.1:0")
	for url, want := range map[string]int{
		s.metrics + "/metrics": 200, s.metrics + "/debug/pprof/": 200, s.metrics + "/debug/pprof/cmdline": 404,
		plain.metrics + "/metrics": 200, plain.metrics + "/debug/pprof/": 404,
		s.url + "/metrics": 404, s.url + "/debug/pprof/": 404, s.url + "/healthz": 200, s.url + "/readyz": 200,
	} {
		resp, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", url, resp.StatusCode, want)
		}
	}
	if _, err := medoffice(t, "serve", "--addr=127.0.0.1:0", at, "--pprof"); err == nil || !strings.Contains(err.Error(), "--metrics-addr") {
		t.Errorf("%v", err)
	}
}
