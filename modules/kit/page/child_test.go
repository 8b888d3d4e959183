package page_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/cursor"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/page"
	"medoffice/modules/officetest"
)

var reactions = field.Entity{
	Type: "Allergy", Table: "allergies", Prefix: "alg",
	Fields: map[string]field.Field{
		"recorded": {Column: "recorded_at", Kind: field.Time, Order: true},
		"onset":    {Column: "onset", Kind: field.Date, Nullable: true, Filter: true, Order: true},
	},
	Default: field.Order{Field: "recorded"},
}

type children = page.Lister[ent.Allergy, *ent.AllergyQuery]

// family are patients, the patient n with n allergies, every second without an onset.
func family(t *testing.T, o *officetest.Office, n int) (*shelf, children) {
	t.Helper()
	s := open(t, o, make([]row, n)...)
	l := children{
		Entity: &reactions, DB: o.Deps.DB, Seal: s.Seal,
		Query: func(c *ent.Client) *ent.AllergyQuery { return c.Allergy.Query() },
		Key: func(a *ent.Allergy, name string) any {
			return map[string]any{"recorded": a.RecordedAt, "onset": a.Onset}[name]
		},
	}
	err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
		for i, p := range s.rows {
			for k := range i {
				c := o.Deps.DB.Client(ctx).Allergy.Create().SetPatientID(p.ID).SetSubstanceCodeText(fmt.Sprint(k)).
					SetRecordedAt(officetest.Morning.Add(time.Duration(k/2) * time.Hour)) // two at once
				if k%2 == 1 {
					c.SetOnset(date.Date(fmt.Sprint(2000 + k)))
				}
				if err := c.Exec(ctx); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, l
}

var ofPatient = page.Child{Column: "patient_id"}

func owner(a *ent.Allergy) string { return a.PatientID }

// page of the children of a patient.
func pageOf(ctx context.Context, t *testing.T, l children, p *ent.Patient, child page.Child, a page.Args) *page.Connection[ent.Allergy] {
	t.Helper()
	c, err := page.Of(ctx, l, p, child, a, owner)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// request is the context of one, in which statements are counted.
func request(o *officetest.Office) (context.Context, *db.Counter) {
	return db.WithCounter(load.WithScope(o.System()))
}

// The pages of all parents of a list are one statement, their counts another
// one if somebody asks, and each parent has its own rows.
func TestChildrenOfAllParents(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s, l := family(t, o, 6)
		ctx, counter := request(o)
		parents := s.read(ctx, page.Args{}).Nodes(ctx)
		first := page.Args{First: number(2), Order: []*field.Order{{Field: "onset"}}}
		before := len(counter.Statements())
		for i, p := range parents {
			c := pageOf(ctx, t, l, p, ofPatient, first)
			if c.PageInfo().HasNextPage != (i > 2) || len(c.Edges()) != min(i, 2) {
				t.Errorf("patient %d has %d rows: %+v", i, len(c.Edges()), c.PageInfo())
			}
			for _, a := range c.Nodes(ctx) {
				if a.PatientID != p.ID {
					t.Errorf("patient %d has a row of another", i)
				}
			}
		}
		if n := len(counter.Statements()) - before; n != 1 {
			t.Errorf("%d statements for the pages", n)
		}
		for i, p := range parents {
			total, err := pageOf(ctx, t, l, p, ofPatient, first).TotalCount(ctx)
			if err != nil || *total != i {
				t.Errorf("patient %d: %d %v", i, *total, err)
			}
		}
		if n := len(counter.Statements()) - before; n != 2 {
			t.Errorf("%d statements for pages and counts", n)
		}
		pageOf(ctx, t, l, parents[0], ofPatient, page.Args{First: number(3)}) // another alias, other arguments
		if n := len(counter.Statements()) - before; n != 3 {
			t.Errorf("%d statements with another page", n)
		}
	})
}

// A page of one parent and the page beside those of others hold the same, in
// every order and from both ends.
func TestChildrenAloneAndTogether(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s, l := family(t, o, 6)
		for _, by := range [][]*field.Order{
			{{Field: "recorded"}},
			{{Field: "recorded", Desc: true}},
			{{Field: "onset"}},
			{{Field: "onset", Desc: true}},
			{{Field: "onset", Nulls: ask.First}, {Field: "recorded", Desc: true}},
			{{Field: "recorded"}, {Field: "onset", Desc: true, Nulls: ask.Last}},
		} {
			for _, a := range []page.Args{{Order: by}, {Order: by, First: number(2)}, {Order: by, Last: number(3)}} {
				together, _ := request(o)
				for _, p := range s.read(together, page.Args{}).Nodes(together) {
					ids := func(c *page.Connection[ent.Allergy]) string {
						var list []string
						for _, row := range c.Nodes(together) {
							list = append(list, row.ID)
						}
						return fmt.Sprint(list, c.PageInfo().HasNextPage, c.PageInfo().HasPreviousPage)
					}
					many, one := pageOf(together, t, l, p, ofPatient, a), pageOf(o.System(), t, l, p, ofPatient, a)
					if ids(many) != ids(one) {
						t.Errorf("%+v:\n%s\n%s", by, ids(many), ids(one))
					}
				}
			}
		}
	})
}

