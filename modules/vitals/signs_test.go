package vitals

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"medoffice/ent/vitalreading"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/decimal"
)

func dec(t testing.TB, s string) decimal.Decimal {
	t.Helper()
	d, err := decimal.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestConversion(t *testing.T) {
	for _, c := range []struct {
		sign                      vitalreading.Sign
		entered, unit, want, code string
	}{
		{"BODY_TEMPERATURE", "98.6", "[degF]", "37", "[degF]"},
		{"BODY_TEMPERATURE", "100.4", "°F", "38", "[degF]"},
		{"BODY_TEMPERATURE", "101", "f", "38.33", "[degF]"},
		{"BODY_TEMPERATURE", "36.65", "", "36.65", "Cel"},
		{"BODY_TEMPERATURE", "-40", "[degF]", "-40", "[degF]"},
		{"BODY_WEIGHT", "150", "lb", "68.039", "[lb_av]"}, // 68.0388555
		{"BODY_WEIGHT", "1", "[lb_av]", "0.454", "[lb_av]"},
		{"BODY_WEIGHT", "3250", "g", "3.25", "g"},
		{"BODY_WEIGHT", "7.5", "OZ", "0.213", "[oz_av]"}, // 0.21262142...
		{"BODY_HEIGHT", "70", "in", "177.8", "[in_i]"},
		{"BODY_HEIGHT", "1.75", "m", "175", "m"},
		{"BODY_HEIGHT", "5.5", "ft", "167.64", "[ft_i]"},
		{"BLOOD_PRESSURE", "16", "kPa", "120", "kPa"}, // 120.0098...
		{"BLOOD_PRESSURE", "120", "mmHg", "120", "mm[Hg]"},
		{"GLUCOSE", "5.5", "mmol/L", "99.1", "mmol/L"}, // 99.0858
		{"HEART_RATE", "72", "bpm", "72", "/min"},
	} {
		s := signOf(c.sign)
		u, ok := s.unitOf(c.unit)
		if !ok || u.code != c.code {
			t.Errorf("%s: unit %q is %q", c.sign, c.unit, u.code)
		}
		if got, ok := u.kept(dec(t, c.entered), s.digits); !ok || got != dec(t, c.want) {
			t.Errorf("%s: %s %s is %s, want %s", c.sign, c.entered, c.unit, got, c.want)
		}
	}
	if _, ok := metre.kept(dec(t, "999999999999"), 2); ok {
		t.Error("a number out of reach was converted")
	}
	for _, wrong := range []string{"lb", "[degf]x", "K", "cm"} {
		if _, ok := signOf("BODY_TEMPERATURE").unitOf(wrong); ok {
			t.Errorf("a temperature in %s", wrong)
		}
	}
}

// What is kept reads in every unit as something that is kept as the same.
func TestConversionAndBack(t *testing.T) {
	for _, s := range signs {
		for _, u := range s.units {
			t.Run(string(s.sign)+" "+u.code, func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) {
					l := s.value.limitAt(age{})
					kept := decimal.Decimal(rapid.Int64Range(int64(l.low), int64(l.high)).Draw(t, "kept")).Round(s.digits)
					entered, ok := u.entered(kept, 6)
					if !ok {
						t.Fatal("out of reach")
					}
					again, ok := u.kept(entered, s.digits)
					if !ok || again != kept {
						t.Fatalf("%s %s is %s %s is %s", kept, s.unit(), entered, u.code, again)
					}
				})
			})
		}
	}
}

func TestSignTable(t *testing.T) {
	codes := map[string]vitalreading.Sign{}
	for _, s := range signs {
		if err := s.sign.Validate(); err != nil {
			t.Error(err)
		}
		for _, code := range append([]string{s.code}, s.also...) {
			if codes[code] != "" {
				t.Errorf("%s is the code of %s and %s", code, codes[code], s.sign)
			}
			codes[code] = s.sign
		}
		for _, p := range []*part{&s.value, s.lower} {
			if p != nil {
				checkPart(t, s, p)
			}
		}
	}
	if len(signs) != 15 || signOf(vitalreading.SignOTHER) != nil {
		t.Errorf("%d signs", len(signs))
	}
}

