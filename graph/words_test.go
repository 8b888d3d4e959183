package graph_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/graph/limit"
)

// described is a part of the schema with its description.
type described struct{ name, text string }

// descriptions are all descriptions of our schema.
func descriptions(s *ast.Schema) []described {
	var all []described
	arguments := func(of string, args ast.ArgumentDefinitionList) {
		for _, a := range args {
			all = append(all, described{of + "(" + a.Name + ")", a.Description})
		}
	}
	for _, def := range types(s) {
		all = append(all, described{def.Name, def.Description})
		for _, v := range def.EnumValues {
			all = append(all, described{def.Name + "." + v.Name, v.Description})
		}
		for _, f := range fields(def) {
			all = append(all, described{def.Name + "." + f.Name, f.Description})
			arguments(def.Name+"."+f.Name, f.Arguments)
		}
	}
	for _, d := range s.Directives {
		if d.Position.Src.BuiltIn {
			continue
		}
		all = append(all, described{"@" + d.Name, d.Description})
		arguments("@"+d.Name, d.Arguments)
	}
	return all
}

// riddles are words that say nothing to a stranger, or that have a word of the
// field: idempotency key, audit trail, override, location.
var riddles = []string{
	"mark of the caller", "comes back", "same twice", "is one act", "takes upon", "by what", "which way", "why not",
	"it holds", "holds no", "was never so", "where nobody", "the clock on the wall", "day on the wall", "what to mind", "else to say", "what for", "whom it concerns",
	"what became", "the trail", "at which site", "the site", "a site", "sites", "is told", "glass",
}

// vague are descriptions that only ask what they should answer, and those that
// count letters where they mean characters.
var vague = regexp.MustCompile(`^(What|Which|Which ones?|Who|Whose|Whom|When|Where|Why|How|By what|Not this)\.$|(at most|to) [0-9]+ letters\.`)

func TestDescriptionsArePlain(t *testing.T) {
	all := descriptions(contract(t))
	if len(all) < 4000 {
		t.Fatalf("found only %d descriptions", len(all))
	}
	for _, d := range all {
		text := strings.TrimSpace(d.text)
		first, _ := utf8.DecodeRuneInString(text)
		if !unicode.IsUpper(first) && !unicode.IsDigit(first) || !strings.HasSuffix(text, ".") {
			t.Errorf("%s: begin with a capital letter and end with a full stop: %q", d.name, text)
		}
		if vague.MatchString(text) {
			t.Errorf("%s: say what it is: %q", d.name, text)
		}
		lower := strings.ToLower(text)
		for _, r := range riddles {
			if strings.Contains(lower, r) {
				t.Errorf("%s: say it in plain words, without %q: %q", d.name, r, text)
			}
		}
	}
}

// What stands in every mutation, or in every list, is said in the same words.
func TestSameThingsHaveTheSameDescription(t *testing.T) {
	s := contract(t)
	same := func(name, text, want string) {
		if text != want {
			t.Errorf("%s: %q, not %q", name, text, want)
		}
	}
	for _, def := range types(s) {
		for _, f := range fields(def) {
			name := def.Name + "." + f.Name
			switch {
			case f.Name == "clientMutationId" && def.Kind == ast.InputObject:
				same(name, f.Description, "Idempotency key: repeating the request with the same input returns the first result.")
			case f.Name == "clientMutationId":
				same(name, f.Description, "The clientMutationId of the input.")
			case f.Name == "userErrors":
				same(name, f.Description, "Why the mutation was refused; empty if it was carried out.")
			case f.Name == "expectedVersion":
				same(name, f.Description, "Version that the caller read. If the record has changed since, the answer is STALE_VERSION and nothing is changed.")
			}
			if strings.HasSuffix(f.Type.Name(), "Connection") {
				same(name+"(first)", f.Arguments.ForName("first").Description, "Number of rows from the start of the list: "+pageSizes())
				same(name+"(last)", f.Arguments.ForName("last").Description, "Number of rows from the end of the list: "+pageSizes())
				same(name+"(after)", f.Arguments.ForName("after").Description, "Only rows after this cursor.")
				same(name+"(before)", f.Arguments.ForName("before").Description, "Only rows before this cursor.")
			}
		}
	}
}

// pageSizes returns the sizes of pages as a server starts with them.
func pageSizes() string {
	values := map[string][]string{}
	for _, line := range limit.Defaults().Lines() {
		values[line.Name] = line.Values
	}
	most, usual := values["page-max"], values["page-default"]
	return fmt.Sprintf("1 to %s, default %s (role REPORT: 1 to %s, default %s).", most[0], usual[0], most[1], usual[1])
}

// Every argument that asks for a number of rows says its default and its bound.
func TestNumbersOfRowsAreTold(t *testing.T) {
	s, found := contract(t), 0
	bound := regexp.MustCompile(`(1 to|at most) [0-9]+`)
	for _, def := range types(s) {
		for _, f := range fields(def) {
			for _, a := range f.Arguments {
				if a.Name != "first" && a.Name != "last" && a.Name != "most" {
					continue
				}
				found++
				if !bound.MatchString(a.Description) || !strings.Contains(a.Description, "default ") {
					t.Errorf("%s.%s(%s): tell the default and the bound: %q", def.Name, f.Name, a.Name, a.Description)
				}
				if a.DefaultValue != nil && !strings.Contains(a.Description, "default "+a.DefaultValue.Raw) {
					t.Errorf("%s.%s(%s): the default is %s: %q", def.Name, f.Name, a.Name, a.DefaultValue.Raw, a.Description)
				}
			}
		}
	}
	if found < 90 {
		t.Errorf("found only %d arguments", found)
	}
}
