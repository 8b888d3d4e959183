package compile

import "errors"

// tape is a value of JSON taken apart once: every array and scalar with where
// it stands, and where the next one on its level is. The statement returns
// arrays, texts, numbers, booleans and null, and no objects.
type tape struct {
	src  []byte
	toks []tok
	open []int32
}

type tok struct {
	start, end int32
	next       int32 // index of what follows on the same level, for an array
	kind       byte  // '[', '"', 'n' (null), 't', 'f', '0' (number)
	escaped    bool  // a text with a backslash
}

var errTape = errors.New("compile: the statement did not return JSON")

// read takes the text apart.
func (t *tape) read(src []byte) error {
	t.src, t.toks, t.open = src, t.toks[:0], t.open[:0]
	for i := 0; i < len(src); {
		switch src[i] {
		case ' ', '\n', ',':
			i++
		case '[':
			t.open = append(t.open, int32(len(t.toks)))
			t.toks = append(t.toks, tok{start: int32(i), kind: '['})
			i++
		case ']':
			i++
			if !t.closed(i) {
				return errTape
			}
		default:
			end, kind, escaped := valueEnd(src, i)
			if end < 0 {
				return errTape
			}
			t.toks = append(t.toks, tok{start: int32(i), end: int32(end), next: int32(len(t.toks) + 1), kind: kind, escaped: escaped})
			i = end
		}
	}
	if len(t.open) > 0 || len(t.toks) == 0 {
		return errTape
	}
	return nil
}

// closed ends the array that was opened last.
func (t *tape) closed(end int) bool {
	if len(t.open) == 0 {
		return false
	}
	at := t.open[len(t.open)-1]
	t.open = t.open[:len(t.open)-1]
	t.toks[at].end, t.toks[at].next = int32(end), int32(len(t.toks))
	return true
}

// valueEnd finds the end of a value that is no array, -1 where there is none.
func valueEnd(src []byte, i int) (end int, kind byte, escaped bool) {
	c := src[i]
	switch {
	case c == '"':
		end, escaped = text(src, i+1)
		return end, '"', escaped
	case c == '-' || c >= '0' && c <= '9':
		for end = i + 1; end < len(src) && src[end] != ',' && src[end] != ']' && src[end] != ' '; {
			end++
		}
		return end, '0', false
	case c == 'n' || c == 't':
		end = i + len("null")
	case c == 'f':
		end = i + len("false")
	default:
		return -1, 0, false
	}
	if end <= len(src) {
		return end, c, false
	}
	return -1, 0, false
}

// text finds the end of a text whose first letter is at i.
func text(src []byte, i int) (end int, escaped bool) {
	for ; i < len(src); i++ {
		switch src[i] {
		case '"':
			return i + 1, escaped
		case '\\':
			escaped = true
			i++
		}
	}
	return -1, escaped
}

// raw is what a token says.
func (t *tape) raw(i int32) []byte { return t.src[t.toks[i].start:t.toks[i].end] }

// null reports whether a token is null.
func (t *tape) null(i int32) bool { return t.toks[i].kind == 'n' }
