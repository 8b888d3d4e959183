package practice

import (
	"medoffice/ent/location"
	"medoffice/ent/provider"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/page"
	"medoffice/modules/kit/person"
)

// Types implements kit.Typer.
func (m *Module) Types() field.Types {
	return field.Types{
		"Query": {Parts: map[string]field.Part{
			"practice": {One: &field.One{Type: "Practice"}},
			"locations": {Many: &field.Many{Type: "Location", Most: page.Max, Sort: []field.Sort{
				{Column: location.FieldName}, {Column: location.FieldID},
			}}},
			"providers": {Page: &field.Page{Entity: m.providers.Entity, Filter: func(args map[string]any) field.Filter {
				if args["active"] == nil {
					return nil
				}
				return field.Filter{"active": args["active"]}
			}}},
		}},
		"Practice": {Can: Read, Prefix: "prac"},
		"Location": {Can: Read, Prefix: "loc"},
		"Provider": {Can: Read, Prefix: "prov", Parts: map[string]field.Part{
			"name": person.Part(provider.FieldFamilyName, provider.FieldGivenName, provider.FieldNamePrefix, provider.FieldNameSuffix),
		}},
	}
}
