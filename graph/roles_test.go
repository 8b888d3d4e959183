package graph_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"medoffice/graph"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// everyRole is who calls, nobody among them.
var everyRole = []string{
	"", kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Biller, kit.StockKeeper,
	kit.Manager, kit.Admin, kit.Auditor, kit.Board, kit.Report,
}

// chartTables are the tables whose rows belong to a patient, and the column that says so.
var chartTables = map[string]string{
	"patients": "id", "visits": "patient_id", "vital_readings": "patient_id", "visit_notes": "patient_id",
	"allergies": "patient_id", "problems": "patient_id", "history_entries": "patient_id", "immunizations": "patient_id",
	"consents": "patient_id", "patient_identifiers": "patient_id", "patient_addresses": "patient_id",
	"patient_telecoms": "patient_id", "patient_contacts": "patient_id", "stage_changes": "patient_id", "room_stays": "patient_id",
	"stock_movements": "patient_id", "stock_uses": "patient_id", "appointments": "patient_id", "tasks": "patient_id",
	"waitlist_entries": "patient_id", "medication_requests": "patient_id", "administrations": "patient_id", "dose_reactions": "patient_id",
	"medication_statements": "patient_id", "coverages": "patient_id", "reconciliations": "patient_id", "medication_overrides": "patient_id",
	"charges": "patient_id", "invoices": "patient_id", "payments": "patient_id", "ledger_entries": "patient_id",
}

// world is an office full of records, and what is true of them.
type world struct {
	*officetest.Office
	schema *ast.Schema
	grants kit.Grants
	entry  map[string][]string // by type: the permissions of the fields that lead to it
	owner  map[string]string   // row to patient
	site   map[string]string   // row to location
	ids    []string
}

func newWorld(t testing.TB, o *officetest.Office) *world {
	t.Helper()
	w := &world{Office: o, schema: contract(t), grants: kit.Grants{}, entry: map[string][]string{}, owner: map[string]string{}, site: map[string]string{}}
	if err := o.Seed(t.Context(), &kit.Demo{Seed: 11, Patients: 12, Now: officetest.Morning}); err != nil {
		t.Fatal(err)
	}
	for _, m := range o.All() {
		for do, roles := range m.Permissions() {
			w.grants[do] = roles
		}
	}
	w.doors()
	for table, column := range chartTables {
		for id, patient := range w.pairs(t, "SELECT id, "+column+" FROM "+table+" WHERE "+column+" IS NOT NULL") {
			w.owner[id] = patient
		}
	}
	w.site = w.pairs(t, `SELECT id, location_id FROM visits WHERE location_id IS NOT NULL
		UNION ALL SELECT id, location_id FROM rooms
		UNION ALL SELECT id, location_id FROM storage_places
		UNION ALL SELECT id, location_id FROM appointments
		UNION ALL SELECT id, location_id FROM availabilities
		UNION ALL SELECT id, location_id FROM waitlist_entries
		UNION ALL SELECT id, location_id FROM register_entries
		UNION ALL SELECT id, location_id FROM administrations WHERE location_id IS NOT NULL
		UNION ALL SELECT id, location_id FROM medication_requests WHERE location_id IS NOT NULL
		UNION ALL SELECT id, location_id FROM tasks WHERE location_id IS NOT NULL
		UNION ALL SELECT id, location_id FROM devices
		UNION ALL SELECT id, location_id FROM stock_balances
		UNION ALL SELECT id, location_id FROM stock_movements
		UNION ALL SELECT id, location_id FROM purchase_orders
		UNION ALL SELECT id, location_id FROM charges
		UNION ALL SELECT id, location_id FROM invoices
		UNION ALL SELECT id, location_id FROM payments
		UNION ALL SELECT id, location_id FROM ledger_entries
		UNION ALL SELECT n.id, v.location_id FROM visit_notes n JOIN visits v ON v.id = n.visit_id WHERE v.location_id IS NOT NULL
		UNION ALL SELECT r.id, v.location_id FROM vital_readings r JOIN visits v ON v.id = r.visit_id WHERE v.location_id IS NOT NULL`)
	for _, table := range []string{"locations", "providers", "rooms", "visit_stages", "accounts", "api_tokens", "audit_events", "items", "lots", "storage_places", "purchase_orders", "kits", "appointments", "availabilities", "devices", "appointment_types", "tasks", "charges", "invoices", "payments", "fee_schedules", "waitlist_entries", "medications", "register_entries", "payers", "coverages"} {
		for id := range w.pairs(t, "SELECT id, id FROM "+table+" ORDER BY id LIMIT 5") {
			w.ids = append(w.ids, id)
		}
	}
	for id := range w.owner {
		w.ids = append(w.ids, id)
	}
	slices.Sort(w.ids)
	return w
}

