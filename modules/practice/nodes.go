package practice

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/practice"
	"medoffice/modules/kit"
	"medoffice/modules/kit/load"
)

// PracticesByID finds the practice by its identifier, for node.
func (m *Module) PracticesByID(ctx context.Context, ids []string) (map[string]*ent.Practice, error) {
	return load.ByID(m.DB.Client(ctx).Practice.Query().Where(practice.IDIn(ids...)).All(ctx))
}

// Nodes implements kit.Noder.
func (m *Module) Nodes() map[string]kit.Finder {
	return map[string]kit.Finder{
		"prac": finder(m.PracticesByID), "loc": finder(m.LocationsByID), "prov": finder(m.ProvidersByID),
	}
}

// finder leaves out everything for viewers who may not see the practice.
func finder[R any](find func(context.Context, []string) (map[string]R, error)) kit.Finder {
	return func(ctx context.Context, ids []string) (map[string]any, error) {
		if !kit.ViewerOf(ctx).May(Read) {
			return nil, nil
		}
		rows, err := find(ctx, ids)
		found := make(map[string]any, len(rows))
		for id, row := range rows {
			found[id] = row
		}
		return found, err
	}
}
