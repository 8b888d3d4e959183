package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"medoffice/modules"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/clock"
	"medoffice/modules/officetest"
)

// asProgram in the environment makes this test binary the program itself, so
// that tests start real server processes without building them a second time.
const asProgram = "MEDOFFICE_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		go obey()
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// obey does what the test says on standard input, and ends with the test.
func obey() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var bytes uint64
		if _, err := fmt.Sscanf(lines.Text(), "no file over %d", &bytes); err == nil {
			noFileOver(bytes)
			fmt.Println("obeyed")
		}
	}
	os.Exit(3)
}

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// server is a running server process.
type server struct {
	t     testing.TB
	URL   string
	cmd   *exec.Cmd
	in    io.WriteCloser
	log   *officetest.Log
	done  chan struct{} // what obey was asked to do
	ended chan struct{} // closed when the process is gone
	took  time.Duration // from the start to the first answer
}

// start starts a server on the database, without limits on how much one caller
// may ask, and waits until it is open.
func start(t testing.TB, database string, args ...string) *server {
	t.Helper()
	args = append([]string{
		"serve", "--addr=127.0.0.1:0", "--database=" + database,
		"--limit=all.bucket=-", "--limit=all.running=-", "--limit=all.sockets=-", "--limit=all.messages=-",
	}, args...)
	s := &server{t: t, cmd: exec.Command(os.Args[0], args...), log: &officetest.Log{}, done: make(chan struct{}, 8), ended: make(chan struct{})}
	s.cmd.Env = append(os.Environ(), asProgram+"=1")
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.kill()
		if log := s.log.String(); strings.Contains(log, "DATA RACE") || strings.Contains(log, `"msg":"panic"`) {
			t.Errorf("the server: %s", log)
		}
	})
	opened := make(chan string, 1)
	go func() {
		defer close(s.ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if lines.Text() == "obeyed" {
				s.done <- struct{}{}
			}
			if _, rest, ok := strings.Cut(lines.Text(), "medoffice is open at "); ok {
				url, _, _ := strings.Cut(rest, " ")
				opened <- url
			}
		}
		_ = s.cmd.Wait()
	}()
	select {
	case s.URL = <-opened:
	case <-s.ended:
		t.Fatalf("the server ended: %s", s.log)
	case <-time.After(patience):
		t.Fatalf("the server does not open: %s", s.log)
	}
	s.took = time.Since(began)
	return s
}

// kill ends the process as a power cut would, with nothing said or saved.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	<-s.ended
}

// signal sends a signal to the process.
func (s *server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// exited waits for the end of the process and returns how it ended.
func (s *server) exited(within time.Duration) *os.ProcessState {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(within):
		s.t.Fatalf("the server does not end within %v: %s", within, s.log)
	}
	return s.cmd.ProcessState
}

// setting is an office with a site, a room and a patient for each writer, and a
// token of every role.
type setting struct {
	database string
	location string
	rooms    []string
	patients []string
	tokens   map[string]string
}

// set makes the setting, by an office that is closed again.
func set(t testing.TB, database string, writers int) *setting {
	t.Helper()
	ctx := context.Background()
	s := &setting{database: database, tokens: map[string]string{}}
	c := commands{errs: io.Discard}
	o, err := modules.Open(ctx, modules.Config{Database: database, Clock: clock.System{}, Log: c.log()})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Start(ctx); err != nil {
		t.Fatal(err)
	}
	system := kit.System(ctx, "test")
	err = o.Deps.DB.Tx(system, func(ctx context.Context) error {
		c := o.Deps.DB.Client(ctx)
		s.location = officetest.Must(c.Location.Create().SetName("Main Street").Save(ctx)).ID
		for i := range writers {
			r := c.Room.Create().SetLocationID(s.location).SetName(fmt.Sprint("Room ", i)).SetStatusSince(time.Now())
			s.rooms = append(s.rooms, officetest.Must(r.Save(ctx)).ID)
			p := c.Patient.Create().SetMrn(fmt.Sprint("W", i)).SetGivenName("Mara").SetFamilyName(fmt.Sprint("Kowalski", i))
			s.patients = append(s.patients, officetest.Must(p.Save(ctx)).ID)
		}
		// Something has happened here before, so that a board has a place to come
		// back to from its first picture on.
		return o.Deps.Bus.Publish(ctx, "test", events.VisitChanged{VisitID: "earlier", LocationID: s.location})
	})
	for _, role := range []string{kit.Nurse, kit.FrontDesk, kit.Manager, kit.Board} {
		site := ""
		if role == kit.Board {
			site = s.location
		}
		if err == nil {
			s.tokens[role], err = o.Access.IssueToken(system, "test", role, site, 24*time.Hour)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

// verified runs medoffice verify and fails unless the trail is whole.
func (s *setting) verified(t *testing.T) {
	t.Helper()
	if out, err := medoffice(t, "verify", "--database="+s.database); err != nil || !strings.Contains(out, "whole") {
		t.Errorf("verify: %v\n%s", err, out)
	}
}

// engines runs a test on an empty database of each engine, as an office has it: every
// commit waits for the disk. The PostgreSQL server is its own: transactions of other databases of a server hold the delivery of facts back, and a
// board that begins meanwhile shows some changes before their facts.
func engines(t *testing.T, f func(t *testing.T, database string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, t.TempDir()+"/office.db") })
	t.Run("postgres", func(t *testing.T) { f(t, officetest.NewCluster(t).URL) })
}

// eventually waits for what must become true.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}