func checkPart(t *testing.T, s *sign, p *part) {
	t.Helper()
	older := func(a, b since) bool { return b.days+31*b.months > a.days+31*a.months }
	for i, l := range p.limits {
		if l.low >= l.high || i == 0 && l.from != birth || i > 0 && !older(p.limits[i-1].from, l.from) {
			t.Errorf("%s: limit %d", s.sign, i)
		}
	}
	for i, b := range p.bands {
		if i > 0 && !older(p.bands[i-1].from, b.from) {
			t.Errorf("%s: band %d is out of order", s.sign, i)
		}
		edge := open
		for _, next := range []decimal.Decimal{b.ll, b.l, b.h, b.hh} {
			if next == open {
				continue
			}
			if next <= edge {
				t.Errorf("%s: band %d does not ascend", s.sign, i)
			}
			edge = next
		}
	}
}

func old(t testing.TB, born, day string) age {
	t.Helper()
	d, err := date.Parse(born)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return ageAt(&d, at.Add(15*time.Hour), time.UTC)
}

func TestAge(t *testing.T) {
	for _, c := range []struct {
		born, day    string
		days, months int
	}{
		{"2026-03-02", "2026-03-02", 0, 0},
		{"2026-02-02", "2026-03-02", 28, 1},
		{"2024-03-02", "2026-03-01", 729, 23},
		{"2024-03-02", "2026-03-02", 730, 24},
		{"2024-02-29", "2025-02-28", 365, 11},
		{"2008", "2026-01-01", 6575, 216},
		{"2026-03-03", "2026-03-02", 0, 0},
	} {
		if got := old(t, c.born, c.day); got != (age{true, c.days, c.months}) {
			t.Errorf("%s on %s: %+v", c.born, c.day, got)
		}
	}
	if ageAt(nil, time.Now(), time.UTC).known {
		t.Error("no birth date, and an age")
	}
	// At 23:00 in New York it is the next day in UTC.
	zone := time.FixedZone("EST", -5*3600)
	d := date.Date("2026-03-01")
	if got := ageAt(&d, time.Date(2026, 3, 3, 4, 0, 0, 0, time.UTC), zone); got.days != 1 {
		t.Errorf("the day of the office: %+v", got)
	}
}

func TestBands(t *testing.T) {
	const adult, toddler = "1980-01-01", "2024-03-03" // 23 months on 2026-03-02
	for _, c := range []struct {
		sign        vitalreading.Sign
		born, value string
		want        vitalreading.Interpretation
	}{
		{"BODY_TEMPERATURE", toddler, "34.99", "LL"},
		{"BODY_TEMPERATURE", toddler, "35", "L"},
		{"BODY_TEMPERATURE", toddler, "35.99", "L"},
		{"BODY_TEMPERATURE", toddler, "36", "N"},
		{"BODY_TEMPERATURE", toddler, "37.99", "N"},
		{"BODY_TEMPERATURE", toddler, "38", "H"},
		{"BODY_TEMPERATURE", toddler, "38.99", "H"},
		{"BODY_TEMPERATURE", toddler, "39", "HH"},
		{"BODY_TEMPERATURE", "2024-03-02", "39", "H"}, // 24 months today
		{"BODY_TEMPERATURE", "2024-03-02", "40", "HH"},
		{"HEART_RATE", "2026-03-02", "184", "N"},
		{"HEART_RATE", "2026-03-02", "220", "HH"},
		{"HEART_RATE", "2008-03-03", "108", "N"}, // 17
		{"HEART_RATE", "2008-03-02", "108", "H"}, // 18
		{"HEART_RATE", adult, "40", "LL"},
		{"HEART_RATE", adult, "41", "L"},
		{"HEART_RATE", adult, "50", "N"},
		{"HEART_RATE", adult, "100", "N"},
		{"HEART_RATE", adult, "131", "HH"},
		{"OXYGEN_SATURATION", adult, "89.9", "LL"},
		{"OXYGEN_SATURATION", adult, "90", "L"},
		{"OXYGEN_SATURATION", adult, "95", "N"},
		{"OXYGEN_SATURATION", adult, "100", "N"},
		{"RESPIRATORY_RATE", adult, "25", "HH"},
		{"RESPIRATORY_RATE", "2026-03-02", "50", "N"},
		{"GLUCOSE", "2026-02-28", "53", "N"},  // 2 days old
		{"GLUCOSE", "2026-02-27", "53", "LL"}, // 3 days old
		{"GLUCOSE", adult, "69.9", "L"},
		{"PAIN_SCORE", adult, "7", "H"},
		{"BODY_MASS_INDEX", "2006-03-03", "30", ""}, // 19
		{"BODY_MASS_INDEX", "2006-03-02", "25", "H"},
		{"BODY_MASS_INDEX", adult, "18.4", "L"},
		{"MEAN_ARTERIAL_PRESSURE", adult, "64", "L"},
		{"BODY_WEIGHT", adult, "70", ""},
		{"BODY_HEIGHT", adult, "175", ""},
	} {
		if got := signOf(c.sign).value.judge(dec(t, c.value), old(t, c.born, "2026-03-02")); got != c.want {
			t.Errorf("%s %s, born %s: %q, want %q", c.sign, c.value, c.born, got, c.want)
		}
	}
	// Nobody knows the age: only what is critical for an adult is returned.
	for value, want := range map[string]vitalreading.Interpretation{"39": "", "40": "HH", "35.5": "", "34": "LL"} {
		if got := temperature.judge(dec(t, value), age{}); got != want {
			t.Errorf("%s at an unknown age: %q, want %q", value, got, want)
		}
	}
}

