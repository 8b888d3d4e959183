package billing

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/ledgerentry"
	"medoffice/ent/payment"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
)

// statementDays is how far a statement goes back unless asked otherwise.
const statementDays = 90

func (q Query) Statement(ctx context.Context, patient string, from, to *date.Date) (*model.Statement, error) {
	return q.statement(ctx, patient, from, to)
}

// statement adds the ledger of a patient up: the whole account, wherever in the
// practice its lines come from.
func (m *Module) statement(ctx context.Context, patientID string, from, to *date.Date) (*model.Statement, error) {
	found, err := m.findPatient(ctx, []string{patientID})
	if err == nil && found[patientID] == nil {
		err = kit.Missing("patient", "patient")
	}
	if err != nil {
		return nil, err
	}
	kit.SightOf(ctx).Add(patientID, "Statement")
	s := &model.Statement{Patient: found[patientID], To: date.Date(m.Day(m.Clock.Now())), Lines: []*model.StatementLine{}}
	if to != nil {
		s.To = *to
	}
	end, err := time.Parse(time.DateOnly, string(s.To))
	if err != nil {
		return nil, kit.Invalid("tell a whole day", "to")
	}
	if s.From = date.Of(end.AddDate(0, 0, -statementDays)); from != nil {
		s.From = *from
	}
	if len(s.From) != len(time.DateOnly) || s.From > s.To {
		return nil, kit.Invalid("tell a whole day that is not after the last one", "from")
	}
	return s, m.addUp(kit.Unbound(ctx), s)
}

// addUp reads the lines of a statement and what was due before them.
func (m *Module) addUp(ctx context.Context, s *model.Statement) (err error) {
	if s.Currency, err = m.currency(ctx); err != nil {
		return err
	}
	all := func() *ent.LedgerEntryQuery {
		return m.DB.Client(ctx).LedgerEntry.Query().Where(ledgerentry.PatientID.EQ(s.Patient.ID), ledgerentry.Currency.EQ(s.Currency))
	}
	due, err := sum(ctx, all().Where(ledgerentry.Day.LT(string(s.From))), ledgerentry.FieldDueMinor)
	if err != nil {
		return err
	}
	credit, err := sum(ctx, all().Where(ledgerentry.Day.LT(string(s.From))), ledgerentry.FieldCreditMinor)
	if err != nil {
		return err
	}
	rows, err := all().Where(ledgerentry.Day.GTE(string(s.From)), ledgerentry.Day.LTE(string(s.To))).With(ent.WithLedgerEntryInvoice()).
		Order(ledgerentry.At.Asc(), ledgerentry.ID.Asc()).Limit(mostStatement + 1).All(ctx)
	if err == nil && len(rows) > mostStatement {
		err = kit.Refuse(kit.LimitExceeded, "there are more than 1000 lines: tell a shorter time", "from")
	}
	if err != nil {
		return err
	}
	s.OpeningMinor = int(due - credit)
	s.ClosingMinor = s.OpeningMinor
	for _, r := range rows {
		n := int(r.DueMinor - r.CreditMinor)
		if n == 0 { // money that was here already was put on an invoice
			continue
		}
		s.ClosingMinor += n
		line := &model.StatementLine{Day: date.Date(r.Day), Kind: r.Kind, Number: numberOf(r), AmountMinor: n, BalanceMinor: s.ClosingMinor}
		if r.Method != nil {
			method := payment.Method(*r.Method)
			line.Method = &method
		}
		s.Lines = append(s.Lines, line)
	}
	return nil
}

// numberOf is the number of the credit note, or of the invoice.
func numberOf(r *ent.LedgerEntry) *int {
	n := r.Number
	if inv := r.Edges.Invoice; n == nil && inv != nil {
		n = inv.Number
	}
	if n == nil {
		return nil
	}
	told := int(*n)
	return &told
}
