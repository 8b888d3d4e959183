package visits

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"medoffice/ent"
	"medoffice/ent/visitstage"
	"medoffice/ent/visittype"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
)

// EnsureDefaults gives an office without stages the standard ones. That is how
// an office begins, not a change that somebody made.
func (m *Module) EnsureDefaults(ctx context.Context) error {
	return m.DB.Tx(kit.System(ctx, "seed"), func(ctx context.Context) error {
		if err := m.DB.Alone(ctx, "visits.stages"); err != nil {
			return err
		}
		some, err := m.DB.Client(ctx).VisitStage.Query().Exist(ctx)
		if err != nil || some {
			return err
		}
		for i, s := range standard {
			c := m.DB.Client(ctx).VisitStage.Create().SetName(s.name).SetCategory(s.category).SetColor(s.color).SetPosition(10 * (i + 1))
			if s.alert > 0 {
				c.SetAlertMinutes(s.alert)
			}
			if err := c.Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// stage finds a stage that the input names.
func (m *Module) stage(ctx context.Context, id string) (*ent.VisitStage, error) {
	s, err := m.DB.Client(ctx).VisitStage.Query().Where(visitstage.ID.EQ(id)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, kit.Missing("stage", "stageId")
	}
	return s, err
}

// firstStage is the stage of a category that visits go to by default.
func (m *Module) firstStage(ctx context.Context, c visitstage.Category) (*ent.VisitStage, error) {
	s, err := m.DB.Client(ctx).VisitStage.Query().Where(visitstage.CategoryColumn.EQ(c), visitstage.Active.EQ(true)).
		Order(visitstage.Position.Asc(), visitstage.ID.Asc()).First(ctx)
	if ent.IsNotFound(err) {
		return nil, kit.Refuse(kit.FailedPrecondition, "the office has no stage of the category "+string(c))
	}
	return s, err
}

var hexColor = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// The bounds of what an office configures.
const (
	mostName    = 80
	mostMinutes = 24 * 60
)

func checkName(name *string) error {
	if name != nil && (strings.TrimSpace(*name) == "" || len(*name) > mostName) {
		return kit.Invalid("a name has 1 to 80 characters", "name")
	}
	return nil
}

func checkStage(name, color *string, alert *int) error {
	if err := checkName(name); err != nil {
		return err
	}
	if color != nil && !hexColor.MatchString(*color) {
		return kit.Invalid("a colour is written as in #2f6fed", "color")
	}
	if alert != nil && (*alert < 1 || *alert > mostMinutes) {
		return kit.Invalid("an alert comes after 1 to 1440 minutes", "alertMinutes")
	}
	return nil
}

// addVisitStage adds a stage.
func (m *Module) addVisitStage(ctx context.Context, in model.AddVisitStageInput) (string, error) {
	if err := checkStage(&in.Name, &in.Color, in.AlertMinutes.Value()); err != nil {
		return "", err
	}
	c := m.DB.Client(ctx).VisitStage.Create().SetName(strings.TrimSpace(in.Name)).SetCategory(in.Category).
		SetColor(in.Color).SetNillableAlertMinutes(in.AlertMinutes.Value())
	if at := in.Position.Value(); at != nil {
		c.SetPosition(*at)
	} else {
		last, err := m.DB.Client(ctx).VisitStage.Query().Order(visitstage.Position.Desc()).First(ctx)
		if err != nil && !ent.IsNotFound(err) {
			return "", err
		}
		if last != nil {
			c.SetPosition(last.Position + 10)
		}
	}
	s, err := c.Save(ctx)
	if err != nil {
		return "", err
	}
	return s.ID, m.publish(ctx, events.StageChanged{StageID: s.ID})
}

func (m *Module) lockStage(ctx context.Context, id string, version int) (*ent.VisitStage, error) {
	q := m.DB.Client(ctx).VisitStage.Query().Where(visitstage.ID.EQ(id))
	q.Modify(db.ForUpdate)
	s, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return nil, kit.Missing("stage", "stageId")
	}
	if err != nil {
		return nil, err
	}
	return s, kit.Fresh(s.ID, s.Version, version)
}

// updateVisitStage changes how a stage is called and shown.
func (m *Module) updateVisitStage(ctx context.Context, in model.UpdateVisitStageInput) (string, error) {
	if err := checkStage(in.Name.Value(), in.Color.Value(), in.AlertMinutes.Value()); err != nil {
		return "", err
	}
	s, err := m.lockStage(ctx, in.StageID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	u := s.Update().SetNillableName(said(in.Name.Value())).SetNillableColor(in.Color.Value()).SetNillablePosition(in.Position.Value())
	if minutes, set := in.AlertMinutes.ValueOK(); set && minutes == nil {
		u.ClearAlertMinutes()
	} else {
		u.SetNillableAlertMinutes(minutes)
	}
	if err := u.Exec(ctx); err != nil {
		return "", err
	}
	return s.ID, m.publish(ctx, events.StageChanged{StageID: s.ID})
}

// needed are the categories without which nobody gets through the office.
var needed = []visitstage.Category{arrived, checkedIn, rooming, out, leftEarly}

// retireVisitStage closes a stage for visits that are not in it.
func (m *Module) retireVisitStage(ctx context.Context, in model.RetireVisitStageInput) (string, error) {
	s, err := m.lockStage(ctx, in.StageID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	others, err := m.DB.Client(ctx).VisitStage.Query().
		Where(visitstage.CategoryColumn.EQ(s.Category), visitstage.Active.EQ(true), visitstage.ID.NEQ(s.ID)).Exist(ctx)
	if err != nil {
		return "", err
	}
	if !others && slices.Contains(needed, s.Category) {
		return "", kit.Refuse(kit.FailedPrecondition, "it is the last stage of its category: add another one first", "stageId")
	}
	if err := s.Update().SetActive(false).Exec(ctx); err != nil {
		return "", err
	}
	return s.ID, m.publish(ctx, events.StageChanged{StageID: s.ID})
}

func checkType(name *string, minutes *int, list []string) error {
	if err := checkName(name); err != nil {
		return err
	}
	if minutes != nil && (*minutes < 1 || *minutes > 600) {
		return kit.Invalid("a visit takes 1 to 600 minutes", "minutes")
	}
	if len(list) > mostChecks {
		return kit.Invalid("a checklist has at most 50 items", "checklist")
	}
	for _, item := range list {
		if strings.TrimSpace(item) == "" || len(item) > mostName {
			return kit.Invalid("an item has 1 to 80 characters", "checklist")
		}
	}
	return nil
}

// addVisitType adds a kind of visit.
func (m *Module) addVisitType(ctx context.Context, in model.AddVisitTypeInput) (string, error) {
	if err := checkType(&in.Name, &in.Minutes, in.Checklist); err != nil {
		return "", err
	}
	t, err := m.DB.Client(ctx).VisitType.Create().SetName(strings.TrimSpace(in.Name)).SetMinutes(in.Minutes).SetChecklist(in.Checklist).Save(ctx)
	if err != nil {
		return "", err
	}
	return t.ID, nil
}

// updateVisitType changes a kind of visit.
func (m *Module) updateVisitType(ctx context.Context, in model.UpdateVisitTypeInput) (string, error) {
	list, set := in.Checklist.ValueOK()
	if err := checkType(in.Name.Value(), in.Minutes.Value(), list); err != nil {
		return "", err
	}
	q := m.DB.Client(ctx).VisitType.Query().Where(visittype.ID.EQ(in.TypeID))
	q.Modify(db.ForUpdate)
	t, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return "", kit.Missing("kind of visit", "typeId")
	}
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(t.ID, t.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	u := t.Update().SetNillableName(said(in.Name.Value())).SetNillableMinutes(in.Minutes.Value()).SetNillableActive(in.Active.Value())
	if set {
		u.SetChecklist(list)
	}
	return t.ID, u.Exec(ctx)
}
