package page_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/cursor"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/page"
	"medoffice/modules/officetest"
)

// secret is the permission that reading the field "status" takes.
const secret = "patients.secret"

var people = field.Entity{
	Type: "Patient", Table: "patients", Prefix: "pat",
	Fields: map[string]field.Field{
		"mrn":    {Column: "mrn", Filter: true, Order: true},
		"name":   {Column: "sort_name", Filter: true, Order: true},
		"born":   {Column: "birth_date", Kind: field.Date, Nullable: true, Filter: true, Order: true},
		"made":   {Column: "created_at", Kind: field.Time, Order: true},
		"status": {Column: "status", Kind: field.Enum, Filter: true, Order: true, Can: secret},
		"sex":    {Column: "sex", Kind: field.Enum},
	},
	Default: field.Order{Field: "mrn"},
}

type lister = page.Lister[ent.Patient, *ent.PatientQuery]

// shelf is a list of patients and who reads it.
type shelf struct {
	*officetest.Office
	lister
	rows []*ent.Patient // by MRN
}

// row is a patient with keys that others have too.
type row struct{ name, born string }

// tied are rows with ties and nulls of both orders, and both at once.
var tied = []row{
	{"b", "1950"}, {"a", ""}, {"b", "1950"}, {"a", "1950-01-01"}, {"c", ""}, {"a", ""}, {"b", "2000-02-29"}, {"", "1950"}, {"a", ""},
}

func open(t *testing.T, o *officetest.Office, rows ...row) *shelf {
	t.Helper()
	seal, err := cursor.NewSeal(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s := &shelf{Office: o, lister: lister{
		Entity: &people, DB: o.Deps.DB, Seal: seal,
		Query: func(c *ent.Client) *ent.PatientQuery { return c.Patient.Query() },
		Key: func(p *ent.Patient, name string) any {
			return map[string]any{"mrn": p.Mrn, "name": p.SortName, "born": p.BirthDate, "made": p.CreatedAt}[name]
		},
	}}
	err = o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
		for i, r := range rows {
			c := o.Deps.DB.Client(ctx).Patient.Create().SetMrn(fmt.Sprintf("m%03d", i)).SetFamilyName("Any").SetSortName(r.name)
			if r.born != "" {
				c.SetBirthDate(date.Date(r.born))
			}
			made, err := c.Save(ctx)
			if err != nil {
				return err
			}
			s.rows = append(s.rows, made)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// read reads a page that must be there.
func (s *shelf) read(ctx context.Context, a page.Args) *page.Connection[ent.Patient] {
	s.T.Helper()
	c, err := s.All(ctx, a)
	if err != nil {
		s.T.Fatal(err)
	}
	return c
}

// refused reads a page that must be refused.
func (s *shelf) refused(ctx context.Context, a page.Args, code kit.Code, path string) {
	s.T.Helper()
	_, err := s.All(ctx, a)
	if e, ok := kit.AsError(err); !ok || e.Code != code || strings.Join(e.Path, ".") != path {
		s.T.Errorf("%+v: %v", a, err)
	}
}

func mrns(rows []*ent.Patient) string {
	list := make([]string, len(rows))
	for i, r := range rows {
		list[i] = r.Mrn
	}
	return strings.Join(list, " ")
}

// sorted are the rows as a list in memory sorts them: those without a key last in
// ascending order and first in descending, if nothing else is asked; ties by id, in the
// direction of the last key.
func (s *shelf) sorted(by ...*field.Order) []*ent.Patient {
	rows := slices.Clone(s.rows)
	slices.SortFunc(rows, func(a, b *ent.Patient) int {
		for _, o := range by {
			if c := compared(o, keyOf(a, o.Field), keyOf(b, o.Field)); c != 0 {
				return c
			}
		}
		if c := strings.Compare(a.ID, b.ID); !by[len(by)-1].Desc {
			return c
		}
		return strings.Compare(b.ID, a.ID)
	})
	return rows
}

// keyOf is a key of the row, nil for none.
func keyOf(p *ent.Patient, name string) *string {
	switch name {
	case "name":
		return &p.SortName
	case "mrn":
		return &p.Mrn
	case "made":
		return new(string)
	}
	return (*string)(p.BirthDate)
}

func compared(o *field.Order, a, b *string) int {
	first := o.Nulls == ask.First || o.Nulls == "" && o.Desc
	switch {
	case a == nil && b == nil:
		return 0
	case (a == nil) == first && (a == nil) != (b == nil):
		return -1
	case (a == nil) != (b == nil):
		return 1
	case o.Desc:
		return strings.Compare(*b, *a)
	}
	return strings.Compare(*a, *b)
}

func number(n int) *int { return &n }

// Walking in pages of any size, to either end, shows each row once and in order,
// over ties and rows without a key, and each page reports whether there is more.
func TestWalks(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o, tied...)
		for _, orders := range everyOrder() {
			want := mrns(s.sorted(orders...))
			for _, size := range []int{1, 2, 3, 4, len(tied), 100} {
				if got := mrns(s.forwards(orders, size)); got != want {
					t.Errorf("%s by %d:\n%s\n%s", said(orders), size, got, want)
				}
				if got := mrns(s.backwards(orders, size)); got != want {
					t.Errorf("%s by %d from the end:\n%s\n%s", said(orders), size, got, want)
				}
			}
		}
	})
}

