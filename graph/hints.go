package graph

import (
	"errors"
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"medoffice/graph/shape"
	"medoffice/modules/kit"
)

// What is wrong with a document is said in one of two ways. Callers of an office
// learn the place, and the names that stand in their document. Who writes a
// client, against the demo or in a test, learns what would have been right too:
// Options.Hints.

// coded gives errors of the parser and the validator their code. Without hints
// they give places and names of the document, and no value of it, which may be
// the name of a patient.
func (l *library) coded(errs gqlerror.List, code kit.Code) gqlerror.List {
	for _, err := range errs {
		err.Extensions = map[string]any{"code": string(code)}
		switch {
		case l.hints:
		case code == kit.ParseFailed:
			err.Message, _, _ = strings.Cut(err.Message, ` "`)
		case strings.HasPrefix(err.Rule, rules.ValuesOfCorrectTypeRule.Name):
			err.Message = "a value in the document is not of the type that is wanted here"
		}
	}
	return errs
}

// placed begins the errors about values with what the value is for, such as
// argument "first" of "Query.patients", where there are hints.
func (l *library) placed(doc *ast.QueryDocument, errs gqlerror.List) gqlerror.List {
	if !l.hints {
		return errs
	}
	p := places{}
	for _, op := range doc.Operations {
		p.selections(op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		p.selections(f.SelectionSet)
	}
	for _, err := range errs {
		aboutValue := err.Rule == rules.ValuesOfCorrectTypeRule.Name || err.Rule == shape.Readable
		if !aboutValue || len(err.Locations) == 0 {
			continue
		}
		if what := p[err.Locations[0]]; what != "" {
			err.Message = what + ": " + err.Message
		}
	}
	return errs
}

// places say what the values of a document are for.
type places map[gqlerror.Location]string

func (p places) selections(set ast.SelectionSet) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.InlineFragment:
			p.selections(s.SelectionSet)
		case *ast.Field:
			for _, a := range s.Arguments {
				p.value(a.Value, fmt.Sprintf("argument %q of %q", a.Name, nameOf(s)))
			}
			p.selections(s.SelectionSet)
		}
	}
}

// nameOf is a field with its type, as Query.patients.
func nameOf(f *ast.Field) string {
	if f.ObjectDefinition == nil {
		return f.Name
	}
	return f.ObjectDefinition.Name + "." + f.Name
}

func (p places) value(v *ast.Value, what string) {
	if v == nil || v.Position == nil {
		return
	}
	p[gqlerror.Location{Line: v.Position.Line, Column: v.Position.Column}] = what
	for _, c := range v.Children {
		of := what // an element of a list is for what the list is for
		if c.Name != "" && v.Definition != nil {
			of = fmt.Sprintf("field %q of %q", c.Name, v.Definition.Name)
		}
		p.value(c.Value, of)
	}
}

// coercion reports a variable that is not what its type wants, without what it
// was unless there are hints.
func (e *engine) coercion(op *ast.OperationDefinition, err error) error {
	path, said := []string{}, "a variable is not of its type"
	var own *gqlerror.Error
	if errors.As(err, &own) {
		for _, p := range own.Path {
			if name, ok := p.(ast.PathName); ok {
				path = append(path, string(name))
			}
		}
		if e.options.Hints {
			said = e.misfit(op, own, path)
		}
	}
	return kit.Refuse(kit.BadUserInput, said, path...)
}

// misfit says which variable does not fit, or which field in it, and why. The
// names begin with "variable" and the name of the variable.
func (e *engine) misfit(op *ast.OperationDefinition, err *gqlerror.Error, names []string) string {
	said := "$" + strings.TrimPrefix(err.Path.String(), "variable.") + ": " + err.Message
	if err.Message != "unknown field" || len(names) < 3 {
		return said
	}
	d := op.VariableDefinitions.ForName(names[1])
	if d == nil {
		return said
	}
	of, last := d.Definition, names[len(names)-1]
	for _, name := range names[2 : len(names)-1] {
		of = e.schema.Schema().Types[of.Fields.ForName(name).Type.Name()] // was found by the validator
	}
	said += fmt.Sprintf(" of %q", of.Name)
	var known []string
	for _, f := range of.Fields {
		known = append(known, f.Name)
	}
	if near := core.SuggestionList(last, known); len(near) > 0 {
		said += "; did you mean " + core.QuotedOrList(near...) + "?"
	}
	return said
}
