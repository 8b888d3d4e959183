package fhir

import (
	"cmp"
	"context"
	"slices"

	"medoffice/ent"
	"medoffice/ent/fhiridentifier"
	"medoffice/ent/fhirresource"
	"medoffice/modules/kit"
	"medoffice/modules/kit/opt"
)

// writer writes one unit in one transaction.
type writer struct {
	*importer
	unit    *unit
	entries []*entry // in the order of writing
	at      *entry   // being written
	inside  map[key]*entry
	urls    map[string]key
	numbers map[string][]key // kind?system|value to resources
	alias   map[key]key      // conditional creates of what is there
	stored  map[string]bool  // numbers that the database has: kind?number=id
	known   map[key]*ent.FHIRResource
	made    map[key]string // the rows of this unit, "" where kept raw
	fresh   []func(*ent.Client) *ent.FHIRResourceCreate

	counts  map[string]*Count
	faults  []Refusal
	notes   []Refusal
	refused map[key]bool
	waits   map[key]bool
	waiting []*entry
}

func newWriter(i *importer, u *unit) *writer {
	w := &writer{
		importer: i, unit: u, inside: map[key]*entry{}, urls: map[string]key{}, numbers: map[string][]key{},
		alias: map[key]key{}, stored: map[string]bool{}, known: map[key]*ent.FHIRResource{}, made: map[key]string{},
		counts: map[string]*Count{}, refused: map[key]bool{}, waits: map[key]bool{},
	}
	for _, e := range u.Entries {
		if e.URL != "" {
			w.urls[e.URL] = e.key
		}
		if w.inside[e.key] != nil { // the same once more
			w.count(e, Count{Unchanged: 1})
			continue
		}
		w.inside[e.key] = e
		w.entries = append(w.entries, e)
		for _, n := range e.known {
			w.number(e.kind, n, e.key)
		}
	}
	slices.SortStableFunc(w.entries, func(a, b *entry) int { return cmp.Compare(a.rank(), b.rank()) })
	return w
}

func (w *writer) number(kind, number string, k key) {
	name := kind + "?" + number
	if !slices.Contains(w.numbers[name], k) {
		w.numbers[name] = append(w.numbers[name], k)
	}
}

func (w *writer) count(e *entry, c Count) {
	if w.counts[e.kind] == nil {
		w.counts[e.kind] = &Count{}
	}
	w.counts[e.kind].add(c)
}

func (w *writer) all(ctx context.Context) error {
	if err := w.fetch(ctx); err != nil {
		return err
	}
	if err := w.resolve(); err != nil {
		return err
	}
	for _, e := range w.entries {
		w.at = e
		if err := w.one(ctx, e); err != nil {
			return err
		}
	}
	w.at = nil
	return w.flush(ctx)
}

// inList bounds the values of one IN (…).
const inList = 500

// fetch reads what is there already of what the unit holds and refers to.
func (w *writer) fetch(ctx context.Context) error {
	if err := w.fetchNumbers(ctx); err != nil {
		return err
	}
	ids := map[string]bool{}
	for _, e := range w.entries {
		ids[e.id] = true
		for _, l := range e.links() {
			if k, ok := l.key(); ok {
				ids[k.id] = true
			}
		}
	}
	for _, keys := range w.numbers {
		for _, k := range keys {
			ids[k.id] = true
		}
	}
	all := make([]string, 0, len(ids))
	for id := range ids {
		all = append(all, id)
	}
	slices.Sort(all)
	for some := range slices.Chunk(all, inList) {
		rows, err := w.DB.Client(ctx).FHIRResource.Query().Where(fhirresource.ResourceID.In(some...)).
			Select(fhirresource.FieldResourceType, fhirresource.FieldResourceID, fhirresource.FieldContentHash,
				fhirresource.FieldPatientID, fhirresource.FieldEntityID).All(ctx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			w.known[key{r.ResourceType, r.ResourceID}] = r
		}
	}
	w.aliases()
	return nil
}

// fetchNumbers finds the resources of earlier files by their identifiers.
func (w *writer) fetchNumbers(ctx context.Context) error {
	wanted := map[string]bool{}
	for _, e := range w.entries {
		for _, n := range e.known {
			wanted[n] = true
		}
		for _, l := range e.links() {
			wanted[l.number] = true
		}
		wanted[e.IfNone] = true
	}
	delete(wanted, "")
	all := make([]string, 0, len(wanted))
	for n := range wanted {
		all = append(all, n)
	}
	slices.Sort(all)
	for some := range slices.Chunk(all, inList) {
		rows, err := w.DB.Client(ctx).FHIRIdentifier.Query().Where(fhiridentifier.Identifier.In(some...)).All(ctx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			w.number(r.ResourceType, r.Identifier, key{r.ResourceType, r.ResourceID})
			w.stored[r.ResourceType+"?"+r.Identifier+"="+r.ResourceID] = true
		}
	}
	return nil
}

// aliases finds conditional creates of what an earlier file brought under
// another id: they create nothing.
func (w *writer) aliases() {
	w.entries = slices.DeleteFunc(w.entries, func(e *entry) bool {
		if e.IfNone == "" || w.known[e.key] != nil {
			return false
		}
		for _, k := range w.numbers[e.kind+"?"+e.IfNone] {
			if k != e.key && w.known[k] != nil {
				w.alias[e.key] = k
				w.count(e, Count{Unchanged: 1})
				return true
			}
		}
		return false
	})
}

