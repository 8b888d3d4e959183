package tasks

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/location"
	"medoffice/ent/patient"
	"medoffice/ent/task"
	"medoffice/modules/kit"
)

// asked are the tasks of the invented day: minutes from now until they are due.
var asked = []struct {
	kind    task.Kind
	title   string
	role    string
	minutes int
	urgent  bool
	patient bool
}{
	{task.KindCALL, "Call back about the prescription", kit.Nurse, -20, false, true},
	{task.KindGIVE, "Give the nebulizer treatment", kit.Nurse, 10, true, true},
	{task.KindDRAW, "Draw blood for the lipid panel", kit.MedicalAssistant, 25, false, true},
	{task.KindPREPARE, "Set the procedure room up", kit.MedicalAssistant, 40, false, false},
	{task.KindFOLLOW_UP, "Look at the chest X-ray", kit.Physician, 90, false, true},
	{task.KindCALL, "Ask the insurer for the approval", kit.Biller, 180, false, true},
	{task.KindCOUNT, "Count the vaccine refrigerator", kit.StockKeeper, 240, false, false},
	{task.KindCALL, "Remind of the appointment tomorrow", kit.FrontDesk, 300, false, true},
}

// Seed implements kit.Seeder: what is to be done on the invented day.
func (m *Module) Seed(ctx context.Context, demo *kit.Demo) error {
	c, r := m.DB.Client(ctx), demo.Rand("tasks")
	site, err := c.Location.Query().Where(location.Active.EQ(true)).Order(location.ID.Asc()).FirstID(ctx)
	if ent.IsNotFound(err) {
		return nil // an office without a site has nothing to do
	}
	if err != nil {
		return err
	}
	people, err := c.Patient.Query().Where(patient.StatusColumn.EQ(patient.StatusACTIVE), patient.Deceased.EQ(false)).Order(patient.ID.Asc()).Limit(len(asked)).IDs(ctx)
	if err != nil {
		return err
	}
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		c := m.DB.Client(ctx)
		for i, a := range asked {
			made := c.Task.Create().SetID(demo.ID(r, taskEntity.Prefix)).SetAbout(demo.ID(r, "ask")).SetKind(a.kind).SetTitle(a.title).SetRole(a.role).
				SetUrgent(a.urgent).SetLocationID(site).SetDueAt(demo.Now.Add(time.Duration(a.minutes) * time.Minute))
			if a.patient && i < len(people) {
				made.SetPatientID(people[i])
			}
			if err := made.Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}
