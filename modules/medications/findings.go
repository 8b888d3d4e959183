package medications

import (
	"cmp"
	"context"
	"slices"
	"time"

	"medoffice/ent"
	"medoffice/ent/medicationoverride"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/opt"
)

// code is a finding by its name in the graph.
type code = medicationoverride.Finding

// judged are the findings that take the judgement of a physician.
var judged = []code{
	medicationoverride.FindingALLERGY, medicationoverride.FindingALLERGY_CLASS, medicationoverride.FindingDUPLICATE, medicationoverride.FindingDUPLICATE_CLASS,
	medicationoverride.FindingDOSE_DIFFERS, medicationoverride.FindingABOVE_MAXIMUM, medicationoverride.FindingROUTE_NOT_ALLOWED,
}

// mayTake reports whether the caller may take a finding upon himself.
func mayTake(ctx context.Context, c code) bool {
	if slices.Contains(judged, c) {
		return kit.ViewerOf(ctx).May(Judge)
	}
	return kit.ViewerOf(ctx).May(Override)
}

// findings are what is wrong with an order or a dose.
type findings struct {
	ctx  context.Context
	list []*model.DoseFinding
}

func (f *findings) add(c code, severity model.FindingSeverity, message string) {
	for _, old := range f.list {
		if old.Code == c {
			return
		}
	}
	may := severity == model.FindingSeverityOverridable && mayTake(f.ctx, c)
	f.list = append(f.list, &model.DoseFinding{Code: c, Severity: severity, Message: message, Overridable: may})
}

func (f *findings) stop(c code, message string) { f.add(c, model.FindingSeverityHardStop, message) }
func (f *findings) warn(c code, message string) { f.add(c, model.FindingSeverityOverridable, message) }

// sorted are the findings, hard stops first.
func (f *findings) sorted() []*model.DoseFinding {
	slices.SortStableFunc(f.list, func(a, b *model.DoseFinding) int {
		worse := func(x *model.DoseFinding) int {
			if x.Severity == model.FindingSeverityHardStop {
				return 0
			}
			return 1
		}
		return cmp.Compare(worse(a), worse(b))
	})
	if f.list == nil {
		return []*model.DoseFinding{}
	}
	return f.list
}

// settle refuses what is wrong and not taken upon himself by somebody who may,
// and returns what is.
func (f *findings) settle(overrides []*model.OverrideInput) (taken []*model.OverrideInput, err error) {
	if len(overrides) > 30 {
		return nil, kit.Invalid("at most 30 findings can be overridden", "overrides")
	}
	reasons := map[code]*model.OverrideInput{}
	for _, o := range overrides {
		if o.Reason, err = act.Words(o.Reason, 500, "overrides"); err != nil {
			return nil, err
		}
		reasons[o.Finding] = o
	}
	var left []*model.DoseFinding
	for _, x := range f.sorted() {
		if o := reasons[x.Code]; o != nil && x.Overridable {
			taken = append(taken, o)
			continue
		}
		left = append(left, x)
	}
	if len(left) == 0 {
		return taken, nil
	}
	e := kit.Refuse(kit.FailedPrecondition, "this would do harm or is not what was ordered: look at the findings")
	e.Make = func(context.Context) any {
		return model.DoseError{Message: e.Safe, Code: e.Code, Findings: left}
	}
	return nil, e
}

// keep writes down what somebody took upon himself.
func (m *Module) keep(ctx context.Context, taken []*model.OverrideInput, order *ent.MedicationRequest, administration string, at time.Time) error {
	v := kit.ViewerOf(ctx)
	for _, o := range taken {
		err := m.DB.Client(ctx).MedicationOverride.Create().SetOrderID(order.ID).SetPatientID(order.PatientID).
			SetNillableAdministrationID(opt.Of(administration)).SetFinding(o.Finding).SetReason(o.Reason).
			SetActorID(v.ID).SetActorName(v.Name).SetAt(at).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}
