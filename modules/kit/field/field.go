// Package field holds what a GraphQL type is made of, declared once as data by
// its module: which column a field stands for, and whether lists may be
// filtered and ordered by it. Filters, orders, cursors and counts read it.
package field

import (
	"context"
	"fmt"

	"medoffice/modules/kit/ask"

	"entgo.io/ent/dialect/sql"
)

// Kind is how values of a field are written and compared.
type Kind int

// The kinds of fields.
const (
	Text Kind = iota
	ID
	Enum
	Bool
	Int
	Decimal
	Date
	Time
)

// Where adds conditions to a statement.
type Where = func(*sql.Selector)

// Match turns the value of a filter into a condition, for a filter on more than one
// column.
type Match func(v any) (Where, error)

// Field is one field of a type.
type Field struct {
	Column   string
	Group    map[string]Field // in place of Column: the columns of a code or of a name
	Kind     Kind
	Nullable bool
	Filter   bool                // lists may be filtered by it
	Order    bool                // lists may be ordered by it; an index serves it
	Can      string              // the permission to read it, where it is more than that of the type
	Match    Match               // in place of Column, for filters such as search
	Fold     func(string) string // brings a text to the form in which the column holds it
}

// Entity is one GraphQL type and the table behind it.
type Entity struct {
	Type    string // "Visit"
	Table   string
	Prefix  string // of its ids
	Fields  map[string]Field
	Edges   map[string]Edge // by which filters reach rows of other types
	Default Order
	// Rule narrows every list of the type to what the viewer may see.
	Rule func(ctx context.Context) Where
}

// Edge leads a filter to rows of another type, or of the same.
type Edge struct {
	To     string // the type there
	Column string // of the row, with the id of the one there
	Back   bool   // the column is one of the rows there, with the id of the row here
	Many   bool   // there may be several rows
	Can    string // the permission to follow it
}

// entities are the entities of all types of rows. They are declared as variables of
// the modules, so this is complete and stays so before the first office opens.
var entities = map[string]*Entity{}

// EntityOf returns the declared entity of a type, nil for none.
func EntityOf(typ string) *Entity { return entities[typ] }

// Order is the wanted order of a list.
type Order = ask.Order

// Key returns the declared field of an order.
func (e *Entity) Key(o Order) (Field, error) {
	f, ok := e.Fields[o.Field]
	if !ok || !f.Order {
		return Field{}, fmt.Errorf("%s cannot be ordered by %q", e.Type, o.Field)
	}
	return f, nil
}
