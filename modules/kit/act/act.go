// Package act runs a mutation: in one transaction, once for each idempotency key,
// with refusals as user errors. The answer is read after the commit, under the
// permissions and row rules of the caller.
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
	"medoffice/modules/kit/logtext"
)

// Do runs the verb with the input in a transaction. The verb returns the id of
// the row that it made or changed; read fetches that row after the commit.
// Refusals are returned as problems, all else as err.
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

// asData turns a refusal into a user error. For a caller without the permission,
// or who is not signed in, it returns an error of the request.
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

// fromDatabase turns a violated constraint of the database into a refusal.
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

// WithFinder returns a context with the function that finds a row of any type by id.
func WithFinder(ctx context.Context, find func(ctx context.Context, id string) (any, error)) context.Context {
	return context.WithValue(ctx, finderKey{}, find)
}

// Value returns the value of an optional input field: nil if it is absent or null.
func Value[T any](o interface{ ValueOK() (*T, bool) }) *T {
	v, ok := o.ValueOK()
	if !ok {
		return nil
	}
	return v
}

// Row turns a finder of many rows into a function that reads one, for Do.
func Row[T any](find func(context.Context, []string) (map[string]*T, error)) func(context.Context, string) (*T, error) {
	return func(ctx context.Context, id string) (*T, error) {
		row, err := load.One(ctx, id, find)
		if err == nil && row == nil {
			err = logtext.Fixed("what was changed cannot be found")
		}
		return row, err
	}
}

// Found returns a function that returns the row, or a NOT_FOUND error for what.
func Found[T any](row *T, err error) func(what, path string) (*T, error) {
	return func(what, path string) (*T, error) {
		if ent.IsNotFound(err) {
			return nil, kit.Missing(what, path)
		}
		return row, err
	}
}

// Words returns the text without the spaces around it. It refuses a text that is
// empty or has more than most characters.
func Words(s string, most int, path string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" || utf8.RuneCountInString(s) > most {
		return "", kit.Invalid("this text is missing or too long", path)
	}
	return s, nil
}
