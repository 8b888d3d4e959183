package fhir

import (
	"bytes"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// maxDepth bounds how deep a resource may nest; no real one comes near it.
const maxDepth = 64

// fault is what is wrong with a resource, and where in it.
type fault struct {
	Path   string // as "birthDate" or "name[0].family"
	Reason string // without patient data
}

func (f *fault) Error() string { return f.Path + ": " + f.Reason }

func wrong(path, reason string, args ...any) error {
	return &fault{Path: path, Reason: fmt.Sprintf(reason, args...)}
}

// shape is what a mapping knows of a type: the names of its fields. What a
// resource has beyond its shape is lost unless the resource is kept raw.
type shape map[string]shape

// silent are fields that say nothing of the patient: what generated text
// repeats, and the bookkeeping of the server that a resource came from.
var silent = map[string]bool{"resourceType": true, "id": true, "meta": true, "text": true, "implicitRules": true, "language": true}

// shapeOf reads the shape of a struct from its json tags.
func shapeOf(t reflect.Type) shape {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice && t != rawType {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	s := shape{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		s[name] = shapeOf(t.Field(i).Type)
	}
	return s
}

// scanner walks over valid JSON.
type scanner struct {
	text  []byte
	at    int
	path  []step
	more  bool // there is something beyond the shape
	want  int  // the offset whose path is looked for, or -1
	found bool
	place string // the path of want, once it is found
}

type step struct {
	key   []byte
	index int
}

// inspect refuses what no database or reader could take, and reports whether the
// resource holds more than the shape.
func inspect(text []byte, s shape) (more bool, err error) {
	if i := nul(text); i >= 0 {
		return false, wrong(pathAt(text, i+1), "a text has no NUL characters")
	}
	sc := scanner{text: text, want: -1}
	err = sc.value(s, s != nil, 1)
	return sc.more, err
}

// nul finds the escape \u0000, which PostgreSQL cannot keep.
func nul(text []byte) int {
	for from := 0; ; {
		i := bytes.Index(text[from:], []byte(`\u0000`))
		if i < 0 {
			return -1
		}
		i += from
		slashes := 0
		for j := i - 1; j >= 0 && text[j] == '\\'; j-- {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
		from = i + 1
	}
}

// pathAt is the path of the value that ends at, or surrounds, the offset.
func pathAt(text []byte, offset int) string {
	sc := scanner{text: text, want: offset}
	_ = sc.value(nil, false, 1)
	return sc.place
}

func (s *scanner) value(sh shape, shaped bool, depth int) (err error) {
	s.space()
	if depth > maxDepth {
		return wrong(short(s.String()), "nested more than %d levels deep", maxDepth)
	}
	start := s.at
	switch s.text[s.at] {
	case '{':
		err = s.object(sh, shaped, depth)
	case '[':
		err = s.array(sh, shaped, depth)
	case '"':
		s.quoted()
	default:
		for s.at < len(s.text) && bytes.IndexByte([]byte(" \t\r\n,]}"), s.text[s.at]) < 0 {
			s.at++
		}
	}
	if !s.found && start < s.want && s.want <= s.at {
		s.found, s.place = true, s.String()
	}
	return err
}

func (s *scanner) object(sh shape, shaped bool, depth int) error {
	s.at++
	for s.space(); s.text[s.at] != '}'; s.space() {
		if s.text[s.at] == ',' {
			s.at++
			s.space()
		}
		key := s.quoted()
		s.space()
		s.at++ // the colon
		inner, known := sh[string(key)]
		if shaped && !known && (depth != 1 || !silent[string(key)]) {
			s.more = true
		}
		s.path = append(s.path, step{key: key})
		err := s.value(inner, shaped && known && inner != nil, depth+1)
		s.path = s.path[:len(s.path)-1]
		if err != nil {
			return err
		}
	}
	s.at++
	return nil
}

func (s *scanner) array(sh shape, shaped bool, depth int) error {
	s.at++
	n := 0
	for s.space(); s.text[s.at] != ']'; s.space() {
		if s.text[s.at] == ',' {
			s.at++
		}
		s.path = append(s.path, step{index: n})
		err := s.value(sh, shaped, depth+1)
		s.path = s.path[:len(s.path)-1]
		if err != nil {
			return err
		}
		n++
	}
	s.at++
	return nil
}

// quoted passes over a string and returns it without its quotes.
func (s *scanner) quoted() []byte {
	start := s.at + 1
	for s.at = start; s.text[s.at] != '"'; s.at++ {
		if s.text[s.at] == '\\' {
			s.at++
		}
	}
	s.at++
	return s.text[start : s.at-1]
}

func (s *scanner) space() {
	for s.at < len(s.text) && (s.text[s.at] == ' ' || s.text[s.at] == '\n' || s.text[s.at] == '\t' || s.text[s.at] == '\r') {
		s.at++
	}
}

// String is the path of where the scanner stands.
func (s *scanner) String() string {
	var b strings.Builder
	for _, p := range s.path {
		if p.key == nil {
			b.WriteString("[" + strconv.Itoa(p.index) + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.Write(p.key)
	}
	return b.String()
}

// short cuts a path that nobody would read to its end.
func short(path string) string {
	const enough = 120
	if len(path) <= enough {
		return path
	}
	return strings.ToValidUTF8(path[:enough], "") + "…"
}