// doors finds by which permissions one gets to the rows of each type. A type is
// left out where a field without permission leads to it from another one: it
// is a part of that.
func (w *world) doors() {
	parts := map[string]bool{}
	for _, def := range types(w.schema) {
		for _, f := range fields(def) {
			of := strings.TrimSuffix(f.Type.Name(), "Connection")
			switch do := permission(f); {
			case do != "":
				w.entry[of] = append(w.entry[of], do)
			case !plumbing(def) && def.Name != of:
				parts[of] = true
			}
		}
	}
	for of := range parts {
		delete(w.entry, of)
	}
}

// plumbing reports whether a type only carries the rows of another field, or is the
// card on the board, whose visit is checked by itself.
func plumbing(def *ast.Definition) bool {
	return slices.ContainsFunc([]string{"Connection", "Edge", "Payload", "Error", "BoardVisit"}, func(end string) bool {
		return strings.HasSuffix(def.Name, end)
	})
}

// pairs reads two columns.
func (w *world) pairs(t testing.TB, query string) map[string]string {
	t.Helper()
	rows, err := w.Deps.DB.SQL().QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	list := map[string]string{}
	for rows.Next() {
		var a, b string
		if err := rows.Scan(&a, &b); err != nil {
			t.Fatal(err)
		}
		list[a] = b
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return list
}

func permission(f *ast.FieldDefinition) string {
	if can := f.Directives.ForName("can"); can != nil {
		return can.Arguments.ForName("do").Value.Raw
	}
	return ""
}

// caller is somebody whose answers are checked.
type caller struct {
	name, role, token string
	mine              func(id string) bool // whether a row may be shown, nil where all may
}

func (c caller) may(w *world, do string) bool {
	role := c.role
	if role == "" {
		role = kit.Everyone
	}
	return slices.Contains(w.grants[do], role)
}

// callers are all roles, one that is bound to a site and one to own patients.
func (w *world) callers(t *testing.T) (list []caller) {
	t.Helper()
	for _, role := range everyRole {
		list = append(list, caller{name: role, role: role, token: w.As(role).Token})
	}
	here := w.ids[slices.IndexFunc(w.ids, func(id string) bool { return strings.HasPrefix(id, "loc_") })]
	list = append(list, caller{"NURSE at a site", kit.Nurse, w.AsAt(kit.Nurse, here).Token, func(id string) bool {
		site, placed := w.site[id]
		return !placed || site == here
	}})
	return append(list, w.limited(t))
}

// limited is a physician who sees own patients alone.
func (w *world) limited(t *testing.T) caller {
	t.Helper()
	provider := ""
	for id := range w.pairs(t, "SELECT provider_id, count(*) FROM visits WHERE provider_id IS NOT NULL GROUP BY provider_id ORDER BY 2 LIMIT 1") {
		provider = id
	}
	own := w.pairs(t, "SELECT DISTINCT patient_id, 1 FROM visits WHERE provider_id = '"+provider+"'")
	if len(own) == 0 || len(own) == 12 {
		t.Fatalf("%d own patients prove nothing", len(own))
	}
	const password = "lantern-topaz-42"
	if _, err := w.Access.AddAccount(w.System(), "limited", "Limited", password); err != nil {
		t.Fatal(err)
	}
	if err := w.Access.Grant(w.System(), "limited", kit.Physician, true); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Deps.DB.SQL().ExecContext(t.Context(), "UPDATE accounts SET provider_id = '"+provider+"' WHERE username = 'limited'"); err != nil {
		t.Fatal(err)
	}
	var got struct{ SignIn struct{ Token string } }
	w.As("").Do(`mutation { signIn(input: {username: "limited", password: "`+password+`"}) { token } }`, nil, &got)
	return caller{"PHYSICIAN of few", kit.Physician, got.SignIn.Token, func(id string) bool {
		patient, known := w.owner[id]
		return !known || own[patient] != ""
	}}
}

// ask sends a document and returns the answer with the id of the request.
func (w *world) ask(t *testing.T, token, doc string) (answer *officetest.Answer, request string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": doc})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, graph.Path, strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	out := httptest.NewRecorder()
	w.Handler.ServeHTTP(out, r)
	a := &officetest.Answer{Status: out.Code, Text: out.Body.String()}
	if err := json.Unmarshal(out.Body.Bytes(), a); err != nil {
		t.Fatalf("%v: %s", err, a.Text)
	}
	return a, out.Header().Get("X-Request-Id")
}

// reader walks an answer beside its document.
type reader struct {
	*world
	caller
	patients map[string]bool // whose ids were shown
	faults   []string
	values   int
}

func (r *reader) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

func (r *reader) object(set ast.SelectionSet, typ string, value map[string]any) {
	if name, ok := value["__typename"].(string); ok {
		typ = name
	}
	def := r.schema.Types[typ]
	shown := map[string]any{}
	var open func(ast.SelectionSet)
	open = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.InlineFragment:
				if s.TypeCondition == "" || s.TypeCondition == typ {
					open(s.SelectionSet)
				}
			case *ast.Field:
				if v := value[s.Alias]; v != nil && s.Name != "__typename" {
					shown[s.Name] = v
					r.field(def, s, v)
				}
			}
		}
	}
	open(set)
	r.row(typ, shown)
}