func said(orders []*field.Order) string {
	var b strings.Builder
	for _, o := range orders {
		fmt.Fprintf(&b, "%+v ", *o)
	}
	return b.String()
}

// everyOrder are all orders by one field, and by two and three with all directions and
// places of rows without a value.
func everyOrder() (all [][]*field.Order) {
	var terms []*field.Order
	for _, by := range []string{"mrn", "name", "born", "made"} {
		for _, desc := range []bool{false, true} {
			for _, nulls := range []ask.Nulls{"", ask.First, ask.Last} {
				if by == "born" || nulls == "" {
					terms = append(terms, &field.Order{Field: by, Desc: desc, Nulls: nulls})
				}
			}
		}
	}
	for _, one := range terms {
		all = append(all, []*field.Order{one})
		for _, two := range terms {
			if two.Field != one.Field {
				all = append(all, []*field.Order{one, two})
			}
		}
	}
	up, down := &field.Order{Field: "name"}, &field.Order{Field: "name", Desc: true}
	last := &field.Order{Field: "born", Nulls: ask.First}
	made := &field.Order{Field: "made"}
	return append(all, []*field.Order{made, up, last}, []*field.Order{made, last, down}, []*field.Order{up, made, last})
}

func (s *shelf) forwards(by []*field.Order, size int) (all []*ent.Patient) {
	s.T.Helper()
	a := page.Args{Order: by, First: &size}
	for {
		c := s.read(s.System(), a)
		all = append(all, c.Nodes(s.System())...)
		info := c.PageInfo()
		if info.HasPreviousPage != (a.After != nil) || info.HasNextPage != (len(all) < len(s.rows)) || len(all) > len(s.rows) {
			s.T.Fatalf("after %d rows: %+v", len(all), info)
		}
		if a.After = info.EndCursor; !info.HasNextPage {
			return all
		}
	}
}

func (s *shelf) backwards(by []*field.Order, size int) (all []*ent.Patient) {
	s.T.Helper()
	a := page.Args{Order: by, Last: &size}
	for {
		c := s.read(s.System(), a)
		all = append(slices.Clone(c.Nodes(s.System())), all...)
		info := c.PageInfo()
		if info.HasNextPage != (a.Before != nil) || info.HasPreviousPage != (len(all) < len(s.rows)) || len(all) > len(s.rows) {
			s.T.Fatalf("after %d rows: %+v", len(all), info)
		}
		if a.Before = info.StartCursor; !info.HasPreviousPage {
			return all
		}
	}
}

// The edges of a page have the cursors by which it goes on from each.
func TestEdges(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o, tied...)
		order := []*field.Order{{Field: "born"}}
		want := s.sorted(order...)
		for i, e := range s.read(s.System(), page.Args{Order: order}).Edges() {
			if e.Node(s.System()).ID != want[i].ID {
				t.Errorf("row %d is %s", i, e.Node(s.System()).Mrn)
			}
			if got := s.read(s.System(), page.Args{Order: order, After: &e.Cursor}).Nodes(s.System()); mrns(got) != mrns(want[i+1:]) {
				t.Errorf("after row %d: %s", i, mrns(got))
			}
		}
		none := "nobody"
		empty := s.read(s.System(), page.Args{Filter: field.Filter{"mrn": none}})
		if info := empty.PageInfo(); info.StartCursor != nil || info.EndCursor != nil || info.HasNextPage || len(empty.Edges()) != 0 {
			t.Errorf("%+v", info)
		}
	})
}

