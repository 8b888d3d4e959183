package vitals

import (
	"math"
	"time"

	"medoffice/ent/vitalreading"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/decimal"
)

// The tables of this file are the office's own, rounded and joined into few
// ages, after: Fleming et al. 2011 (Lancet 377:1011, 1st and 99th centiles of
// heart and respiratory rate from birth to 18 years), PALS 2020 (hypotension
// by age), Flynn et al. 2017 (AAP, Pediatrics 140:e20171904, table 6: pressures
// that need a second look), ACC/AHA 2017 (hypertension 130/80, crisis 180/120),
// NEWS2 2017 (adult rates, temperature), WHO (oxygen below 90 %, adult BMI),
// ADA 2024 (glucose below 54 and 70). They show staff where to look; they are
// no diagnosis.

// since is the age from which a row of a table holds: in days or in months.
type since struct{ days, months int }

func days(n int) since   { return since{days: n} }
func months(n int) since { return since{months: n} }
func years(n int) since  { return since{months: 12 * n} }

var birth = days(0)

// limit bounds what a living person of the age can have, both ends included.
type limit struct {
	from      since
	low, high decimal.Decimal
}

// band says what a value means from an age on: below ll critically low, below
// l low, from h on high, from hh on critically high.
type band struct {
	from         since
	ll, l, h, hh decimal.Decimal
}

// none stands for an end that a band does not have.
var none = math.NaN()

const open = decimal.Decimal(math.MinInt64)

func possible(from since, low, high float64) limit {
	return limit{from, decimal.Of(low), decimal.Of(high)}
}

func means(from since, ll, l, h, hh float64) band {
	end := func(f float64) decimal.Decimal {
		if math.IsNaN(f) {
			return open
		}
		return decimal.Of(f)
	}
	return band{from, end(ll), end(l), end(h), end(hh)}
}

var (
	systolic = part{
		limits: []limit{possible(birth, 20, 200), possible(years(1), 30, 310)},
		bands: []band{
			means(birth, 50, 60, 105, 120),
			means(days(28), 60, 70, 105, 125),
			means(years(1), 65, 72, 101, 130),
			means(years(4), 70, 78, 103, 135),
			means(years(6), 74, 82, 106, 140),
			means(years(10), 80, 90, 109, 150),
			means(years(13), 80, 90, 130, 180),
		},
	}
	diastolic = part{
		limits: []limit{possible(birth, 5, 140), possible(years(1), 10, 220)},
		bands: []band{
			means(birth, 20, 30, 65, 80),
			means(days(28), 25, 35, 68, 82),
			means(years(1), 28, 38, 60, 85),
			means(years(4), 30, 40, 63, 90),
			means(years(6), 35, 45, 68, 95),
			means(years(10), 40, 50, 73, 100),
			means(years(13), 40, 60, 80, 120),
		},
	}
	meanPressure = part{
		limits: []limit{possible(birth, 10, 250)},
		bands:  []band{means(years(18), none, 65, 107, none)},
	}
	heartRate = part{
		limits: []limit{possible(birth, 20, 350), possible(years(18), 15, 330)},
		bands: []band{
			means(birth, 80, 100, 185, 220),
			means(months(3), 80, 95, 176, 200),
			means(years(1), 70, 85, 157, 180),
			means(years(2), 60, 75, 143, 165),
			means(years(4), 55, 65, 132, 155),
			means(years(6), 50, 60, 124, 145),
			means(years(8), 45, 55, 116, 140),
			means(years(12), 40, 50, 109, 135),
			means(years(18), 41, 50, 101, 131),
		},
	}
	respiratoryRate = part{
		limits: []limit{possible(birth, 2, 150), possible(years(5), 2, 100)},
		bands: []band{
			means(birth, 20, 25, 67, 80),
			means(months(3), 18, 23, 62, 75),
			means(years(1), 15, 20, 50, 65),
			means(years(2), 14, 18, 39, 50),
			means(years(4), 12, 17, 30, 40),
			means(years(6), 12, 16, 28, 36),
			means(years(8), 10, 14, 26, 34),
			means(years(12), 9, 12, 24, 30),
			means(years(18), 9, 12, 21, 25),
		},
	}
	temperature = part{
		limits: []limit{possible(birth, 25, 45)},
		bands:  []band{means(birth, 35, 36, 38, 39), means(months(24), 35, 36, 38, 40)},
	}
	saturation = part{
		limits: []limit{possible(birth, 30, 100)},
		bands:  []band{means(birth, 90, 95, none, none)},
	}
	// No bands for height, weight and head: what is normal is a matter of growth.
	height = part{limits: []limit{
		possible(birth, 20, 110), possible(years(1), 40, 140), possible(years(3), 50, 190),
		possible(years(10), 54, 250), possible(years(18), 54, 272),
	}}
	weight = part{limits: []limit{
		possible(birth, 0.2, 15), possible(months(3), 0.8, 30), possible(years(1), 2, 60), possible(years(3), 4, 120),
		possible(years(10), 8, 400), possible(years(18), 12, 650),
	}}
	head      = part{limits: []limit{possible(birth, 15, 70), possible(years(2), 30, 80)}}
	massIndex = part{
		limits: []limit{possible(birth, 5, 260)},
		bands:  []band{means(years(20), none, 18.5, 25, none)},
	}
	surface     = part{limits: []limit{possible(birth, 0.02, 10)}}
	pain        = part{limits: []limit{possible(birth, 0, 10)}, bands: []band{means(birth, none, none, 7, none)}}
	oxygenFlow  = part{limits: []limit{possible(birth, 0, 80)}}
	oxygenShare = part{limits: []limit{possible(birth, 15, 100)}}
	glucose     = part{
		limits: []limit{possible(birth, 5, 2000)},
		bands:  []band{means(birth, 40, 47, 150, 250), means(days(3), 54, 70, 180, 400)},
	}
)

