package inventory

import (
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/item"
	"medoffice/ent/lot"
	"medoffice/ent/predicate"
	"medoffice/ent/row"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/field"
)

// The names of the lists that lead edges back, where they are not those of the rows.
var _ = field.Back{
	"StockMovement.item": "movements", "StockMovement.lot": "movements", "StockMovement.place": "movements", "StockMovement.reverses": "reversedBy",
}

var lists = field.Lists{
	"Item": {
		Default: field.Order{Field: "name"},
		Fields:  map[string]field.Field{"name": {Column: item.FieldSortName, Fold: strings.ToLower}},
	},
	"Lot":           {Default: field.Order{Field: "expiresOn"}},
	"StockMovement": {Default: field.Order{Field: "at", Desc: true}},
	"PurchaseOrder": {Default: field.Order{Field: "number", Desc: true}},
	"Stocktake":     {Default: field.Order{Field: "openedAt", Desc: true}},
	"StockUse":      {Default: field.Order{Field: "at", Desc: true}},
	"StoragePlace":  {Default: field.Order{Field: "name"}},
	"Kit":           {Default: field.Order{Field: "name"}},
}

// Rules implements kit.Ruler: who is bound to a location sees what stands,
// moves and is ordered there. Items, lots and suppliers are of the practice.
func (*Module) Rules() kit.Rules {
	here := []kit.Rule{func(v *kit.Viewer) func(*sql.Selector) {
		if v.LocationID == "" {
			return nil
		}
		return func(s *sql.Selector) { s.Where(sql.EQ(s.C("location_id"), v.LocationID)) }
	}}
	return kit.Rules{
		"StoragePlace": here, "StockBalance": here, "StockMovement": here, "ParLevel": here,
		"StockReservation": here, "StockUse": here, "PurchaseOrder": here, "Stocktake": here,
	}
}

// inDate finds lots that may be used on the day of the instant.
func (m *Module) inDate(when time.Time) predicate.Lot {
	return row.Or(lot.ExpiresOn.IsNil(), lot.ExpiresOn.GTE(date.Date(m.Day(when))))
}
