package main

import (
	_ "embed"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/templates"
)

// composed is where the composer writes.
const composed = "graph/compose.generated.go"

// composer joins the parts of the modules into the resolver root. The file
// that declares a field says whose it is: modules/visits/visits.graphqls is
// answered by package visits, graph/schema.graphqls by package graph. A type with
// several owners is a struct of their parts with a method for each field, so that a
// field without a method does not compile. Embedding the parts would bring every
// method of a module into every type: 17,000 functions that nobody calls; embedding
// interfaces of them still four for a field.
type composer struct{}

// Name implements plugin.Plugin.
func (composer) Name() string { return "composer" }

// part is what one package answers of one type.
type part struct {
	Package string // "visits", or "graph" for the ground
	Type    string // "Patient"
	Fields  []*codegen.Field
}

// Title is the field of the office that holds the module.
func (p part) Title() string { return strings.ToUpper(p.Package[:1]) + p.Package[1:] }

// composedType is one type of the graph with its parts.
type composedType struct {
	Name  string
	Parts []*part
}

// GenerateCode implements plugin.CodeGenerator.
func (composer) GenerateCode(data *codegen.Data) error {
	for _, input := range data.Inputs {
		if input.HasUnmarshal() { // filters and orders read themselves, field by field is not asked
			for _, f := range input.Fields {
				f.IsResolver = false
			}
		}
	}
	return templates.Render(templates.Options{
		PackageName: "graph", Template: composeTemplate, Filename: composed, Packages: data.Config.Packages,
		PackageDoc: strings.TrimSpace(header) + "\n", Data: composeTypes(data),
	})
}

//go:embed templates/compose.gotpl
var composeTemplate string

func composeTypes(data *codegen.Data) []*composedType {
	types := map[string]map[string]*part{} // type to package
	for _, object := range data.Objects {
		for _, f := range object.Fields {
			if !f.IsResolver || f.Position == nil {
				continue
			}
			if types[object.Name] == nil {
				types[object.Name] = map[string]*part{}
			}
			by := owner(f.Position.Src.Name)
			if types[object.Name][by] == nil {
				types[object.Name][by] = &part{Package: by, Type: object.Name}
			}
			types[object.Name][by].Fields = append(types[object.Name][by].Fields, f)
		}
	}
	var list []*composedType
	for _, name := range slices.Sorted(maps.Keys(types)) {
		t := &composedType{Name: name}
		for _, by := range slices.Sorted(maps.Keys(types[name])) {
			t.Parts = append(t.Parts, types[name][by])
		}
		list = append(list, t)
	}
	return list
}

func owner(file string) string {
	dir := filepath.ToSlash(filepath.Dir(file))
	i := strings.Index(dir, "modules/")
	if i < 0 {
		return "graph"
	}
	return dir[i+len("modules/"):]
}
