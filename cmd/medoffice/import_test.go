package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestImportShowsHowFarItIs: one line that ends at 100 %, also where resources
// that came too early are taken in a second round, and none that is not wanted.
func TestImportShowsHowFarItIs(t *testing.T) {
	dir := t.TempDir()
	var lines strings.Builder
	for n := range 5 {
		fmt.Fprintf(&lines, `{"resourceType":"Observation","id":"o%d","status":"final","subject":{"reference":"Patient/p"},`+
			`"code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"effectiveDateTime":"2024-01-0%dT10:00:00Z",`+
			`"valueQuantity":{"value":70,"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"}}`+"\n", n, n+1)
	}
	lines.WriteString(`{"resourceType":"Patient","id":"p","name":[{"family":"Kowalski","given":["Mara"]}],"gender":"female","birthDate":"1980-01-01"}` + "\n")
	file := filepath.Join(dir, "all.ndjson")
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		flag  string
		shows bool
	}{{"--quiet", false}, {"--no-quiet", true}} {
		args := []string{"import", "fhir", "--database=" + filepath.Join(dir, c.flag+".db"), file, c.flag}
		if c.shows {
			args = args[:len(args)-1]
		}
		out, err := medoffice(t, args...)
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		_, last, _ := strings.Cut(out, "6 resources 100%")
		if (last != "") != c.shows || strings.Contains(out, "\r") != c.shows {
			t.Errorf("%s: %q", c.flag, out)
		}
		if bar, report, _ := strings.Cut(out, "\n"); c.shows && (!strings.Contains(bar, "100%") || strings.Contains(report, "%")) {
			t.Errorf("more than one line: %q", out)
		}
	}
}
