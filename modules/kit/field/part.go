package field

import (
	"context"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"
)

// Types declares how the types of the graph are read from the database, by
// name. Modules add fields to types of others, as their schemas do.
type Types map[string]Type

// Type is a type of the graph. A field that is not among its parts is the
// column of its name: recordedAt is recorded_at.
type Type struct {
	Can    string // the permission to find it by its id, "" where node does not
	Prefix string // of its ids, "" where node does not find it
	Simple string // not "": why nothing of it is compiled
	Parts  map[string]Part
}

// Parts declares by hand how fields are read, by "Type.field". A name without a field
// says with Simple why nothing of the type is compiled.
type Parts map[string]Part

// With adds what is declared by hand.
func (t Types) With(parts Parts) Types {
	for key, part := range parts {
		name, field, single := strings.Cut(key, ".")
		of := t[name]
		if !single {
			of.Simple = part.Simple
		} else {
			if of.Parts == nil {
				of.Parts = map[string]Part{}
			}
			of.Parts[field] = part
		}
		t[name] = of
	}
	return t
}

// Add adds the declarations of a module.
func (t Types) Add(more Types) {
	for name, m := range more {
		known := t[name]
		if known.Parts == nil {
			known.Parts = map[string]Part{}
		}
		if m.Prefix != "" {
			known.Can, known.Prefix = m.Can, m.Prefix
		}
		if m.Simple != "" {
			known.Simple = m.Simple
		}
		for field, part := range m.Parts {
			known.Parts[field] = part
		}
		t[name] = known
	}
}

// Part is how one field is read. Exactly one of its fields is set.
type Part struct {
	Column  string          // a column of another name
	Group   map[string]Part // an object that is made of columns of the row
	Compute *Compute
	One     *One
	Many    *Many
	Page    *Page
	Nodes   bool   // anything by its id
	Simple  string // why a resolver answers it instead
}

// Compute is a value that is computed from columns of the row.
type Compute struct {
	Needs  []string // columns
	Append func(ctx context.Context, b []byte, in []Value) []byte
}

// One is an edge to one row, or a root field that finds one.
type One struct {
	Type   string
	Column string // of the row that points to it
	Back   string // in place of Column: that of the row there, which points here
	Find   func(args map[string]any) (Where, error)
}

// Many is a list without pages.
type Many struct {
	Type   string
	Column string // of the rows, that points to the one that has them
	// Match is the condition in place of Column, of columns of both.
	Match func(child, parent func(column string) string) string
	Where func(args map[string]any) Where
	Find  func(args map[string]any) (Where, error) // in place of Where, for arguments that may be wrong
	Sort  []Sort
	Most  int // rows
}

// Narrow returns the condition that the arguments of the field make.
func (m *Many) Narrow(args map[string]any) (Where, error) {
	if m.Find != nil {
		return m.Find(args)
	}
	return m.Where(args), nil
}

// Sort is a term of the fixed order of a list.
type Sort struct {
	Column string
	Desc   bool
	Is     string // where not "": rows with this value of the column last
	Set    bool   // rows with any value of the column last
	// By is a term of columns of the row and the one that has it.
	By func(child, parent func(column string) string) string
}

// Page is a connection.
type Page struct {
	Entity *Entity
	Column string // of the rows, that points to the one that has them
	// Filter is the filter that the arguments make, in place of the argument filter.
	Filter func(args map[string]any) Filter
	// Narrow is what else the arguments ask for, with a name for it.
	Narrow func(args map[string]any) (name string, w Where)
}

// Value is the value of a column as the statement returned it.
type Value struct {
	Set  bool // it is not null
	Text []byte
}

// True reports whether the column is true.
func (v Value) True() bool { return v.Set && (v.Text[0] == 't' || v.Text[0] == '1') }

// Instant returns the value of the column, nil for null.
func (v Value) Instant() *time.Time {
	if !v.Set {
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, string(v.Text))
	if err != nil {
		return nil
	}
	t = t.UTC()
	return &t
}

// ByID finds the row with the id that is the argument of a root field.
func ByID(args map[string]any) (Where, error) {
	id := args["id"]
	return func(s *sql.Selector) { s.Where(sql.EQ(s.C("id"), id)) }, nil
}

// CodePart is how a Code is read from its three columns.
func CodePart(text, code, system string) Part {
	return Part{Group: map[string]Part{"text": {Column: text}, "code": {Column: code}, "system": {Column: system}}}
}

// Write appends a text as JSON, in the form in which the executor writes it.
func Write[T string | []byte](b []byte, text T) []byte {
	return append(Escape(append(b, '"'), text), '"')
}

const hex = "0123456789ABCDEF"

// Escape appends what stands between the quotes.
func Escape[T string | []byte](b []byte, text T) []byte {
	start := 0
	for i := range len(text) {
		c := text[i]
		if c >= 0x20 && c != '\\' && c != '"' {
			continue
		}
		b = append(b, text[start:i]...)
		switch c {
		case '\t':
			b = append(b, '\\', 't')
		case '\r':
			b = append(b, '\\', 'r')
		case '\n':
			b = append(b, '\\', 'n')
		case '\\', '"':
			b = append(b, '\\', c)
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		start = i + 1
	}
	return append(b, text[start:]...)
}
