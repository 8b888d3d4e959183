package inventory

import (
	"entgo.io/ent/dialect/sql"

	"medoffice/ent/barcode"
	"medoffice/ent/itempack"
	entkit "medoffice/ent/kit"
	"medoffice/ent/kitline"
	"medoffice/ent/purchaseorderline"
	"medoffice/ent/stockbalance"
	"medoffice/ent/stockmovement"
	"medoffice/ent/stocktakeline"
	"medoffice/ent/stockuse"
	"medoffice/ent/storageplace"
	"medoffice/ent/supplier"
	"medoffice/modules/kit/field"
)

// The bounds of the lists without pages, as the schema gives them.
const (
	mostPacks     = 50
	mostBalances  = 100
	mostSuppliers = 200
	mostPlaces    = 200
	mostKits      = 200
	mostMovements = 200
)

// nodes says which permission finds rows by their ids.
var nodes = field.Nodes{
	"Item":          Read,
	"Supplier":      Read,
	"StoragePlace":  Read,
	"Lot":           Read,
	"StockMovement": Ledger,
	"PurchaseOrder": Order,
	"Stocktake":     Count,
	"Kit":           Read,
	"StockUse":      Use,
}

// parts are the fields that do not follow from the schema and the tables.
func (*Module) parts() field.Parts {
	return field.Parts{
		"Query.suppliers": {Many: &field.Many{Type: "Supplier", Most: mostSuppliers, Where: active, Sort: []field.Sort{
			{Column: supplier.FieldName}, {Column: supplier.FieldID},
		}}},
		"Query.storagePlaces": {Many: &field.Many{Type: "StoragePlace", Most: mostPlaces, Where: openPlaces, Sort: []field.Sort{
			{Column: storageplace.FieldLocationID}, {Column: storageplace.FieldPosition}, {Column: storageplace.FieldID},
		}}},
		"Query.kits": {Many: &field.Many{Type: "Kit", Most: mostKits, Where: active, Sort: []field.Sort{
			{Column: entkit.FieldName}, {Column: entkit.FieldID},
		}}},
		"Query.stockReservations":   {Simple: "what is kept depends on the clock"},
		"Query.purchaseSuggestions": {Simple: "it sums over lots, orders and use"},
		"Query.expiryForecast":      {Simple: "it sums over places and use"},
		"Query.stockAlerts":         {Simple: "it sums over lots"},
		"Query.scan":                {Simple: "it reads a code"},
		"Query.lotRecipients":       {Simple: "it sums by patient"},
		"Item.packs": {Many: &field.Many{Type: "ItemPack", Column: itempack.FieldItemID, Most: mostPacks, Where: inUse, Sort: []field.Sort{
			{Column: itempack.FieldQuantity}, {Column: itempack.FieldID},
		}}},
		"Item.barcodes": {Many: &field.Many{Type: "Barcode", Column: barcode.FieldItemID, Most: mostPacks, Sort: []field.Sort{
			{Column: barcode.FieldValue}, {Column: barcode.FieldID},
		}}},
		"Item.stock": {Simple: "it sums over lots, orders and reservations"},
		"Lot.balances": {Many: &field.Many{Type: "StockBalance", Column: stockbalance.FieldLotID, Most: mostBalances, Where: something, Sort: []field.Sort{
			{Column: stockbalance.FieldID},
		}}},
		"PurchaseOrder.lines": {Many: &field.Many{Type: "PurchaseOrderLine", Column: purchaseorderline.FieldOrderID, Most: mostLines, Where: ordered, Sort: []field.Sort{
			{Column: purchaseorderline.FieldPosition}, {Column: purchaseorderline.FieldID},
		}}},
		"Stocktake.lines": {Many: &field.Many{Type: "StocktakeLine", Column: stocktakeline.FieldStocktakeID, Most: mostCounted, Sort: []field.Sort{
			{Column: stocktakeline.FieldPlaceID}, {Column: stocktakeline.FieldItemID}, {Column: stocktakeline.FieldID},
		}}},
		"Kit.lines": {Many: &field.Many{Type: "KitLine", Column: kitline.FieldKitID, Most: mostLines, Where: inUse, Sort: []field.Sort{
			{Column: kitline.FieldPosition}, {Column: kitline.FieldID},
		}}},
		"StockUse.movements": {Many: &field.Many{
			Type: "StockMovement", Most: mostMovements,
			Match: func(child, parent func(string) string) string {
				return child(stockmovement.FieldActID) + " = " + parent(stockuse.FieldID)
			},
			Sort: []field.Sort{{Column: stockmovement.FieldAt}, {Column: stockmovement.FieldID}},
		}},
	}
}

func ordered(map[string]any) field.Where {
	return func(s *sql.Selector) { s.Where(sql.GT(s.C(purchaseorderline.FieldPacks), 0)) }
}

func active(args map[string]any) field.Where {
	return func(s *sql.Selector) {
		if is := args["active"]; is != nil {
			s.Where(sql.EQ(s.C("active"), is))
		}
	}
}

func inUse(map[string]any) field.Where {
	return func(s *sql.Selector) { s.Where(sql.EQ(s.C("active"), true)) }
}

func something(map[string]any) field.Where {
	return func(s *sql.Selector) { s.Where(sql.GT(s.C(stockbalance.FieldQuantity), 0)) }
}

func openPlaces(args map[string]any) field.Where {
	return func(s *sql.Selector) {
		s.Where(sql.EQ(s.C(storageplace.FieldActive), true))
		if at := args["location"]; at != nil {
			s.Where(sql.EQ(s.C(storageplace.FieldLocationID), at))
		}
	}
}
