package inventory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"medoffice/ent"
	"medoffice/ent/purchaseorder"
	"medoffice/ent/supplier"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/mail"
	"medoffice/modules/kit/opt"
)

// Letters is what the stock asks of the post, in the running transaction: to
// send a letter after it.
type Letters interface {
	Plan(ctx context.Context, l handover.Letter) error
}

// mailOrder plans that an order which is sent goes to its supplier by mail. An
// order is sent once, and so is its letter.
func (m *Module) mailOrder(ctx context.Context, row *ent.PurchaseOrder, to purchaseorder.Status) error {
	if to != purchaseorder.StatusSENT {
		return kit.Invalid("an order is mailed when it is sent", "mail")
	}
	of, err := m.DB.Client(ctx).Supplier.Query().Where(supplier.ID.EQ(row.SupplierID)).Only(ctx)
	if err != nil {
		return err
	}
	if strings.TrimSpace(opt.Text(of.Email)) == "" {
		return kit.Refuse(kit.FailedPrecondition, "this supplier has no e-mail address: send the order yourself", "mail")
	}
	return m.letters.Plan(ctx, handover.Letter{
		Mark: handover.LetterOrder + " " + row.ID, About: row.ID, Kind: handover.LetterOrder, LocationID: row.LocationID,
	})
}

// mailed are the states of orders that the supplier should have.
var mailed = []purchaseorder.Status{purchaseorder.StatusSENT, purchaseorder.StatusPARTLY_RECEIVED}

// Writes implements letters.Author: the stock writes to suppliers.
func (*Module) Writes() string { return handover.LetterOrder }

// Compose writes the letter to the supplier of an order; none of one that is
// awaited no more.
func (m *Module) Compose(ctx context.Context, about string) (*mail.Letter, error) {
	row, err := m.DB.Client(ctx).PurchaseOrder.Query().Where(purchaseorder.ID.EQ(about)).With(ent.WithPurchaseOrderSupplier()).Only(ctx)
	if err != nil {
		return nil, err
	}
	to := strings.TrimSpace(opt.Text(row.Edges.Supplier.Email))
	if to == "" || !slices.Contains(mailed, row.Status) {
		return nil, nil //nolint:nilnil // no letter
	}
	l := &mail.Letter{To: to, Subject: fmt.Sprintf("Purchase order %d", row.Number)}
	from := ""
	if p, err := m.DB.Client(ctx).Practice.Query().First(ctx); err == nil {
		from = " of " + p.Name
		l.Subject += ", " + p.Name
	} else if !ent.IsNotFound(err) {
		return nil, err
	}
	l.Text = fmt.Sprintf("Please find enclosed purchase order %d%s, to read (PDF) and to process (CSV).\n", row.Number, from)
	for _, form := range []struct{ name, kind string }{{"pdf", "application/pdf"}, {"csv", "text/csv"}} {
		body, number, err := m.paper(ctx, about, form.name)
		if err != nil {
			return nil, err
		}
		l.Files = append(l.Files, mail.File{Name: fmt.Sprintf("order-%d.%s", number, form.name), Type: form.kind, Body: body})
	}
	return l, nil
}
