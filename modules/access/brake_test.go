package access

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"medoffice/modules/kit/clock"
)

// TestBrakeRemembers: wrong guesses of a name are not forgotten because others
// are guessed in between, up to the number of guessers that are kept; and a
// right one begins anew.
func TestBrakeRemembers(t *testing.T) {
	fake := clock.NewFake(time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC))
	b := newBrake(fake)
	guess := func(n int) {
		t.Helper()
		for range n {
			if err := b.begin("here", "ines"); err != nil {
				t.Fatal(err)
			}
		}
	}
	guess(guessesOfName - 1)
	for n := range (keptGuessers - 10) / 2 { // each has a name and an address
		if err := b.begin(fmt.Sprint("address ", n), "somebody"); err != nil {
			t.Fatal(n, err)
		}
	}
	guess(1)
	if err := b.begin("here", "ines"); err != errTooOften { //nolint:errorlint // the value itself
		t.Errorf("one guess too many: %v", err)
	}
	b.right("here", "ines")
	guess(guessesOfName)
	fake.Add(guessWindow)
	guess(1)
}

// TestCodeURI: the programs read what was meant, whatever the office is called.
func TestCodeURI(t *testing.T) {
	for _, office := range []string{"Main Street", "Smith & Jones", "A+B = C?", "Praxis Müller/Groß #2"} {
		text := codeURI([]byte("12345678901234567890"), office, "ines")
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if q.Get("issuer") != office || q.Get("secret") != "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" || u.Path != "/"+office+":ines" || len(q) != 5 {
			t.Errorf("%s: %q %q", text, u.Path, q)
		}
	}
}