// field checks one value that came.
func (r *reader) field(def *ast.Definition, s *ast.Field, v any) {
	r.values++
	f := def.Fields.ForName(s.Name)
	if do := permission(f); do != "" && !r.may(r.world, do) {
		r.fault("%s.%s came without %s", def.Name, s.Name, do)
	}
	switch v := v.(type) {
	case map[string]any:
		r.object(s.SelectionSet, f.Type.Name(), v)
	case []any:
		for _, one := range v {
			if o, ok := one.(map[string]any); ok {
				r.object(s.SelectionSet, f.Type.Name(), o)
			}
		}
	case string:
		if strings.HasPrefix(v, "pat_") && def.Name != "AuditEvent" { // the trail names whom it is about
			r.patients[v] = true
		}
	}
}

// row checks a row as a whole: nobody gets one of a kind to which no field
// leads that the role may read, and nobody one that is not for them. The board
// gives the bare id of a visit to all who see it.
func (r *reader) row(typ string, shown map[string]any) {
	id, _ := shown["id"].(string)
	if len(shown) == 0 || typ == "Visit" && len(shown) == 1 && id != "" {
		return
	}
	if doors := r.entry[typ]; len(doors) > 0 && !slices.ContainsFunc(doors, func(do string) bool { return r.may(r.world, do) }) {
		r.fault("a %s came, and nothing leads there", typ)
	}
	if id != "" && r.mine != nil && !r.mine(id) {
		r.fault("%s came, which is not for them", id)
	}
}

func (w *world) check(t *testing.T, c caller, doc string) (values int) {
	t.Helper()
	parsed, errs := gqlparser.LoadQueryWithRules(w.schema, doc, rules.NewDefaultRules())
	if errs != nil {
		t.Fatalf("the test wrote a wrong document: %v\n%s", errs, doc)
	}
	a, request := w.ask(t, c.token, doc)
	r := &reader{world: w, caller: c, patients: map[string]bool{}}
	var data map[string]any
	if len(a.Data) > 0 {
		if err := json.Unmarshal(a.Data, &data); err != nil {
			t.Fatal(err)
		}
		r.object(parsed.Operations[0].SelectionSet, "Query", data)
	}
	if len(r.patients) > 0 {
		audited := w.pairs(t, "SELECT s.patient_id, e.request_id FROM audit_subjects s JOIN audit_events e ON e.id = s.id WHERE e.request_id = '"+request+"'")
		for patient := range r.patients {
			if audited[patient] == "" {
				r.fault("%s was shown and is not in the trail", patient)
			}
		}
	}
	for _, e := range a.Errors {
		if e.Extensions["code"] == "INTERNAL" {
			r.fault("%s", e.Message)
		}
	}
	for _, f := range slices.Compact(r.faults) {
		t.Errorf("%q: %s\n%s", c.name, f, doc)
	}
	return r.values
}

