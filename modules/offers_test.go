package modules_test

import (
	"go/ast"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// Each interface by which others take part in the acts of a module is asked for
// when the office opens, and some module answers it.
func TestOffersAreGathered(t *testing.T) {
	answered := officetest.New(t).Offers().Answered()
	inSource := asked(t)
	for _, of := range inSource {
		if by, is := answered[of]; !is {
			t.Errorf("%s stands in a kit.Offering, and no Gather comes to it", of)
		} else if len(by) == 0 {
			t.Errorf("%s: no module answers it: a method that is spelled otherwise, or nobody needs it", of)
		}
	}
	if known := slices.Sorted(maps.Keys(answered)); !slices.Equal(known, inSource) {
		t.Errorf("asked for %v, the source has %v", known, inSource)
	}
}

// asked are the interfaces that modules gather, as "patients.Follower".
func asked(t *testing.T) (list []string) {
	t.Helper()
	for _, s := range sources(t) {
		if s.domain() == "" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if i, ok := n.(*ast.IndexExpr); ok {
				if f, ok := i.X.(*ast.SelectorExpr); ok && f.Sel.Name == "Offering" {
					if of, ok := i.Index.(*ast.Ident); ok {
						list = append(list, s.file.Name.Name+"."+of.Name)
					} else {
						t.Errorf("%s gathers an interface that is not its own", s.path)
					}
				}
			}
			return true
		})
	}
	slices.Sort(list)
	return list
}

// What the audit trail does not record is declared by the module whose table it is.
func TestUnrecordedIsOnesOwn(t *testing.T) {
	owner, kinds := owners(t), 0
	for _, m := range officetest.New(t).All() {
		u, ok := m.(kit.Unrecorded)
		if !ok {
			continue
		}
		for _, kind := range u.Unrecorded() {
			if kinds++; owner[kind] != m.Name() {
				t.Errorf("%s declares %s, which is of %q", m.Name(), kind, owner[kind])
			}
		}
	}
	if kinds == 0 {
		t.Error("no module declares any")
	}
}

// A module that stands in a folder is built.
func TestEveryModuleIsBuilt(t *testing.T) {
	o := officetest.New(t)
	office, modules := reflect.ValueOf(o.Office).Elem(), 0
	for _, f := range reflect.VisibleFields(office.Type()) {
		if f.Type.Kind() == reflect.Pointer && f.Type.Elem().Name() == "Module" {
			modules++
			if office.FieldByIndex(f.Index).IsNil() {
				t.Errorf("no line of modules.go builds %s", f.Name)
			}
		}
	}
	if modules != len(o.All()) {
		t.Errorf("%d modules stand in folders, %d are built", modules, len(o.All()))
	}
}

// Modules are joined by what they offer: nobody hands one to another afterwards.
func TestModulesHaveNoSetters(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || s.domain() == "" || f.Recv == nil || !strings.HasPrefix(f.Name.Name, "Set") {
				continue
			}
			if star, ok := f.Recv.List[0].Type.(*ast.StarExpr); ok {
				if of, ok := star.X.(*ast.Ident); ok && of.Name == "Module" && len(f.Name.Name) > 3 && ast.IsExported(f.Name.Name[3:]) {
					t.Errorf("%s: Module.%s: what a module asks of others it gets in New, or gathers", s.path, f.Name.Name)
				}
			}
		}
	}
}
