package limit

import (
	"fmt"
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/modules/kit"
	"medoffice/modules/kit/scalar"
)

// mostNested bounds the levels of an input value, whatever it is for.
const mostNested = 32

// CheckInput refuses variables that are too deep or too long, those of a @oneOf
// type with other than one key, and scalars that cannot be read: the parser and
// the validator look at what stands in the document alone.
func (l *Limits) CheckInput(schema *ast.Schema, op *ast.OperationDefinition, variables map[string]any) error {
	for _, d := range op.VariableDefinitions {
		if v, given := variables[d.Variable]; given {
			if err := l.value(schema, d.Type, v, d.Variable, 1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *Limits) value(schema *ast.Schema, t *ast.Type, v any, path string, depth int) error {
	if depth > mostNested {
		return kit.Refuse(kit.LimitExceeded, fmt.Sprintf("an input value nests at most %d deep", mostNested), path)
	}
	switch v := v.(type) {
	case []any:
		if Over(len(v), l.List) {
			return kit.Refuse(kit.LimitExceeded, fmt.Sprintf("an input list has at most %d values", l.List), path)
		}
		of := t
		if t != nil && t.Elem != nil {
			of = t.Elem
		}
		for _, one := range v {
			if err := l.value(schema, of, one, path, depth+1); err != nil {
				return err
			}
		}
	case map[string]any:
		return l.object(schema, t, v, path, depth)
	case nil:
	default:
		if t == nil {
			return nil
		}
		if err := scalar.Check(t.Name(), v); err != nil {
			return kit.Invalid(err.Error(), path)
		}
	}
	return nil
}

func (l *Limits) object(schema *ast.Schema, t *ast.Type, v map[string]any, path string, depth int) error {
	var def *ast.Definition
	if t != nil {
		def = schema.Types[t.Name()]
	}
	if def != nil && def.Directives.ForName("oneOf") != nil {
		if err := oneOf(v, path); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v)) { // of several faults, always the same is reported
		value := v[name]
		var of *ast.Type
		if def != nil {
			if f := def.Fields.ForName(name); f != nil {
				of = f.Type
			}
		}
		if err := l.value(schema, of, value, path, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func oneOf(v map[string]any, path string) error {
	for _, value := range v {
		if len(v) == 1 && value != nil {
			return nil
		}
	}
	return kit.Invalid("give exactly one of the fields, and not null", path)
}
