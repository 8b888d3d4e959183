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
		switch c := src[i]; c {
		case ' ', '\n', ',':
			i++
		case '[':
			t.open = append(t.open, int32(len(t.toks)))
			t.toks = append(t.toks, tok{start: int32(i), kind: '['})
			i++
		case ']':
			if len(t.open) == 0 {
				return errTape
			}
			at := t.open[len(t.open)-1]
			t.open = t.open[:len(t.open)-1]
			i++
			t.toks[at].end, t.toks[at].next = int32(i), int32(len(t.toks))
		case '"':
			end, escaped := text(src, i+1)
			if end < 0 {
				return errTape
			}
			t.scalar(i, end, '"', escaped)
			i = end
		case 'n', 't', 'f':
			n := 4
			if c == 'f' {
				n = 5
			}
			if i+n > len(src) {
				return errTape
			}
			t.scalar(i, i+n, c, false)
			i += n
		default:
			if c != '-' && (c < '0' || c > '9') {
				return errTape
			}
			end := i + 1
			for end < len(src) && src[end] != ',' && src[end] != ']' && src[end] != ' ' {
				end++
			}
			t.scalar(i, end, '0', false)
			i = end
		}
	}
	if len(t.open) > 0 || len(t.toks) == 0 {
		return errTape
	}
	return nil
}

func (t *tape) scalar(start, end int, kind byte, escaped bool) {
	t.toks = append(t.toks, tok{start: int32(start), end: int32(end), next: int32(len(t.toks) + 1), kind: kind, escaped: escaped})
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

// null tells whether a token is null.
func (t *tape) null(i int32) bool { return t.toks[i].kind == 'n' }
