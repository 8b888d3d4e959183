package field_test

import (
	"strings"
	"testing"

	"medoffice/modules/kit/field"
)

// What is special about a list goes over what is derived, for all lists of the type
// or for one.
func TestSpecialLists(t *testing.T) {
	derived := field.Entity{Type: "Task", Fields: map[string]field.Field{"dueAt": {Column: "due_at", Order: true}, "title": {Column: "title", Filter: true}}}
	lists := field.Lists{
		"Task":        {Default: field.Order{Field: "dueAt"}, Fields: map[string]field.Field{"title": {Column: "title", Fold: strings.ToLower}}},
		"Query.tasks": {Default: field.Order{Field: "dueAt", Desc: true}, Fields: map[string]field.Field{"title": {Can: "tasks.read"}}},
	}
	all, one := lists.Entity(derived, ""), lists.Entity(derived, "Query.tasks")
	if all.Default.Desc || all.Fields["title"].Fold == nil || all.Fields["title"].Can != "" || !all.Fields["title"].Filter {
		t.Errorf("%+v", all)
	}
	if !one.Default.Desc || one.Fields["title"].Fold == nil || one.Fields["title"].Can != "tasks.read" || derived.Fields["title"].Fold != nil {
		t.Errorf("%+v", one)
	}
}

// What go generate would have to see and has not stops the program.
func TestSpecialListsAreGenerated(t *testing.T) {
	derived := field.Entity{Type: "Task", Fields: map[string]field.Field{"title": {Column: "title"}}}
	for _, special := range []field.Field{{Column: "sort_title"}, {Filter: true}, {Order: true}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v is taken", special)
				}
			}()
			field.Lists{"Task": {Fields: map[string]field.Field{"title": special}}}.Entity(derived, "")
		}()
	}
}
