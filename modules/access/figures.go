package access

// Writer is how the writer of the audit trail does.
type Writer struct {
	Running           bool
	Waiting, Unsealed int   // requests in its queue, and events that have no place in the chain yet
	Taken, Batches    int64 // requests and transactions so far
}

// Writer tells how the writer of the audit trail does.
func (m *Module) Writer() Writer {
	t := m.trail
	t.pendmu.Lock()
	pending := len(t.pending)
	t.pendmu.Unlock()
	return Writer{
		Running: t.running.Load(), Waiting: len(t.queue), Unsealed: pending,
		Taken: t.taken.Load(), Batches: t.batches.Load(),
	}
}
