package compile

import (
	"encoding/json"
	"strconv"
	"time"

	"medoffice/modules/kit/decimal"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/scalar"
)

func (w *writer) column(o *out, at int32) {
	switch {
	case w.tape.null(at) && o.format == asTexts:
		w.b = append(w.b, "[]"...)
	case w.tape.null(at):
		w.none()
	default:
		w.scalar(o.format, at)
	}
}

func (w *writer) scalar(f format, at int32) {
	raw := w.raw(at)
	switch f {
	case asText:
		w.string(at)
	case asNumber:
		w.b = append(w.b, raw...)
	case asBool:
		w.b = strconv.AppendBool(w.b, raw[0] == 't' || raw[0] == '1')
	case asInstant:
		w.b = append(w.b, '"')
		w.b = appendInstant(w.b, raw[1:len(raw)-1])
		w.b = append(w.b, '"')
	case asDecimal:
		n, _ := strconv.ParseInt(string(raw), 10, 64)
		w.b = append(w.b, '"')
		w.b = decimal.Decimal(n).Append(w.b)
		w.b = append(w.b, '"')
	case asTexts:
		w.b = append(w.b, '[')
		for i := at + 1; i < w.toks[at].next; i = w.toks[i].next {
			if i > at+1 {
				w.b = append(w.b, ',')
			}
			w.string(i)
		}
		w.b = append(w.b, ']')
	}
}

// string writes a text. The database escapes some letters in its own way.
func (w *writer) string(at int32) {
	if !w.toks[at].escaped {
		w.b = append(w.b, w.raw(at)...)
		return
	}
	w.b = field.Write(w.b, w.unescaped(at))
}

// unescaped is the text of a token.
func (w *writer) unescaped(at int32) []byte {
	raw := w.raw(at)
	if !w.toks[at].escaped {
		return raw[1 : len(raw)-1]
	}
	var s string
	_ = json.Unmarshal(raw, &s) // the database wrote it
	return []byte(s)
}

// appendInstant writes an instant with milliseconds in UTC. SQLite holds it so;
// PostgreSQL writes as few digits as it needs, and the offset of its session.
func appendInstant(b, raw []byte) []byte {
	const whole = len("2006-01-02T15:04:05")
	if len(raw) == len(scalar.Layout) && raw[len(raw)-1] == 'Z' {
		return append(b, raw...)
	}
	if rest := raw[min(whole, len(raw)):]; len(raw) >= whole+6 && raw[4] == '-' && string(rest[len(rest)-6:]) == "+00:00" {
		digits := rest[:len(rest)-6]
		b = append(b, raw[:whole]...)
		b = append(b, '.')
		for i := 1; i <= 3; i++ {
			if i < len(digits) {
				b = append(b, digits[i])
			} else {
				b = append(b, '0')
			}
		}
		return append(b, 'Z')
	}
	return instantOf(raw).AppendFormat(b, scalar.Layout)
}

func instantOf(raw []byte) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, string(raw))
	return t.UTC()
}
