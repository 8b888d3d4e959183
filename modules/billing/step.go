package billing

import (
	"context"
	"math/rand/v2"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/ent"
	"medoffice/ent/charge"
	"medoffice/ent/invoice"
	"medoffice/ent/payment"
	"medoffice/ent/visit"
	"medoffice/graph/model"
	"medoffice/modules/kit"
)

// Step makes one plausible move of an invented day: somebody pays what is due, or
// gets the invoice for a visit that is over. When somebody else was faster it does
// nothing.
func (m *Module) Step(ctx context.Context, r *rand.Rand) error {
	c := m.DB.Client(ctx)
	due, err := c.Invoice.Query().Where(invoice.StatusColumn.EQ(invoice.StatusISSUED), invoice.DueMinor.GT(0)).
		Order(invoice.IssuedAt.Desc(), invoice.ID.Desc()).First(ctx)
	if err != nil && !ent.IsNotFound(err) {
		return err
	}
	err = m.DB.Tx(ctx, func(ctx context.Context) error {
		if due != nil && r.IntN(2) == 0 {
			card := "CARD-" + due.ID[len(due.ID)-6:]
			_, err := m.recordPayment(ctx, model.RecordPaymentInput{
				PatientID: due.PatientID, LocationID: due.LocationID, Method: payment.MethodCARD, AmountMinor: int(due.DueMinor), Currency: due.Currency,
				Reference: graphql.OmittableOf(&card), InvoiceID: graphql.OmittableOf(&due.ID),
			})
			return err
		}
		return m.bill(ctx)
	})
	if _, refused := kit.AsError(err); refused {
		return nil
	}
	return err
}

// bill writes the invoice for the charges that wait longest, of somebody who has left.
func (m *Module) bill(ctx context.Context) error {
	c := m.DB.Client(ctx)
	waiting, err := c.Charge.Query().Where(charge.StatusColumn.EQ(charge.StatusBILLABLE), charge.InvoiceID.IsNil(), charge.VisitID.NotNil()).
		Order(charge.At.Asc(), charge.ID.Asc()).Limit(100).All(ctx)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		here, err := c.Visit.Query().Where(visit.ID.EQ(*w.VisitID), visit.OnBoard.EQ(true)).Exist(ctx)
		if err != nil {
			return err
		}
		if here {
			continue
		}
		id, err := m.draftInvoice(ctx, model.DraftInvoiceInput{PatientID: w.PatientID, LocationID: w.LocationID})
		if err != nil {
			return err
		}
		_, err = m.issueInvoice(ctx, model.IssueInvoiceInput{ID: id, ExpectedVersion: 1})
		return err
	}
	return nil
}
