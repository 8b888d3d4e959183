package shape

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"medoffice/modules/kit/scalar"
)

// Rules are the rules by which documents are validated: all of the
// specification, and no hint at what would have been right.
func Rules() *rules.Rules {
	r := rules.NewDefaultRules()
	for _, swap := range []struct{ hinting, silent core.Rule }{
		{rules.FieldsOnCorrectTypeRule, rules.FieldsOnCorrectTypeRuleWithoutSuggestions},
		{rules.ScalarLeafsRule, rules.ScalarLeafsRuleWithoutSuggestions},
		{rules.KnownArgumentNamesRule, rules.KnownArgumentNamesRuleWithoutSuggestions},
		{rules.KnownTypeNamesRule, rules.KnownTypeNamesRuleWithoutSuggestions},
		{rules.ValuesOfCorrectTypeRule, rules.ValuesOfCorrectTypeRuleWithoutSuggestions},
	} {
		r.RemoveRule(swap.hinting.Name)
		r.AddRule(swap.silent.Name, swap.silent.RuleFunc)
	}
	r.AddRule(Readable, readable)
	return r
}

// HintingRules are the same rules for those who write a client, with hints.
func HintingRules() *rules.Rules {
	r := rules.NewDefaultRules()
	r.AddRule(Readable, readable)
	return r
}

// Readable is the name of the rule that instants, dates and numbers in a document
// can be read as such. The specification leaves it to those who make a scalar.
const Readable = "ScalarsCanBeRead"

func readable(observers *core.Events, refuse core.AddErrFunc) {
	observers.OnValue(func(_ *core.Walker, v *ast.Value) {
		if v.Definition == nil || v.Definition.Kind != ast.Scalar || v.Kind == ast.Variable || v.Kind == ast.NullValue || v.Kind == ast.ListValue {
			return
		}
		got, err := v.Value(nil)
		if err == nil {
			err = scalar.Check(v.Definition.Name, got)
		}
		if err != nil {
			refuse(core.Message("%s", err.Error()), core.At(v.Position))
		}
	})
}
