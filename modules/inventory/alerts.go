package inventory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"medoffice/ent/parlevel"
	"medoffice/ent/stockbalance"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/live"
)

const (
	mostAlerts  = 500
	mostWatched = 5000        // items of a location that alerts look at
	lookAgain   = time.Minute // for what only the clock changes: an open vial, a last day
)

func (q Query) StockAlerts(ctx context.Context, location string) ([]*model.StockAlert, error) {
	ids, err := q.watched(ctx, location)
	if err != nil {
		return nil, err
	}
	levels, err := q.levels(ctx, location, ids)
	return alerts(levels), err
}

// watched are the items that a location has or wants.
func (m *Module) watched(ctx context.Context, location string) ([]string, error) {
	c, all := m.DB.Client(ctx), map[string]bool{}
	wanted, err := c.ParLevel.Query().Where(parlevel.LocationID.EQ(location)).Limit(mostWatched).Select(parlevel.FieldItemID).Strings(ctx)
	if err != nil {
		return nil, err
	}
	there, err := c.StockBalance.Query().Where(stockbalance.LocationID.EQ(location), stockbalance.Quantity.GT(0)).
		Unique(true).Limit(mostWatched).Select(stockbalance.FieldItemID).Strings(ctx)
	for _, id := range append(wanted, there...) {
		all[id] = true
	}
	return slices.Sorted(maps.Keys(all)), err
}

// alerts are the levels at which somebody should look, by name.
func alerts(levels map[string]*model.StockLevel) []*model.StockAlert {
	list := []*model.StockAlert{}
	for _, l := range levels {
		if kinds := minded(l); len(kinds) > 0 {
			list = append(list, &model.StockAlert{Kinds: kinds, Level: l})
		}
	}
	slices.SortFunc(list, func(a, b *model.StockAlert) int {
		return strings.Compare(a.Level.Item.SortName+a.Level.Item.ID, b.Level.Item.SortName+b.Level.Item.ID)
	})
	return list[:min(len(list), mostAlerts)]
}

// minded returns why somebody should look at an item.
func minded(l *model.StockLevel) []model.StockAlertKind {
	kinds := []model.StockAlertKind{}
	switch l.State {
	case model.StockStateOut:
		kinds = append(kinds, model.StockAlertKindOut)
	case model.StockStateLow:
		kinds = append(kinds, model.StockAlertKindLow)
	}
	if l.ExpiringSoon {
		kinds = append(kinds, model.StockAlertKindExpiring)
	}
	if l.Expired > 0 {
		kinds = append(kinds, model.StockAlertKindExpired)
	}
	return kinds
}

func (s Subscription) StockAlerts(ctx context.Context, location string) (<-chan *model.StockAlertNews, error) {
	if live.Single(ctx) != nil {
		return live.Stream[*model.StockAlertNews](ctx, nil), nil
	}
	if err := s.site(ctx, location); err != nil {
		return nil, err
	}
	return live.Stream[*model.StockAlertNews](ctx, s.watchAlerts(location)), nil
}

// mind gathers the items about which something was published.
type mind struct {
	mu    sync.Mutex
	items map[string]bool
	poke  chan struct{}
}

func (n *mind) hear(location string) func([]bus.Fact) {
	topics := []string{(events.StockMoved{}).Topic(), (events.StockChanged{}).Topic()}
	return func(facts []bus.Fact) {
		n.mu.Lock()
		defer n.mu.Unlock()
		for _, f := range facts {
			if slices.Contains(topics, f.Topic) && (f.Location == "" || f.Location == location) {
				n.items[f.Entity] = true
			}
		}
		if len(n.items) > 0 {
			select {
			case n.poke <- struct{}{}:
			default:
			}
		}
	}
}

func (n *mind) take() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	ids := slices.Sorted(maps.Keys(n.items))
	n.items = map[string]bool{}
	return ids
}

// watchAlerts sends all alerts of a location and then those that change. It
// listens before it looks, so that nothing falls between.
func (m *Module) watchAlerts(location string) live.Source {
	return func(ctx context.Context, send func(*live.Frame) error) error {
		n := &mind{items: map[string]bool{}, poke: make(chan struct{}, 1)}
		defer m.Bus.Watch(n.hear(location))()
		office := kit.System(ctx, "stock alerts")
		again := time.NewTicker(lookAgain)
		defer again.Stop()
		sent := map[string]string{}
		for first := true; ; first = false {
			ids := n.take()
			if first || len(ids) == 0 {
				var err error
				if ids, err = m.watched(office, location); err != nil {
					return err
				}
			}
			levels, err := m.levels(office, location, ids)
			if err != nil {
				return err
			}
			if news := changes(levels, sent); first || len(news) > 0 {
				if err := send(&live.Frame{Value: &model.StockAlertNews{All: first, Alerts: news}}); err != nil {
					return err
				}
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-n.poke:
			case <-again.C:
			}
		}
	}
}

// changes are the alerts that show something else than what was sent, and
// notes them as sent.
func changes(levels map[string]*model.StockLevel, sent map[string]string) []*model.StockAlert {
	list := alerts(levels)
	now := map[string]bool{}
	list = slices.DeleteFunc(list, func(a *model.StockAlert) bool {
		id := a.Level.Item.ID
		now[id] = true
		shown := *a.Level
		shown.Item, shown.Minimum, shown.Maximum = nil, nil, nil
		text := fmt.Sprint(a.Kinds, shown)
		same := sent[id] == text
		sent[id] = text
		return same
	})
	for _, id := range slices.Sorted(maps.Keys(levels)) {
		if sent[id] != "" && !now[id] {
			delete(sent, id)
			list = append(list, &model.StockAlert{Kinds: []model.StockAlertKind{}, Level: levels[id]})
		}
	}
	return list
}