// age is how old somebody is: whole days and whole months.
type age struct {
	known        bool
	days, months int
}

// ageAt is the age at an instant in the zone of the practice. A birth date of
// which only the year or the month is known counts from its first day.
func ageAt(born *date.Date, at time.Time, zone *time.Location) age {
	if born == nil || *born == "" {
		return age{}
	}
	day := date.Of(at.In(zone))
	whole := day.First().Sub(born.First()).Hours() / 24
	return age{known: true, days: max(int(whole), 0), months: born.Months(day)}
}

func (s since) reached(a age) bool {
	if s.months > 0 {
		return a.months >= s.months
	}
	return a.days >= s.days
}

// limitAt is what is possible at the age; at an unknown age, what is possible
// at any.
func (p part) limitAt(a age) limit {
	found := p.limits[0]
	for _, l := range p.limits[1:] {
		switch {
		case !a.known:
			found.low, found.high = min(found.low, l.low), max(found.high, l.high)
		case l.from.reached(a):
			found = l
		}
	}
	return found
}

// judge returns what a value means at the age, "" where the tables are silent. At
// an unknown age only what is critical for an adult is returned.
func (p part) judge(v decimal.Decimal, a age) vitalreading.Interpretation {
	if !a.known && len(p.bands) > 0 {
		found := p.bands[len(p.bands)-1].judge(v)
		if !critical(found) {
			return ""
		}
		return found
	}
	for i := len(p.bands) - 1; i >= 0; i-- {
		if p.bands[i].from.reached(a) {
			return p.bands[i].judge(v)
		}
	}
	return ""
}

func (b band) judge(v decimal.Decimal) vitalreading.Interpretation {
	switch {
	case v < b.ll:
		return vitalreading.InterpretationLL
	case b.hh != open && v >= b.hh:
		return vitalreading.InterpretationHH
	case v < b.l:
		return vitalreading.InterpretationL
	case b.h != open && v >= b.h:
		return vitalreading.InterpretationH
	}
	return vitalreading.InterpretationN
}

// critical reports whether somebody has to look now.
func critical(i vitalreading.Interpretation) bool {
	return i == vitalreading.InterpretationLL || i == vitalreading.InterpretationHH || i == vitalreading.InterpretationAA
}

// worse joins what two numbers of one sign mean: the critical one counts, then
// the abnormal one; low and high at once is abnormal without a direction.
func worse(a, b vitalreading.Interpretation) vitalreading.Interpretation {
	switch {
	case a == b, critical(a) && !critical(b):
		return a
	case critical(b) && !critical(a):
		return b
	case critical(a):
		return vitalreading.InterpretationAA
	case a == "" || a == vitalreading.InterpretationN:
		return b
	case b == "" || b == vitalreading.InterpretationN:
		return a
	}
	return vitalreading.InterpretationA
}
