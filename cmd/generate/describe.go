package main

import (
	"fmt"
	"strings"

	"entgo.io/ent/entc/gen"
)

// describedColumn is a column as the generated code describes it to ent/row.
func describedColumn(f *gen.Field) string {
	var b strings.Builder
	fmt.Fprintf(&b, "{Name: %q, Type: field.%s", f.Name, f.Type.ConstName())
	if key := f.StorageKey(); key != f.Name {
		fmt.Fprintf(&b, ", Key: %q", key)
	}
	sql := f.EntSQL()
	for _, flag := range []struct {
		name string
		set  bool
	}{
		{"Optional", f.Optional || sql != nil && (sql.DefaultExpr != "" || len(sql.DefaultExprs) > 0)},
		{"Nullable", f.Optional},
		{"Immutable", f.Immutable},
	} {
		if flag.set {
			fmt.Fprintf(&b, ", %s: true", flag.name)
		}
	}
	if f.IsEnum() {
		fmt.Fprintf(&b, ", Enum: %#v", f.EnumValues())
	}
	switch value := f.DefaultValue().(type) {
	case nil:
		if prefix, ok := f.Annotations["Prefix"].(string); ok && f.Name == "id" {
			fmt.Fprintf(&b, ", Default: id.Maker(%q)", prefix)
		} else if f.DefaultFunc() {
			b.WriteString(", Default: row.Now")
		}
	case float64: // numbers come as JSON
		fmt.Fprintf(&b, ", Default: %d", int64(value))
	default:
		fmt.Fprintf(&b, ", Default: %#v", value)
	}
	return b.String() + "}"
}
