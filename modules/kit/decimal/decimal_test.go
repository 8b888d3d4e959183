package decimal

import (
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"72.5": "72.5", "0": "0", "-0.5": "-0.5", "100": "100", "1.2345678": "1.234568", "0.0000005": "0.000001",
		"1e2": "100", "2.5E-1": "0.25", "999999999999": "999999999999", "-0": "0", "7.": "7",
	} {
		d, err := Parse(in)
		if err != nil || d.String() != want {
			t.Errorf("%s: %s, %v; want %s", in, d, err, want)
		}
	}
	for _, bad := range []string{"", ".", "-", "1.2.3", "12a", "NaN", "Inf", "1e99", "9999999999999", "--1", "+1", "１"} {
		if d, err := Parse(bad); err == nil {
			t.Errorf("%q was taken as %s", bad, d)
		}
	}
}

func TestRound(t *testing.T) {
	for _, c := range []struct {
		in     Decimal
		digits int
		want   string
	}{
		{Of(36.65), 1, "36.7"},
		{Of(-36.65), 1, "-36.7"},
		{Of(1.4), 0, "1"},
		{Of(1.5), 0, "2"},
	} {
		if got := c.in.Round(c.digits).String(); got != c.want {
			t.Errorf("%s to %d: %s, want %s", c.in, c.digits, got, c.want)
		}
	}
}

func TestTextIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Decimal(rapid.Int64Range(-9e17, 9e17).Draw(t, "millionths"))
		back, err := Parse(d.String())
		if err != nil || back != d {
			t.Fatalf("%d became %s became %d (%v)", d, d, back, err)
		}
	})
}
