package id

import (
	"strings"
	"sync"
	"testing"
	"time"
)

func TestNewSortsAndNeverRepeats(t *testing.T) {
	const workers, each = 8, 5_000
	lists := make([][]string, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for range each {
				lists[w] = append(lists[w], New("pat"))
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, list := range lists {
		for i, s := range list {
			if seen[s] {
				t.Fatalf("%s twice", s)
			}
			seen[s] = true
			if i > 0 && s <= list[i-1] {
				t.Fatalf("%s is not after %s", s, list[i-1])
			}
		}
	}
}

func TestEncode(t *testing.T) {
	// The examples of the TypeID specification.
	for _, c := range []struct {
		bytes [16]byte
		want  string
	}{
		{[16]byte{}, "x_00000000000000000000000000"},
		{[16]byte{15: 1}, "x_00000000000000000000000001"},
		{[16]byte{15: 32}, "x_00000000000000000000000010"},
		{
			[16]byte{0x01, 0x89, 0x0a, 0x5d, 0xac, 0x96, 0x77, 0x4b, 0xbc, 0xce, 0xb3, 0x02, 0x09, 0x9a, 0x80, 0x57},
			"x_01h455vb4pex5vsknk084sn02q",
		},
	} {
		if got := encode("x", c.bytes); got != c.want {
			t.Errorf("%x: %s, want %s", c.bytes, got, c.want)
		}
	}
}

func TestPrefix(t *testing.T) {
	good := New("pat")
	if Prefix(good) != "pat" || !Is("pat", good) || Is("vis", good) {
		t.Error(good)
	}
	for _, bad := range []string{
		"", "pat", "pat_", good + "0", good[:len(good)-1], "_" + strings.Repeat("0", 26),
		"pat_8" + strings.Repeat("0", 25), strings.ToUpper(good), "pat_" + strings.Repeat("u", 26), "'; DROP TABLE x",
	} {
		if Prefix(bad) != "" {
			t.Errorf("%q has a prefix", bad)
		}
	}
}

// Identifiers that stand in databases since the first release, and their bytes.
func TestStoredIdentifiers(t *testing.T) {
	u := [16]byte{0x01, 0x9c, 0xaf, 0x0e, 0x2c, 0x00, 0x7a, 0xbc, 0x8d, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab}
	const stored = "pat_01kjqgwb00fay8vvr14d2pf2db"
	if got := From("pat", u); got != stored || Prefix(stored) != "pat" || !Is("pat", stored) {
		t.Error(got)
	}
}

// A clock that is set back makes no identifier twice, and none that sorts before
// an older one.
func TestTheClockStepsBack(t *testing.T) {
	newest := tick(time.Now())
	for _, back := range []time.Duration{time.Millisecond, time.Hour, 100 * 24 * time.Hour} {
		for range 100 {
			next := tick(time.Now().Add(-back))
			if next <= newest {
				t.Fatalf("%d after %d", next, newest)
			}
			newest = next
		}
	}
	if ahead := New("x"); ahead <= From("x", [16]byte{}) || Prefix(ahead) != "x" {
		t.Error(ahead)
	}
}
