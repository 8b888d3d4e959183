package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// explain shows the statement of a query, the plan of the database, and what
// resolvers answer.
func TestExplain(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "chart.graphql")
	if err := os.WriteFile(file, []byte(`query($id: ID!) { patient(by: {id: $id}) { mrn visits(first: 3) { nodes { startedAt } } } me { name } }`), 0o600); err != nil {
		t.Fatal(err)
	}
	ask := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(t.Context(), append([]string{"--database", "sqlite:" + filepath.Join(dir, "office.db"), "--log-level", "error", "explain", file}, args...), &out, &out)
		return out.String(), err
	}
	text, err := ask("--variables", `{"id": "pat_0fx07qm2q1f29t012254c8cdp2"}`)
	for _, part := range []string{"one statement answers: patient\n", "a resolver answers me: ", "json_quote", `FROM "visits"`, "1 arguments", "SEARCH", "USING INDEX"} {
		if err != nil || !strings.Contains(text, part) {
			t.Fatalf("%v, no %q:\n%s", err, part, text)
		}
	}
	if strings.Contains(text, "pat_0fx07qm2q1f29t012254c8cdp2") {
		t.Error("the statement holds the value")
	}
	for _, wrong := range [][]string{{"--variables", "[]"}, {"--variables", "{}"}} {
		if _, err := ask(wrong...); err == nil {
			t.Errorf("%v is taken", wrong)
		}
	}
}
