// Package act runs a mutation: one transaction, done wholly or not at all, the
// same request twice only once, refusals as data, the answer read again after
// the commit as any reader would read it.
package act

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"strings"
	"unicode/utf8"

	"entgo.io/ent/dialect/sql/sqlgraph"

	"medoffice/ent"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/tell"
)

// Do runs the verb with the input in a transaction. The verb returns the id of
// what it made or changed; read fetches that row after the commit. Refusals
// come back as user errors, everything else as an error.
func Do[In, Out any](ctx context.Context, d kit.Deps, in In,
	verb func(ctx context.Context, in In) (string, error),
	read func(ctx context.Context, id string) (Out, error),
) (out Out, problems []model.UserError, err error) {
	id, err := once(ctx, d, in, verb)
	if err != nil {
		problem, err := asData(ctx, err)
		if problem == nil {
			return out, nil, err
		}
		return out, []model.UserError{problem}, nil
	}
	out, err = read(ctx, id)
	return out, []model.UserError{}, err
}

// once runs the verb, or finds what it did for the same clientMutationId.
func once[In any](ctx context.Context, d kit.Deps, in In, verb func(context.Context, In) (string, error)) (id string, err error) {
	key, digest := requestKey(ctx, in)
	err = d.DB.Tx(ctx, func(ctx context.Context) error {
		if key != "" {
			done, err := replay(ctx, d, key, digest)
			if err != nil || done != "" {
				id = done
				return err
			}
		}
		if id, err = verb(ctx, in); err != nil || key == "" {
			return err
		}
		return d.DB.Client(ctx).Request.Create().SetID(key).SetInputHash(digest).
			SetResultID(id).SetAt(d.Clock.Now()).Exec(ctx)
	})
	if err == nil || key == "" {
		return id, err
	}
	// The same request may have been under way when this one began, and be done
	// by now: then what refuses this one is what that one did.
	if done, again := replay(ctx, d, key, digest); again == nil && done != "" {
		return done, nil
	}
	return id, err
}

func replay(ctx context.Context, d kit.Deps, key, digest string) (string, error) {
	row, err := d.DB.Client(ctx).Request.Get(ctx, key)
	switch {
	case ent.IsNotFound(err):
		return "", nil
	case err != nil:
		return "", err
	case row.InputHash != digest:
		return "", kit.Refuse(kit.Conflict, "this clientMutationId was used for another input", "clientMutationId")
	}
	return row.ResultID, nil
}

// requestKey names a request by its caller and clientMutationId; "" where the
// input has none.
func requestKey(ctx context.Context, in any) (key, digest string) {
	v := reflect.ValueOf(in)
	if v.Kind() != reflect.Struct {
		return "", ""
	}
	f := v.FieldByName("ClientMutationID")
	if !f.IsValid() {
		return "", ""
	}
	var given string
	switch id := f.Interface().(type) {
	case interface{ ValueOK() (*string, bool) }:
		if s, ok := id.ValueOK(); ok && s != nil {
			given = *s
		}
	case *string:
		if id != nil {
			given = *id
		}
	}
	if given == "" {
		return "", ""
	}
	text, _ := json.Marshal(in) // generated inputs always encode
	sum := sha256.Sum256(text)
	name := v.Type().Name()
	return kit.ViewerOf(ctx).ID + ":" + name + ":" + given, hex.EncodeToString(sum[:])
}

// asData makes a user error of a refusal. Who may not do it at all, or is not
// signed in, gets an error of the request.
func asData(ctx context.Context, err error) (model.UserError, error) {
	e, ok := kit.AsError(err)
	if !ok {
		if e = fromDatabase(err); e == nil {
			return nil, err
		}
	}
	switch e.Code {
	case kit.Unauthenticated, kit.Forbidden, kit.Internal, kit.DeadlineExceeded:
		return nil, err
	case kit.StaleVersion:
		return model.StaleVersionError{Message: e.Safe, Code: e.Code, Path: e.Path, Current: current(ctx, e.Current)}, nil
	}
	if e.Make != nil {
		if made, ok := e.Make(ctx).(model.UserError); ok {
			return made, nil
		}
	}
	return model.InputError{Message: e.Safe, Code: e.Code, Path: e.Path}, nil
}

// fromDatabase recognises what a constraint of the database refused.
func fromDatabase(err error) *kit.Error {
	switch {
	case sqlgraph.IsUniqueConstraintError(err):
		return kit.Refuse(kit.AlreadyExists, "this exists already")
	case sqlgraph.IsForeignKeyConstraintError(err):
		return kit.Refuse(kit.NotFound, "something that the input names is not there")
	case ent.IsValidationError(err), ent.IsConstraintError(err):
		return kit.Refuse(kit.BadUserInput, "the input does not fit")
	}
	return nil
}

// current reads the fresh row of a stale version, if the viewer may see it.
func current(ctx context.Context, id string) model.Node {
	find, ok := ctx.Value(finderKey{}).(func(context.Context, string) (any, error))
	if !ok || id == "" {
		return nil
	}
	row, err := find(ctx, id)
	node, ok := row.(model.Node)
	if err != nil || !ok {
		return nil
	}
	return node
}

type finderKey struct{}

// WithFinder tells how a row of any type is found by id.
func WithFinder(ctx context.Context, find func(ctx context.Context, id string) (any, error)) context.Context {
	return context.WithValue(ctx, finderKey{}, find)
}

// Value is what an optional input field holds: nil where it is absent or null.
func Value[T any](o interface{ ValueOK() (*T, bool) }) *T {
	v, ok := o.ValueOK()
	if !ok {
		return nil
	}
	return v
}

// Row makes of a finder the reader of the row that a mutation has made or changed.
func Row[T any](find func(context.Context, []string) (map[string]*T, error)) func(context.Context, string) (*T, error) {
	return func(ctx context.Context, id string) (*T, error) {
		row, err := load.One(ctx, id, find)
		if err == nil && row == nil {
			err = tell.Fixed("what was changed cannot be found")
		}
		return row, err
	}
}

// Found names what a query did not find.
func Found[T any](row *T, err error) func(what, path string) (*T, error) {
	return func(what, path string) (*T, error) {
		if ent.IsNotFound(err) {
			return nil, kit.Missing(what, path)
		}
		return row, err
	}
}

// Words refuses a text that is empty or has more than so many letters, and
// returns it without the blanks around it.
func Words(s string, most int, path string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" || utf8.RuneCountInString(s) > most {
		return "", kit.Invalid("this text is missing or too long", path)
	}
	return s, nil
}
