package trail

// Figures are how the writer of the audit trail does.
type Figures struct {
	Running           bool
	Waiting, Unsealed int   // requests in its queue, and events that have no place in the chain yet
	Taken, Batches    int64 // requests and transactions so far
}

// Figures returns how the writer of the audit trail does.
func (m *Module) Figures() Figures {
	t := m.writer
	t.pendmu.Lock()
	pending := len(t.pending)
	t.pendmu.Unlock()
	return Figures{
		Running: t.running.Load(), Waiting: len(t.queue), Unsealed: pending,
		Taken: t.taken.Load(), Batches: t.batches.Load(),
	}
}
