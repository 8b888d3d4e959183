package vitals

import (
	"math/big"
	"slices"
	"strings"

	"medoffice/modules/kit/decimal"
)

// unit is a way to write the values of a sign, with the exact way to the unit
// in which the office keeps them: kept = (entered + shift) * num / den.
type unit struct {
	code     string   // UCUM, as [degF]
	names    []string // how people write it, in lower case
	num, den int64
	shift    decimal.Decimal
}

// The units. Inch and pound are those of the international yard and pound
// agreement of 1959, mm[Hg] is the conventional one of UCUM (133.322387415 Pa),
// glucose weighs 180.156 g/mol (C6H12O6).
var (
	perMinute  = unit{code: "/min", names: []string{"bpm", "1/min"}, num: 1, den: 1}
	celsius    = unit{code: "Cel", names: []string{"°c", "c", "degc"}, num: 1, den: 1}
	fahrenheit = unit{code: "[degF]", names: []string{"°f", "f", "degf"}, num: 5, den: 9, shift: -32 * decimal.One}
	kilogram   = unit{code: "kg", names: []string{"kgs"}, num: 1, den: 1}
	gram       = unit{code: "g", num: 1, den: 1000}
	pound      = unit{code: "[lb_av]", names: []string{"lb", "lbs"}, num: 45_359_237, den: 100_000_000}
	ounce      = unit{code: "[oz_av]", names: []string{"oz"}, num: 28_349_523_125, den: 1_000_000_000_000}
	centimetre = unit{code: "cm", num: 1, den: 1}
	metre      = unit{code: "m", num: 100, den: 1}
	inch       = unit{code: "[in_i]", names: []string{"in", "\""}, num: 254, den: 100}
	foot       = unit{code: "[ft_i]", names: []string{"ft", "'"}, num: 3048, den: 100}
	mercury    = unit{code: "mm[Hg]", names: []string{"mmhg"}, num: 1, den: 1}
	kilopascal = unit{code: "kPa", num: 1_000_000_000_000, den: 133_322_387_415}
	percent    = unit{code: "%", num: 1, den: 1}
	score      = unit{code: "{score}", names: []string{"score", "/10"}, num: 1, den: 1}
	litreFlow  = unit{code: "L/min", names: []string{"lpm"}, num: 1, den: 1}
	milligram  = unit{code: "mg/dL", num: 1, den: 1}
	millimole  = unit{code: "mmol/L", num: 180_156, den: 10_000}
)

// kept brings an entered value to the unit of the sign, rounded half away from
// zero to the digits; false where the number is out of reach.
func (u unit) kept(v decimal.Decimal, digits int) (decimal.Decimal, bool) {
	return scale(int64(v)+int64(u.shift), u.num, u.den, digits)
}

// entered is the way back: a kept value as it reads in the unit.
func (u unit) entered(v decimal.Decimal, digits int) (decimal.Decimal, bool) {
	d, ok := scale(int64(v), u.den, u.num, 6)
	return (d - u.shift).Round(digits), ok
}

// scale is n*num/den, rounded once, so that no half is lost on the way.
func scale(n, num, den int64, digits int) (decimal.Decimal, bool) {
	step := big.NewInt(int64(decimal.Of(1) / pow10(digits)))
	top := new(big.Int).Mul(big.NewInt(n), big.NewInt(num))
	bottom := new(big.Int).Mul(big.NewInt(den), step)
	half := new(big.Int).Rsh(bottom, 1)
	if top.Sign() < 0 {
		half.Neg(half)
	}
	q := top.Add(top, half).Quo(top, bottom)
	q.Mul(q, step)
	return decimal.Decimal(q.Int64()), q.IsInt64()
}

func pow10(n int) decimal.Decimal {
	p := decimal.Decimal(1)
	for range n {
		p *= 10
	}
	return p
}

// unitOf finds a unit of the sign by its code or by the way people write it.
// Without a text it is the unit in which the sign is kept.
func (s *sign) unitOf(text string) (unit, bool) {
	text = strings.TrimSpace(text)
	if text == "" && len(s.units) > 0 {
		return s.units[0], true
	}
	for _, u := range s.units {
		if u.code == text || slices.Contains(u.names, strings.ToLower(text)) || strings.EqualFold(u.code, text) {
			return u, true
		}
	}
	return unit{}, false
}
