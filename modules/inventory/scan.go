package inventory

import (
	"context"
	"strings"
	"time"

	"medoffice/ent"
	"medoffice/ent/barcode"
	"medoffice/ent/lot"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/opt"
)

// label is what a barcode says.
type label struct {
	number  string // of the item or the pack, digits alone
	lot     string
	expires *date.Date
}

// digits leaves out everything that a scanner or a person puts between digits.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.TrimSpace(s))
}

// fixed are the lengths of GS1 application identifiers that have one; others
// end at a separator. Source: GS1 General Specifications, section 3.2.
var fixed = map[string]int{"01": 14, "02": 14, "11": 6, "13": 6, "15": 6, "17": 6}

// readLabel reads a plain number, or a GS1 element string with or without
// brackets: (01)GTIN(17)YYMMDD(10)LOT.
func readLabel(s string) label {
	s = strings.TrimPrefix(strings.TrimSpace(s), "]d2")
	if strings.HasPrefix(s, "(") {
		s = unbracket(s)
	}
	l := label{number: digits(s)}
	if !strings.HasPrefix(s, "01") || len(s) <= 16 {
		return l
	}
	for rest := s; len(rest) > 2; {
		ai := rest[:2]
		value, after := element(ai, rest[2:])
		if value == "" {
			break
		}
		switch ai {
		case "01":
			l.number = value
		case "10":
			l.lot = value
		case "17":
			l.expires = shortDate(value)
		}
		rest = after
	}
	return l
}

// element cuts the value of an application identifier off.
func element(ai, s string) (value, rest string) {
	if n := fixed[ai]; n > 0 {
		if len(s) < n {
			return "", ""
		}
		return s[:n], strings.TrimPrefix(s[n:], "\x1d")
	}
	value, rest, _ = strings.Cut(s, "\x1d")
	return value, rest
}

// unbracket writes (01)…(10)… as a scanner would send it.
func unbracket(s string) string {
	var b strings.Builder
	for _, part := range strings.Split(s, "(")[1:] {
		ai, value, _ := strings.Cut(part, ")")
		if b.WriteString(ai + value); fixed[ai] == 0 {
			b.WriteByte(0x1d)
		}
	}
	return b.String()
}

// shortDate reads YYMMDD; day 00 is the last of the month.
func shortDate(s string) *date.Date {
	t, err := time.Parse("060102", s)
	if err != nil && len(s) == 6 && s[4:] == "00" {
		if t, err = time.Parse("060102", s[:4]+"01"); err == nil {
			t = t.AddDate(0, 1, -1)
		}
	}
	if err != nil {
		return nil
	}
	d := date.Of(t)
	return &d
}

// lastDay is the last day that a date means: an expiry of a month holds to its end.
func lastDay(d date.Date) date.Date {
	first := d.First()
	switch len(d) {
	case 4:
		return date.Of(first.AddDate(1, 0, -1))
	case 7:
		return date.Of(first.AddDate(0, 1, -1))
	}
	return d
}

// Read finds the item of a barcode, with the pack that carries it, or nil.
func (m *Module) Read(ctx context.Context, code string) (*ent.Item, *ent.ItemPack, error) {
	number := readLabel(code).number
	// A GTIN of 14 digits is a UPC of 12 with zeros before it.
	b, err := m.DB.Client(ctx).Barcode.Query().Where(barcode.Value.In(number, strings.TrimPrefix(number, "00"), "00"+number)).
		Order(barcode.Value.Asc()).With(ent.WithBarcodePack()).With(ent.WithBarcodeItem()).First(ctx)
	if ent.IsNotFound(err) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return b.Edges.Item, b.Edges.Pack, nil
}

// LotOf finds the lot of an item that a barcode names, nil where it names none.
func (m *Module) LotOf(ctx context.Context, itemID, code string) (*ent.Lot, error) {
	l := readLabel(code)
	if l.lot == "" {
		return nil, nil
	}
	row, err := m.DB.Client(ctx).Lot.Query().Where(lot.ItemID.EQ(itemID), lot.Number.EQ(l.lot)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return row, err
}

func (q Query) Scan(ctx context.Context, code string) (*model.Scan, error) {
	if len(code) > 200 {
		return nil, kit.Invalid("a barcode has at most 200 letters", "text")
	}
	it, pack, err := q.Read(ctx, code)
	if err != nil || it == nil {
		return nil, err
	}
	l := readLabel(code)
	s := &model.Scan{Item: it, Pack: pack, Quantity: 1, LotNumber: opt.Of(l.lot), ExpiresOn: l.expires}
	if pack != nil {
		s.Quantity = int(pack.Quantity)
	}
	s.Lot, err = q.LotOf(ctx, it.ID, code)
	return s, err
}
