package modules_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// ground are the packages below modules that know no domain, or are there for tests.
var ground = []string{"kit", "events", "handover", "officetest"}

// source is one Go file of ours that is neither generated nor a test.
type source struct {
	path    string // from the root, as modules/visits/flow.go
	imports []string
	file    *ast.File
}

func (s source) folder() string { return filepath.ToSlash(filepath.Dir(s.path)) }

// domain is the module that the file belongs to, "" for none.
func (s source) domain() string { return domainOf(s.folder()) }

func domainOf(path string) string {
	rest, ok := strings.CutPrefix(strings.TrimPrefix(path, "medoffice/"), "modules/")
	name, _, _ := strings.Cut(rest, "/")
	if !ok || slices.Contains(ground, name) {
		return ""
	}
	return name
}

func sources(t *testing.T) []source {
	t.Helper()
	var list []source
	root := ".."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if name != ".." && strings.HasPrefix(name, ".") || name == "node_modules" || name == "dist" {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil || strings.HasPrefix(rel, "ent/") && !strings.HasPrefix(rel, "ent/schema/") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		s := source{path: filepath.ToSlash(rel), file: f}
		for _, i := range f.Imports {
			if to, _ := strconv.Unquote(i.Path.Value); strings.HasPrefix(to, "medoffice/") {
				s.imports = append(s.imports, strings.TrimPrefix(to, "medoffice/"))
			}
		}
		list = append(list, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// cmd -> graph -> modules -> modules/<domain> -> kit, events, graph/model, ent -> ent/schema.
func TestImports(t *testing.T) {
	for _, s := range sources(t) {
		for _, to := range s.imports {
			if why := forbidden(s, to); why != "" {
				t.Errorf("%s imports %s: %s", s.path, to, why)
			}
		}
	}
}

func forbidden(s source, to string) string {
	from := s.folder()
	inside := func(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }
	switch {
	case to == "graph" && !inside(from, "cmd") && !inside(from, "modules/officetest"):
		return "only cmd and the tests see the whole graph"
	case to == "modules" && !inside(from, "cmd") && !inside(from, "graph") && !inside(from, "modules/officetest"):
		return "a module does not know the office"
	case to == "graph/exec" && from != "graph":
		return "only the graph sees the executor"
	case to == "modules/officetest":
		return "officetest is for tests"
	case inside(to, "ent/schema"):
		return "the generator reads the schema, and no program holds it: its types keep the linker from leaving methods out"
	case inside(from, "ent/schema") && !inside(to, "modules/kit"):
		return "the schema stands at the bottom"
	case inside(to, "cmd"):
		return "nothing stands on a command"
	}
	domain := domainOf(to)
	switch {
	case domain == "" || from == "modules" || inside(from, "graph") || inside(from, "cmd") || inside(from, "modules/officetest"):
		return ""
	case s.domain() == "":
		return "the ground knows no domain"
	case s.domain() != domain:
		return "domains meet in events and in interfaces, not in imports"
	}
	return ""
}

// owners returns for each table's type in which file of ent/schema it stands.
func owners(t *testing.T) map[string]string {
	t.Helper()
	owner := map[string]string{}
	for _, s := range sources(t) {
		if s.folder() != "ent/schema" {
			continue
		}
		// A large domain has several files: inventory.go, inventory_orders.go.
		domain, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(s.path), ".go"), "_")
		for _, d := range s.file.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range decl.Specs {
				if typ, ok := spec.(*ast.TypeSpec); ok && embeds(typ, "ent", "Schema") {
					owner[typ.Name.Name] = domain
				}
			}
		}
	}
	if len(owner) < 20 {
		t.Fatalf("found only %d types in ent/schema", len(owner))
	}
	return owner
}

func embeds(typ *ast.TypeSpec, pkg, name string) bool {
	st, ok := typ.Type.(*ast.StructType)
	if !ok {
		return false
	}
	return slices.ContainsFunc(st.Fields.List, func(f *ast.Field) bool {
		sel, ok := f.Type.(*ast.SelectorExpr)
		if !ok || len(f.Names) > 0 {
			return false
		}
		x, ok := sel.X.(*ast.Ident)
		return ok && x.Name == pkg && sel.Sel.Name == name
	})
}

