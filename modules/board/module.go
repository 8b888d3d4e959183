// Package board is the board of a site: which room holds whom, who waits, who is
// expected, for how long, and what to mind about each. It is read with one
// statement, and followed live by one hub for all who watch the same site.
//
// It has no rows of its own and writes nothing: it stands on the others, and is
// built last. Which badges a card has is known by those who have a badge to give.
package board

import (
	"context"

	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
)

// Module is the boards of all sites.
type Module struct {
	kit.Deps
	boards *Boards
}

// New makes the module.
func New(d kit.Deps, a Arrivals) *Module {
	loader := &Loader{DB: d.DB, Clock: d.Clock, Zone: d.Zone, Expected: a}
	return &Module{Deps: d, boards: &Boards{Loader: loader, Bus: d.Bus, Log: d.Log}}
}

// Name implements kit.Module.
func (*Module) Name() string { return "board" }

// Permissions implements kit.Module: who may see rooms may see the board, which is
// visits.board.
func (*Module) Permissions() kit.Grants { return nil }

// Gather implements kit.Asker.
func (m *Module) Gather(all *kit.Offers) { m.boards.Badges = kit.Offering[Badger](all) }

// Boards are the live boards of this process.
func (m *Module) Boards() *Boards { return m.boards }

// Start implements kit.Starter.
func (m *Module) Start(ctx context.Context) error {
	m.boards.Start(ctx)
	return nil
}

// Stop implements kit.Stopper.
func (m *Module) Stop(context.Context) error {
	m.boards.Stop()
	return nil
}

// parts are the fields that do not follow from the schema and the tables.
func (*Module) parts() field.Parts {
	return field.Parts{"Query.roomBoard": {Simple: "the board is one statement already"}}
}
