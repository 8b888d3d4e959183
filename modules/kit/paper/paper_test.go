package paper

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestMoney(t *testing.T) {
	for want, in := range map[string]struct {
		minor    int64
		currency string
	}{
		"12.05 USD": {1205, "USD"}, "-0.50 EUR": {-50, "EUR"}, "1205 JPY": {1205, "JPY"}, "1.205 KWD": {1205, "KWD"}, "0.00 USD": {0, "USD"},
	} {
		if got := Money(in.minor, in.currency); got != want {
			t.Errorf("%s, wanted %s", got, want)
		}
	}
}

// A long table goes on over the pages, with its titles on each.
func TestTableOverPages(t *testing.T) {
	s := New("A list", time.Unix(0, 0))
	s.SetCompression(false)
	rows := make([][]string, 100)
	for i := range rows {
		rows[i] = []string{"Vaccination of " + strings.Repeat("many ", 40), "1"}
	}
	s.Table([]Column{{"What", 60, "L"}, {"How many", 30, "R"}}, rows)
	b, err := s.Bytes()
	if err != nil || s.PageNo() != 3 || bytes.Count(b, []byte("(How many)")) != 3 {
		t.Fatal(err, s.PageNo())
	}
}