// writes are the methods of ent's clients that change rows.
var writes = []string{"Create", "CreateBulk", "MapCreateBulk", "Update", "UpdateOne", "UpdateOneID", "Delete", "DeleteOne", "DeleteOneID"}

// A module reads any table and writes only its own: no client.Visit.Create()
// outside of visits.
func TestModulesWriteTheirOwnTables(t *testing.T) {
	owner := owners(t)
	for _, s := range sources(t) {
		domain := s.domain()
		if domain == "" || s.folder() == "modules" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			method, ok := n.(*ast.SelectorExpr)
			if !ok || !slices.Contains(writes, method.Sel.Name) {
				return true
			}
			table, ok := method.X.(*ast.SelectorExpr) // client.Visit
			if !ok {
				return true
			}
			if of := owner[table.Sel.Name]; of != "" && of != domain && of != "kit" {
				t.Errorf("%s: %s.%s writes a table of %s", s.path, table.Sel.Name, method.Sel.Name, of)
			}
			return true
		})
	}
}

// The ground knows no table of a domain: neither its package of ent nor its name.
func TestKitKnowsNoTableOfADomain(t *testing.T) {
	owner, named := owners(t), map[string]string{}
	for typ, domain := range owner {
		if domain != "kit" {
			named[typ], named["medoffice/ent/"+strings.ToLower(typ)] = domain, domain
		}
	}
	for _, s := range sources(t) {
		if s.folder() != "modules/kit" && !strings.HasPrefix(s.folder(), "modules/kit/") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if text, err := strconv.Unquote(l.Value); err == nil && named[text] != "" {
					t.Errorf("%s names %s, a table of %s", s.path, text, named[text])
				}
			}
			return true
		})
	}
}

// What is published afterwards is an event; what a call hands over is in handover.
func TestEventsAreFacts(t *testing.T) {
	types, topics := map[string]bool{}, map[string]bool{}
	for _, s := range sources(t) {
		if s.folder() != "modules/events" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch d := n.(type) {
			case *ast.TypeSpec:
				types[d.Name.Name] = true
			case *ast.FuncDecl:
				if of, ok := d.Recv.List[0].Type.(*ast.Ident); ok && d.Name.Name == "Topic" {
					topics[of.Name] = true
				}
			}
			return true
		})
	}
	for name := range types {
		if !topics[name] {
			t.Errorf("events.%s has no topic, so it is no event", name)
		}
	}
	if len(types) < 10 {
		t.Fatalf("found only %d events", len(types))
	}
}

// Every domain with tables has a module of the same name, or is the ground's.
func TestTablesHaveAModule(t *testing.T) {
	for typ, domain := range owners(t) {
		if _, err := os.Stat(domain); err != nil {
			t.Errorf("ent/schema/%s.go declares %s, and there is no module %s", domain, typ, domain)
		}
	}
}

// logs are the methods of slog that write a line.
var logs = []string{
	"Debug", "Info", "Warn", "Error", "Log", "LogAttrs", "DebugContext", "InfoContext", "WarnContext", "ErrorContext",
}

// The text of an error may quote what somebody typed: a log gets logtext.Error.
func TestLogsHaveNoErrorTexts(t *testing.T) {
	seen := 0
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !writesLog(call) {
				return true
			}
			seen++
			for _, arg := range call.Args {
				if why := errorText(arg); why != "" {
					t.Errorf("%s: a log gets %s: let logtext.Error say it", s.path, why)
				}
			}
			return true
		})
	}
	if seen < 10 {
		t.Fatalf("found only %d lines that log", seen)
	}
}

func writesLog(call *ast.CallExpr) bool {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains(logs, method.Sel.Name) {
		return false
	}
	name := ""
	switch x := method.X.(type) {
	case *ast.Ident:
		name = x.Name
	case *ast.SelectorExpr:
		name = x.Sel.Name
	}
	return strings.HasSuffix(strings.ToLower(name), "log") || strings.HasSuffix(strings.ToLower(name), "logger")
}

func errorText(arg ast.Expr) string {
	switch a := arg.(type) {
	case *ast.Ident:
		if a.Name == "err" {
			return "an error"
		}
	case *ast.CallExpr:
		if m, ok := a.Fun.(*ast.SelectorExpr); ok && m.Sel.Name == "Error" && len(a.Args) == 0 {
			return "the text of an error"
		}
	}
	return ""
}
