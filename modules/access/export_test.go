package access

import "context"

// Batches is the number of transactions in which this process wrote the trail.
func (m *Module) Batches() int64 { return m.trail.batches.Load() }

// Taken is the number of requests whose events the writer got.
func (m *Module) Taken() int64 { return m.trail.taken.Load() }

// Chain is the name of the chain of this process.
func (m *Module) Chain() string { return m.trail.chain }

// Gather tells how many entries become one batch, of so many that have come.
func Gather(come int, under int64) int {
	t := newTrail(&Module{})
	t.asking.Store(under)
	for range come - 1 {
		t.queue <- &entry{}
	}
	return len(t.gather(&entry{}))
}

// Late tells how many entries become one batch where one comes after it began.
func Late(under int64) int {
	t := newTrail(&Module{})
	t.asking.Store(under)
	go func() { t.queue <- &entry{} }()
	return len(t.gather(&entry{}))
}

// HoldWriter keeps the writer of the trail from writing until release is called.
func (m *Module) HoldWriter() (release func()) {
	m.trail.mu.Lock()
	return m.trail.mu.Unlock
}

// CodeAt makes a code of a second factor for the tests.
var CodeAt = codeAt

// LocalPath gives the rule to the tests.
var LocalPath = localPath

// CheckPassword gives the rule to the tests.
var CheckPassword = checkPassword

// Recheck asks now whether the sessions of the open streams still hold.
func (m *Module) Recheck(ctx context.Context) { m.sockets.check(ctx) }

// Streams is the number of sessions with open streams.
func (m *Module) Streams() int {
	m.sockets.mu.Lock()
	defer m.sockets.mu.Unlock()
	return len(m.sockets.open)
}
