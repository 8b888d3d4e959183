package kit

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"medoffice/ent"
	"medoffice/ent/row"
	"medoffice/modules/kit/db"
)

// Sight collects whose records a request has read and what it was denied, so
// that the audit trail gets one event for each, however many rows were read.
type Sight struct {
	mu       sync.Mutex
	patients map[string]map[string]bool // patient to kinds of rows
	denied   map[string]bool            // permissions
	told     map[string]bool            // what the trail knows already
	read     atomic.Int64               // rows
}

type sightKey struct{}

// WithSight returns a context whose reads are collected.
func WithSight(ctx context.Context) (context.Context, *Sight) {
	s := &Sight{patients: map[string]map[string]bool{}, denied: map[string]bool{}, told: map[string]bool{}}
	return context.WithValue(ctx, sightKey{}, s), s
}

// SightOf returns the collector of the context, or nil. A nil collector collects
// nothing.
func SightOf(ctx context.Context) *Sight {
	s, _ := ctx.Value(sightKey{}).(*Sight)
	return s
}

func (s *Sight) rows(v ent.Value) {
	if s == nil {
		return
	}
	rows, _ := v.(row.Rows)
	for _, r := range rows {
		s.read.Add(1)
		if kind, _, patient := r.Subject(); patient != "" {
			s.Add(patient, kind)
		}
	}
}

// Saw notes that a row which was read earlier is shown.
func (s *Sight) Saw(row ent.Subjecter) {
	if kind, _, patient := row.Subject(); patient != "" {
		s.Add(patient, kind)
	}
}

// Count adds to the number of rows read.
func (s *Sight) Count(rows int) {
	if s != nil {
		s.read.Add(int64(rows))
	}
}

// Rows returns the number of rows that the request has read, of patients or not.
func (s *Sight) Rows() int {
	if s == nil {
		return 0
	}
	return int(s.read.Load())
}

// Add notes that rows of these kinds from the record of the patient were shown.
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

// Deny notes that the caller was refused something, for lack of the permission.
func (s *Sight) Deny(permission string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied[permission] = true
}

// Merge adds what another collector has collected.
func (s *Sight) Merge(other *Sight) {
	if s == nil || other == nil || s == other {
		return
	}
	news := other.News()
	for patient, kinds := range news.Patients {
		s.Add(patient, kinds...)
	}
	for _, permission := range news.Denied {
		s.Deny(permission)
	}
}

// News is what a request has read and is not yet in the audit trail. A request has
// news once, a subscription with each of its events.
type News struct {
	Patients map[string][]string // patients with the sorted kinds of rows seen
	Denied   []string            // permissions, sorted
}

// Empty reports whether there is nothing to record.
func (n News) Empty() bool { return len(n.Patients) == 0 && len(n.Denied) == 0 }

// News returns what is not yet recorded.
func (s *Sight) News() News {
	n := News{Patients: map[string][]string{}}
	if s == nil {
		return n
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for patient, kinds := range s.patients {
		for _, kind := range slices.Sorted(maps.Keys(kinds)) {
			if !s.told[patient+" "+kind] {
				n.Patients[patient] = append(n.Patients[patient], kind)
			}
		}
	}
	for _, permission := range slices.Sorted(maps.Keys(s.denied)) {
		if !s.told[permission] {
			n.Denied = append(n.Denied, permission)
		}
	}
	return n
}

// Told marks the news as recorded.
func (s *Sight) Told(n News) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for patient, kinds := range n.Patients {
		for _, kind := range kinds {
			s.told[patient+" "+kind] = true
		}
	}
	for _, permission := range n.Denied {
		s.told[permission] = true
	}
}

// Change is one row made or changed in a transaction.
type Change struct {
	Created             bool
	Kind, ID, PatientID string
	Fields              []string // the names of the columns, never their values
}

// Record writes the changes of a transaction to the audit trail, at the end of the
// transaction.
type Record func(ctx context.Context, changes []Change) error

type changesKey struct{}

func changed(ctx context.Context, m ent.Mutation, row ent.Subjecter, record Record) {
	list := db.Note(ctx, changesKey{}, func() *[]Change {
		made := &[]Change{}
		db.Before(ctx, func(ctx context.Context) error { return record(ctx, *made) })
		return made
	})
	kind, id, patient := row.Subject()
	fields := append(m.Fields(), m.ClearedFields()...)
	slices.Sort(fields)
	*list = append(*list, Change{
		Created: m.Op().Is(ent.OpCreate), Kind: kind, ID: id, PatientID: patient, Fields: fields,
	})
}
