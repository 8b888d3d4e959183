// Package put writes imported rows. A row is recognised by its source: it is made
// once, and changed if the source has changed, unless somebody changed it here in
// the meantime.
package put

import (
	"context"
	"reflect"
	"time"

	"medoffice/ent"
	"medoffice/modules/kit"
)

// Columns are the values of a row by column, nil for null.
type Columns map[string]any

// Opt is the value of a column that may be null.
func Opt[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// Door is how imported rows of one type are read and written.
type Door[T any] struct {
	Columns func(row *T) Columns
	Stamp   func(row *T) (id, updatedBy string)
	// Save makes a row where old is nil, and changes old otherwise.
	Save func(ctx context.Context, old *T, c Columns) (*T, error)
}

// Put makes the row, or brings old, found by its source, to what the row says.
// The error of the search is passed in; that there is none is no error.
func (d Door[T]) Put(ctx context.Context, old *T, err error, row *T) (id string, created, updated bool, _ error) {
	if err != nil && !ent.IsNotFound(err) {
		return "", false, false, err
	}
	if err != nil {
		made, err := d.Save(ctx, nil, d.Columns(row))
		if err != nil {
			return "", false, false, err
		}
		id, _ = d.Stamp(made)
		return id, true, false, nil
	}
	id, by := d.Stamp(old)
	change := Changes(d.Columns(old), d.Columns(row))
	if len(change) == 0 {
		return id, false, false, nil
	}
	if err := Untouched(ctx, by); err != nil {
		return id, false, false, err
	}
	_, err = d.Save(ctx, old, change)
	return id, false, err == nil, err
}

// Untouched refuses to overwrite a row that somebody changed after the import.
func Untouched(ctx context.Context, updatedBy string) error {
	if v := kit.ViewerOf(ctx); v == nil || v.ID != updatedBy {
		return kit.Refuse(kit.Conflict, "changed here since the import")
	}
	return nil
}

// Changes are the columns of next that differ in old.
func Changes(old, next Columns) Columns {
	change := Columns{}
	for name, value := range next {
		if !same(old[name], value) {
			change[name] = value
		}
	}
	return change
}

func same(a, b any) bool {
	if s, ok := a.(time.Time); ok {
		t, ok := b.(time.Time)
		return ok && s.Equal(t)
	}
	return reflect.DeepEqual(a, b)
}

// Saver is a builder that ent generates, for one row.
type Saver[T any] interface {
	Save(ctx context.Context) (*T, error)
}

// Save sets the columns and saves the row.
func Save[T any](ctx context.Context, b Saver[T], m ent.Mutation, c Columns) (*T, error) {
	for name, value := range c {
		var err error
		switch {
		case value != nil:
			err = m.SetField(name, value)
		case !m.Op().Is(ent.OpCreate):
			err = m.ClearField(name)
		}
		if err != nil {
			return nil, err
		}
	}
	return b.Save(ctx)
}
