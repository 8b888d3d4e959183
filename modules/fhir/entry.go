package fhir

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// key names a resource: its type and its id.
type key struct{ kind, id string }

// entry is one resource of a file, read and understood, with the references
// that are still to be resolved.
type entry struct {
	key
	URL      string // fullUrl
	Place    string // JSON path of the resource, as "$.entry[12].resource"
	IfNone   string // of a conditional create: system|value
	Raw      []byte
	hash     string
	known    []string // the identifiers by which others may refer to it
	row      any      // the row that it becomes, nil where it is kept raw alone
	more     bool     // it says more than the row: it is kept raw as well
	patient  *link
	visit    *link
	provider *link
	location *link
	zone     *time.Location
	now      time.Time
}

// link is a reference as it stands in a resource.
type link struct {
	path     string
	text     string // the literal, as urn:uuid:… or Patient/12
	kind     string // of a logical reference
	number   string // of a logical reference: system|value
	optional bool   // where it leads nowhere the row does without it
}

// kind says how a type of resource is read.
type kind struct {
	rank  int // lower ones are written first
	shape shape
	read  func(e *entry) error
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

func reads[T any](rank int, take func(e *entry, r *T) error) kind {
	return kind{rank: rank, shape: shapeOf(typeOf[T]()), read: func(e *entry) error {
		r := new(T)
		if err := strictly(e.Raw, r); err != nil {
			return err
		}
		return take(e, r)
	}}
}

// kinds are the types that become rows of the office.
var kinds = map[string]kind{
	"Patient":            reads(0, (*entry).readPatient),
	"Practitioner":       reads(0, (*entry).readPractitioner),
	"Organization":       reads(0, (*entry).readOrganization),
	"Location":           reads(0, (*entry).readLocation),
	"Encounter":          reads(1, (*entry).readEncounter),
	"Condition":          reads(2, (*entry).readCondition),
	"AllergyIntolerance": reads(2, (*entry).readAllergy),
	"Immunization":       reads(2, (*entry).readImmunization),
	"Observation":        reads(2, (*entry).readObservation),
}

func (e *entry) rank() int {
	if k, ok := kinds[e.kind]; ok {
		return k.rank
	}
	return 3
}

var (
	goodType = regexp.MustCompile(`^[A-Z][A-Za-z]{1,63}$`)
	goodID   = regexp.MustCompile(`^[A-Za-z0-9.\-]{1,64}$`) // FHIR R4 id
)

// understand reads a resource as far as it can be without the database.
func (e *entry) understand() error {
	if !utf8.Valid(e.Raw) {
		return wrong("", "this is not UTF-8 text")
	}
	var b bytes.Buffer
	if err := json.Compact(&b, e.Raw); err != nil {
		return wrong("", "this is not JSON")
	}
	e.Raw = b.Bytes()
	if e.Raw[0] != '{' {
		return wrong("", "a resource is an object")
	}
	var head struct {
		ResourceType string `json:"resourceType"`
		ID           string `json:"id"`
	}
	if err := strictly(e.Raw, &head); err != nil {
		return err
	}
	e.kind, e.id = head.ResourceType, head.ID
	if err := e.identify(); err != nil {
		return err
	}
	sum := sha256.Sum256(e.Raw)
	e.hash = hex.EncodeToString(sum[:])
	return e.read()
}

func (e *entry) identify() error {
	if !goodType.MatchString(e.kind) {
		return wrong("resourceType", "there is no such type of resource")
	}
	if e.id == "" {
		e.id = e.URL[strings.LastIndexAny(e.URL, ":/")+1:]
	}
	if !goodID.MatchString(e.id) {
		return wrong("id", "without an id or a fullUrl a resource cannot be recognised again")
	}
	return nil
}

func (e *entry) read() error {
	k, mapped := kinds[e.kind]
	more, err := inspect(e.Raw, k.shape)
	if err != nil {
		return err
	}
	if !mapped {
		return e.readOther()
	}
	e.more = more
	return k.read(e)
}

// strictly decodes JSON and says where a value has the wrong type.
func strictly(text []byte, into any) error {
	err := json.Unmarshal(text, into)
	var e *json.UnmarshalTypeError
	if errors.As(err, &e) {
		return wrong(short(pathAt(text, int(e.Offset))), "%s was expected, not %s", jsonName(e.Type), article(e.Value))
	}
	if err != nil {
		return wrong("", "this cannot be read as JSON")
	}
	return nil
}

func jsonName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	case reflect.Struct:
		return "an object"
	}
	return "a number"
}

func article(jsonValue string) string {
	switch name, _, _ := strings.Cut(jsonValue, " "); name {
	case "string":
		return "a text"
	case "array":
		return "a list"
	case "object":
		return "an object"
	case "bool":
		return "true or false"
	}
	return "a number"
}

// readOther finds whose a resource is that no module takes yet.
func (e *entry) readOther() error {
	var r otherResource
	if err := strictly(e.Raw, &r); err != nil {
		return err
	}
	for _, f := range []struct {
		path string
		raw  json.RawMessage
	}{{"patient", r.Patient}, {"subject", r.Subject}, {"beneficiary", r.Beneficiary}, {"for", r.For}, {"individual", r.Individual}} {
		var ref reference
		if len(f.raw) == 0 || json.Unmarshal(f.raw, &ref) != nil {
			continue
		}
		if e.patient = e.link(f.path, &ref, "Patient"); e.patient != nil {
			e.patient.optional = !toPatient(e.patient)
			return nil
		}
	}
	return nil
}

// toPatient reports whether a reference that may name other things names a patient.
func toPatient(l *link) bool {
	return strings.HasPrefix(l.text, "urn:") || strings.HasPrefix(l.text, "Patient") || strings.Contains(l.text, "/Patient/")
}

// link takes a reference over; nil where it leads nowhere outside the resource.
func (e *entry) link(path string, r *reference, kind string) *link {
	switch {
	case r == nil:
		return nil
	case strings.HasPrefix(r.Reference, "#"):
		e.more = true
		return nil
	case r.Reference != "":
		l := &link{path: path + ".reference", text: r.Reference}
		if of, query, ok := strings.Cut(r.Reference, "?"); ok {
			values, err := url.ParseQuery(query)
			if err == nil && len(values) == 1 && values.Get("identifier") != "" {
				l.text, l.kind, l.number = "", of[strings.LastIndexByte(of, '/')+1:], values.Get("identifier")
			}
		}
		return l
	case r.Identifier != nil && r.Identifier.Value != "":
		if r.Type != "" {
			kind = r.Type
		}
		return &link{path: path + ".identifier", kind: kind, number: r.Identifier.System + "|" + r.Identifier.Value}
	}
	e.more = e.more || r.Display != ""
	return nil
}

// needed is a link that a resource cannot do without.
func (e *entry) needed(path string, r *reference) (*link, error) {
	l := e.link(path, r, "Patient")
	if l == nil {
		return nil, wrong(path, "it does not tell whose it is")
	}
	return l, nil
}

// key is what a literal reference names, whatever server it was on.
func (l *link) key() (key, bool) {
	text, _, _ := strings.Cut(l.text, "/_history/")
	parts := strings.Split(text, "/")
	if len(parts) < 2 {
		return key{}, false
	}
	k := key{parts[len(parts)-2], parts[len(parts)-1]}
	return k, goodType.MatchString(k.kind) && goodID.MatchString(k.id)
}