func TestPressure(t *testing.T) {
	for _, c := range []struct {
		born         string
		upper, lower string
		want         vitalreading.Interpretation
	}{
		{"1980-01-01", "119", "79", "N"},
		{"1980-01-01", "130", "79", "H"},
		{"1980-01-01", "129", "80", "H"},
		{"1980-01-01", "179", "119", "H"},
		{"1980-01-01", "180", "79", "HH"},
		{"1980-01-01", "150", "120", "HH"},
		{"1980-01-01", "89", "60", "L"},
		{"1980-01-01", "79", "50", "LL"},
		{"1980-01-01", "140", "55", "A"},
		{"1980-01-01", "190", "35", "AA"},
		{"1980-01-01", "190", "55", "HH"},
		{"2020-03-02", "106", "60", "H"}, // 6 years
		{"2020-03-03", "102", "60", "N"}, // 5 years
		{"2026-03-01", "70", "45", "N"},
	} {
		a := old(t, c.born, "2026-03-02")
		got := worse(systolic.judge(dec(t, c.upper), a), diastolic.judge(dec(t, c.lower), a))
		if got != c.want {
			t.Errorf("%s/%s, born %s: %s, want %s", c.upper, c.lower, c.born, got, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		sign      vitalreading.Sign
		born      string
		low, high string
	}{
		{"BODY_WEIGHT", "1980-01-01", "12", "650"},
		{"BODY_WEIGHT", "2026-03-01", "0.2", "15"},
		{"OXYGEN_SATURATION", "1980-01-01", "30", "100"},
		{"BODY_TEMPERATURE", "1980-01-01", "25", "45"},
		{"PAIN_SCORE", "1980-01-01", "0", "10"},
	} {
		l := signOf(c.sign).value.limitAt(old(t, c.born, "2026-03-02"))
		if l.low != dec(t, c.low) || l.high != dec(t, c.high) {
			t.Errorf("%s, born %s: %s to %s", c.sign, c.born, l.low, l.high)
		}
	}
	if l := weight.limitAt(age{}); l.low != dec(t, "0.2") || l.high != dec(t, "650") {
		t.Errorf("a weight at an unknown age: %s to %s", l.low, l.high)
	}
}

func TestFormulas(t *testing.T) {
	for _, c := range []struct{ kg, cm, index, surface string }{
		{"70", "175", "22.9", "1.84"},       // 70/3.0625 = 22.857; sqrt(12250/3600) = 1.8447
		{"80", "180", "24.7", "2"},          // 80/3.24 = 24.691; sqrt(4) = 2
		{"3.5", "50", "14", "0.22"},         // 3.5/0.25 = 14; sqrt(175/3600) = 0.2205
		{"68.039", "177.8", "21.5", "1.83"}, // 21.5225; 1.8331
	} {
		if got := bodyMassIndex(dec(t, c.kg), dec(t, c.cm)); got != dec(t, c.index) {
			t.Errorf("BMI of %s kg, %s cm: %s, want %s", c.kg, c.cm, got, c.index)
		}
		if got := bodySurface(dec(t, c.kg), dec(t, c.cm)); got != dec(t, c.surface) {
			t.Errorf("BSA of %s kg, %s cm: %s, want %s", c.kg, c.cm, got, c.surface)
		}
	}
	for want, p := range map[string][2]string{"93": {"120", "80"}, "70": {"90", "60"}, "107": {"140", "90"}, "68": {"105", "50"}} {
		if got := meanArterial(dec(t, p[0]), dec(t, p[1])); got != dec(t, want) {
			t.Errorf("MAP of %s: %s, want %s", p, got, want)
		}
	}
}
