package fhir

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// batch gathers lines of NDJSON.
type batch struct {
	*reading
	unit *unit
	size int
	keys map[key]bool
}

func (b *batch) flush() error {
	u := b.unit
	b.unit, b.size, b.keys = &unit{File: b.name}, 0, map[key]bool{}
	if len(u.Entries)+len(u.faults) == 0 {
		return nil
	}
	return b.emit(u)
}

// lines reads NDJSON: each line is a resource by itself, and a wrong one does
// not stop the others.
func (r *reading) lines() error {
	b := &batch{reading: r, unit: &unit{File: r.name}, keys: map[key]bool{}}
	for n := 1; ; n++ {
		line, err := oneLine(r.in)
		place := fmt.Sprintf("line %d $", n)
		end := errors.Is(err, io.EOF)
		switch {
		case errors.Is(err, errTooBig):
			b.refuse("", place, wrong("", "this is bigger than %d MiB", maxResource>>20))
		case err != nil && !end:
			b.refuse("", place, wrong("", "the file cannot be read"))
			return b.flush()
		case len(bytes.TrimSpace(line)) > 0:
			if err := b.line(line, place); err != nil {
				return err
			}
		}
		if end {
			return b.flush()
		}
		if len(b.unit.Entries) >= batchLines || b.size >= batchBytes || len(b.unit.faults) >= batchLines {
			if err := b.flush(); err != nil {
				return err
			}
		}
	}
}

func (b *batch) refuse(kind, place string, err error) {
	b.unit.count(kind)
	b.unit.fail(kind, place, err)
}

func (b *batch) line(line []byte, place string) error {
	if !wholeObject(line) {
		b.refuse("", place, wrong("", "this line is not a JSON object"))
		return nil
	}
	if isBundle(line) {
		if err := b.flush(); err != nil {
			return err
		}
		return b.document(bytes.NewReader(line), place)
	}
	e, err := b.entry(line, "", place)
	if err != nil {
		b.refuse(e.kind, place, err)
		return nil
	}
	if b.keys[e.key] { // the later line is the newer version: one after the other
		if err := b.flush(); err != nil {
			return err
		}
	}
	b.keys[e.key] = true
	b.unit.Entries = append(b.unit.Entries, e)
	b.size += len(e.Raw)
	return nil
}

func isBundle(line []byte) bool {
	var head struct {
		ResourceType string `json:"resourceType"`
	}
	return bytes.Contains(line, []byte(`"Bundle"`)) && json.Unmarshal(line, &head) == nil && head.ResourceType == "Bundle"
}

// oneLine reads a line, and of one that is too long nothing but its end.
func oneLine(in *bufio.Reader) (line []byte, err error) {
	tooBig := false
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > maxResource {
			tooBig, line = true, nil
		}
		if !tooBig {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if tooBig && (err == nil || errors.Is(err, io.EOF)) {
			return nil, errTooBig // the next read returns the end
		}
		return line, err
	}
}
