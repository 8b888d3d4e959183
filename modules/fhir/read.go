package fhir

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// The bounds of what is read at once. A bigger bundle is not read into memory
// but refused: NDJSON has no bound.
const (
	maxResource = 16 << 20 // bytes of one resource
	maxBundle   = 64 << 20 // bytes of one bundle
	maxEntries  = 20_000   // resources of one bundle
	batchLines  = 500      // resources of NDJSON in one transaction
	batchBytes  = 8 << 20
	maxFaults   = 100 // of one bundle that are reported
)

// unit is what one transaction takes in: a bundle, or some lines of NDJSON.
type unit struct {
	File    string
	Whole   bool // all of it or nothing
	Entries []*entry
	faults  []Refusal
	read    map[string]int // resources by type, where the bundle is not taken
	bytes   int64          // read of all sources when the unit was complete
}

// fail notes what is wrong with a place in the file.
func (u *unit) fail(kind, place string, err error) {
	r := Refusal{File: u.File, Type: kind, Path: place, Reason: err.Error()}
	var f *fault
	if errors.As(err, &f) {
		r.Path, r.Reason = join(place, f.Path), f.Reason
	}
	u.faults = append(u.faults, r)
}

func join(place, path string) string {
	if path == "" || strings.HasPrefix(path, "[") {
		return place + path
	}
	return place + "." + path
}

// reading turns a source into units.
type reading struct {
	name string
	in   *bufio.Reader
	zone *time.Location
	now  time.Time
	emit func(*unit) error // fails only when the import ends
}

func (r *reading) entry(raw json.RawMessage, url, place string) (*entry, error) {
	e := &entry{URL: url, Place: place, Raw: raw, zone: r.zone, now: r.now}
	return e, e.understand()
}

// all reads the source to its end.
func (r *reading) all() error {
	if byLine(r.name, r.in) {
		return r.lines()
	}
	return r.document(r.in, "$")
}

// errTooBig ends a decoder before it fills the memory.
var errTooBig = errors.New("too big")

// gauge lets a decoder read up to a mark and no further.
type gauge struct {
	io.Reader
	n, mark int64
}

func (g *gauge) Read(p []byte) (int, error) {
	if g.n >= g.mark {
		return 0, errTooBig
	}
	n, err := g.Reader.Read(p[:min(int64(len(p)), g.mark-g.n)])
	g.n += int64(n)
	return n, err
}

// document reads one JSON document: a bundle, or a single resource.
type document struct {
	*reading
	dec    *json.Decoder
	gauge  *gauge
	unit   *unit
	place  string
	kind   string                     // resourceType
	typ    string                     // of the bundle
	fields map[string]json.RawMessage // of a single resource
	names  []string
	keys   map[key]string // of the bundle, with their hashes
	listed bool           // it has entries
}

func (r *reading) document(in io.Reader, place string) error {
	g := &gauge{Reader: in}
	d := &document{
		reading: r, gauge: g, dec: json.NewDecoder(g), place: place, unit: &unit{File: r.name, Whole: true},
		fields: map[string]json.RawMessage{}, keys: map[key]string{},
	}
	if err := d.read(); err != nil {
		d.unit.fail(d.kind, d.place, err)
	}
	return r.emit(d.unit)
}

// allow lets the decoder read one more resource.
func (d *document) allow() { d.gauge.mark = d.dec.InputOffset() + maxResource }

func (d *document) token() (json.Token, error) {
	d.allow()
	return d.dec.Token()
}

func (d *document) read() error {
	t, err := d.token()
	switch {
	case errors.Is(err, io.EOF):
		return wrong("", "the file is empty")
	case err != nil:
		return d.broken("", err)
	case t != json.Delim('{'):
		return wrong("", "a Bundle or a resource is an object")
	}
	for d.dec.More() {
		t, err := d.token()
		if err != nil {
			return d.broken("", err)
		}
		name, _ := t.(string)
		if name == "entry" {
			err = d.entries()
		} else {
			err = d.field(name)
		}
		if err != nil {
			return err
		}
	}
	if _, err := d.token(); err != nil {
		return d.broken("", err)
	}
	if _, err := d.token(); !errors.Is(err, io.EOF) {
		return wrong("", "something follows after its end")
	}
	return d.close()
}

// broken says why the text cannot be read on.
func (d *document) broken(path string, err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, errTooBig):
		return wrong(path, "this is bigger than %d MiB", maxResource>>20)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return wrong(path, "the file ends in the middle")
	case errors.As(err, &syntax) && strings.Contains(err.Error(), "max depth"):
		return wrong(path, "nested more than %d levels deep", maxDepth)
	case errors.As(err, &syntax):
		return wrong(path, "this is not JSON (near byte %d)", syntax.Offset)
	}
	return wrong(path, "the file cannot be read")
}