// A cursor says nothing, is the same for the same place, and is refused by
// every other list, filter, order, viewer and key, and when a letter changes.
func TestCursorsAreSealed(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o, row{"Leakname", "1950"}, row{"Leakname", "1950"}, row{"Other", ""})
		who := func(id string) context.Context { return kit.WithViewer(s.System(), &kit.Viewer{ID: id}) }
		ctx, order := who("ann"), []*field.Order{{Field: "name"}}
		filter := field.Filter{"name": map[string]any{"gte": "A"}}
		foreign, _ := cursor.NewSeal(bytes.Repeat([]byte{8}, 32))
		cursor := *s.read(ctx, page.Args{Order: order, Filter: filter, First: number(1)}).PageInfo().EndCursor
		if again := *s.read(ctx, page.Args{Order: order, Filter: filter, First: number(2)}).Edges()[0]; again.Cursor != cursor {
			t.Error("the same place has two cursors")
		}
		plain, err := base64.RawURLEncoding.DecodeString(cursor)
		if err != nil || bytes.Contains(plain, []byte("Leakname")) || bytes.Contains(plain, []byte(s.rows[0].ID)) {
			t.Errorf("%q %v", plain, err)
		}
		if got := s.read(ctx, page.Args{Order: order, Filter: filter, After: &cursor}).Nodes(ctx); len(got) != 2 {
			t.Fatalf("%d rows after the first", len(got))
		}
		s.refused(who("bob"), page.Args{Order: order, Filter: filter, After: &cursor}, kit.InvalidCursor, "")
		s.refused(ctx, page.Args{Order: order, After: &cursor}, kit.InvalidCursor, "")
		s.refused(ctx, page.Args{Order: order, Filter: field.Filter{"name": map[string]any{"gte": "B"}}, After: &cursor}, kit.InvalidCursor, "")
		s.refused(ctx, page.Args{Order: []*field.Order{{Field: "name", Desc: true}}, Filter: filter, After: &cursor}, kit.InvalidCursor, "")
		s.refused(ctx, page.Args{Order: []*field.Order{{Field: "mrn"}}, Filter: filter, After: &cursor}, kit.InvalidCursor, "")
		if _, err := page.Read(ctx, &people, s.Seal, page.Args{Order: order, Filter: filter, After: &cursor}, "another list"); err == nil {
			t.Error("another list takes it")
		}
		if _, err := page.Read(ctx, &people, foreign, page.Args{Order: order, Filter: filter, After: &cursor}, ""); err == nil {
			t.Error("another office takes it")
		}
		for i := range plain {
			changed := slices.Clone(plain)
			changed[i] ^= 1
			text := base64.RawURLEncoding.EncodeToString(changed)
			s.refused(ctx, page.Args{Order: order, Filter: filter, After: &text}, kit.InvalidCursor, "")
		}
		for _, text := range []string{"", "x", "not base64!", cursor[:8], cursor[:len(cursor)-4], cursor + "AAAA"} {
			s.refused(ctx, page.Args{Order: order, Filter: filter, After: &text}, kit.InvalidCursor, "")
		}
	})
}

func TestSealTakesKeysOf32Bytes(t *testing.T) {
	if _, err := cursor.NewSeal(make([]byte, 31)); err == nil {
		t.Error("a key of 31 bytes was taken")
	}
}

