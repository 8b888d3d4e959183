package fhir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/logtext"
)

// importer is one running import.
type importer struct {
	*Module
	report   *Report
	progress func(Progress)
	state    Progress
	patience patience
	later    *spool
	bad      map[key]bool // refused patients and visits: what refers to them is refused too
}

// patience says what to do about references to what is not there.
type patience int

const (
	waitForAll    patience = iota // another file may bring it
	waitForNeeded                 // do without people and places of other offices
	waitForNone                   // nothing more will come
)

// Import takes resources in from the sources, a bundle in a transaction,
// NDJSON in transactions of some hundred lines. What is wrong is refused and
// noted in the report, and does not stop the rest. The error is for what ends
// an import, such as a database that is gone; the report then says what was
// done before. The same sources again change nothing.
func (m *Module) Import(ctx context.Context, sources []Source, progress func(Progress)) (*Report, error) {
	ctx, cancel := context.WithCancel(kit.System(ctx, "import"))
	defer cancel()
	i := &importer{
		Module: m, progress: progress, later: &spool{}, bad: map[key]bool{},
		report: &Report{Types: map[string]*Count{}, Refusals: []Refusal{}, Files: len(sources)},
	}
	if progress == nil {
		i.progress = func(Progress) {}
	}
	for _, s := range sources {
		i.state.Total += s.Size
	}
	began := time.Now()
	err := i.first(ctx, cancel, sources)
	if err == nil {
		err = i.again(ctx)
	}
	i.later.close()
	i.report.Took = time.Since(began)
	return i.report, err
}

// first reads all sources: while one unit is written, the next is parsed.
func (i *importer) first(ctx context.Context, cancel func(), sources []Source) error {
	units := make(chan *unit)
	go func() {
		defer close(units)
		var n int64
		for _, s := range sources {
			err := i.read(ctx, s, &n, func(u *unit) error {
				u.bytes = n
				select {
				case units <- u:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
			if err != nil {
				return
			}
		}
	}()
	var failed error
	for u := range units {
		if failed != nil {
			continue
		}
		if failed = i.take(ctx, u); failed != nil {
			cancel()
		}
	}
	if failed != nil {
		return failed
	}
	return ctx.Err()
}

// read turns a source into units. A source that cannot be read is a refusal.
func (i *importer) read(ctx context.Context, s Source, n *int64, emit func(*unit) error) error {
	refuse := func(reason string) error {
		u := &unit{File: s.Name, Whole: true}
		u.fail("", "$", wrong("", "%s", reason))
		return emit(u)
	}
	in, err := s.Open()
	if err != nil {
		return refuse("the file cannot be opened")
	}
	defer func() { _ = in.Close() }()
	text, err := plain(counted{contextual{ctx, in}, n})
	if err != nil {
		return refuse("the file is not what its first bytes say (gzip)")
	}
	r := &reading{name: s.Name, in: text, zone: i.zone(), now: i.Clock.Now(), emit: emit}
	return r.all()
}

func (m *Module) zone() *time.Location {
	if m.Zone == nil {
		return time.UTC
	}
	return m.Zone
}

// contextual ends a stream that would go on after the import.
type contextual struct {
	ctx context.Context
	io.Reader
}

func (c contextual) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.Reader.Read(p)
}

// again takes what waited for something that came later. When a whole round
// brings nothing, what is left has to do without, or is refused.
func (i *importer) again(ctx context.Context) error {
	for i.later.Units > 0 {
		waiting := i.later
		i.later = &spool{}
		err := waiting.each(func(u *unit) error {
			for _, e := range u.Entries {
				e.zone, e.now = i.zone(), i.Clock.Now()
				if err := e.understand(); err != nil { // it was understood before
					return fmt.Errorf("import: %w", err)
				}
			}
			return i.take(ctx, u)
		})
		waiting.close()
		if err != nil {
			return err
		}
		if i.later.Size >= waiting.Size {
			i.patience++
		}
	}
	return nil
}

// take writes one unit and adds to the report what became of it.
func (i *importer) take(ctx context.Context, u *unit) error {
	if u.bytes > 0 {
		i.state.Bytes = u.bytes
	}
	i.state.File = u.File
	defer func() {
		i.state.Resources = i.report.Total().total() + i.later.Size
		i.progress(i.state)
	}()
	if u.Whole && len(u.faults) > 0 {
		i.broken(u, u.faults)
		return nil
	}
	for kind, n := range u.read {
		i.report.count(kind, Count{Refused: n})
	}
	i.report.refuse(u.faults...)
	if len(u.Entries) == 0 {
		return nil
	}
	return i.write(ctx, u)
}

// broken counts a bundle of which nothing was taken.
func (i *importer) broken(u *unit, faults []Refusal) {
	for kind, n := range u.read {
		i.report.count(kind, Count{Refused: n})
	}
	for _, e := range u.Entries {
		i.report.count(e.kind, Count{Refused: 1})
	}
	i.report.Broken++
	i.report.refuse(faults[:min(len(faults), maxFaults)]...)
	i.report.Unlisted += max(len(faults)-maxFaults, 0)
}

var (
	errBroken = errors.New("import: the bundle is refused") // its faults are with the writer
	errWait   = errors.New("import: the bundle waits for another file")
)

// mostRivals is how often a unit is tried while others write the same: each of
// them can be in the way once, with another row.
const mostRivals = 8

// write takes the entries of a unit in, in one transaction.
func (i *importer) write(ctx context.Context, u *unit) error {
	var w *writer
	var err error
	for try := range mostRivals { // what another import wrote at the same time is there the next time
		err = i.DB.Tx(ctx, func(ctx context.Context) error {
			w = newWriter(i, u)
			return w.all(ctx)
		})
		// Another import may also have written the same patient between two questions
		// of this one, which then looks like another patient: a second look shows which it is.
		if !ent.IsConstraintError(err) && (try > 0 || !errors.Is(err, errBroken)) {
			break
		}
	}
	switch {
	case err == nil:
		return i.done(u, w)
	case errors.Is(err, errWait):
		return i.later.add(u, u.Entries)
	case errors.Is(err, errBroken):
		i.broken(u, w.faults)
		return nil
	case !ent.IsConstraintError(err) && !ent.IsValidationError(err):
		return fmt.Errorf("import: %w", err)
	case u.Whole || len(u.Entries) == 1:
		i.Log.Warn("import: the database refused a unit", "entries", len(u.Entries), "error", logtext.Error(err))
		place, kind := "$", ""
		if w.at != nil {
			place, kind = w.at.Place, w.at.kind
		}
		u.fail(kind, place, wrong("", "it contradicts what is in the database"))
		i.broken(u, u.faults)
		return nil
	}
	for _, e := range u.Entries { // find the one that it is about
		if err := i.write(ctx, &unit{File: u.File, Entries: []*entry{e}}); err != nil {
			return err
		}
	}
	return nil
}

// done adds what was committed to the report.
func (i *importer) done(u *unit, w *writer) error {
	for kind, c := range w.counts {
		i.report.count(kind, *c)
	}
	i.report.refuse(w.faults...)
	i.report.note(w.notes...)
	i.report.Bundles++
	for k := range w.refused {
		if k.kind == "Patient" || k.kind == "Encounter" {
			i.bad[k] = true
		}
	}
	if len(w.waiting) > 0 {
		return i.later.add(u, w.waiting)
	}
	return nil
}