// field keeps a field of the document; a single resource is made of them again.
func (d *document) field(name string) error {
	var raw json.RawMessage
	d.allow()
	if err := d.dec.Decode(&raw); err != nil {
		return d.broken(short(name), err)
	}
	if d.dec.InputOffset() > maxResource && !d.listed {
		return wrong("", "this is bigger than %d MiB", maxResource>>20)
	}
	switch name {
	case "resourceType":
		_ = json.Unmarshal(raw, &d.kind)
	case "type":
		_ = json.Unmarshal(raw, &d.typ)
	}
	if d.listed {
		return nil
	}
	if _, twice := d.fields[name]; !twice {
		d.names = append(d.names, name)
	}
	d.fields[name] = raw
	return nil
}

// wrapped is one entry of a bundle.
type wrapped struct {
	FullURL  string          `json:"fullUrl"`
	Resource json.RawMessage `json:"resource"`
	Request  *struct {
		Method      string `json:"method"`
		IfNoneExist string `json:"ifNoneExist"`
	} `json:"request"`
}

func (d *document) entries() error {
	d.listed = true
	t, err := d.token()
	if err != nil {
		return d.broken("entry", err)
	}
	if t != json.Delim('[') {
		return wrong("entry", "a list was expected")
	}
	for n := 0; d.dec.More(); n++ {
		path := fmt.Sprintf("entry[%d]", n)
		var raw json.RawMessage
		d.allow()
		if err := d.dec.Decode(&raw); err != nil {
			return d.broken(path, err)
		}
		if d.dec.InputOffset() > maxBundle || n >= maxEntries {
			return wrong("", "a bundle has at most %d MiB and %d entries: export it as NDJSON", maxBundle>>20, maxEntries)
		}
		d.wrapped(raw, join(d.place, path))
	}
	_, err = d.token()
	if err != nil {
		return d.broken("entry", err)
	}
	return nil
}

// wrapped takes one entry in, or notes what is wrong with it.
func (d *document) wrapped(raw json.RawMessage, place string) {
	var w wrapped
	e, err := &entry{}, strictly(raw, &w)
	switch {
	case err != nil:
	case w.Request != nil && w.Request.Method != "" && w.Request.Method != http.MethodPost && w.Request.Method != http.MethodPut:
		err = wrong("request.method", "an import only brings resources: POST or PUT")
	case len(w.Resource) == 0 || string(w.Resource) == "null":
		err = wrong("", "there is no resource in it")
	default:
		place += ".resource"
		e, err = d.entry(w.Resource, w.FullURL, place)
	}
	if err == nil && w.Request != nil {
		e.IfNone, _ = strings.CutPrefix(w.Request.IfNoneExist, "identifier=")
	}
	if err == nil {
		if hash, twice := d.keys[e.key]; twice && hash != e.hash {
			err = wrong("id", "this resource stands twice in the bundle, each time differently")
		}
		d.keys[e.key] = e.hash
	}
	if err != nil {
		d.unit.count(e.kind)
		d.unit.fail(e.kind, place, err)
		return
	}
	d.unit.Entries = append(d.unit.Entries, e)
}

// count counts a resource that cannot be taken.
func (u *unit) count(kind string) {
	if u.read == nil {
		u.read = map[string]int{}
	}
	u.read[typeName(kind)]++
}

// bundleTypes says which bundles hold resources as they are now, and whether
// they stand or fall together.
var bundleTypes = map[string]bool{
	"transaction": true, "collection": true, "document": true, "message": true, "searchset": true, "batch": false,
}

func (d *document) close() error {
	if d.kind != "Bundle" {
		if d.listed {
			return wrong("resourceType", "only a Bundle has entries")
		}
		return d.single()
	}
	whole, ok := bundleTypes[d.typ]
	if !ok {
		return wrong("type", "a bundle to import is a transaction, a batch, a collection or a searchset")
	}
	d.unit.Whole = whole
	return nil
}

// single puts a resource together that stands alone in its file.
func (d *document) single() error {
	var b bytes.Buffer
	for i, name := range d.names {
		b.WriteByte("{,"[min(i, 1)])
		quoted, _ := json.Marshal(name) // a string always encodes
		b.Write(quoted)
		b.WriteByte(':')
		b.Write(d.fields[name])
	}
	if b.Len() == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	e, err := d.entry(b.Bytes(), "", d.place)
	d.kind = e.kind
	if err != nil {
		d.unit.count(e.kind)
		return err
	}
	d.unit.Entries = []*entry{e}
	return nil
}

// wholeObject reports whether the text is a JSON object.
func wholeObject(text []byte) bool {
	text = bytes.TrimSpace(text)
	return len(text) > 0 && text[0] == '{' && json.Valid(text)
}
