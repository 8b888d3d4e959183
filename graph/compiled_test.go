package graph_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/graph"
	"medoffice/graph/compile"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/page"
	"medoffice/modules/officetest"
)

// asPlanned sends a query that wants to know how it is answered.
func asPlanned(t *testing.T, o *officetest.Office, role, query string) (plan *compile.Plan) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "extensions": map[string]any{"plan": true}})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, graph.Path, strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+o.As(role).Token)
	w := httptest.NewRecorder()
	o.Handler.ServeHTTP(w, r)
	var got struct{ Extensions struct{ Plan *compile.Plan } }
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	return got.Extensions.Plan
}

// Who may see it is shown what was compiled, what was not and why.
func TestPlanIsTold(t *testing.T) {
	officetest.EachWay(t, func(t *testing.T, o *officetest.Office, simple bool) {
		const query = `{ patients { nodes { id visits { nodes { id } } } } visits { totalCount } me { name } }`
		plan := asPlanned(t, o, kit.Report, query)
		switch {
		case plan == nil:
			t.Fatal("no plan")
		case simple && (len(plan.Compiled) != 0 || len(plan.Simple) != 3):
			t.Errorf("%+v", plan)
		case !simple && (!slices.Equal(plan.Compiled, []string{"patients", "visits"}) || len(plan.Simple) != 1 || plan.Simple[0].Field != "me" ||
			plan.Simple[0].Why == "" || plan.Statements != 1):
			t.Errorf("%+v", plan)
		}
		if asPlanned(t, o, kit.Nurse, query) != nil {
			t.Error("a nurse is told the plan")
		}
	})
}

var (
	quotedSQL = regexp.MustCompile(`'[^']*'`)
	digitsSQL = regexp.MustCompile(`[^"$a-z_0-9]([0-9]+)`)
	// declared are the texts that the compiler and the declarations write.
	declared = []string{"'['", "']'", "','", "'null'", "'[]'", "'OLD'"}
)

// No value of a request, of its document or its variables, becomes text of the
// statement, but the size of a page, as digits. The database takes every statement.
func TestCompiledHoldsNoValues(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := newBoth(t, o)
		x, err := graph.NewExplainer(o.Office)
		if err != nil {
			t.Fatal(err)
		}
		compiled := 0
		for n := range setting("MEDOFFICE_TEST_DOCUMENTS", 300) {
			if w.holdsNoValues(t, x, uint64(n)) {
				compiled++
			}
		}
		if compiled < 50 {
			t.Errorf("only %d documents have a statement", compiled)
		}
	})
}

// holdsNoValues looks at the statement of a random operation, if it has one.
func (w *both) holdsNoValues(t *testing.T, x *graph.Explainer, seed uint64) bool {
	t.Helper()
	a := &asker{Rand: rand.New(rand.NewPCG(5, seed)), schema: w.schema, ids: w.ids, sound: true}
	doc, vars := a.operation()
	text, _ := json.Marshal(vars)
	var given map[string]any
	if err := json.Unmarshal(text, &given); err != nil {
		t.Fatal(err)
	}
	told, err := x.Explain(w.System(), doc, given, kit.Physician)
	if e, ok := kit.AsError(err); ok && e.Code == kit.LimitExceeded {
		return false
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, doc)
	}
	for _, found := range quotedSQL.FindAllString(told.SQL, -1) {
		if !slices.Contains(declared, found) {
			t.Fatalf("%s in the statement of %s", found, doc)
		}
	}
	for _, found := range digitsSQL.FindAllStringSubmatch(told.SQL, -1) {
		if n, _ := strconv.Atoi(found[1]); n > 101 && n != page.CountCap+1 && !w.declares(n) {
			t.Fatalf("%s in the statement of %s\n%s", found[0], doc, told.SQL)
		}
	}
	return told.SQL != ""
}

// declares reports whether a list is declared to have so many rows at most.
func (w *both) declares(rows int) bool {
	for _, m := range w.All() {
		typer, ok := m.(kit.Typer)
		if !ok {
			continue
		}
		for _, of := range typer.Types() {
			for _, part := range of.Parts {
				if part.Many != nil && part.Many.Most == rows {
					return true
				}
			}
		}
	}
	return false
}

