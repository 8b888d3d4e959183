package transport_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"medoffice/graph"
	"medoffice/graph/limit"
	"medoffice/modules/officetest"
)

// TestForeignClients runs clients that nobody here wrote against an office:
// the audits of GraphQL over HTTP against one as it comes, the others against
// one where a caller has few streams and operations, so that they can see
// whether one has ended.
func TestForeignClients(t *testing.T) {
	node := clients(t)
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			for _, c := range []struct {
				name    string
				scripts []string
				few     bool
			}{
				{"audits", []string{"audit.test.mjs"}, false},
				{"clients", []string{"graphql-ws.test.mjs", "graphql-sse.test.mjs", "apollo.test.mjs", "urql.test.mjs"}, true},
			} {
				t.Run(c.name, func(t *testing.T) {
					table := limit.Defaults()
					if c.few {
						table.Interactive.Operations, table.Interactive.Sockets = 3, 3
						table.Interactive.Bucket = limit.None // the clock stands still, so that nothing comes back
					}
					o := officetest.OpenWith(t, officetest.Database(t, engine), graph.Options{Limits: table})
					run := exec.CommandContext(t.Context(), node, append([]string{"--test", "--test-concurrency=1"}, c.scripts...)...)
					run.Dir, run.Env = "clients", append(os.Environ(), environment(t, o)...)
					out, err := run.CombinedOutput()
					if err != nil {
						t.Fatalf("%v\n%s", err, out)
					}
					t.Log(strings.Join(passed.FindAllString(string(out), -1), ", "))
				})
			}
		})
	}
}

// passed is the end of what node prints.
var passed = regexp.MustCompile(`(?m)^# (pass|fail) .*$`)

// environment describes the office to the scripts.
func environment(t *testing.T, o *officetest.Office) []string {
	t.Helper()
	tokens := map[string]string{"nobody": ""}
	for _, role := range []string{"BOARD", "MANAGER", "NURSE"} {
		tokens[role] = o.As(role).Token
	}
	text, err := json.Marshal(tokens)
	if err != nil {
		t.Fatal(err)
	}
	return []string{
		"MEDOFFICE_GRAPH=" + o.Server().URL + graph.Path,
		"MEDOFFICE_TOKENS=" + string(text),
		fmt.Sprint("MEDOFFICE_LOCATION=", where(t, o)["location"]),
		"MEDOFFICE_OPERATIONS=" + strconv.Itoa(o.Limits.Interactive.Operations),
		"MEDOFFICE_STREAMS=" + strconv.Itoa(o.Limits.Interactive.Sockets),
	}
}

// clients installs the clients where they are not yet, and is the node that
// runs them.
func clients(t *testing.T) (node string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = exec.LookPath("npm")
	}
	if err != nil {
		missing(t, err)
	}
	// npm writes this file last, with what it has installed.
	if _, err := os.Stat("clients/node_modules/.package-lock.json"); err == nil {
		return node
	}
	install := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund")
	install.Dir = "clients"
	if out, err := install.CombinedOutput(); err != nil {
		missing(t, fmt.Errorf("npm ci: %w: %s", err, out))
	}
	return node
}

func missing(t *testing.T, err error) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("the clients need node and npm: %v", err)
	}
	t.Skipf("the clients need node and npm: %v", err)
}
