package medications

import (
	"context"
	"slices"
	"strings"
	"time"

	"medoffice/ent"
	"medoffice/ent/medicationlink"
	"medoffice/ent/medicationoverride"
	"medoffice/ent/medicationrequest"
	"medoffice/ent/medicationstatement"
	"medoffice/ent/predicate"
	"medoffice/ent/row"
	"medoffice/modules/kit"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/person"
)

// mostCompared bounds what one check looks at.
const mostCompared = 500

// links finds the ingredients and classes of medications.
func (m *Module) links(ctx context.Context, where ...predicate.MedicationLink) ([]*ent.MedicationLink, error) {
	return m.DB.Client(ctx).MedicationLink.Query().Where(where...).Order(medicationlink.ID.Asc()).Limit(mostCompared).All(kit.Unbound(ctx))
}

// allergic looks for allergies of the patient to the medication: to an
// ingredient of it, to a class whose members harm alike, or to another member of
// such a class. What was written down before since does not count: somebody took
// it upon himself already.
func (m *Module) allergic(ctx context.Context, f *findings, med *ent.Medication, patientID string, since *time.Time) error {
	allergies, err := m.patients.ActiveAllergies(ctx, patientID)
	if err != nil {
		return err
	}
	if since != nil {
		allergies = slices.DeleteFunc(allergies, func(a *ent.Allergy) bool { return !a.RecordedAt.After(*since) })
	}
	if len(allergies) == 0 {
		return nil
	}
	mine, err := m.links(ctx, medicationlink.MedicationID.EQ(med.ID), medicationlink.KindColumn.NEQ(medicationlink.KindCLASS))
	if err != nil {
		return err
	}
	var related []string
	for _, a := range allergies {
		for _, l := range mine {
			if names(a, l) {
				f.warn(medicationoverride.FindingALLERGY, "the chart holds an allergy to this medication: give something else")
			}
		}
		related = append(related, words(a.SubstanceCodeText)...)
	}
	return m.alike(ctx, f, allergies, mine, related)
}

// alike looks for allergies to another member of a class of allergy.
func (m *Module) alike(ctx context.Context, f *findings, allergies []*ent.Allergy, mine []*ent.MedicationLink, related []string) error {
	classes := map[string]bool{}
	for _, l := range mine {
		if l.Kind == medicationlink.KindALLERGY_CLASS {
			classes[l.Folded] = true
		}
	}
	if len(classes) == 0 {
		return nil
	}
	var codes []string
	for _, a := range allergies {
		if c := opt.Text(a.SubstanceCode); c != "" {
			codes = append(codes, c)
		}
	}
	others, err := m.links(ctx, medicationlink.KindColumn.EQ(medicationlink.KindINGREDIENT),
		row.Or(medicationlink.Folded.In(related...), medicationlink.Code.In(codes...)))
	if err != nil || len(others) == 0 {
		return err
	}
	ids := make([]string, len(others))
	for i, l := range others {
		ids[i] = l.MedicationID
	}
	theirs, err := m.links(ctx, medicationlink.MedicationID.In(ids...), medicationlink.KindColumn.EQ(medicationlink.KindALLERGY_CLASS))
	for _, l := range theirs {
		if classes[l.Folded] {
			f.warn(medicationoverride.FindingALLERGY_CLASS, "the chart holds an allergy to a medication of the same class: give something else")
		}
	}
	return err
}

// names reports whether an allergy is to what a link names, by code or by word.
func names(a *ent.Allergy, l *ent.MedicationLink) bool {
	if l.Code != nil && opt.Text(a.SubstanceCode) == *l.Code && opt.Text(a.SubstanceCodeSystem) == opt.Text(l.CodeSystem) {
		return true
	}
	return slices.Contains(words(a.SubstanceCodeText), l.Folded) || single(person.Fold(a.SubstanceCodeText)) == single(l.Folded)
}

// words are the words of a text as links hold them, the whole text and each
// without the s of a plural.
func words(text string) []string {
	folded := person.Fold(text)
	list := []string{folded, single(folded)}
	for _, w := range strings.FieldsFunc(folded, func(r rune) bool { return r == ' ' || r == ',' || r == '/' || r == '(' || r == ')' }) {
		if len(w) > 2 {
			list = append(list, w, single(w))
		}
	}
	return list
}

func single(s string) string { return strings.TrimSuffix(s, "s") }

// doubled looks for what the patient gets already: the same substance, or
// something of the same class.
func (m *Module) doubled(ctx context.Context, f *findings, med *ent.Medication, patientID, orderID string) error {
	c := m.DB.Client(ctx)
	orders, err := c.MedicationRequest.Query().Where(medicationrequest.PatientID.EQ(patientID), medicationrequest.ID.NEQ(orderID),
		medicationrequest.StatusColumn.In(medicationrequest.StatusACTIVE, medicationrequest.StatusON_HOLD)).Limit(mostCompared).All(kit.Unbound(ctx))
	if err != nil {
		return err
	}
	taken, err := c.MedicationStatement.Query().Where(medicationstatement.PatientID.EQ(patientID), medicationstatement.MedicationID.NotNil(),
		row.Or(medicationstatement.OrderID.IsNil(), medicationstatement.OrderID.NEQ(orderID)),
		medicationstatement.StatusColumn.EQ(medicationstatement.StatusACTIVE)).Limit(mostCompared).All(kit.Unbound(ctx))
	if err != nil {
		return err
	}
	ids := []string{}
	for _, o := range orders {
		ids = append(ids, o.MedicationID)
	}
	for _, s := range taken {
		ids = append(ids, *s.MedicationID)
	}
	return m.same(ctx, f, med, ids)
}

func (m *Module) same(ctx context.Context, f *findings, med *ent.Medication, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	const same, like = "the patient gets this substance already", "the patient gets something of the same class already"
	if slices.Contains(ids, med.ID) {
		f.warn(medicationoverride.FindingDUPLICATE, same)
	}
	mine, err := m.links(ctx, medicationlink.MedicationID.EQ(med.ID), medicationlink.KindColumn.NEQ(medicationlink.KindALLERGY_CLASS))
	if err != nil {
		return err
	}
	theirs, err := m.links(ctx, medicationlink.MedicationID.In(ids...), medicationlink.KindColumn.NEQ(medicationlink.KindALLERGY_CLASS))
	for _, a := range theirs {
		for _, b := range mine {
			switch {
			case a.Kind != b.Kind || a.Folded != b.Folded:
			case a.Kind == medicationlink.KindINGREDIENT:
				f.warn(medicationoverride.FindingDUPLICATE, same)
			default:
				f.warn(medicationoverride.FindingDUPLICATE_CLASS, like)
			}
		}
	}
	return err
}