// FuzzCompiler looks for an operation on which the compiler falls over, whose
// statement the database does not take or that holds a value of the request, or
// that runs more statements than it has root fields.
func FuzzCompiler(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed)
	}
	o := officetest.OpenWith(f, officetest.Database(f, "sqlite"), graph.Options{})
	x, err := graph.NewExplainer(o.Office)
	if err != nil {
		f.Fatal(err)
	}
	w := newBoth(f, o)
	token := w.As(kit.Physician).Token
	f.Fuzz(func(t *testing.T, seed uint64) {
		w.holdsNoValues(t, x, seed)
		a := &asker{Rand: rand.New(rand.NewPCG(6, seed)), schema: w.schema, ids: w.ids}
		doc, vars := a.operation()
		told, err := x.Explain(w.System(), doc, nil, kit.Physician)
		if len(vars) > 0 || err != nil || len(told.Simple) > 0 {
			return
		}
		body, _ := json.Marshal(map[string]any{"query": doc})
		ctx, count := db.WithCounter(t.Context())
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, graph.Path, strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		o.Handler.ServeHTTP(httptest.NewRecorder(), r)
		if n := len(count.Statements()); n > 2 { // the token is one of them
			t.Errorf("%d statements for %s", n, doc)
		}
	})
}

// Lists are walked to both ends in both ways, over ties and nulls of the key.
func TestCompiledWalks(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := newBoth(t, o)
		token := w.As(kit.Physician).Token
		var odd string
		for id := range w.pairs(t, "SELECT id, mrn FROM patients WHERE mrn = 'ODD1'") {
			odd = id
		}
		for _, list := range []string{
			"patients(orderBy: {field: NAME, direction: %s}, %s)", "patients(orderBy: {field: BIRTH_DATE, direction: %s}, %s)",
			"visits(orderBy: {field: STARTED_AT, direction: %s}, %s)",
			`patient(by: {id: "` + odd + `"}) { l: allergies(orderBy: {field: ONSET, direction: %s}, %s)`,
			`patient(by: {id: "` + odd + `"}) { l: visits(orderBy: {field: STARTED_AT, direction: %s}, %s)`,
		} {
			for _, direction := range []string{"ASC", "DESC"} {
				w.walk(t, token, list, direction, "first: 3", "after", "endCursor")
				w.walk(t, token, list, direction, "last: 3", "before", "startCursor")
			}
		}
	})
}

func (w *both) walk(t *testing.T, token, list, direction, size, word, end string) {
	t.Helper()
	next, pages := "", 0
	for ; pages < 200; pages++ {
		args := size
		if next != "" {
			args += fmt.Sprintf(", %s: %q", word, next)
		}
		field := fmt.Sprintf(list, direction, args)
		doc := "{ l: " + field + " { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }" +
			strings.Repeat(" }", strings.Count(field, "{")-strings.Count(field, "}"))
		simple, compiled := w.send(t, w.simple, token, doc, nil), w.send(t, w.Handler, token, doc, nil)
		if fault := simple.differ(compiled); fault != "" || len(simple.errors) > 0 {
			t.Fatalf("%s %v\n%s", fault, simple.errors, doc)
		}
		found := regexp.MustCompile(`"` + end + `":"([^"]+)"`).FindStringSubmatch(simple.data)
		if found == nil {
			break // an empty page
		}
		next = found[1]
	}
	if pages < 2 || pages == 200 {
		t.Errorf("%s %s: %d pages", list, size, pages)
	}
}

