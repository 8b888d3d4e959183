package billing

import (
	"context"

	"medoffice/ent/charge"
	"medoffice/ent/coverage"
	"medoffice/ent/invoice"
	"medoffice/ent/ledgerentry"
	"medoffice/ent/payment"
)

func (m *Module) moveRows(ctx context.Context, from, into string) error {
	c := m.DB.Client(ctx)
	charges, err := c.Charge.Query().Where(charge.PatientID.EQ(from)).Order(charge.ID.Asc()).All(ctx)
	for _, r := range charges {
		if err := r.Update().SetPatientID(into).Exec(ctx); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	invoices, err := c.Invoice.Query().Where(invoice.PatientID.EQ(from)).Order(invoice.ID.Asc()).All(ctx)
	for _, r := range invoices {
		if err := r.Update().SetPatientID(into).Exec(ctx); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	payments, err := c.Payment.Query().Where(payment.PatientID.EQ(from)).Order(payment.ID.Asc()).All(ctx)
	for _, r := range payments {
		if err := r.Update().SetPatientID(into).Exec(ctx); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	coverages, err := c.Coverage.Query().Where(coverage.PatientID.EQ(from)).Order(coverage.ID.Asc()).All(ctx)
	for _, r := range coverages {
		if err := r.Update().SetPatientID(into).Exec(ctx); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	entries, err := c.LedgerEntry.Query().Where(ledgerentry.PatientID.EQ(from)).Order(ledgerentry.ID.Asc()).All(ctx)
	for _, r := range entries {
		if err := r.Update().SetPatientID(into).Exec(ctx); err != nil {
			return err
		}
	}
	return err
}
