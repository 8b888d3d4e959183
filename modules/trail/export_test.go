package trail

// Batches is the number of transactions in which this process wrote the trail.
func (m *Module) Batches() int64 { return m.writer.batches.Load() }

// Taken is the number of requests whose events the writer got.
func (m *Module) Taken() int64 { return m.writer.taken.Load() }

// Chain is the name of the chain of this process.
func (m *Module) Chain() string { return m.writer.chain }

// Gather returns how many entries become one batch, of so many that have come.
func Gather(come int, under int64) int {
	t := newWriter(&Module{})
	t.asking.Store(under)
	for range come - 1 {
		t.queue <- &entry{}
	}
	return len(t.gather(&entry{}))
}

// Late returns how many entries become one batch where one comes after it began.
func Late(under int64) int {
	t := newWriter(&Module{})
	t.asking.Store(under)
	go func() { t.queue <- &entry{} }()
	return len(t.gather(&entry{}))
}

// HoldWriter keeps the writer of the trail from writing until release is called.
func (m *Module) HoldWriter() (release func()) {
	m.writer.mu.Lock()
	return m.writer.mu.Unlock
}