// Legal but perverse documents are answered alike, or refused with their code.
func TestCompiledPerverse(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := newBoth(t, o)
		var aliases, deep, fragments strings.Builder
		for i := range 15 {
			fmt.Fprintf(&aliases, " e%d: visits(first: %d, filter: {startedAt: {gte: \"20%02d-01-01T00:00:00Z\"}}) { totalCount nodes { id v: vitals(first: %d) { nodes { id } } } }", i, i+1, i+10, i+1)
		}
		deep.WriteString("visits(first: 1) { nodes { patient { visits(first: 1, filter: {category: CHECKED_OUT}) { nodes { patient { visits(first: 1, filter: {not: {category: CHECKED_OUT}}) { nodes { id } } } } } } } }")
		possible := w.schema.GetPossibleTypes(w.schema.Types["Node"])
		for i := range 50 {
			fmt.Fprintf(&fragments, " ... on %s { id a%d: id }", possible[i%len(possible)].Name, i)
		}
		var ids []string
		for id := range w.owner {
			if ids = append(ids, fmt.Sprintf("%q", id)); len(ids) == 100 {
				break
			}
		}
		for name, doc := range map[string]string{
			"aliases":      "{ patients(first: 3) { nodes {" + aliases.String() + " } } }",
			"deep":         "{ " + deep.String() + " }",
			"fragments":    "{ nodes(ids: [" + strings.Join(ids, ", ") + "]) {" + fragments.String() + " } }",
			"largest page": "{ patients(first: 100) { nodes { visits(first: 100) { nodes { id } } } } }",
			"too large":    "{ patients(first: 101) { nodes { id } } }",
			"many ids":     "{ nodes(ids: [" + strings.Join(append(ids, ids...), ", ") + "]) { id } }",
			"wide row":     "{ patients(first: 2) { nodes {" + wide(w.schema.Types["Patient"]) + " } } }",
		} {
			simple, compiled := w.send(t, w.simple, w.As(kit.Physician).Token, doc, nil), w.send(t, w.Handler, w.As(kit.Physician).Token, doc, nil)
			if fault := simple.differ(compiled); fault != "" {
				t.Errorf("%s: %s", name, fault)
			}
			for _, e := range compiled.errors {
				if strings.Contains(e, "INTERNAL") {
					t.Errorf("%s: %s", name, e)
				}
			}
		}
	})
}

// wide asks for so many lists of a row that no function takes them all.
func wide(of *ast.Definition) string {
	var b strings.Builder
	for i := range 120 {
		fmt.Fprintf(&b, " w%d: vitals(first: %d) { totalCount }", i, 1+i%3)
	}
	for _, f := range of.Fields {
		if len(f.Arguments) == 0 && f.Type.Elem == nil && !strings.HasPrefix(f.Name, "__") && f.Name != "name" && f.Name != "mergedInto" {
			b.WriteString(" " + f.Name)
		}
	}
	return b.String()
}

// A statement that passes its deadline is cancelled in the database.
func TestCompiledDeadline(t *testing.T) {
	o := officetest.NewPostgres(t)
	o.Limits.Interactive.Deadline = 300 * time.Millisecond
	holder, err := o.Deps.DB.SQL().BeginTx(t.Context(), &sql.TxOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = holder.Rollback() }()
	if _, err := holder.ExecContext(t.Context(), "LOCK TABLE patients IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	a := o.As(kit.Nurse).Send(`{ patients { nodes { id } } visits(first: 0) { totalCount } __typename }`, nil)
	codes := map[string]any{}
	for _, e := range a.Errors {
		codes[fmt.Sprint(e.Path)] = e.Extensions["code"]
	}
	want := map[string]any{"[patients]": "DEADLINE_EXCEEDED", "[visits]": "BAD_USER_INPUT"}
	if !maps.Equal(codes, want) || string(a.Data) != `{"patients":null,"visits":null,"__typename":"Query"}` {
		t.Errorf("%s", a.Text)
	}
	until(t, "the statement to be gone", func() bool {
		var n int
		err := holder.QueryRowContext(t.Context(),
			"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE 'SELECT json%' AND pid <> pg_backend_pid()").Scan(&n)
		return err == nil && n == 0
	})
}

// What is in the schema and not declared is found when the server starts.
func TestUndeclaredIsFound(t *testing.T) {
	o := officetest.New(t)
	types := func() field.Types {
		all := field.Types{"Query": {Parts: map[string]field.Part{"node": {Nodes: true}, "nodes": {Nodes: true}, "rateLimit": {Simple: "no row"}}}}
		for _, m := range o.All() {
			if typer, ok := m.(kit.Typer); ok {
				all.Add(typer.Types())
			}
		}
		return all
	}
	config := func(s *ast.Schema, all field.Types) compile.Config {
		return compile.Config{Schema: s, Types: all, DB: o.Deps.DB, Seal: o.Deps.Seal}
	}
	if _, err := compile.New(config(contract(t), types())); err != nil {
		t.Fatal(err)
	}
	more := contract(t, &ast.Source{Input: "extend type Visit { smell: String }"})
	less, wrong, strange := types(), types(), types()
	delete(less, "Visit")
	wrong["Visit"].Parts["version"] = field.Part{Column: "reason"}
	strange["Visit"].Parts["smell"] = field.Part{Column: "reason"}
	for what, c := range map[string]compile.Config{
		"Visit.smell":   config(more, types()),
		"Visit":         config(contract(t), less),
		"Visit.version": config(contract(t), wrong),
		"is declared":   config(contract(t), strange),
	} {
		if _, err := compile.New(c); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
