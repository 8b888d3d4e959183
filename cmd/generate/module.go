package main

import (
	"path/filepath"
	"text/template"

	"entgo.io/ent/entc/gen"
)

// derivedFile is the generated file of a module.
func derivedFile(name string) string { return "modules/" + name + "/" + name + ".generated.go" }

// moduleKnown are the packages that generated files of modules import.
var moduleKnown = map[string]string{
	"context": "context", "ent": "medoffice/ent", "model": "medoffice/graph/model",
	"kit": "medoffice/modules/kit", "act": "medoffice/modules/kit/act", "ask": "medoffice/modules/kit/ask",
	"field": "medoffice/modules/kit/field", "load": "medoffice/modules/kit/load", "opt": "medoffice/modules/kit/opt",
	"page": "medoffice/modules/kit/page", "person": "medoffice/modules/kit/person",
}

// generateModules writes what is derived for each module.
func generateModules(all []*derived) error {
	t, err := template.New("").Funcs(template.FuncMap{"key": keyOf, "id": idOf, "private": private}).ParseFS(templateFiles, "templates/module.tmpl")
	if err != nil {
		return err
	}
	for _, m := range all {
		if len(m.Types) == 0 && !m.HasParts {
			continue
		}
		file := derivedFile(m.Name)
		if err := (writer{t, filepath.Dir(file), entities(m), moduleKnown}).write("module.tmpl", m, filepath.Base(file)); err != nil {
			return err
		}
	}
	return nil
}

// entities are the packages of the columns that the file names.
func entities(m *derived) map[string]bool {
	all := map[string]bool{}
	for _, n := range m.Moves {
		all[n.PackageDir()] = true
	}
	return all
}

// keyOf is the value of a column of the row r in a cursor.
func keyOf(c *gen.Field) string {
	at := "r." + c.StructField()
	if c.Nillable {
		return "page.Key(" + at + ")"
	}
	return at
}

// idOf is the id that a column of the row r holds, "" for none.
func idOf(c *gen.Field) string {
	if c.Nillable {
		return "opt.Text(r." + c.StructField() + ")"
	}
	return "r." + c.StructField()
}

// derivedFiles are the generated files of the modules.
func derivedFiles() []string {
	files, _ := filepath.Glob("modules/*/*.generated.go") // the pattern is right
	schemas, _ := filepath.Glob("modules/*/*.derived.graphqls")
	files = append(files, schemas...)
	for i, f := range files {
		files[i] = filepath.ToSlash(f)
	}
	return files
}
