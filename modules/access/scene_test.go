package access_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"medoffice/ent"
	"medoffice/ent/auditevent"
	"medoffice/modules/officetest"
)

// events are the events of an action, oldest first.
func events(t testing.TB, o *officetest.Office, action string) []*ent.AuditEvent {
	t.Helper()
	rows, err := o.Deps.DB.Client(o.System()).AuditEvent.Query().Where(auditevent.ActionColumn.EQ(auditevent.Action(action))).
		Order(auditevent.At.Asc(), auditevent.ID.Asc()).All(o.System())
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// patients makes patients, as the office would find them in the morning.
func patients(t testing.TB, o *officetest.Office, n int) (ids []string) {
	t.Helper()
	o.Secret("Zyxwvut")
	err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
		for i := range n {
			p, err := o.Deps.DB.Client(ctx).Patient.Create().SetMrn(fmt.Sprintf("M%05d", i)).SetGivenName(officetest.Planted).
				SetFamilyName(fmt.Sprintf("Zyxwvut%d", i)).SetSortName(fmt.Sprintf("zyxwvut%d", i)).Save(ctx)
			if err != nil {
				return err
			}
			ids = append(ids, p.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

const chart = `query Chart($id: ID!) { patient(by: {id: $id}) { id name { text } } again: patient(by: {id: $id}) { mrn } }`

// whole waits until the audit trail is sealed, with nothing wrong in it.
func whole(t *testing.T, o *officetest.Office) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) { // seals follow their events
		open, err := o.Deps.DB.Client(o.System()).AuditEvent.Query().Where(auditevent.Hash.IsNil()).Count(o.System())
		if err != nil {
			t.Fatal(err)
		}
		found, err := o.Trail.Verify(o.System())
		if err == nil && open == 0 && len(found) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d without a seal, %v %v", open, found, err)
		}
	}
}
