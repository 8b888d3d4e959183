package medications

import (
	"math/big"
	"strings"

	"medoffice/ent"
	"medoffice/modules/kit/decimal"
)

// measure is a unit of doses: what it measures, and how many of the smallest
// unit of that there are in one.
type measure struct {
	of    string
	times int64
}

// measures are the units of mass, volume and activity (UCUM and how people write
// them). All else, such as tablet, is counted and only like itself.
var measures = map[string]measure{
	"ng": {"mass", 1}, "mcg": {"mass", 1_000}, "ug": {"mass", 1_000}, "µg": {"mass", 1_000}, "mg": {"mass", 1_000_000}, "g": {"mass", 1_000_000_000},
	"ul": {"volume", 1}, "ml": {"volume", 1_000}, "l": {"volume", 1_000_000},
	"[iu]": {"activity", 1}, "iu": {"activity", 1}, "unit": {"activity", 1}, "units": {"activity", 1},
	"meq": {"equivalents", 1}, "mmol": {"moles", 1},
}

func measureOf(unit string) measure {
	name := strings.ToLower(strings.TrimSpace(unit))
	if m, ok := measures[name]; ok {
		return m
	}
	if len(name) > 3 {
		name = strings.TrimSuffix(name, "s") // tablets
	}
	return measure{"count of " + name, 1}
}

// convert says an amount in another unit, nil where that is another thing.
func convert(amount *big.Rat, from, to string) *big.Rat {
	a, b := measureOf(from), measureOf(to)
	if a.of != b.of {
		return nil
	}
	return new(big.Rat).Mul(amount, big.NewRat(a.times, b.times))
}

// rat is a decimal as an exact fraction.
func rat(d decimal.Decimal) *big.Rat { return big.NewRat(int64(d), int64(decimal.One)) }

// drawn is how much of the unit in which a medication is drawn or counted a dose
// is, nil where its unit does not fit: 60 mg of 30 mg/mL are 2 mL.
func drawn(med *ent.Medication, dose decimal.Decimal, unit string) *big.Rat {
	if n := convert(rat(dose), unit, med.PerUnit); n != nil {
		return n
	}
	if med.Strength == nil || med.StrengthUnit == nil || *med.Strength <= 0 {
		return nil
	}
	n := convert(rat(dose), unit, *med.StrengthUnit)
	if n == nil {
		return nil
	}
	return n.Mul(n, rat(med.Per)).Quo(n, rat(*med.Strength))
}

// ceil is the least whole number that is not less.
func ceil(r *big.Rat) int64 {
	n, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		n.Add(n, big.NewInt(1))
	}
	return n.Int64()
}

// floor is the greatest whole number that is not more; r is not negative.
func floor(r *big.Rat) int64 { return new(big.Int).Quo(r.Num(), r.Denom()).Int64() }

// rounded is a fraction as a decimal of six digits, half away from zero; r is
// not negative.
func rounded(r *big.Rat) decimal.Decimal {
	r = new(big.Rat).Mul(r, big.NewRat(int64(decimal.One), 1))
	return decimal.Decimal(floor(r.Add(r, big.NewRat(1, 2))))
}
