package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"medoffice/modules/kit/db"
	"medoffice/modules/kit/version"
)

// medoffice runs a command line to its end.
func medoffice(t *testing.T, args ...string) (out string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var b bytes.Buffer
	err = run(ctx, args, &b, &b)
	return b.String(), err
}

func TestStartsThatFailSayWhatToDo(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"unreachable database", []string{"serve", "--addr=127.0.0.1:0", "--database=postgres://u:secret@127.0.0.1:1/x?sslmode=disable"}, "start PostgreSQL"},
		{"taken port", []string{"serve", "--addr=" + taken.Addr().String(), "--database=" + filepath.Join(dir, "a.db")}, "--addr"},
		{"no folder", []string{"serve", "--addr=127.0.0.1:0", "--database=/proc/medoffice/a.db"}, "--database"},
		{"a file in the way", []string{"serve", "--addr=127.0.0.1:0", "--database=" + text + "/a.db"}, "--database"},
		{"another file", []string{"serve", "--addr=127.0.0.1:0", "--database=" + text}, "no SQLite database"},
		{"newer database", []string{"serve", "--addr=127.0.0.1:0", "--database=" + newer(t)}, "newer medoffice"},
		{"unknown flag", []string{"serve", "--nonsense"}, "unknown flag"},
		{"unknown role", []string{"token", "create", "x", "KING", "--database=" + filepath.Join(dir, "b.db")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := medoffice(t, c.args...)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\n%s", err, out)
			}
			if err != nil && (strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "secret")) {
				t.Errorf("not one safe line: %v", err)
			}
		})
	}
}

// Who asks for help or for the version gets just that, also where the command
// line lacks something.
func TestHelpAndVersionEndWell(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--help", "Usage: medoffice COMMAND"},
		{"help user add", "Usage: medoffice user add USERNAME --role=ROLE"},
		{"migrate --help", "  status "},
		{"backup --help", "Usage: medoffice backup FILE"},
		{"user add --version", "medoffice " + version.Text() + "\n"},
		{"--version", "medoffice " + version.Text() + "\n"},
		{"version", "medoffice " + version.Text() + "\n"},
	} {
		if out, err := medoffice(t, strings.Fields(c.args)...); err != nil || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v\n%s", c.args, err, out)
		}
	}
}

func newer(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "new.db")
	d, err := db.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	_, err = d.SQL().ExecContext(context.Background(), "INSERT INTO schema_migrations (version, name, hash, applied_at) VALUES (999, 'future', '', '')")
	if err != nil {
		t.Fatal(err)
	}
	_ = d.Close()
	return path
}

func TestCommands(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	for _, c := range []struct{ args, want string }{
		{"migrate status", "pending"},
		{"migrate up", "applied 0001"},
		{"migrate up", "nothing to do"},
		{"migrate status", "applied 20"},
		{"token create lobby REPORT", "mo_tok_"},
		{"verify", "whole"},
		{"audit prune", "nothing was kept long enough"},
		{"audit retention", "reads        6y"},
		{"audit retention --retain=reads=7y", "reads        7y"},
		{"export audit -", "id,at,action"},
		{"version", "medoffice"},
	} {
		out, err := medoffice(t, append(strings.Fields(c.args), "--database="+path)...)
		if err != nil || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v\n%s", c.args, err, out)
		}
	}
}

// TestDemo starts the invented office twice on one folder: the second time it
// is there already, and the tokens still open it.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	var first demoFile
	for _, live := range []string{"--no-live", "--live"} {
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		out := &said{}
		go func() {
			ended <- run(ctx, []string{"demo", "--addr=127.0.0.1:0", "--data=" + dir, "--patients=12", "--pace=10ms", strings.Replace(live, "--no-live", "--pace=1s", 1)}, out, out)
		}()
		file := await(t, dir, first.URL, ended)
		info, err := os.Stat(filepath.Join(dir, "demo.json"))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("demo.json: %v %v", info.Mode(), err)
		}
		if first.URL != "" && file.Tokens["NURSE"] != first.Tokens["NURSE"] {
			t.Error("the second start made new tokens")
		}
		first = file
		req, _ := http.NewRequestWithContext(ctx, http.MethodPost, file.URL+"/graphql", strings.NewReader(`{"query":"{ patients { totalCount } }"}`))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+file.Tokens["PHYSICIAN"])
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Data struct{ Patients struct{ TotalCount int } }
		}
		err = json.NewDecoder(resp.Body).Decode(&got)
		_ = resp.Body.Close()
		if err != nil || got.Data.Patients.TotalCount != 12 {
			t.Errorf("%v %+v", err, got)
		}
		if a, err := post(file.URL, file.Tokens["PHYSICIAN"], misspelt, nil); err != nil || !strings.Contains(a.Text, suggested) {
			t.Errorf("the demo does not say what is wrong with a document: %v %+v", err, a)
		}
		stop()
		if err := <-ended; err != nil {
			t.Errorf("%v", err)
		}
	}
}

// What a document of who writes a client may look like, and what the demo says
// to it.
const (
	misspelt  = `{ patents { totalCount } }`
	suggested = `Did you mean \"patients\"`
)

// TestP17ServeHintsAtNothing: an office that is in use does not say what would
// have been right in a document.
func TestP17ServeHintsAtNothing(t *testing.T) {
	s := set(t, t.TempDir()+"/office.db", 0)
	server := start(t, s.database)
	a, err := post(server.URL, s.tokens["NURSE"], misspelt, nil)
	if err != nil || a.Code() != "GRAPHQL_VALIDATION_FAILED" || strings.Contains(a.Text, "id you mean") {
		t.Errorf("%v %+v", err, a)
	}
}

// await waits until demo.json names another address than before.
func await(t *testing.T, dir, before string, ended chan error) (file demoFile) {
	t.Helper()
	for range 600 {
		select {
		case err := <-ended:
			t.Fatalf("the demo ended: %v", err)
		case <-time.After(50 * time.Millisecond):
		}
		text, err := os.ReadFile(filepath.Join(dir, "demo.json"))
		if err == nil && json.Unmarshal(text, &file) == nil && file.URL != before {
			return file
		}
	}
	t.Fatal("demo.json did not come")
	return file
}
