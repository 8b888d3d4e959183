package field

import (
	"context"
	"fmt"
	"maps"
)

// Nodes are the types whose rows are found by their ids (node), with the permission
// that this needs.
type Nodes map[string]string

// Lists is what does not follow from the schema and the tables: by the type of the
// rows for all lists of it, or by "Query.myTasks" for one.
type Lists map[string]List

// List is what is special about a list.
type List struct {
	Default Order // where the caller asks for none
	// Rule narrows the list to what the viewer may see.
	Rule func(ctx context.Context) Where
	// Fields are special in what is set here: another Column, a permission, a Match or
	// Fold. Column, Filter and Order are literals, because go generate reads them in
	// the source: it finds the Kind and Nullable that belong to the column.
	Fields map[string]Field
}

// Entity adds what is special about lists of a type to what is derived. The key is
// that of one list, "" for all lists of the type: what is declared so is what the
// filters of other types reach.
func (l Lists) Entity(derived Entity, key string) *Entity {
	e := derived
	e.Fields = maps.Clone(derived.Fields)
	for _, special := range []List{l[e.Type], l[key]} {
		if special.Default.Field != "" {
			e.Default = special.Default
		}
		if special.Rule != nil {
			e.Rule = special.Rule
		}
		for name, f := range special.Fields {
			e.Fields[name] = e.Fields[name].with(f)
		}
	}
	if key == "" {
		entities[e.Type] = &e
	}
	return &e
}

// with puts what is special over what is derived. It panics, when the program
// starts, where go generate has not seen what it would have to.
func (f Field) with(special Field) Field {
	if special.Column != "" && special.Column != f.Column || special.Filter && !f.Filter || special.Order && !f.Order {
		panic(fmt.Sprintf("field: %+v is not what was generated: write it as a literal and run go generate", special))
	}
	if special.Can != "" {
		f.Can = special.Can
	}
	if special.Match != nil {
		f.Match = special.Match
	}
	if special.Fold != nil {
		f.Fold = special.Fold
	}
	return f
}

// Back names the list that leads an edge to one row back, by the edge: as
// "VisitNote.amends": "amendments". Without it, the name is that of the rows.
// go generate reads it in the source.
type Back map[string]string

// OneWay says why an edge to one row has no list that leads back, by the edge.
// go generate reads it in the source.
type OneWay map[string]string
