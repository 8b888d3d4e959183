package terminology

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"medoffice/modules/kit"
)

// The bounds of a file of codes. The largest that is known, ICD-10-CM, has 98,186
// codes in 15 MB.
const (
	maxRelease = 128 << 20
	maxCodes   = 500_000
	maxCode    = 40
	maxDisplay = 1_000
)

// entry is one code of a release.
type entry struct {
	code, display string
	billable      bool
}

// readRelease reads a file of codes whole, so that a broken one changes nothing:
// the order file of ICD-10-CM (CMS; fixed columns), or CSV with a heading.
func readRelease(system string, r io.Reader) ([]entry, error) {
	in := bufio.NewReader(io.LimitReader(r, maxRelease+1))
	head, err := in.Peek(16)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	read := table
	if ordered(head) {
		read = orderFile
	}
	list, err := read(system, in)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, kit.Invalid("the file has no codes")
	}
	if err := unique(list); err != nil {
		return nil, err
	}
	return list, nil
}

// ordered reports whether line is the first of an order file: a number of five digits, a
// code, and whether it is valid, at fixed places.
func ordered(line []byte) bool {
	return len(line) >= 16 && !slices.ContainsFunc(line[:5], func(b byte) bool { return b < '0' || b > '9' }) &&
		line[5] == ' ' && (line[14] == '0' || line[14] == '1')
}

// orderFile reads lines of number (5), code (7), valid for claims (1), short name
// (60) and long name, with a blank between them.
func orderFile(system string, in *bufio.Reader) (list []entry, err error) {
	for number := 1; ; number++ {
		line, err := in.ReadBytes('\n')
		if line = bytes.TrimRight(line, "\r\n"); len(line) > 0 {
			if len(line) < 78 || !ordered(line) {
				return nil, wrong(number, "this is no line of an order file")
			}
			e := entry{code: string(bytes.TrimSpace(line[6:13])), display: string(bytes.TrimSpace(line[77:])), billable: line[14] == '1'}
			if list, err = add(list, system, number, e); err != nil {
				return nil, err
			}
		}
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// The headings by which columns are known, the better ones first.
var (
	codeHeadings    = []string{"code", "hcpc", "hcpcs", "cvx", "cpt"}
	displayHeadings = []string{"display", "full_name", "long_description", "description", "name", "short_name"}
)

// table reads CSV with a heading: a column of codes, one of names, and one that
// reports whether a code may stand on a claim, if there is one.
func table(system string, in *bufio.Reader) (list []entry, err error) {
	rows := csv.NewReader(in)
	rows.FieldsPerRecord = -1
	head, err := rows.Read()
	if err != nil {
		return nil, kit.Invalid("the file is neither CSV with a heading nor an order file of ICD-10-CM")
	}
	column := func(names []string) int {
		for _, name := range names {
			if i := slices.IndexFunc(head, func(h string) bool {
				return strings.EqualFold(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")), name)
			}); i >= 0 {
				return i
			}
		}
		return -1
	}
	code, display, billable := column(codeHeadings), column(displayHeadings), column([]string{"billable"})
	if code < 0 || display < 0 {
		return nil, kit.Invalid("the heading of the file has no column code, or none display")
	}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		line, _ := rows.FieldPos(0)
		if err != nil || len(row) <= max(code, display, billable) {
			return nil, wrong(line, "this is no row of the table")
		}
		e := entry{code: strings.TrimSpace(row[code]), display: strings.TrimSpace(row[display]), billable: true}
		if billable >= 0 {
			if e.billable, err = strconv.ParseBool(strings.ToLower(strings.TrimSpace(row[billable]))); err != nil {
				return nil, wrong(line, "billable is true or false")
			}
		}
		if list, err = add(list, system, line, e); err != nil {
			return nil, err
		}
	}
}

func wrong(line int, why string) error {
	return kit.Invalid(fmt.Sprintf("line %d of the file: %s; nothing was changed", line, why))
}

func add(list []entry, system string, line int, e entry) ([]entry, error) {
	e.code, e.display = written(system, e.code), utf8Of(e.display)
	switch {
	case e.code == "" || e.display == "":
		return nil, wrong(line, "a code or a name is empty")
	case len(e.code) > maxCode || len(e.display) > maxDisplay:
		return nil, wrong(line, "a code or a name is too long")
	case strings.ContainsFunc(e.code+e.display, func(r rune) bool { return r == utf8.RuneError || unicode.IsControl(r) }):
		return nil, wrong(line, "this is no text")
	case len(list) == maxCodes:
		return nil, kit.Invalid("the file has too many codes; nothing was changed")
	}
	return append(list, e), nil
}

// utf8Of is a text in UTF-8. CMS publishes some files in the letters of Windows.
func utf8Of(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	text, _ := charmap.Windows1252.NewDecoder().String(s) // it knows every byte, if as an error
	return text
}

// written is a code as people write it: ICD-10-CM with its point, CVX with two
// digits.
func written(system, code string) string {
	switch {
	case system == ICD10CM && len(code) > 3 && code[3] != '.':
		return code[:3] + "." + code[3:]
	case system == CVX && len(code) == 1:
		return "0" + code
	}
	return code
}

func unique(list []entry) error {
	seen := make(map[string]bool, len(list))
	for _, e := range list {
		if seen[e.code] {
			return kit.Invalid("the file has a code twice; nothing was changed")
		}
		seen[e.code] = true
	}
	return nil
}
