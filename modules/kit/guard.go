package kit

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/row"
	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/logtext"
)

// Errors of the program that Guard finds.
const (
	ErrNoViewer = logtext.Fixed("kit: a query without a viewer")
	ErrNoTx     = logtext.Fixed("kit: a change outside a transaction")

	errDeleted  = logtext.Fixed("kit: nothing of the office is deleted")
	errTogether = logtext.Fixed("kit: change rows one by one, so that each is seen")
)

// Guard adds the rules for all data to an ent client, as interceptors and hooks:
// every query needs a viewer and obeys the row rules; every read is noted for the
// audit trail; every change sets who and when, counts the version, and is noted,
// except for those of unrecorded kinds. Kinds may be added until the first of them
// is changed.
func Guard(c *ent.Client, clk clock.Clock, record Record, unrecorded Kinds) {
	c.Intercept(ruled)
	c.Intercept(ent.InterceptFunc(func(next ent.Querier) ent.Querier {
		return ent.QuerierFunc(func(ctx context.Context, q ent.Query) (ent.Value, error) {
			if ViewerOf(ctx) == nil {
				return nil, ErrNoViewer
			}
			v, err := next.Query(ctx, q)
			if err == nil {
				load.Together(v)
				SightOf(ctx).rows(v)
			}
			return v, err
		})
	}))
	c.Use(func(next ent.Mutator) ent.Mutator {
		return ent.MutateFunc(func(ctx context.Context, m ent.Mutation) (ent.Value, error) {
			if ViewerOf(ctx) == nil {
				return nil, ErrNoViewer
			}
			if !db.InTx(ctx) {
				return nil, ErrNoTx
			}
			stamp(ctx, m, clk)
			return mutate(ctx, m, next, record, unrecorded)
		})
	})
}

// stamp fills in the columns of the mixins Stamped and Versioned.
func stamp(ctx context.Context, m ent.Mutation, clk clock.Clock) {
	by, now := ViewerOf(ctx).ID, clk.Now()
	c, ok := m.(*row.Mutation)
	if !ok {
		return
	}
	if c.Has("updated_at") && c.Has("updated_by") {
		c.Put("updated_at", now)
		c.Put("updated_by", by)
	}
	switch create := m.Op().Is(ent.OpCreate); {
	case create && c.Has("created_at") && c.Has("created_by"):
		c.Put("created_at", now)
		c.Put("created_by", by)
	case !create && c.Has("version"):
		c.Add("version", 1)
	}
}

// Kinds are names of ent types.
type Kinds map[string]bool

// Unrecorded is a module with types whose changes are no news for the audit
// trail: they serve it, or repeat what another row says. Their rows may be deleted
// and changed many at once.
type Unrecorded interface{ Unrecorded() []string }

// Add takes over what a module declares.
func (k Kinds) Add(kinds ...string) {
	for _, kind := range kinds {
		k[kind] = true
	}
}

// ground are the types of the ground itself whose changes are no news.
var ground = Kinds{"Fact": true, "Request": true, "Secret": true}

func mutate(ctx context.Context, m ent.Mutation, next ent.Mutator, record Record, unrecorded Kinds) (ent.Value, error) {
	quiet := ground[m.Type()] || unrecorded[m.Type()]
	if m.Op().Is(ent.OpDelete|ent.OpDeleteOne) && !quiet {
		return nil, errDeleted
	}
	v, err := next.Mutate(ctx, m)
	if err != nil || quiet {
		return v, err
	}
	row, ok := v.(ent.Subjecter)
	if !ok {
		return nil, errTogether
	}
	changed(ctx, m, row, record)
	return v, nil
}
