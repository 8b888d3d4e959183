package date

import "testing"

func TestParse(t *testing.T) {
	for _, good := range []string{"2024", "2024-02", "2024-02-29", "0001-01-01"} {
		if d, err := Parse(good); err != nil || string(d) != good {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "24", "2023-02-29", "2024-13", "2024-1-1", "2024/01/01", "abcd", "2024-02-29T00:00:00Z"} {
		if _, err := Parse(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestAge(t *testing.T) {
	for _, c := range []struct {
		born, day Date
		years     int
		months    int
	}{
		{"2000-03-02", "2026-03-01", 25, 311},
		{"2000-03-02", "2026-03-02", 26, 312},
		{"2024-02-29", "2025-02-28", 0, 11},
		{"2024-02-29", "2025-03-01", 1, 12},
		{"2000", "2026-01-01", 26, 312},
		{"2027-01-01", "2026-01-01", 0, 0},
	} {
		if got := c.born.Age(c.day); got != c.years {
			t.Errorf("%s on %s: %d years, want %d", c.born, c.day, got, c.years)
		}
		if got := c.born.Months(c.day); got != c.months {
			t.Errorf("%s on %s: %d months, want %d", c.born, c.day, got, c.months)
		}
	}
}
