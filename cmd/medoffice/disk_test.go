//go:build unix

package main

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"medoffice/modules/officetest"
)

// full checks the refusal of what cannot be written.
func full(t testing.TB, got *officetest.Answer, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("no answer: %v", err)
		return
	}
	if got.Code() != "OVERLOADED" || got.Errors[0].Extensions["requestId"] == nil {
		t.Errorf("%d %s", got.Status, got.Text)
	}
	for _, word := range []string{"SQL", "I/O", "/", "database or disk"} {
		if strings.Contains(got.Errors[0].Message, word) {
			t.Errorf("it tells too much: %s", got.Text)
		}
	}
}

// The disk is full in the middle of eight writers: what cannot be written is
// refused and leaves nothing behind, what must be audited is not shown, and the
// same process goes on as soon as there is room.
func TestDiskFull(t *testing.T) {
	database := t.TempDir() + "/office.db"
	s := set(t, database, 8)
	running := start(t, database)
	screen := s.board(t)
	go screen.watch(t.Context(), func() string { return running.URL })
	screen.begun()
	const chart = `query($id: ID!) { patient(by: {id: $id}) { mrn } }`
	read := func() (*officetest.Answer, error) {
		return post(running.URL, s.tokens["NURSE"], chart, officetest.Vars{"id": s.patients[0]})
	}
	writers := s.writers()
	for round := range 3 {
		crowd := work(t, writers, func() string { return running.URL }, func(_ *act, got *officetest.Answer, err error) bool {
			full(t, got, err)
			return false
		}, nil)
		crowd.wait(t, 8)
		s.room(t, running, 300<<10+int64(round)*8<<10)
		crowd.all.Wait()          // each of them is refused once
		s.room(t, running, 4<<10) // less than any commit needs
		got, err := read()
		if full(t, got, err); got != nil && strings.Contains(got.Text, "W0") {
			t.Errorf("shown without an audit event: %s", got.Text)
		}
		if got, err = post(running.URL, s.tokens["NURSE"], `{ locations { name } }`, nil); err != nil || len(got.Errors) > 0 {
			t.Errorf("what needs no audit: %v %+v", err, got)
		}
		s.room(t, running, math.MaxInt32)
		if got, err = read(); err != nil || !strings.Contains(got.Text, "W0") {
			t.Errorf("with room again: %v %+v", err, got)
		}
		settle(t, writers, running.URL, 0)
		screen.shows(running.URL)
		s.whole(t, writers)
		s.verified(t)
		t.Logf("round %d: %d acts", round, acknowledged(writers))
	}
	for _, word := range []string{"Kowalski", "Nowak"} {
		if strings.Contains(running.log.String(), word) {
			t.Errorf("%s is in the log", word)
		}
	}
}

// room lets files have so many bytes.
func (s *setting) room(t *testing.T, running *server, bytes int64) {
	t.Helper()
	if _, err := fmt.Fprintln(running.in, "no file over", bytes); err != nil {
		t.Fatal(err)
	}
	within(t, running.done, "the server does not obey")
}
