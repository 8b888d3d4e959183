package inventory_test

import (
	"strings"
	"testing"

	"medoffice/modules/officetest"
)

// TestStockAlerts: who watches gets all alerts, then those that change, and
// hears when an item is well again.
func TestStockAlerts(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		it := s.item("STREP", "REAGENT", nil)
		s.receive(it, s.cabinet, "S", "2030-01-01", 10)
		var got struct {
			StockAlerts struct {
				All    bool
				Alerts []struct {
					Kinds []string
					Level struct{ Usable int }
				}
			}
		}
		w := s.nurse.Watch(`subscription($l: ID!) { stockAlerts(location: $l) { all alerts { kinds level { usable } } } }`, vars{"l": s.here})
		if w.Read(&got); !got.StockAlerts.All || len(got.StockAlerts.Alerts) != 0 {
			t.Fatalf("%+v", got)
		}
		next := func(kind string, usable int) {
			t.Helper()
			w.Read(&got)
			a := got.StockAlerts.Alerts
			if len(a) != 1 || strings.Join(a[0].Kinds, " ") != kind || a[0].Level.Usable != usable || got.StockAlerts.All {
				t.Errorf("want %s %d: %+v", kind, usable, got)
			}
		}
		s.par(it, 12, 50)
		next("LOW", 10)
		s.stock(s.nurse, "issueStock", "IssueStockInput", vars{"itemId": it, "locationId": s.here, "quantity": 10})
		next("OUT", 0)
		s.receive(it, s.cabinet, "T", "2026-03-20", 30)
		next("EXPIRING", 30)
		s.receive(it, s.cabinet, "S", "2030-01-01", 5)
		next("EXPIRING", 35)
		var now struct{ StockAlerts []struct{ Kinds []string } }
		s.nurse.Do(`query($l: ID!) { stockAlerts(location: $l) { kinds } }`, vars{"l": s.here}, &now)
		if len(now.StockAlerts) != 1 {
			t.Errorf("%+v", now)
		}
		var forecast struct {
			ExpiryForecast []struct {
				Quantity, Left int
				Lot            struct{ Number string }
			}
		}
		s.nurse.Do(`query($l: ID!) { expiryForecast(location: $l, until: "2026-04") { quantity left lot { number } } }`, vars{"l": s.here}, &forecast)
		// Ten in four weeks are six in the nineteen days that the lot has.
		if f := forecast.ExpiryForecast; len(f) != 1 || f[0].Lot.Number != "T" || f[0].Quantity != 30 || f[0].Left != 24 {
			t.Errorf("%+v", forecast)
		}
	})
}
