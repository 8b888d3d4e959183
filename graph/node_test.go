package graph_test

import (
	"testing"

	"medoffice/modules/kit/id"
	"medoffice/modules/officetest"
)

// Unknown ids, ids of another type and what is no id at all find nothing and
// say nothing.
func TestIdsThatFindNothing(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		known := patientWith(t, o, 1)
		for _, wrong := range []string{
			id.New("pat"), id.New("vis"), "vis" + known[3:], known + "0", "pat_", "1", "'; DROP TABLE patients", "",
		} {
			var got struct {
				Node, Patient, Visit *struct{ ID string }
				Nodes                []*struct{ ID string }
			}
			o.As("PHYSICIAN").Do(`query($id: ID!) {
				node(id: $id) { id } patient(by: {id: $id}) { id } visit(id: $id) { id } nodes(ids: [$id]) { id } }`,
				officetest.Vars{"id": wrong}, &got)
			if got.Node != nil || got.Patient != nil || got.Visit != nil || len(got.Nodes) != 1 || got.Nodes[0] != nil {
				t.Errorf("%q found %+v", wrong, got)
			}
		}
		var got struct{ Nodes []*struct{ ID string } }
		o.As("PHYSICIAN").Do(`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, officetest.Vars{"ids": []string{"x", known, known}}, &got)
		if len(got.Nodes) != 3 || got.Nodes[0] != nil || got.Nodes[1] == nil || got.Nodes[2].ID != known {
			t.Errorf("%+v", got.Nodes)
		}
		if a := o.As("AUDITOR").Send(`query($id: ID!) { node(id: $id) { id } }`, officetest.Vars{"id": known}); a.Code() != "" || string(a.Data) != `{"node":null}` {
			t.Errorf("an auditor: %s", a.Text)
		}
	})
}
