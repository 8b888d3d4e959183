package paper

import (
	"bytes"
	"fmt"
	"time"

	"github.com/go-pdf/fpdf" // pure Go, no fonts to install
)

// Sheet is a PDF document in the making, in pages of US letter size.
type Sheet struct {
	*fpdf.Fpdf
	latin func(string) string
}

// New begins a document.
func New(title string, now time.Time) *Sheet {
	p := fpdf.New("P", "mm", fpdf.PageSizeLetter, "")
	p.SetCreationDate(now)
	p.SetModificationDate(now)
	p.SetTitle(title, true)
	p.AddPage()
	// The fonts of every reader know Latin letters only.
	return &Sheet{p, p.UnicodeTranslatorFromDescriptor("")}
}

// Line writes a line in letters of so many points, so many millimetres high; its
// style is "", or "B" for bold.
func (s *Sheet) Line(size, height float64, style, words string) {
	s.SetFont("Helvetica", style, size)
	s.CellFormat(0, height, s.latin(words), "", 1, "L", false, 0, "")
}

// Text writes a text of several lines.
func (s *Sheet) Text(words string) {
	s.SetFont("Helvetica", "", 10)
	s.MultiCell(0, 5, s.latin(words), "", "L", false)
}

// Column is a column of a table: its title, its width in millimetres, and "L" or "R".
type Column struct {
	Name  string
	Width float64
	Align string
}

// Table writes rows under the titles of the columns, again on each page. What does
// not fit into a column is cut.
func (s *Sheet) Table(columns []Column, rows [][]string) {
	head := func() {
		s.SetFont("Helvetica", "B", 10)
		for _, c := range columns {
			s.CellFormat(c.Width, 7, c.Name, "B", 0, c.Align, false, 0, "")
		}
		s.Ln(-1)
		s.SetFont("Helvetica", "", 9)
	}
	head()
	_, height := s.GetPageSize()
	_, _, _, bottom := s.GetMargins()
	for _, row := range rows {
		if s.GetY()+6 > height-bottom-10 {
			s.AddPage()
			head()
		}
		for i, words := range row {
			s.CellFormat(columns[i].Width, 6, s.cut(s.latin(words), columns[i].Width-2), "", 0, columns[i].Align, false, 0, "")
		}
		s.Ln(-1)
	}
}

// cut shortens a text to what fits into a width.
func (s *Sheet) cut(words string, width float64) string {
	for words != "" && s.GetStringWidth(words) > width {
		words = words[:len(words)-1]
	}
	return words
}

// Bytes ends the document.
func (s *Sheet) Bytes() ([]byte, error) {
	var b bytes.Buffer
	err := s.Output(&b)
	return b.Bytes(), err
}

// digits are the decimal digits of currencies that have other than two (ISO 4217).
var digits = map[string]int{"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "UGX": 0, "XAF": 0, "XOF": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}

// Money writes an amount of minor units.
func Money(minor int64, currency string) string {
	n, known := digits[currency]
	if !known {
		n = 2
	}
	unit := int64(1)
	for range n {
		unit *= 10
	}
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	if n == 0 {
		return fmt.Sprintf("%s%d %s", sign, minor, currency)
	}
	return fmt.Sprintf("%s%d.%0*d %s", sign, minor/unit, n, minor%unit, currency)
}
