package terminology

import "medoffice/modules/kit/field"

// Types implements kit.Typer.
func (*Module) Types() field.Types {
	return field.Types{
		"Query": {Parts: map[string]field.Part{
			"concepts": {Page: &field.Page{Entity: &concepts, Filter: func(args map[string]any) field.Filter {
				f := field.Filter{"system": args["system"], "active": true}
				if args["search"] != nil {
					f["search"] = args["search"]
				}
				return f
			}}},
		}},
		"Concept": {Can: Read, Prefix: "cpt"},
	}
}
