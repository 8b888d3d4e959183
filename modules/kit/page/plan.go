package page

import (
	"entgo.io/ent/dialect/sql"

	"medoffice/modules/kit/cursor"
	"medoffice/modules/kit/field"
)

// Also narrows the list further.
func (p *Plan) Also(w field.Where) { p.where = append(p.where, w) }

// Narrow puts on a statement what the list holds, whatever page of it is read.
func (p *Plan) Narrow(s *sql.Selector) { p.narrow(p.ruled(s)) }

// Varies reports whether the condition holds more than what the arguments say.
func (p *Plan) Varies() bool { return p.varies }

// Page puts on a statement where the page begins, or nothing on the first one.
func (p *Plan) Page(s *sql.Selector) {
	if p.from != nil {
		s.Where(p.beyond(s))
	}
}

// OrderBy is the order in which the rows are read.
func (p *Plan) OrderBy(s *sql.Selector) []sql.Querier { return p.orderBy(s) }

// Size is the number of rows of the page.
func (p *Plan) Size() int { return p.size }

// Reverse reports whether the page is read from the end of the list.
func (p *Plan) Reverse() bool { return p.reverse }

// Continued reports whether the page begins after a cursor.
func (p *Plan) Continued() bool { return p.from != nil }

// Keys are the declared fields that order the list.
func (p *Plan) Keys() []field.Field {
	fields := make([]field.Field, len(p.keys))
	for i, k := range p.keys {
		fields[i] = k.Field
	}
	return fields
}

// Cursor is the place of a row with these keys and this id.
func (p *Plan) Cursor(seal *cursor.Seal, keys []any, id string) string {
	return seal.Close(cursor.Position{Keys: keys, ID: id}, p.bind)
}
