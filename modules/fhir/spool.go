package fhir

import (
	"bufio"
	"encoding/gob"
	"errors"
	"io"
	"os"
)

// spool keeps what refers to something that has not come yet, in a file
// without a name, until the other sources are read.
type spool struct {
	file  *os.File
	out   *bufio.Writer
	enc   *gob.Encoder
	Units int // in it
	Size  int // resources in it
}

// add puts a unit, or some entries of one, into the spool.
func (s *spool) add(u *unit, entries []*entry) error {
	if s.file == nil {
		f, err := os.CreateTemp("", "medoffice-import-")
		if err != nil {
			return err
		}
		_ = os.Remove(f.Name()) // gone when it is closed, however we end
		s.file, s.out = f, bufio.NewWriter(f)
		s.enc = gob.NewEncoder(s.out)
	}
	s.Units++
	s.Size += len(entries)
	return s.enc.Encode(unit{File: u.File, Whole: u.Whole, Entries: entries})
}

// each reads the spool from its beginning.
func (s *spool) each(f func(*unit) error) error {
	if s.file == nil {
		return nil
	}
	if err := s.out.Flush(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	dec := gob.NewDecoder(bufio.NewReader(s.file))
	for {
		u := &unit{}
		if err := dec.Decode(u); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := f(u); err != nil {
			return err
		}
	}
}

func (s *spool) close() {
	if s.file != nil {
		_ = s.file.Close()
	}
}