// TestP37RandomDocuments asks for anything, as anybody: what comes is checked
// against the grants, the owners of the rows and the audit trail. With
// MEDOFFICE_TEST_DOCUMENTS=n it asks n times for each caller, and with
// MEDOFFICE_TEST_SEED=n other things.
func TestP37RandomDocuments(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		seed, times := setting("MEDOFFICE_TEST_SEED", 1), setting("MEDOFFICE_TEST_DOCUMENTS", 40)
		w := newWorld(t, o)
		total := 0
		for i, c := range w.callers(t) {
			writer := &writer{Rand: rand.New(rand.NewPCG(uint64(seed), uint64(i))), schema: w.schema, ids: w.ids}
			values := 0
			// Who may see little has to ask more often to see anything.
			for n := 0; n < times || values == 0 && n < 50*times; n++ {
				values += w.check(t, c, writer.query())
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
			if values == 0 {
				t.Errorf("%q saw nothing at all", c.name)
			}
			total += values
		}
		t.Logf("%d values were checked", total)
	})
}

func setting(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return usual
}

// TestP37FiltersTellNothing: who may not read a field may neither filter nor
// order by it. Each permission that such a field needs is taken from everybody
// for a while, so that the test does not depend on today's roles.
func TestP37FiltersTellNothing(t *testing.T) {
	w := newWorld(t, officetest.New(t))
	caller := w.As(kit.Manager)
	v, err := w.Access.Viewer(t.Context(), caller.Token)
	if err != nil {
		t.Fatal(err)
	}
	write := &writer{Rand: rand.New(rand.NewPCG(1, 2)), schema: w.schema, ids: w.ids}
	asked := 0
	for _, root := range fields(w.schema.Query) {
		of := w.schema.Types[strings.TrimSuffix(root.Type.Name(), "Connection")]
		for _, a := range root.Arguments {
			for name, text := range write.conditions(a) {
				f := of.Fields.ForName(strings.TrimSuffix(name, "Id"))
				if f == nil || permission(f) == "" || permission(f) == permission(root) || of.Name == "AuditEvent" {
					continue // whose chart was opened is what the trail is there to show
				}
				asked++
				do := permission(f)
				was := v.Grants[do]
				v.Grants[do] = nil
				doc := fmt.Sprintf("{ %s(%s) { totalCount } }", root.Name, text)
				if got := caller.Send(doc, nil); got.Code() != "FORBIDDEN" {
					t.Errorf("without %s: %s\n%s", do, doc, got.Text)
				}
				v.Grants[do] = was
				if got := caller.Send(doc, nil); got.Code() != "" && v.May(do) && v.May(permission(root)) {
					t.Errorf("with %s: %s\n%s", do, doc, got.Text)
				}
			}
		}
	}
	if asked == 0 {
		t.Error("nothing was asked")
	}
}

// conditions are the arguments of a list that filter or order by one field each.
func (w *writer) conditions(a *ast.ArgumentDefinition) map[string]string {
	list := map[string]string{}
	def := w.schema.Types[a.Type.Name()]
	switch a.Name {
	case "filter":
		for _, f := range def.Fields {
			var text string
			switch of := w.schema.Types[f.Type.Name()]; {
			case f.Type.Elem == nil && of.Fields.ForName("some") != nil:
				text = "{count: {gte: 0}}"
			case f.Type.Elem == nil && of.Fields.ForName("id") != nil:
				text = "{id: {isNull: false}}"
			case f.Type.Name() == "IDFilter":
				text = fmt.Sprintf("{eq: %q}", w.id())
			default:
				text = w.value(f.Type, 1)
			}
			list[f.Name] = fmt.Sprintf("filter: {%s: %s}", f.Name, text)
		}
	case "orderBy":
		for _, value := range w.schema.Types[def.Fields.ForName("field").Type.Name()].EnumValues {
			words := strings.Split(strings.ToLower(value.Name), "_")
			for i, word := range words[1:] {
				words[i+1] = strings.ToUpper(word[:1]) + word[1:]
			}
			list[strings.Join(words, "")] = "orderBy: {field: " + value.Name + ", direction: ASC}"
		}
	}
	return list
}

// The types that only some roles get to are among those that are checked.
func TestP37DoorsAreKnown(t *testing.T) {
	w := &world{schema: contract(t), entry: map[string][]string{}}
	w.doors()
	for _, of := range []string{"Patient", "Visit", "VisitNote", "VitalReading", "Allergy", "Problem", "Account", "APIToken", "AuditEvent", "Session"} {
		if len(w.entry[of]) == 0 {
			t.Errorf("nothing guards %s", of)
		}
	}
}
