package compile

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"medoffice/modules/kit"
	"medoffice/modules/kit/page"
)

// A list of rows with values of each format, an edge, and a list in each row.
func sample(rows int) (src []byte, v view) {
	leaf := &node{typ: &rowType{name: "Leaf"}, slots: make([]slot, 2), patient: -1}
	top := &node{typ: &rowType{name: "Row"}, slots: make([]slot, 8), patient: 1}
	leaves := view{{key: []byte(`"a":`), kind: aColumn, slot: 0}, {key: []byte(`"b":`), kind: aColumn, slot: 1, format: asNumber}}
	all := view{
		{key: []byte(`"id":`), kind: aColumn, slot: 0},
		{key: []byte(`"on":`), kind: aColumn, slot: 2, format: asBool},
		{key: []byte(`"at":`), kind: aColumn, slot: 3, format: asInstant},
		{key: []byte(`"value":`), kind: aColumn, slot: 4, format: asDecimal},
		{key: []byte(`"words":`), kind: aColumn, slot: 5, format: asTexts},
		{key: []byte(`"one":`), kind: aRow, slot: 6, list: &list{node: leaf}, view: leaves},
		{key: []byte(`"many":`), kind: aList, slot: 7, list: &list{node: leaf}, view: leaves},
	}
	row := `["x_1","pat_1",1,"2026-03-01T15:00:00+00:00",-72500000,["en","de"],["é",3],[["a",1],["b",null]]]`
	text := "[[" + strings.Repeat(row+", ", rows-1) + row + "]]"
	return []byte(text), view{{key: []byte(`"rows":`), kind: aList, slot: 0, list: &list{node: top}, view: all}}
}

func write(w *writer, src []byte, v view) error {
	w.b, w.steps, w.arena, w.lastPatient = w.b[:0], w.steps[:0], w.arena[:0], "pat_1"
	if err := w.tape.read(src); err != nil {
		return err
	}
	root := &node{slots: make([]slot, 1)}
	w.object(root, v, w.slots(root, 0))
	return nil
}

func newWriter() *writer {
	ctx, sight := kit.WithSight(context.Background())
	return &writer{run: &run{ctx: ctx, pages: map[*list]*page.Plan{}}, sight: sight, lastKind: "Row"}
}

func TestWriter(t *testing.T) {
	w := newWriter()
	src, v := sample(1)
	if err := write(w, src, v); err != nil {
		t.Fatal(err)
	}
	const want = `{"rows":[{"id":"x_1","on":true,"at":"2026-03-01T15:00:00.000Z","value":"-72.5","words":["en","de"],` +
		`"one":{"a":"é","b":3},"many":[{"a":"a","b":1},{"a":"b","b":null}]}]}`
	if string(w.b) != want {
		t.Errorf("%s", w.b)
	}
	if len(w.arena) != 1 {
		t.Errorf("%d places of the arena are not given back", len(w.arena)-1)
	}
}

// What is written allocates nothing that grows with the number of rows.
func TestWriterAllocations(t *testing.T) {
	count := func(rows int) float64 {
		w := newWriter()
		src, v := sample(rows)
		if err := write(w, src, v); err != nil { // the buffers grow once
			t.Fatal(err)
		}
		return testing.AllocsPerRun(10, func() { _ = write(w, src, v) })
	}
	if few, many := count(10), count(1000); many > few {
		t.Errorf("%v allocations for 10 rows, %v for 1,000", few, many)
	}
}

// No text makes the tape panic, and what is not JSON as the statement writes it
// is an error.
func FuzzTape(f *testing.F) {
	for _, s := range []string{`[[1,"a\"b",null]]`, `[true, false]`, "[", "]", `"`, `[n]`, `[nul`, `[-]`, `{`, `[1}`, ``} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		var t tape
		if t.read([]byte(text)) != nil {
			return
		}
		for i := range t.toks {
			if t.toks[i].kind != '[' {
				_ = t.raw(int32(i))
			}
		}
	})
}

func TestTapeRefuses(t *testing.T) {
	for _, text := range []string{"", "[", "]", `["a`, "[nul", "{}", "[[1]", `["a\`} {
		var tp tape
		if err := tp.read([]byte(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
	for _, format := range []string{"%s", "[%s, %s]"} {
		var tp tape
		text := fmt.Sprintf(strings.ReplaceAll(format, "%s", "%[1]s"), `["a\"", -1, null]`)
		if err := tp.read([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
