package inventory

import (
	"entgo.io/ent/dialect/sql"

	"medoffice/ent/barcode"
	"medoffice/ent/itempack"
	entkit "medoffice/ent/kit"
	"medoffice/ent/kitline"
	"medoffice/ent/lot"
	"medoffice/ent/purchaseorder"
	"medoffice/ent/purchaseorderline"
	"medoffice/ent/stockbalance"
	"medoffice/ent/stockmovement"
	"medoffice/ent/stockreservation"
	"medoffice/ent/stocktake"
	"medoffice/ent/stocktakeline"
	"medoffice/ent/stockuse"
	"medoffice/ent/storageplace"
	"medoffice/ent/supplier"
	"medoffice/modules/kit/field"
)

// The bounds of the lists without pages, as the schema tells them.
const (
	mostPacks     = 50
	mostBalances  = 100
	mostSuppliers = 200
	mostPlaces    = 200
	mostKits      = 200
	mostMovements = 200
)

// Types implements kit.Typer.
func (*Module) Types() field.Types {
	one := func(of, column string) field.Part { return field.Part{One: &field.One{Type: of, Column: column}} }
	return field.Types{
		"Query": {Parts: map[string]field.Part{
			"items":          {Page: &field.Page{Entity: &itemFields}},
			"lots":           {Page: &field.Page{Entity: &lotFields}},
			"stockMovements": {Page: &field.Page{Entity: &movementFields}},
			"suppliers": {Many: &field.Many{Type: "Supplier", Most: mostSuppliers, Where: active, Sort: []field.Sort{
				{Column: supplier.FieldName}, {Column: supplier.FieldID},
			}}},
			"storagePlaces": {Many: &field.Many{Type: "StoragePlace", Most: mostPlaces, Where: openPlaces, Sort: []field.Sort{
				{Column: storageplace.FieldLocationID}, {Column: storageplace.FieldPosition}, {Column: storageplace.FieldID},
			}}},
			"purchaseOrders": {Page: &field.Page{Entity: &orderFields}},
			"stocktakes":     {Page: &field.Page{Entity: &countFields}},
			"kits": {Many: &field.Many{Type: "Kit", Most: mostKits, Where: active, Sort: []field.Sort{
				{Column: entkit.FieldName}, {Column: entkit.FieldID},
			}}},
			"stockReservations":   {Simple: "what is kept depends on the clock"},
			"purchaseSuggestions": {Simple: "it sums over lots, orders and use"},
			"expiryForecast":      {Simple: "it sums over places and use"},
			"stockAlerts":         {Simple: "it sums over lots"},
			"scan":                {Simple: "it reads a code"},
			"lotRecipients":       {Simple: "it sums by patient"},
		}},
		"Item": {Can: Read, Prefix: "item", Parts: map[string]field.Part{
			"packs": {Many: &field.Many{Type: "ItemPack", Column: itempack.FieldItemID, Most: mostPacks, Where: inUse, Sort: []field.Sort{
				{Column: itempack.FieldQuantity}, {Column: itempack.FieldID},
			}}},
			"barcodes": {Many: &field.Many{Type: "Barcode", Column: barcode.FieldItemID, Most: mostPacks, Sort: []field.Sort{
				{Column: barcode.FieldValue}, {Column: barcode.FieldID},
			}}},
			"stock": {Simple: "it sums over lots, orders and reservations"},
			"lots":  {Page: &field.Page{Entity: &lotFields, Column: lot.FieldItemID}},
		}},
		"ItemPack":     {},
		"Barcode":      {Parts: map[string]field.Part{"pack": one("ItemPack", barcode.FieldPackID)}},
		"Supplier":     {Can: Read, Prefix: "sup"},
		"StoragePlace": {Can: Read, Prefix: "plc", Parts: map[string]field.Part{"location": one("Location", storageplace.FieldLocationID)}},
		"Lot": {Can: Read, Prefix: "lot", Parts: map[string]field.Part{
			"item": one("Item", lot.FieldItemID), "supplier": one("Supplier", lot.FieldSupplierID),
			"balances": {Many: &field.Many{Type: "StockBalance", Column: stockbalance.FieldLotID, Most: mostBalances, Where: something, Sort: []field.Sort{
				{Column: stockbalance.FieldID},
			}}},
		}},
		"StockBalance": {Parts: map[string]field.Part{"place": one("StoragePlace", stockbalance.FieldPlaceID)}},
		"StockMovement": {Can: Ledger, Prefix: "mov", Parts: map[string]field.Part{
			"item": one("Item", stockmovement.FieldItemID), "lot": one("Lot", stockmovement.FieldLotID),
			"place": one("StoragePlace", stockmovement.FieldPlaceID), "patient": one("Patient", stockmovement.FieldPatientID),
			"visit": one("Visit", stockmovement.FieldVisitID), "reverses": one("StockMovement", stockmovement.FieldReversesID),
			"cost": {Column: stockmovement.FieldCostMinor},
		}},
		"PurchaseOrder": {Can: Order, Prefix: "po", Parts: map[string]field.Part{
			"location": one("Location", purchaseorder.FieldLocationID), "supplier": one("Supplier", purchaseorder.FieldSupplierID),
			"lines": {Many: &field.Many{Type: "PurchaseOrderLine", Column: purchaseorderline.FieldOrderID, Most: mostLines, Where: ordered, Sort: []field.Sort{
				{Column: purchaseorderline.FieldPosition}, {Column: purchaseorderline.FieldID},
			}}},
		}},
		"PurchaseOrderLine": {Parts: map[string]field.Part{
			"item": one("Item", purchaseorderline.FieldItemID), "price": {Column: purchaseorderline.FieldPriceMinor},
		}},
		"Stocktake": {Can: Count, Prefix: "stk", Parts: map[string]field.Part{
			"location": one("Location", stocktake.FieldLocationID), "place": one("StoragePlace", stocktake.FieldPlaceID),
			"lines": {Many: &field.Many{Type: "StocktakeLine", Column: stocktakeline.FieldStocktakeID, Most: mostCounted, Sort: []field.Sort{
				{Column: stocktakeline.FieldPlaceID}, {Column: stocktakeline.FieldItemID}, {Column: stocktakeline.FieldID},
			}}},
		}},
		"StocktakeLine": {Parts: map[string]field.Part{
			"item": one("Item", stocktakeline.FieldItemID), "lot": one("Lot", stocktakeline.FieldLotID),
			"place": one("StoragePlace", stocktakeline.FieldPlaceID),
		}},
		"Kit": {Can: Read, Prefix: "kit", Parts: map[string]field.Part{
			"visitType": one("VisitType", entkit.FieldVisitTypeID),
			"lines": {Many: &field.Many{Type: "KitLine", Column: kitline.FieldKitID, Most: mostLines, Where: inUse, Sort: []field.Sort{
				{Column: kitline.FieldPosition}, {Column: kitline.FieldID},
			}}},
		}},
		"KitLine": {Parts: map[string]field.Part{"item": one("Item", kitline.FieldItemID)}},
		"StockUse": {Can: Use, Prefix: "use", Parts: map[string]field.Part{
			"kit": one("Kit", stockuse.FieldKitID), "item": one("Item", stockuse.FieldItemID), "patient": one("Patient", stockuse.FieldPatientID),
			"movements": {Many: &field.Many{
				Type: "StockMovement", Most: mostMovements,
				Match: func(child, parent func(string) string) string {
					return child(stockmovement.FieldActID) + " = " + parent(stockuse.FieldID)
				},
				Sort: []field.Sort{{Column: stockmovement.FieldAt}, {Column: stockmovement.FieldID}},
			}},
		}},
		"StockReservation": {Parts: map[string]field.Part{"item": one("Item", stockreservation.FieldItemID)}},
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
