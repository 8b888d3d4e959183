package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

// source is what people wrote in the folder of a module. What is declared by hand
// there is not derived.
type source struct {
	methods map[string]*ast.FuncDecl // "Task.Patient", "Module.addTask"
	types   map[string]bool
	// The keys of the declarations, each with its value: field.Parts says how single
	// fields are read, field.Lists what is special about a list, field.Nodes which
	// permission finds a row by its id.
	parts, lists, nodes map[string]ast.Expr
	// Of edges to one row: the name of the list that leads back, or why there is none.
	back, oneWay map[string]ast.Expr
	used         map[string]bool   // those of the last two that were asked for
	consts       map[string]string // texts by the names of their constants
	names        map[string]bool   // every name that the code mentions
}

// readSource parses the files of a module, without tests and generated code.
func readSource(dir string) (*source, error) {
	files, err := filepath.Glob(dir + "/*.go")
	if err != nil {
		return nil, err
	}
	s := &source{
		methods: map[string]*ast.FuncDecl{}, types: map[string]bool{}, names: map[string]bool{},
		parts: map[string]ast.Expr{}, lists: map[string]ast.Expr{}, nodes: map[string]ast.Expr{},
		back: map[string]ast.Expr{}, oneWay: map[string]ast.Expr{}, used: map[string]bool{}, consts: map[string]string{},
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, ".generated.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		ast.Inspect(f, s.read)
	}
	return s, nil
}

func (s *source) read(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncDecl:
		if on := receiver(n); on != "" {
			s.methods[on+"."+n.Name.Name] = n
		}
	case *ast.TypeSpec:
		s.types[n.Name.Name] = true
	case *ast.Ident:
		s.names[n.Name] = true
	case *ast.CompositeLit:
		s.declared(n)
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if i < len(n.Values) {
				s.consts[name.Name] = text(n.Values[i])
			}
		}
	}
	return true
}

func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	t := f.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	name, _ := t.(*ast.Ident)
	if name == nil {
		return ""
	}
	return name.Name
}

// declared notes the keys of a declaration.
func (s *source) declared(lit *ast.CompositeLit) {
	into := map[string]map[string]ast.Expr{"Parts": s.parts, "Lists": s.lists, "Nodes": s.nodes, "Back": s.back, "OneWay": s.oneWay}[selector(lit.Type, "field")]
	if into == nil {
		return
	}
	for key, value := range entries(lit) {
		into[key] = value
	}
}

// ident is the name that an expression is, "" for another expression.
func ident(e ast.Expr) string {
	if name, ok := e.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

// selector returns the name after the package, "" for another expression.
func selector(e ast.Expr, pkg string) string {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if x, ok := sel.X.(*ast.Ident); !ok || x.Name != pkg {
		return ""
	}
	return sel.Sel.Name
}

// entries are the elements of a literal, by the texts or names of their keys.
func entries(e ast.Expr) map[string]ast.Expr {
	all := map[string]ast.Expr{}
	lit, _ := e.(*ast.CompositeLit)
	if lit == nil {
		return all
	}
	for _, element := range lit.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		switch key := pair.Key.(type) {
		case *ast.BasicLit:
			all[text(key)] = pair.Value
		case *ast.Ident:
			all[key.Name] = pair.Value
		}
	}
	return all
}

// text is the value of a text literal, "" for another expression.
func text(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}
