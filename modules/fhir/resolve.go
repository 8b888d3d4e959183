package fhir

import (
	"context"
	"slices"

	"medoffice/ent"
)

// links are the references of an entry that matter for its row.
func (e *entry) links() []*link {
	all := make([]*link, 0, 4)
	for _, l := range []*link{e.patient, e.visit, e.provider, e.location} {
		if l != nil {
			all = append(all, l)
		}
	}
	return all
}

const (
	nowhere = "what it refers to is in no file so far"
	several = "several resources have the identifier that it refers to"
)

// target finds the resource that a link names, in the unit or in the database.
func (w *writer) target(l *link) (k key, reason string) {
	if l.number != "" {
		found := w.numbers[l.kind+"?"+l.number]
		switch len(found) {
		case 0:
			return key{}, nowhere
		case 1:
			return found[0], ""
		}
		return key{}, several
	}
	k, ok := w.urls[l.text]
	if !ok {
		if k, ok = l.key(); !ok {
			return key{}, nowhere
		}
	}
	if other, ok := w.alias[k]; ok {
		k = other
	}
	if w.inside[k] == nil && w.known[k] == nil {
		return key{}, nowhere
	}
	return k, ""
}

// resolve checks every reference before anything is written. What leads
// nowhere waits, or is refused when nothing more will come.
func (w *writer) resolve() error {
	taken := w.entries[:0:0]
	for _, e := range w.entries {
		wait, err := w.reach(e)
		switch {
		case err != nil:
			w.refused[e.key] = true
			r := Refusal{File: w.unit.File, Type: e.kind, Path: join(e.Place, err.Path), Reason: err.Reason}
			w.faults = append(w.faults, r)
			if !w.unit.Whole {
				w.count(e, Count{Refused: 1})
			}
		case wait:
			w.waits[e.key] = true
			w.waiting = append(w.waiting, e)
		default:
			taken = append(taken, e)
		}
	}
	w.entries = taken
	if w.unit.Whole && len(w.waiting) > 0 {
		return errWait
	}
	if w.unit.Whole && len(w.faults) > 0 {
		return errBroken
	}
	return nil
}

// reach follows the references of one entry.
func (w *writer) reach(e *entry) (wait bool, _ *fault) {
	for _, l := range e.links() {
		k, reason := w.target(l)
		switch {
		case reason != "" && w.patience < waitForNeeded:
			wait = true
		case reason != "" && l.optional:
			e.more = true
		case reason != "" && w.patience < waitForNone:
			wait = true
		case reason != "":
			return false, &fault{Path: l.path, Reason: reason}
		case w.refused[k] || w.bad[k]:
			return false, &fault{Path: l.path, Reason: "what it refers to was refused"}
		case w.waits[k]:
			wait = true
		}
	}
	return wait, nil
}

// remember notes what was imported, and keeps the resource raw where no row
// says all of it.
func (w *writer) remember(ctx context.Context, e *entry, old *ent.FHIRResource, keep bool, id, patient string) error {
	var raw *string
	if keep {
		text := string(e.Raw)
		raw = &text
	}
	if old == nil {
		w.fresh = append(w.fresh, func(c *ent.Client) *ent.FHIRResourceCreate {
			return c.FHIRResource.Create().SetResourceType(e.kind).SetResourceID(e.id).SetContentHash(e.hash).
				SetNillableRaw(raw).SetNillableEntityID(trimmed(id)).SetNillablePatientID(trimmed(patient))
		})
		return nil
	}
	change := old.Update().SetContentHash(e.hash).SetNillableRaw(raw).SetNillablePatientID(trimmed(patient))
	if raw == nil {
		change.ClearRaw()
	}
	switch {
	case id != "":
		change.SetEntityID(id)
	case old.EntityID != nil:
		w.notes = append(w.notes, w.refusal(e, "it does not say any more what its row says: look at the row"))
	}
	return change.Exec(ctx)
}

// bulk bounds the rows of one INSERT.
const bulk = 200

// flush writes what is remembered of the new resources.
func (w *writer) flush(ctx context.Context) error {
	client := w.DB.Client(ctx)
	for some := range slices.Chunk(w.fresh, bulk) {
		rows := make([]*ent.FHIRResourceCreate, len(some))
		for i, make := range some {
			rows[i] = make(client)
		}
		if err := client.FHIRResource.CreateBulk(rows...).Exec(ctx); err != nil {
			return err
		}
	}
	var numbers []*ent.FHIRIdentifierCreate
	for _, e := range w.entries {
		if w.refused[e.key] {
			continue
		}
		for _, n := range e.known {
			name := e.kind + "?" + n + "=" + e.id
			if w.stored[name] {
				continue
			}
			w.stored[name] = true
			numbers = append(numbers, client.FHIRIdentifier.Create().SetResourceType(e.kind).SetIdentifier(n).SetResourceID(e.id))
		}
	}
	for some := range slices.Chunk(numbers, bulk) {
		if err := client.FHIRIdentifier.CreateBulk(some...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
