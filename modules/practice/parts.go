package practice

import (
	"medoffice/ent/location"
	"medoffice/ent/provider"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/page"
)

// nodes says which permission finds rows by their ids.
var nodes = field.Nodes{"Practice": Read, "Location": Read, "Provider": Read}

var lists = field.Lists{"Provider": {
	Default: field.Order{Field: "name"},
	Fields:  map[string]field.Field{"name": {Column: provider.FieldSortName}, "active": {Filter: true}},
}}

// parts are the fields that do not follow from the schema and the tables.
func (*Module) parts() field.Parts {
	return field.Parts{
		"Query.practice": {One: &field.One{Type: "Practice"}},
		"Query.locations": {Many: &field.Many{Type: "Location", Most: page.Max, Sort: []field.Sort{
			{Column: location.FieldName}, {Column: location.FieldID},
		}}},
		"Query.providers": {Page: &field.Page{Entity: providerEntity, Filter: func(args map[string]any) field.Filter {
			if args["active"] == nil {
				return nil
			}
			return field.Filter{"active": args["active"]}
		}}},
	}
}