// The cursor of a nested list goes on in that list alone.
func TestCursorsOfChildren(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s, l := family(t, o, 6)
		ctx, most := o.System(), s.rows[5]
		var all []string
		a := page.Args{First: number(2)}
		for more := true; more; {
			c := pageOf(ctx, t, l, most, ofPatient, a)
			for _, row := range c.Nodes(ctx) {
				all = append(all, row.SubstanceCodeText)
			}
			a.After, more = c.PageInfo().EndCursor, c.PageInfo().HasNextPage
		}
		if len(all) != 5 || len(strings.Join(all, "")) != 5 {
			t.Fatalf("%v", all)
		}
		narrowed := page.Child{Column: "patient_id", Name: "known", Where: func(q *sql.Selector) { q.Where(sql.NotNull(q.C("onset"))) }}
		if n := len(pageOf(ctx, t, l, most, narrowed, page.Args{}).Nodes(ctx)); n != 2 {
			t.Errorf("%d rows of the narrowed list", n)
		}
		for name, c := range map[string]page.Child{"narrowed": narrowed, "by another column": {Column: "recorded_by"}} {
			_, err := page.Of(ctx, l, most, c, page.Args{After: a.After}, owner)
			if e, ok := kit.AsError(err); !ok || e.Code != kit.InvalidCursor {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := l.All(ctx, page.Args{After: a.After}); err == nil {
			t.Error("the list of all takes the cursor of a nested one")
		}
	})
}

// requests are a table that is filled quickly, ordered by an instant.
var requests = field.Entity{
	Type: "Request", Table: "requests",
	Fields:  map[string]field.Field{"at": {Column: "at", Kind: field.Time, Order: true}},
	Default: field.Order{Field: "at"},
}

const (
	manySQLite = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		INSERT INTO requests (id, input_hash, result_id, at) SELECT printf('r%%05d', i), '', '', '2026-03-01T20:02:03.045Z' FROM n`
	manyPostgres = `INSERT INTO requests (id, input_hash, result_id, at)
		SELECT 'r' || lpad(i::text, 5, '0'), '', '', '2026-03-01T20:02:03.045Z' FROM generate_series(1, %d) AS n(i)`
)

// A count stops one above its cap, and nothing is counted that nobody asks for.
func TestCountCap(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		fill := manySQLite
		if o.Deps.DB.Postgres() {
			fill = manyPostgres
		}
		if _, err := o.Deps.DB.SQL().ExecContext(t.Context(), fmt.Sprintf(fill, page.CountCap+50)); err != nil {
			t.Fatal(err)
		}
		seal, _ := cursor.NewSeal(bytes.Repeat([]byte{7}, 32))
		l := page.Lister[ent.Request, *ent.RequestQuery]{
			Entity: &requests, DB: o.Deps.DB, Seal: seal,
			Query: func(c *ent.Client) *ent.RequestQuery { return c.Request.Query() },
			Key:   func(r *ent.Request, _ string) any { return r.At },
		}
		ctx, counter := request(o)
		c, err := l.All(ctx, page.Args{First: number(10)})
		if err != nil {
			t.Fatal(err)
		}
		c.PageInfo()
		c.Edges()
		if s := counter.Statements(); len(s) != 1 || strings.Contains(strings.ToLower(s[0]), "count(") {
			t.Errorf("a page cost %v", s)
		}
		if total, err := c.TotalCount(ctx); err != nil || *total != page.CountCap+1 {
			t.Errorf("%v %v", *total, err)
		}
		// All of one instant: the cursor goes on by the id.
		next, err := l.All(ctx, page.Args{First: number(1), After: c.PageInfo().EndCursor})
		if err != nil {
			t.Fatal(err)
		}
		if rows := next.Nodes(ctx); len(rows) != 1 || rows[0].ID != "r00011" {
			t.Errorf("%v", rows)
		}
	})
}
