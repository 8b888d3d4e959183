package row

import "entgo.io/ent/dialect/sql"

// Where is what the predicate types of all entities are made of.
type Where interface{ ~func(*sql.Selector) }

// By orders a query over the entity with the predicate type P.
type By[P Where] func(*sql.Selector)

// Key is a column that is equal to a value or not, such as an enum or a yes/no.
type Key[P Where, V any] string

// EQ is the condition that the column has the value.
func (c Key[P, V]) EQ(v V) P { return P(sql.FieldEQ(string(c), v)) }

// NEQ is the condition that the column has another value.
func (c Key[P, V]) NEQ(v V) P { return P(sql.FieldNEQ(string(c), v)) }

// In is the condition that the column has one of the values.
func (c Key[P, V]) In(vs ...V) P { return P(sql.FieldIn(string(c), vs...)) }

// NotIn is the condition that the column has none of the values.
func (c Key[P, V]) NotIn(vs ...V) P { return P(sql.FieldNotIn(string(c), vs...)) }

// IsNil is the condition that the column is null.
func (c Key[P, V]) IsNil() P { return P(sql.FieldIsNull(string(c))) }

// NotNil is the condition that the column is not null.
func (c Key[P, V]) NotNil() P { return P(sql.FieldNotNull(string(c))) }

// Asc orders by the column, the smallest value first.
func (c Key[P, V]) Asc() By[P] { return sql.OrderByField(string(c)).ToFunc() }

// Desc orders by the column, the largest value first.
func (c Key[P, V]) Desc() By[P] { return sql.OrderByField(string(c), sql.OrderDesc()).ToFunc() }

// Column is a column whose values have an order: numbers, instants, texts.
type Column[P Where, V any] string

// EQ is the condition that the column has the value.
func (c Column[P, V]) EQ(v V) P { return Key[P, V](c).EQ(v) }

// NEQ is the condition that the column has another value.
func (c Column[P, V]) NEQ(v V) P { return Key[P, V](c).NEQ(v) }

// In is the condition that the column has one of the values.
func (c Column[P, V]) In(vs ...V) P { return Key[P, V](c).In(vs...) }

// NotIn is the condition that the column has none of the values.
func (c Column[P, V]) NotIn(vs ...V) P { return Key[P, V](c).NotIn(vs...) }

// GT is the condition that the column is greater than the value.
func (c Column[P, V]) GT(v V) P { return P(sql.FieldGT(string(c), v)) }

// GTE is the condition that the column is not less than the value.
func (c Column[P, V]) GTE(v V) P { return P(sql.FieldGTE(string(c), v)) }

// LT is the condition that the column is less than the value.
func (c Column[P, V]) LT(v V) P { return P(sql.FieldLT(string(c), v)) }

// LTE is the condition that the column is not greater than the value.
func (c Column[P, V]) LTE(v V) P { return P(sql.FieldLTE(string(c), v)) }

// IsNil is the condition that the column is null.
func (c Column[P, V]) IsNil() P { return Key[P, V](c).IsNil() }

// NotNil is the condition that the column is not null.
func (c Column[P, V]) NotNil() P { return Key[P, V](c).NotNil() }

// Asc orders by the column, the smallest value first.
func (c Column[P, V]) Asc() By[P] { return Key[P, V](c).Asc() }

// Desc orders by the column, the largest value first.
func (c Column[P, V]) Desc() By[P] { return Key[P, V](c).Desc() }

// And is the condition that all of the conditions hold.
func And[P Where](ps ...P) P { return P(sql.AndPredicates(ps...)) }

// Or is the condition that one of the conditions holds.
func Or[P Where](ps ...P) P { return P(sql.OrPredicates(ps...)) }

// Not is the condition that the condition does not hold.
func Not[P Where](p P) P { return P(sql.NotPredicates(p)) }

// HasPrefix is the condition that a column of texts begins with the text.
func HasPrefix[P Where, V ~string](c Column[P, V], text string) P {
	return P(sql.FieldHasPrefix(string(c), text))
}

// Contains is the condition that a column of texts holds the text somewhere.
func Contains[P Where, V ~string](c Column[P, V], text string) P {
	return P(sql.FieldContains(string(c), text))
}
