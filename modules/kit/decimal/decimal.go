// Package decimal holds exact decimal numbers for measured quantities: six
// digits after the point, as an integer in the database, as digits in text.
package decimal

import (
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"

	"medoffice/modules/kit/unfit"
)

// Decimal is a number in millionths: 72.5 is 72_500_000. Its range is ±9.2e12.
type Decimal int64

// One is the number 1.
const One Decimal = 1_000_000

// Parse reads digits with an optional sign, point and exponent (JSON number).
// It rounds half away from zero at the sixth digit, and refuses numbers out of range.
func Parse(s string) (Decimal, error) {
	if strings.ContainsAny(s, "eE") {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return 0, unfit.Error("not a decimal number")
		}
		return FromFloat(f)
	}
	digits, negative := strings.CutPrefix(s, "-")
	whole, frac, _ := strings.Cut(digits, ".")
	if whole == "" || len(whole) > 12 || !numeric(whole) || !numeric(frac) {
		return 0, unfit.Error("not a decimal number in reach")
	}
	frac += "0000000"
	n, _ := strconv.ParseInt(whole+frac[:6], 10, 64)
	if frac[6] >= '5' {
		n++
	}
	if negative {
		n = -n
	}
	return Decimal(n), nil
}

func numeric(s string) bool { return strings.Trim(s, "0123456789") == "" }

// FromFloat rounds f to six digits.
func FromFloat(f float64) (Decimal, error) {
	if math.IsNaN(f) || math.Abs(f) > 9e12 {
		return 0, unfit.Error("not a decimal number in reach")
	}
	return Decimal(math.Round(f * 1e6)), nil
}

// Of returns the decimal of a number that is known to be in range, such as a constant.
func Of(f float64) Decimal { return Decimal(math.Round(f * 1e6)) }

// Float returns the nearest float64, for formulas.
func (d Decimal) Float() float64 { return float64(d) / 1e6 }

// Round returns d rounded half away from zero to the number of digits, 0 to 6.
func (d Decimal) Round(digits int) Decimal {
	unit := Decimal(math.Pow10(6 - digits))
	half := unit / 2
	if d < 0 {
		half = -half
	}
	return (d + half) / unit * unit
}

// String returns the digits without trailing zeros.
func (d Decimal) String() string { return string(d.Append(nil)) }

// Append appends what String writes.
func (d Decimal) Append(b []byte) []byte {
	n := uint64(d)
	if d < 0 {
		b, n = append(b, '-'), uint64(-d)
	}
	b = strconv.AppendUint(b, n/1e6, 10)
	rest := n % 1e6
	if rest == 0 {
		return b
	}
	b = append(b, '.')
	for unit := uint64(1e5); rest > 0; unit /= 10 {
		b = append(b, byte('0'+rest/unit))
		rest %= unit
	}
	return b
}

// MarshalGQL writes the number as a GraphQL string, so that no client rounds it.
func (d Decimal) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, `"`+d.String()+`"`) }

// UnmarshalGQL reads a string or a number.
func (d *Decimal) UnmarshalGQL(v any) (err error) {
	switch v := v.(type) {
	case string:
		*d, err = Parse(v)
	case json.Number:
		*d, err = Parse(v.String())
	case int64:
		*d, err = Parse(strconv.FormatInt(v, 10))
	case int:
		*d, err = Parse(strconv.Itoa(v))
	case float64:
		*d, err = FromFloat(v)
	default:
		err = unfit.Error("a decimal is a string of digits or a number")
	}
	return err
}
