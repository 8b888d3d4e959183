package fhir

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// Source is one file of resources: a Bundle, a single resource, or NDJSON with
// one resource a line. It may be compressed with gzip.
type Source struct {
	Name string
	Size int64 // in bytes, 0 where nobody knows
	Open func() (io.ReadCloser, error)
}

// Reader makes a source of a stream, such as standard input.
func Reader(name string, r io.Reader) Source {
	return Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(r), nil }}
}

// endings are the names by which files are found in a folder.
var endings = []string{".json", ".ndjson", ".jsonl"}

// Files finds the sources at the paths. Of a folder they are all files below
// it that are named *.json, *.ndjson or *.jsonl, also with .gz; what others
// refer to comes first.
func Files(paths ...string) ([]Source, error) {
	var all []Source
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", path, err)
		}
		if !info.IsDir() {
			all = append(all, file(path, info.Size()))
			continue
		}
		found, err := below(path)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func below(folder string) ([]Source, error) {
	var found []Source
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !named(path) {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().IsRegular() {
			found = append(found, file(path, info.Size()))
		}
		return err
	})
	sort.SliceStable(found, func(i, j int) bool { return turn(found[i].Name) < turn(found[j].Name) })
	return found, err
}

func named(path string) bool {
	path = strings.TrimSuffix(strings.ToLower(path), ".gz")
	for _, ending := range endings {
		if strings.HasSuffix(path, ending) {
			return true
		}
	}
	return false
}

// turn returns, by the name of a file, how early it is read: bulk exports name
// their files after the type in them.
func turn(path string) int {
	name := strings.ToLower(filepath.Base(path))
	for n, word := range []string{"organization", "hospital", "location", "practitioner", "patient", "encounter"} {
		if strings.Contains(name, word) {
			return n
		}
	}
	return 6 // all others
}

func file(path string, size int64) Source {
	return Source{Name: path, Size: size, Open: func() (io.ReadCloser, error) { return os.Open(path) }}
}

// counted counts the bytes that were read of a source.
type counted struct {
	io.Reader
	n *int64
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	*c.n += int64(n)
	return n, err
}

// peek is how much of a file is looked at to see what it is.
const peek = 1 << 20

// plain takes off what is around the text: gzip and a byte order mark.
func plain(r io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	if head, _ := b.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, err
		}
		b = bufio.NewReaderSize(z, 64<<10)
	}
	if head, _ := b.Peek(3); bytes.Equal(head, []byte("\xef\xbb\xbf")) {
		_, _ = b.Discard(3)
	}
	return bufio.NewReaderSize(b, peek), nil
}

// byLine reports whether a file has one resource a line: by its name, or because
// its first line is a whole one and another follows.
func byLine(name string, b *bufio.Reader) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	if strings.HasSuffix(name, ".ndjson") || strings.HasSuffix(name, ".jsonl") {
		return true
	}
	head, _ := b.Peek(peek)
	line, rest, ok := bytes.Cut(bytes.TrimLeft(head, " \t\r\n"), []byte("\n"))
	return ok && len(bytes.TrimSpace(rest)) > 0 && wholeObject(line)
}