func TestBounds(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o, slices.Repeat([]row{{"a", ""}}, 30)...)
		ctx, cursor := s.System(), "any"
		for _, c := range []struct {
			args page.Args
			path string
		}{
			{page.Args{First: number(0)}, "first"},
			{page.Args{First: number(-1)}, "first"},
			{page.Args{First: number(101)}, "first"},
			{page.Args{Last: number(0)}, "last"},
			{page.Args{Last: number(101)}, "last"},
			{page.Args{First: number(1), Last: number(1)}, "last"},
			{page.Args{After: &cursor, Before: &cursor}, "before"},
			{page.Args{First: number(1), Before: &cursor}, "first"},
			{page.Args{Last: number(1), After: &cursor}, "first"},
			{page.Args{Order: []*field.Order{{Field: "nothing"}}}, "orderBy"},
			{page.Args{Order: []*field.Order{{Field: "sex"}}}, "orderBy"},
			{page.Args{Filter: field.Filter{"sex": "MALE"}}, "filter.sex"},
		} {
			s.refused(ctx, c.args, kit.BadUserInput, c.path)
		}
		if n := len(s.read(ctx, page.Args{}).Nodes(ctx)); n != 25 {
			t.Errorf("a page that nobody bounded has %d rows", n)
		}
		if n := len(s.read(ctx, page.Args{First: number(100)}).Nodes(ctx)); n != 30 {
			t.Errorf("the largest page has %d rows", n)
		}
		narrow := ask.Usual
		narrow.PageDefault, narrow.PageMax = 2, 3
		ctx = ask.Within(ctx, &narrow)
		if n := len(s.read(ctx, page.Args{}).Nodes(ctx)); n != 2 {
			t.Errorf("a page of a narrow caller has %d rows", n)
		}
		s.refused(ctx, page.Args{First: number(4)}, kit.BadUserInput, "first")
	})
}

// What the viewer may not read it may not order or filter by either: the place
// of a row would show it.
func TestFieldsThatTakeAPermission(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o, row{"a", ""})
		s.Key = func(p *ent.Patient, _ string) any { return string(p.Status) }
		byStatus, ofStatus := page.Args{Order: []*field.Order{{Field: "status"}}}, page.Args{Filter: field.Filter{"status": "ACTIVE"}}
		nobody := kit.WithViewer(s.System(), &kit.Viewer{ID: "nobody", Roles: []string{"BOARD"}})
		s.refused(nobody, byStatus, kit.Forbidden, "")
		s.refused(nobody, ofStatus, kit.Forbidden, "filter.status")
		s.refused(nobody, page.Args{Filter: field.Filter{"not": map[string]any{"or": []any{map[string]any{"status": "ACTIVE"}}}}}, kit.Forbidden, "filter.not.or.0.status")
		nurse := kit.WithViewer(s.System(), &kit.Viewer{ID: "nurse", Roles: []string{"NURSE"}, Grants: kit.Grants{secret: {"NURSE"}}})
		for _, a := range []page.Args{byStatus, ofStatus} {
			if n := len(s.read(nurse, a).Nodes(nurse)); n != 1 {
				t.Errorf("%d rows", n)
			}
		}
	})
}

// Rows that a rule of the viewer hides, or the list leaves out, are on no page
// and in no count.
func TestRulesNarrowRowsAndCounts(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o, tied...)
		only := func(name string) func(*sql.Selector) {
			return func(q *sql.Selector) { q.Where(sql.EQ(q.C("sort_name"), name)) }
		}
		rules := kit.Rules{"Patient": {func(*kit.Viewer) func(*sql.Selector) { return only("a") }}}
		ctx := kit.WithViewer(s.System(), &kit.Viewer{ID: "ann", Rules: rules})
		c := s.read(ctx, page.Args{First: number(3)})
		total, err := c.TotalCount(ctx)
		if err != nil || *total != 4 || mrns(c.Nodes(ctx)) != "m001 m003 m005" || !c.PageInfo().HasNextPage {
			t.Errorf("%v %v %s", *total, err, mrns(c.Nodes(ctx)))
		}
		c, err = s.All(ctx, page.Args{}, only("b"))
		if err != nil {
			t.Fatal(err)
		}
		if total, err := c.TotalCount(ctx); err != nil || *total != 0 || len(c.Nodes(ctx)) != 0 {
			t.Errorf("%d rows of others, %v %v", len(c.Nodes(ctx)), *total, err)
		}
		if _, err := s.All(context.Background(), page.Args{}); !errors.Is(err, kit.ErrNoViewer) {
			t.Errorf("without a viewer: %v", err)
		}
	})
}
