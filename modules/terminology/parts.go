package terminology

import (
	"medoffice/ent/concept"
	"medoffice/modules/kit/field"
)

// nodes says which permission finds a code by its id.
var nodes = field.Nodes{"Concept": Read}

var lists = field.Lists{"Concept": {
	Default: field.Order{Field: "display"},
	Fields: map[string]field.Field{
		"system":  {Filter: true},
		"search":  {Filter: true, Match: match},
		"active":  {Filter: true},
		"display": {Column: concept.FieldFolded},
	},
}}

// parts are the fields that do not follow from the schema and the tables.
func (*Module) parts() field.Parts {
	return field.Parts{
		"Query.concepts": {Page: &field.Page{Entity: conceptEntity, Filter: func(args map[string]any) field.Filter {
			f := field.Filter{"system": args["system"], "active": true}
			if args["search"] != nil {
				f["search"] = args["search"]
			}
			return f
		}}},
	}
}
