package fhir

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Count is what became of the resources of one type. Each resource is counted
// once.
type Count struct {
	Imported  int `json:"imported"`  // a row was made
	Updated   int `json:"updated"`   // its row was changed
	Unchanged int `json:"unchanged"` // known already, just so
	KeptRaw   int `json:"keptRaw"`   // kept as it came, because no module takes it yet
	Refused   int `json:"refused"`   // not taken, or left out with its bundle
}

func (c *Count) add(o Count) {
	c.Imported += o.Imported
	c.Updated += o.Updated
	c.Unchanged += o.Unchanged
	c.KeptRaw += o.KeptRaw
	c.Refused += o.Refused
}

func (c Count) total() int { return c.Imported + c.Updated + c.Unchanged + c.KeptRaw + c.Refused }

// Refusal says what was not taken, where it stands, and why. It holds no
// patient data.
type Refusal struct {
	File   string `json:"file"`
	Path   string `json:"path"` // JSON path, as $.entry[12].resource.birthDate
	Type   string `json:"type,omitempty"`
	Reason string `json:"reason"`
}

// maxRefusals bounds the refusals that a report lists; all are counted.
const maxRefusals = 1000

// Report says what an import did.
type Report struct {
	Types    map[string]*Count `json:"types"`
	Refusals []Refusal         `json:"refusals"`
	Unlisted int               `json:"unlisted,omitempty"` // refusals beyond those listed
	Notes    []Refusal         `json:"notes,omitempty"`    // taken, but kept raw for a reason
	Files    int               `json:"files"`
	Bundles  int               `json:"bundles"` // bundles and batches that were taken
	Broken   int               `json:"broken"`  // bundles of which nothing was taken
	Took     time.Duration     `json:"took"`
}

// Progress says how far an import is.
type Progress struct {
	File      string
	Bytes     int64 // read so far, of all sources
	Total     int64 // of all sources whose size is known
	Resources int   // dealt with so far
}

// unknownType stands for what has no type that could be read.
const unknownType = "(unknown)"

func typeName(kind string) string {
	if !goodType.MatchString(kind) {
		return unknownType
	}
	return kind
}

func (r *Report) count(kind string, c Count) {
	kind = typeName(kind)
	if r.Types[kind] == nil {
		r.Types[kind] = &Count{}
	}
	r.Types[kind].add(c)
}

func (r *Report) refuse(list ...Refusal) {
	for _, one := range list {
		if len(r.Refusals) >= maxRefusals {
			r.Unlisted++
			continue
		}
		r.Refusals = append(r.Refusals, one)
	}
}

func (r *Report) note(list ...Refusal) {
	r.Notes = append(r.Notes, list[:min(len(list), maxRefusals-min(len(r.Notes), maxRefusals))]...)
}

// Total is what became of all resources together.
func (r *Report) Total() Count {
	var all Count
	for _, c := range r.Types {
		all.add(*c)
	}
	return all
}

// Print writes the report as a table, and the refusals below it.
func (r *Report) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(t, "\timported\tupdated\tunchanged\tkept raw\trefused\t  resource")
	line := func(name string, c Count) {
		_, _ = fmt.Fprintf(t, "\t%d\t%d\t%d\t%d\t%d\t  %s\n", c.Imported, c.Updated, c.Unchanged, c.KeptRaw, c.Refused, name)
	}
	for _, kind := range slices.Sorted(maps.Keys(r.Types)) {
		line(kind, *r.Types[kind])
	}
	line("all", r.Total())
	if err := t.Flush(); err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%d resources of %d files in %s\n", r.Total().total(), r.Files, r.Took.Round(time.Millisecond))
	if r.Broken > 0 {
		fmt.Fprintf(&b, "%d bundles were left out as a whole\n", r.Broken)
	}
	list(&b, "refused", r.Refusals, r.Unlisted)
	list(&b, "kept raw", r.Notes, 0)
	_, err := io.WriteString(w, b.String())
	return err
}

func list(b *strings.Builder, title string, all []Refusal, more int) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n", title)
	for _, one := range all {
		fmt.Fprintf(b, "  %s  %s  %s\n", one.File, one.Path, one.Reason)
	}
	if more > 0 {
		fmt.Fprintf(b, "  and %d more\n", more)
	}
}

// JSON writes the report for programs.
func (r *Report) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}
