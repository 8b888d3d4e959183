package compile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	entfield "entgo.io/ent/schema/field"
	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/ent"
	entrow "medoffice/ent/row"
	"medoffice/modules/kit/field"
)

// format says how a column becomes a value of the graph.
type format int

const (
	asText   format = iota // identifiers, enums and calendar dates too
	asNumber               // whole numbers
	asBool
	asInstant
	asDecimal // millionths
	asTexts   // a list of texts in one column of JSON
)

// rowType is a type of the graph with its table.
type rowType struct {
	field.Type
	name    string
	table   string
	columns map[string]entrow.Stored
	patient string // the column that says whose chart a row belongs to, "" for nobody's
}

// catalog is what the modules have declared, checked against the schema.
type catalog struct {
	schema   *ast.Schema
	types    map[string]*rowType
	prefixes map[string]*rowType
	query    map[string]field.Part
}

func newCatalog(s *ast.Schema, declared field.Types) (*catalog, error) {
	c := &catalog{schema: s, types: map[string]*rowType{}, prefixes: map[string]*rowType{}, query: declared["Query"].Parts}
	for name, t := range declared {
		if name == "Query" {
			continue
		}
		r := &rowType{Type: t, name: name, table: ent.Tables[name], columns: map[string]entrow.Stored{}}
		if t.Simple == "" && r.table == "" {
			return nil, fmt.Errorf("compile: %s has no table", name)
		}
		for _, column := range ent.Columns(name) {
			r.columns[column.Name] = column
		}
		r.patient = ent.PatientColumns[name].Name
		c.types[name] = r
		if t.Prefix != "" {
			c.prefixes[t.Prefix] = r
		}
	}
	return c, c.check()
}

// check finds what is in the schema and not declared, and the reverse.
func (c *catalog) check() error {
	var faults []error
	for name, def := range c.schema.Types {
		if def.Kind == ast.Object {
			faults = append(faults, c.checkType(name, def))
		}
	}
	for name := range c.types {
		if c.schema.Types[name] == nil {
			faults = append(faults, fmt.Errorf("compile: %s is declared and not in the schema", name))
		}
	}
	return errors.Join(faults...)
}

func (c *catalog) checkType(name string, def *ast.Definition) error {
	t := c.types[name]
	switch {
	case name == "Query":
		return c.checkQuery(def)
	case t == nil && slices.Contains(def.Interfaces, "Node"):
		return fmt.Errorf("compile: %s is not declared", name)
	case t == nil || t.Simple != "":
		return nil
	}
	var faults []error
	for _, f := range def.Fields {
		if err := c.checkField(t, f); err != nil {
			faults = append(faults, fmt.Errorf("compile: %s.%s: %w", name, f.Name, err))
		}
	}
	for part := range t.Parts {
		if def.Fields.ForName(part) == nil {
			faults = append(faults, fmt.Errorf("compile: %s.%s is declared and not in the schema", name, part))
		}
	}
	return errors.Join(faults...)
}

func (c *catalog) checkQuery(def *ast.Definition) error {
	var faults []error
	for _, f := range def.Fields {
		if _, ok := c.query[f.Name]; !ok && !strings.HasPrefix(f.Name, "__") {
			faults = append(faults, fmt.Errorf("compile: Query.%s is not declared", f.Name))
		}
	}
	return errors.Join(faults...)
}

func (c *catalog) checkField(t *rowType, f *ast.FieldDefinition) error {
	p := c.part(t, f.Name)
	can := f.Directives.ForName("can") != nil
	if f.Type.NonNull && (can || p.One != nil || p.Page != nil) {
		return errors.New("it may be denied or fail, and must be null then")
	}
	return c.checkPart(t, p, f.Type)
}

func (c *catalog) checkPart(t *rowType, p field.Part, typ *ast.Type) error {
	switch {
	case p.Simple != "":
		return nil
	case p.Group != nil:
		def := c.schema.Types[typ.Name()]
		for _, f := range def.Fields {
			part, ok := p.Group[f.Name]
			if !ok {
				return fmt.Errorf("the group has no %s", f.Name)
			}
			if err := c.checkPart(t, part, f.Type); err != nil {
				return err
			}
		}
		return nil
	case p.Compute != nil:
		return t.has(p.Compute.Needs...)
	case p.One != nil:
		if p.One.Back != "" {
			return c.known(p.One.Type)
		}
		return errors.Join(c.known(p.One.Type), t.has(p.One.Column))
	case p.Many != nil:
		return c.known(p.Many.Type)
	case p.Page != nil:
		return c.known(p.Page.Entity.Type)
	}
	column, ok := t.columns[p.Column]
	if !ok {
		return fmt.Errorf("there is no column %s", p.Column)
	}
	if column.Nullable && typ.NonNull && column.Type != entfield.TypeJSON {
		return fmt.Errorf("the column %s may be null", p.Column)
	}
	_, err := formatOf(c.schema, typ, column)
	return err
}

func (t *rowType) has(columns ...string) error {
	for _, name := range columns {
		if _, ok := t.columns[name]; !ok {
			return fmt.Errorf("there is no column %s", name)
		}
	}
	return nil
}

func (c *catalog) known(name string) error {
	if c.types[name] == nil {
		return fmt.Errorf("%s is not declared", name)
	}
	return nil
}

// part is how a field is read: as declared, or as the column of its name.
func (c *catalog) part(t *rowType, name string) field.Part {
	if p, ok := t.Parts[name]; ok {
		return p
	}
	return field.Part{Column: snake(name)}
}

// snake turns recordedAt into recorded_at.
func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// formatOf finds out how a column is written as a value of the type.
func formatOf(s *ast.Schema, typ *ast.Type, column entrow.Stored) (format, error) {
	if column.Type == entfield.TypeJSON {
		if typ.Elem != nil && typ.Elem.NamedType == "String" {
			return asTexts, nil
		}
		return 0, errors.New("a column of JSON is a list of texts")
	}
	name := typ.Name()
	wants := map[string]format{"Int": asNumber, "Boolean": asBool, "DateTime": asInstant, "Decimal": asDecimal}
	f, special := wants[name]
	if !special {
		f = asText
	}
	fits := map[format][]entfield.Type{
		asText: {entfield.TypeString, entfield.TypeEnum}, asNumber: {entfield.TypeInt, entfield.TypeInt64},
		asBool: {entfield.TypeBool}, asInstant: {entfield.TypeTime}, asDecimal: {entfield.TypeInt64},
	}
	def := s.Types[name]
	if typ.Elem != nil || def.Kind != ast.Scalar && def.Kind != ast.Enum || !slices.Contains(fits[f], column.Type) {
		return 0, fmt.Errorf("the column %s (%s) is not a %s", column.Name, column.Type, typ)
	}
	return f, nil
}
