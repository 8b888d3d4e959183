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
	return load.ByID(m.DB.Client(ctx).Practice.Query().Where(practice.ID.In(ids...)).All(ctx))
}

// Nodes implements kit.Noder.
func (m *Module) Nodes() map[string]kit.Finder {
	return map[string]kit.Finder{
		"prac": kit.Find(Read, m.PracticesByID), "loc": kit.Find(Read, m.LocationsByID), "prov": kit.Find(Read, m.ProvidersByID),
	}
}
