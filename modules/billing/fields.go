package billing

import (
	"entgo.io/ent/dialect/sql"

	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
)

var lists = field.Lists{
	"Coverage": {Default: field.Order{Field: "rank"}},
	"Charge": {
		Default: field.Order{Field: "at", Desc: true},
	},
	"Invoice": {
		Default: field.Order{Field: "draftedAt", Desc: true},
	},
	"Payment": {
		Default: field.Order{Field: "receivedAt", Desc: true},
	},
}

// Rules implements kit.Ruler: who is bound to a location sees what was charged
// and paid there.
func (*Module) Rules() kit.Rules {
	here := []kit.Rule{func(v *kit.Viewer) func(*sql.Selector) {
		if v.LocationID == "" {
			return nil
		}
		return func(s *sql.Selector) { s.Where(sql.EQ(s.C("location_id"), v.LocationID)) }
	}}
	return kit.Rules{
		"Charge": here, "Invoice": here, "Payment": here, "LedgerEntry": here, "CashDrawer": here, "DrawerClosing": here,
	}
}
