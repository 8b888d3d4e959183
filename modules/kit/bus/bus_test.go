package bus_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/db"
	"medoffice/modules/officetest"
)

type happened struct{ What string }

func (happened) Topic() string    { return "test.happened" }
func (h happened) Entity() string { return h.What }
func (happened) Location() string { return "" }

func open(t *testing.T, database string) (*db.DB, *bus.Bus) {
	t.Helper()
	d, err := db.Open(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if _, err := d.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return d, bus.New(d, clock.System{})
}

func tell(ctx context.Context, d *db.DB, b *bus.Bus, what string) error {
	return d.Tx(ctx, func(ctx context.Context) error { return b.Publish(ctx, "test", happened{what}) })
}

func names(facts []bus.Fact) (list []string) {
	for _, f := range facts {
		list = append(list, f.Entity)
	}
	return list
}

// A reader that goes by the numbers alone would pass over the fact of a
// transaction that is still open.
func TestNoFactIsPassedOver(t *testing.T) {
	ctx := context.Background()
	d, b := open(t, officetest.Database(t, "postgres"))
	told, commit := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- d.Tx(ctx, func(ctx context.Context) error {
			err := b.Publish(ctx, "test", happened{"slow"})
			close(told)
			<-commit
			return err
		})
	}()
	<-told
	if err := tell(ctx, d, b, "fast"); err != nil {
		t.Fatal(err)
	}
	facts, err := b.Since(ctx, bus.Cursor{}, 10)
	if err != nil || len(facts) != 0 {
		t.Fatalf("read past an open transaction: %v %v", names(facts), err)
	}
	close(commit)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	facts = await(ctx, t, b, bus.Cursor{}, "slow", "fast")
	await(ctx, t, b, facts[0].Cursor, "fast")
}

// await reads until these facts are there. Transactions of other databases of the same
// server hold a reader back as well, and other tests have such.
func await(ctx context.Context, t *testing.T, b *bus.Bus, after bus.Cursor, want ...string) []bus.Fact {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		facts, err := b.Since(ctx, after, 10)
		switch {
		case err != nil || len(facts) > len(want) || time.Now().After(end):
			t.Fatalf("%v %v", names(facts), err)
		case slices.Equal(names(facts), want):
			return facts
		}
	}
}

// What is rolled back is never delivered.
func TestRolledBackIsNotTold(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			ctx := context.Background()
			d, b := open(t, officetest.Database(t, engine))
			_ = d.Tx(ctx, func(ctx context.Context) error {
				_ = b.Publish(ctx, "test", happened{"never"})
				return fmt.Errorf("changed my mind")
			})
			if facts, err := b.Since(ctx, bus.Cursor{}, 10); err != nil || len(facts) != 0 {
				t.Errorf("%v %v", names(facts), err)
			}
		})
	}
}

// Every process hears every fact once and in one order, whoever wrote it.
func TestProcessesHearEachOther(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	database := officetest.Database(t, "postgres")
	const processes, each = 3, 40
	var running, writing sync.WaitGroup
	heard := make([]chan string, processes)
	buses := make([]*bus.Bus, processes)
	dbs := make([]*db.DB, processes)
	for n := range processes {
		dbs[n], buses[n] = open(t, database)
		heard[n] = make(chan string, processes*each)
		buses[n].Watch(func(facts []bus.Fact) {
			for _, f := range facts {
				heard[n] <- f.Entity
			}
		})
		if err := buses[n].Ready(ctx); err != nil {
			t.Fatal(err)
		}
		running.Go(func() { buses[n].Run(ctx, slog.New(slog.DiscardHandler)) })
	}
	for n := range processes {
		writing.Go(func() {
			for i := range each {
				if err := tell(ctx, dbs[n], buses[n], fmt.Sprint(n, ".", i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	lists := make([][]string, processes)
	for n := range processes {
		for range processes * each {
			select {
			case what := <-heard[n]:
				lists[n] = append(lists[n], what)
			case <-time.After(30 * time.Second):
				t.Fatalf("process %d heard %d facts", n, len(lists[n]))
			}
		}
		if !slices.Equal(lists[n], lists[0]) {
			t.Errorf("process %d heard another order", n)
		}
	}
	stop()
	running.Wait()
}

// What a process has not delivered yet is its lag, and it does not run where nobody
// calls Run.
func TestLag(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			d, b := open(t, officetest.Database(t, engine))
			if err := b.Ready(ctx); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				if err := tell(ctx, d, b, "waits"); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(2 * time.Millisecond) // the age is at least this
			rows, age, err := b.Lag(ctx)
			if err != nil || rows != 3 || age < 2*time.Millisecond || b.Running() {
				t.Errorf("%d facts, %v old, %v, running: %v", rows, age, err, b.Running())
			}
			ended := make(chan struct{})
			go func() { defer close(ended); b.Run(ctx, slog.New(slog.DiscardHandler)) }()
			for end := time.Now().Add(20 * time.Second); rows > 0 || !b.Running(); rows, _, _ = b.Lag(ctx) {
				if time.Now().After(end) {
					t.Fatalf("%d facts were not told", rows)
				}
				time.Sleep(time.Millisecond)
			}
			stop()
			<-ended
			if b.Running() {
				t.Error("it says that it runs")
			}
		})
	}
}
