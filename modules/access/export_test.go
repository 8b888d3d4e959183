package access

import "context"

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
