package kit

import (
	"context"
	"maps"
	"slices"
	"sync"

	"medoffice/ent"
	"medoffice/modules/kit/db"
)

// Sight collects whose records a request has looked at, so that the audit
// trail gets one event for each, however many rows were read.
type Sight struct {
	mu       sync.Mutex
	patients map[string]map[string]bool // patient to kinds of rows
}

type sightKey struct{}

// WithSight returns a context whose reads are collected.
func WithSight(ctx context.Context) (context.Context, *Sight) {
	s := &Sight{patients: map[string]map[string]bool{}}
	return context.WithValue(ctx, sightKey{}, s), s
}

// SightOf is the collector of the context, or nil, which collects nothing.
func SightOf(ctx context.Context) *Sight {
	s, _ := ctx.Value(sightKey{}).(*Sight)
	return s
}

func (s *Sight) rows(v ent.Value) {
	if s == nil {
		return
	}
	ent.Subjects(v, func(row ent.Subjecter) {
		if kind, _, patient := row.Subject(); patient != "" {
			s.Add(patient, kind)
		}
	})
}

// Add tells that rows of the kind of the patient's record were shown.
func (s *Sight) Add(patient string, kinds ...string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.patients[patient]
	if known == nil {
		known = map[string]bool{}
		s.patients[patient] = known
	}
	for _, kind := range kinds {
		known[kind] = true
	}
}

// Merge adds what another collector has seen.
func (s *Sight) Merge(other *Sight) {
	if s == nil || other == nil || s == other {
		return
	}
	for patient, kinds := range other.Patients() {
		s.Add(patient, kinds...)
	}
}

// Patients returns the patients seen so far, each with the sorted kinds of rows.
func (s *Sight) Patients() map[string][]string {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string][]string, len(s.patients))
	for patient, kinds := range s.patients {
		all[patient] = slices.Sorted(maps.Keys(kinds))
	}
	return all
}

// Change is one row made or changed in a transaction.
type Change struct {
	Created             bool
	Kind, ID, PatientID string
	Fields              []string // the names of the columns, never their values
}

// Record writes the changes of a transaction to the audit trail, as its last act.
type Record func(ctx context.Context, changes []Change) error

type changesKey struct{}

func changed(ctx context.Context, m ent.Mutation, row ent.Subjecter, record Record) {
	list := db.Note(ctx, changesKey{}, func() *[]Change {
		made := &[]Change{}
		db.Before(ctx, func(ctx context.Context) error { return record(ctx, *made) })
		return made
	})
	kind, id, patient := row.Subject()
	fields := m.Fields()
	slices.Sort(fields)
	*list = append(*list, Change{
		Created: m.Op().Is(ent.OpCreate), Kind: kind, ID: id, PatientID: patient, Fields: fields,
	})
}
