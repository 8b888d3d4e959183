package modules_test

import (
	"testing"

	"medoffice/ent"
	"medoffice/ent/migrate/tables"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/officetest"
)

// Filters and lists go along edges from both sides, so the column of every edge has an
// index. Types that are answered under rules of their own are reached by no edge.
func TestEdgesHaveIndexes(t *testing.T) {
	served := map[string]bool{}
	for _, table := range tables.Tables {
		for _, i := range table.Indexes {
			served[table.Name+"."+i.Columns[0].Name] = true
		}
		for _, c := range table.Columns {
			served[table.Name+"."+c.Name] = served[table.Name+"."+c.Name] || c.Unique
		}
	}
	walked := 0
	for name, typ := range typesOf(officetest.New(t)) {
		of := field.EntityOf(name)
		if of == nil || typ.Simple != "" {
			continue
		}
		for edge, e := range of.Edges {
			table := of.Table
			if e.Back {
				table = ent.Tables[e.To]
			}
			if walked++; !served[table+"."+e.Column] {
				t.Errorf("%s.%s: no index begins with %s of %s: add one to ent/schema and to a migration", name, edge, e.Column, table)
			}
		}
	}
	if walked < 150 {
		t.Errorf("only %d edges", walked)
	}
}

func typesOf(o *officetest.Office) field.Types {
	types := field.Types{}
	for _, m := range o.All() {
		if typer, ok := m.(kit.Typer); ok {
			types.Add(typer.Types())
		}
	}
	return types
}
