package events

// StockMoved publishes one line of the ledger of the stock. All of them, played
// again in order, make the stock as it is.
type StockMoved struct {
	MovementID string `json:"movement"`
	ItemID     string `json:"item"`
	LotID      string `json:"lot"`
	PlaceID    string `json:"place"`
	LocationID string `json:"location"`
	Quantity   int64  `json:"quantity"` // base units added, negative for taken
}

// Topic implements bus.Event.
func (StockMoved) Topic() string { return "inventory.moved" }

// Entity is the item.
func (e StockMoved) Entity() string { return e.ItemID }

// Location implements bus.Event.
func (e StockMoved) Location() string { return e.LocationID }

// StockChanged says that something else decides now how much of an item may
// be used or is wanted: a lot set aside, a par level, a reservation.
type StockChanged struct {
	ItemID     string `json:"item"`
	LocationID string `json:"location,omitempty"` // "" for all
}

// Topic implements bus.Event.
func (StockChanged) Topic() string { return "inventory.changed" }

// Entity is the item.
func (e StockChanged) Entity() string { return e.ItemID }

// Location implements bus.Event.
func (e StockChanged) Location() string { return e.LocationID }
