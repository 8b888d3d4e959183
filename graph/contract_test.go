package graph_test

import (
	goast "go/ast"
	goparser "go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/ent"
	"medoffice/modules/kit"
)

// schemaFiles are the SDL files of the graph, from the root of the repository.
func schemaFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../modules/*/*.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	return append(files, "schema.graphqls")
}

func contract(t testing.TB, more ...*ast.Source) *ast.Schema {
	t.Helper()
	var sources []*ast.Source
	for _, file := range schemaFiles(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: file, Input: string(text)})
	}
	schema, err := gqlparser.LoadSchema(append(sources, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// types are the types that we declare, sorted by name.
func types(s *ast.Schema) []*ast.Definition {
	var list []*ast.Definition
	for _, def := range s.Types {
		if !def.BuiltIn && !strings.HasPrefix(def.Name, "__") {
			list = append(list, def)
		}
	}
	slices.SortFunc(list, func(a, b *ast.Definition) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func fields(def *ast.Definition) []*ast.FieldDefinition {
	var list []*ast.FieldDefinition
	for _, f := range def.Fields {
		if !strings.HasPrefix(f.Name, "__") {
			list = append(list, f)
		}
	}
	return list
}

// open are the root fields that need no permission: they inform everybody only
// about themselves.
var open = []string{
	"Query.me", "Mutation.signIn", "Mutation.signOut", "Mutation.changePassword",
}

func TestRootFieldsHavePermission(t *testing.T) {
	s := contract(t)
	for _, root := range []*ast.Definition{s.Query, s.Mutation, s.Subscription} {
		if root == nil {
			continue
		}
		for _, f := range fields(root) {
			name := root.Name + "." + f.Name
			can := f.Directives.ForName("can")
			switch {
			case can == nil && !slices.Contains(open, name):
				t.Errorf("%s has no @can", name)
			case can != nil && !strings.Contains(can.Arguments.ForName("do").Value.Raw, "."):
				t.Errorf("%s: a permission is module.verb", name)
			}
			if root == s.Query && f.Type.NonNull && f.Type.Elem == nil {
				t.Errorf("%s is not nullable: when it is refused, the whole answer would be null", name)
			}
		}
	}
}

func TestEverythingIsDescribed(t *testing.T) {
	described := func(name, text string) {
		if strings.TrimSpace(text) == "" {
			t.Errorf("%s has no description", name)
		}
	}
	for _, def := range types(contract(t)) {
		described(def.Name, def.Description)
		for _, v := range def.EnumValues {
			described(def.Name+"."+v.Name, v.Description)
		}
		for _, f := range fields(def) {
			described(def.Name+"."+f.Name, f.Description)
			for _, a := range f.Arguments {
				described(def.Name+"."+f.Name+"("+a.Name+")", a.Description)
			}
		}
	}
}

// small are lists that the office itself keeps short.
var small = map[string]string{
	"RoomBoardSnapshot.rooms":   "the rooms of one site",
	"RoomBoardSnapshot.waiting": "who is at one site now",
}

func TestListsAreBounded(t *testing.T) {
	s := contract(t)
	for _, def := range types(s) {
		page := strings.HasSuffix(def.Name, "Connection")
		if def.Kind != ast.Object || page {
			continue
		}
		for _, f := range fields(def) {
			if of := s.Types[f.Type.Name()]; f.Type.Elem == nil || of.Kind == ast.Scalar || of.Kind == ast.Enum {
				continue
			}
			bounded := strings.Contains(f.Description, "at most") || f.Name == "userErrors" || small[def.Name+"."+f.Name] != ""
			for _, a := range f.Arguments {
				bounded = bounded || strings.Contains(a.Description, "at most")
			}
			if !bounded {
				t.Errorf("%s.%s: a list is a connection, or its description tells how many there are \"at most\"", def.Name, f.Name)
			}
		}
	}
}

func TestConnectionsAreAlike(t *testing.T) {
	s := contract(t)
	for _, def := range types(s) {
		base, ok := strings.CutSuffix(def.Name, "Connection")
		if !ok {
			continue
		}
		for _, name := range []string{"edges", "nodes", "pageInfo", "totalCount"} {
			if def.Fields.ForName(name) == nil {
				t.Errorf("%s has no %s", def.Name, name)
			}
		}
		if edge := s.Types[base+"Edge"]; edge == nil || edge.Fields.ForName("node") == nil || edge.Fields.ForName("cursor") == nil {
			t.Errorf("%sEdge is no edge", base)
		}
	}
	for _, def := range types(s) {
		for _, f := range fields(def) {
			if !strings.HasSuffix(f.Type.Name(), "Connection") {
				continue
			}
			for _, name := range []string{"first", "after", "last", "before"} {
				if f.Arguments.ForName(name) == nil {
					t.Errorf("%s.%s has no argument %s", def.Name, f.Name, name)
				}
			}
		}
	}
}

func TestMutationsAreAlike(t *testing.T) {
	s := contract(t)
	for _, f := range fields(s.Mutation) {
		name := strings.ToUpper(f.Name[:1]) + f.Name[1:]
		in := f.Arguments.ForName("input")
		// Mutations of one thing may share a payload, as addLocation and updateLocation do.
		if !f.Type.NonNull || !strings.HasSuffix(f.Type.Name(), "Payload") {
			t.Errorf("%s answers %s", f.Name, f.Type)
			continue
		}
		payload := s.Types[f.Type.Name()]
		if e := payload.Fields.ForName("userErrors"); e == nil || e.Type.String() != "[UserError!]!" {
			t.Errorf("%s has no userErrors", payload.Name)
		}
		if payload.Fields.ForName("clientMutationId") == nil {
			t.Errorf("%s has no clientMutationId", payload.Name)
		}
		if in == nil && len(f.Arguments) == 0 {
			continue // nothing to say, as in signOut
		}
		if in == nil || len(f.Arguments) != 1 || in.Type.String() != name+"Input!" {
			t.Errorf("%s has one argument, input: %sInput!", f.Name, name)
			continue
		}
		if s.Types[name+"Input"].Fields.ForName("clientMutationId") == nil {
			t.Errorf("%sInput has no clientMutationId", name)
		}
	}
}

func TestSchemaFilesAreNamedAfterTheirModules(t *testing.T) {
	seen, named := map[string]string{}, map[string]bool{}
	for _, file := range schemaFiles(t) {
		base := strings.TrimSuffix(filepath.Base(file), ".graphqls")
		if other := seen[base]; other != "" {
			t.Errorf("%s and %s would be generated into one file", file, other)
		}
		seen[base] = file
		module := filepath.Base(filepath.Dir(file))
		named[module] = named[module] || base == module || file == "schema.graphqls"
	}
	for module, ok := range named {
		if !ok {
			t.Errorf("modules/%s has no %s.graphqls", module, module)
		}
	}
}

// harmless are the fields of a patient's rows that say nothing about the patient,
// and why. All their other texts, dates, quantities and codes have @phi.
var harmless = map[string]*regexp.Regexp{
	"they name somebody of the staff, or a stage":   regexp.MustCompile(`\.(actor|given|witness|observed|signed|author|from|to)Name$|\.(accepted|completed|taken|acknowledged|allergiesReviewed)By$|^Immunization\.performer$`),
	"they say how a number or a name is to be read": regexp.MustCompile(`\.(currency|unit|enteredUnit|system|makerCode)$|^PatientIdentifier\.type$|^FHIRResource\.resourceType$`),
	"they say who may do it or how it was asked":    regexp.MustCompile(`^Task\.role$|^AuditEvent\.(roles|entityType|entityId|operation|requestId|remoteIp|detail)$`),
}

// told are the types of values that can say something about a person.
var told = []string{"String", "Date", "Decimal", "Code", "PersonName"}

// Every value of a patient's row is marked, whichever row it is: the rows are those
// of the tables with a patient's column. What a mutation of them takes is marked
// where it has the name of a marked field.
func TestPatientDataIsMarked(t *testing.T) {
	s := contract(t)
	marked := map[string]map[string]bool{}
	for name := range ent.PatientColumns {
		def := s.Types[name]
		if def == nil { // not in the graph
			continue
		}
		marked[name] = map[string]bool{}
		for _, f := range def.Fields {
			at := name + "." + f.Name
			has, tells := f.Directives.ForName("phi") != nil, slices.Contains(told, f.Type.Name()) && !isHarmless(at)
			if tells && !has {
				t.Errorf("%s is a %s of a patient: write @phi(category: DEMOGRAPHIC, CLINICAL or FINANCIAL) behind it, or say in harmless why it tells nothing", at, f.Type.Name())
			}
			if has {
				marked[name][f.Name] = true
			}
		}
	}
	for _, m := range s.Mutation.Fields {
		named := map[string]bool{} // of the rows that the mutation returns
		for _, f := range s.Types[m.Type.Name()].Fields {
			maps.Copy(named, marked[f.Type.Name()])
		}
		for at, f := range inputsOf(s, m) {
			if slices.Contains(told, f.Type.Name()) && named[f.Name] && f.Directives.ForName("phi") == nil {
				t.Errorf("%s has the name of a field with @phi: write it here too", at)
			}
		}
	}
}

func isHarmless(at string) bool {
	for _, names := range harmless {
		if names.MatchString(at) {
			return true
		}
	}
	return false
}

// inputsOf are the fields of the input of a mutation, with those of the objects in
// it, as Type.field.
func inputsOf(s *ast.Schema, m *ast.FieldDefinition) map[string]*ast.FieldDefinition {
	all := map[string]*ast.FieldDefinition{}
	var add func(name string)
	add = func(name string) {
		for _, f := range s.Types[name].Fields {
			all[name+"."+f.Name] = f
			if s.Types[f.Type.Name()].Kind == ast.InputObject {
				add(f.Type.Name())
			}
		}
	}
	for _, a := range m.Arguments {
		if s.Types[a.Type.Name()].Kind == ast.InputObject {
			add(a.Type.Name())
		}
	}
	return all
}

// The enums of the graph have the values that the database takes.
func TestEnumsAreThoseOfTheDatabase(t *testing.T) {
	s := contract(t)
	graph, err := entc.LoadGraph("../ent/schema", &gen.Config{Package: "medoffice/ent"})
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.LoadConfig("../gqlgen.yml")
	if err != nil {
		t.Fatal(err)
	}
	bound := map[string]string{} // Go type to GraphQL type
	for name, entry := range cfg.Models {
		if len(entry.Model) > 0 {
			bound[entry.Model[0]] = name
		}
	}
	for _, node := range graph.Nodes {
		for _, f := range node.EnumFields() {
			name := node.Name + f.StructField()
			if s.Types[name] == nil {
				name = bound["medoffice/ent/"+node.PackageDir()+"."+f.StructField()]
			}
			if def := s.Types[name]; def != nil && def.Kind == ast.Enum {
				compare(t, def, f.EnumValues())
			}
		}
	}
}

func compare(t *testing.T, def *ast.Definition, want []string) {
	t.Helper()
	var got []string
	for _, v := range def.EnumValues {
		got = append(got, v.Name)
	}
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("%s has %v, the database %v", def.Name, got, want)
	}
}

// The codes of the graph are those of kit, no more and no fewer.
func TestErrorCodesAreThoseOfKit(t *testing.T) {
	var declared, listed []string
	for _, v := range contract(t).Types["ErrorCode"].EnumValues {
		declared = append(declared, v.Name)
	}
	for _, c := range kit.Codes {
		listed = append(listed, string(c))
	}
	slices.Sort(declared)
	slices.Sort(listed)
	if !slices.Equal(declared, listed) {
		t.Errorf("the schema has %v\nkit has %v", declared, listed)
	}
}

// No code of kit is missing from its own list.
func TestCodesAreComplete(t *testing.T) {
	f, err := goparser.ParseFile(token.NewFileSet(), "../modules/kit/error.go", nil, goparser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var declared []string
	goast.Inspect(f, func(n goast.Node) bool {
		if v, ok := n.(*goast.ValueSpec); ok {
			if typ, ok := v.Type.(*goast.Ident); ok && typ.Name == "Code" {
				text, _ := strconv.Unquote(v.Values[0].(*goast.BasicLit).Value)
				declared = append(declared, text)
			}
		}
		return true
	})
	for _, code := range declared {
		if !slices.Contains(kit.Codes, kit.Code(code)) {
			t.Errorf("kit.Codes lacks %s", code)
		}
	}
	if len(declared) != len(kit.Codes) {
		t.Errorf("%d codes declared, %d listed", len(declared), len(kit.Codes))
	}
}