// one writes one entry: its row, and what is remembered of it.
func (w *writer) one(ctx context.Context, e *entry) error {
	old := w.known[e.key]
	if old != nil && old.ContentHash == e.hash {
		w.made[e.key] = opt.Text(old.EntityID)
		w.count(e, Count{Unchanged: 1})
		return nil
	}
	patient, reason := w.fill(e, old)
	if reason != "" {
		return w.refuse(e, reason)
	}
	row := e.row
	id, created, updated, err := w.put(ctx, row)
	if refusal, ok := kit.AsError(err); ok {
		_, reading := row.(*ent.VitalReading)
		switch {
		case refusal.Code == kit.Conflict: // ours is newer: the row stays, and the rest goes on
			w.made[e.key] = id
			if old != nil && old.EntityID != nil { // after a merge, the one that stands
				w.made[e.key] = *old.EntityID
			}
			w.count(e, Count{Refused: 1})
			w.faults = append(w.faults, w.refusal(e, refusal.Safe))
			return nil
		case refusal.Code == kit.Implausible, refusal.Code == kit.BadUserInput && reading: // a number the chart cannot show
			w.notes = append(w.notes, w.refusal(e, refusal.Safe))
			row, id = nil, ""
		default:
			return w.refuse(e, refusal.Safe)
		}
	} else if err != nil {
		return err
	}
	w.tally(e, row, created, updated)
	w.made[e.key] = id
	if e.kind == "Patient" {
		patient = id
	}
	return w.remember(ctx, e, old, row == nil || e.more, id, patient)
}

func (w *writer) tally(e *entry, row any, created, updated bool) {
	switch {
	case row == nil:
		w.count(e, Count{KeptRaw: 1})
	case created:
		w.count(e, Count{Imported: 1})
	case updated || e.more:
		w.count(e, Count{Updated: 1})
	default:
		w.count(e, Count{Unchanged: 1})
	}
}

func (w *writer) refusal(e *entry, reason string) Refusal {
	return Refusal{File: w.unit.File, Path: e.Place, Type: e.kind, Reason: reason}
}

// refuse leaves the entry out, and with it the bundle where it stands or falls
// as a whole.
func (w *writer) refuse(e *entry, reason string) error {
	w.faults = append(w.faults, w.refusal(e, reason))
	w.refused[e.key] = true
	if w.unit.Whole {
		return errBroken
	}
	w.count(e, Count{Refused: 1})
	return nil
}

// fill puts the ids of what the entry refers to into its row. It returns whose
// it is, or why it cannot be taken.
func (w *writer) fill(e *entry, old *ent.FHIRResource) (patient, reason string) {
	patient, ok := w.entity(e.patient, "Patient")
	if !ok {
		return "", "it refers to something that was refused"
	}
	if old != nil && old.PatientID != nil && e.kind != "Patient" && patient != "" && *old.PatientID != patient {
		return "", "under this id something of another patient was imported before"
	}
	visit, ok1 := w.entity(e.visit, "Encounter")
	provider, ok2 := w.entity(e.provider, "Practitioner")
	location, ok3 := w.entity(e.location, "Location", "Organization")
	if !ok1 || !ok2 || !ok3 {
		return "", "it refers to something that was refused"
	}
	if patient == "" && e.patient != nil && e.row != nil {
		return "", "what it belongs to is not a patient"
	}
	place(e.row, patient, visit, provider, location)
	return patient, ""
}

// place puts ids into a row.
func place(to any, patient, visit, provider, location string) {
	switch row := to.(type) {
	case *ent.Visit:
		row.PatientID, row.ProviderID, row.LocationID = patient, trimmed(provider), trimmed(location)
	case *ent.Problem:
		row.PatientID, row.VisitID = patient, trimmed(visit)
	case *ent.Allergy:
		row.PatientID = patient
	case *ent.HistoryEntry:
		row.PatientID = patient
	case *ent.Immunization:
		row.PatientID, row.VisitID = patient, trimmed(visit)
	case *ent.VitalReading:
		row.PatientID, row.VisitID = patient, trimmed(visit)
	}
}

// entity is the id of the row behind a link, "" where there is none: the link
// leads nowhere, to a resource that is kept raw, or to another kind of thing.
func (w *writer) entity(l *link, kinds ...string) (id string, ok bool) {
	if l == nil {
		return "", true
	}
	k, reason := w.target(l)
	if reason != "" {
		return "", l.optional
	}
	if w.refused[k] {
		return "", false
	}
	if !slices.Contains(kinds, k.kind) {
		return "", true
	}
	if id, ok := w.made[k]; ok {
		return id, true
	}
	if r := w.known[k]; r != nil {
		return opt.Text(r.EntityID), true
	}
	return "", false
}

// put gives a row to the module that owns its table.
func (w *writer) put(ctx context.Context, row any) (id string, created, updated bool, err error) {
	switch row := row.(type) {
	case *ent.Patient:
		return w.charts.PutPatient(ctx, row)
	case *ent.Allergy:
		return w.charts.PutAllergy(ctx, row)
	case *ent.Problem:
		return w.charts.PutProblem(ctx, row)
	case *ent.HistoryEntry:
		return w.charts.PutHistory(ctx, row)
	case *ent.Immunization:
		return w.charts.PutImmunization(ctx, row)
	case *ent.Visit:
		return w.visits.PutVisit(ctx, row)
	case *ent.Provider:
		return w.practice.PutProvider(ctx, row)
	case *ent.Location:
		return w.practice.PutLocation(ctx, row)
	case *ent.VitalReading:
		return w.vitals.Put(ctx, row)
	}
	return "", false, false, nil
}
