package main

import (
	"go/ast"
	"go/parser"
	"strings"
	"testing"

	sdl "github.com/vektah/gqlparser/v2/ast"
)

// faultsOf derives the office with more in its schema, and returns what is missing.
func faultsOf(t *testing.T, module, more string) string {
	t.Helper()
	graph, err := loadEnt()
	if err != nil {
		t.Fatal(err)
	}
	schema, err := loadSchema(byName(graph), &sdl.Source{Name: "modules/" + module + "/more.graphqls", Input: more})
	if err != nil {
		return err.Error()
	}
	if _, err := (&deriver{schema.Schema, byName(graph), schema.draft}).derive([]string{module}); err != nil {
		return err.Error()
	}
	return ""
}

// What the schema promises and neither the data nor the module can give is found
// before anything is written, with the type, the field and what to write.
func TestPromisesThatNobodyKeeps(t *testing.T) {
	t.Chdir("../..")
	if fault := faultsOf(t, "tasks", ""); fault != "" {
		t.Fatalf("the office itself: %s", fault)
	}
	for name, c := range map[string]struct {
		more string
		says []string
	}{
		"a field without a column": {"extend type Task { smell: String }", []string{"modules/tasks", "Task.smell", "no column smell", `"Task.smell" in parts()`}},
		"an edge without a column": {"extend type Task { device: Device }", []string{"Task.device", "device_id", "ent/schema"}},
		"a list that nothing points to": {
			"extend type Room { tasks(filter: TaskFilter, orderBy: TaskOrder, first: Int, after: String, last: Int, before: String): TaskConnection }",
			[]string{"Room.tasks", "Task does not say which column points to Room"},
		},
		"a list with arguments of its own": {"extend type Patient { late(soon: Boolean): TaskConnection }", []string{"Patient.late", "first, after, last, before"}},
		"a filter on no column":            {"extend input TaskFilter { smell: StringFilter }", []string{"Task", `"smell"`, "no column smell", "field.Lists"}},
		"an order by no column":            {"extend enum TaskOrderField { SMELL }", []string{"Task", `"smell"`, "no column smell"}},
		"a root field":                     {"extend type Query { smells: [String!] }", []string{"Query.smells", "method Smells of Query"}},
		"a mutation without a verb": {
			"extend type Mutation { smellTask(input: CancelTaskInput!): CancelTaskPayload }",
			[]string{"Mutation.smellTask", "func (m *Module) smellTask(ctx context.Context, in model.CancelTaskInput) (string, error)"},
		},
		"a mutation without an input": {"extend type Mutation { smellTask: CancelTaskPayload }", []string{"Mutation.smellTask", "one argument, input"}},
		"a way back whose name is taken": {
			"extend type Location { tasks: String }",
			[]string{"modules/tasks", "Task.location", "Location has no name for what leads back", `field.Back{"Task.location": "..."}`, "field.OneWay"},
		},
		"a subscription": {"extend type Subscription { smells: String }", []string{"Subscription.smells", "method Smells of Subscription"}},
	} {
		fault := faultsOf(t, "tasks", c.more)
		for _, want := range c.says {
			if !strings.Contains(fault, want) {
				t.Errorf("%s: %q does not say %q", name, fault, want)
			}
		}
	}
}

func literal(t *testing.T, text string) ast.Expr {
	t.Helper()
	e, err := parser.ParseExpr(text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// What a module writes by hand and the graph does not know is found too.
func TestDeclarationsOfNothing(t *testing.T) {
	src := &source{parts: entries(literal(t, `field.Parts{"Task.smell": {}, "Smell": {}}`)), lists: entries(literal(t, `field.Lists{"Query.smells": {}}`))}
	t.Chdir("../..")
	graph, err := loadEnt()
	if err != nil {
		t.Fatal(err)
	}
	schema, err := loadSchema(byName(graph))
	if err != nil {
		t.Fatal(err)
	}
	d := &deriver{schema.Schema, byName(graph), schema.draft}
	m := &derived{Name: "tasks", src: src}
	m.checkKeys(d)
	if len(m.faults) != 3 {
		t.Errorf("%v", m.faults)
	}
}

// The names of fields become those of columns.
func TestSnakeAndCamel(t *testing.T) {
	for name, want := range map[string]string{"recordedAt": "recorded_at", "mrn": "mrn", "modifier1": "modifier1"} {
		if got := snake(name); got != want {
			t.Errorf("%s is %s", name, got)
		}
	}
	for name, want := range map[string]string{"RECORDED_AT": "recordedAt", "MRN": "mrn"} {
		if got := camel(name); got != want {
			t.Errorf("%s is %s", name, got)
		}
	}
	for name, want := range map[string]string{"FHIRResource": "fhirResource", "APIToken": "apiToken", "Task": "task"} {
		if got := private(name); got != want {
			t.Errorf("%s is %s", name, got)
		}
	}
}

// What is said of edges that are none is found.
func TestWaysOfNothing(t *testing.T) {
	t.Chdir("../..")
	graph, err := loadEnt()
	if err != nil {
		t.Fatal(err)
	}
	hand, err := handSources()
	if err != nil {
		t.Fatal(err)
	}
	d, err := newDraft(hand, byName(graph))
	if err != nil {
		t.Fatal(err)
	}
	d.modules["tasks"].back["Task.smell"], d.modules["tasks"].oneWay["Task.noise"] = literal(t, `"smells"`), literal(t, `"why"`)
	d.ways()
	if len(d.faults) != 2 || !strings.Contains(d.faults[0].Error(), "Task.smell") || !strings.Contains(d.faults[1].Error(), "Task.noise") {
		t.Errorf("%v", d.faults)
	}
}

// The plurals of the types are words.
func TestWords(t *testing.T) {
	for name, want := range map[string]string{
		"Visit": "visits", "StockMovement": "stock movements", "Allergy": "allergies", "StockUse": "stock uses", "Availability": "availabilities",
		"Box": "boxes", "Day": "days", "BreakGlass": "emergency accesses", "FHIRResource": "FHIR resources",
	} {
		if got := words(name); got != want {
			t.Errorf("%s are %s", name, got)
		}
	}
}
