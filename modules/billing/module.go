// Package billing keeps what patients are charged and what they pay.
//
// An act (a dose, a specimen, a visit, a supply) becomes charges by rules that
// are data. The price of a charge is that of the price list for its day. Charges
// are put on an invoice. An issued invoice has the next number, without gaps, and
// copies of its charges, and is never edited: a mistake is corrected by a credit
// note. A payment is applied to invoices; the rest is the patient's credit, which
// can be applied later or refunded. Each of these is a line of a ledger that is
// never changed. So the amount due on any day is the sum of the lines up to that
// day: invoices less payments less write-offs.
package billing

import (
	"context"

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/paper"
)

// The permissions of billing.
const (
	Read     = "billing.read"     // see fees, charges, invoices and payments
	Add      = "billing.charge"   // charge, complete charges and take them back
	Bill     = "billing.invoice"  // write and issue invoices, apply credit
	Void     = "billing.void"     // void invoices
	Pay      = "billing.pay"      // take payments and close drawers
	Refund   = "billing.refund"   // pay credit out
	GiveUp   = "billing.writeOff" // give up what is due
	Cover    = "billing.cover"    // name who pays for a patient
	Manage   = "billing.manage"   // fees, rules, payers and drawers
	Report   = "billing.report"   // see what is due by age
	DayPaper = "billing.daySheet" // see the day sheet
)

// Module is the billing.
type Module struct {
	kit.Deps
	trail paper.Trail
}

// New makes the module.
func New(d kit.Deps, t paper.Trail) *Module {
	return &Module{Deps: d, trail: t}
}

// Name implements kit.Module.
func (*Module) Name() string { return "billing" }

// Unrecorded implements kit.Unrecorded: where the numbers of invoices stand.
func (*Module) Unrecorded() []string { return []string{"NumberSeries"} }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	office := []string{kit.Biller, kit.Manager}
	desk := []string{kit.FrontDesk, kit.Biller, kit.Manager}
	return kit.Grants{
		Read: desk, Add: {kit.Physician, kit.Biller, kit.Manager}, Bill: desk, Void: office, Pay: desk, Cover: desk,
		Refund: office, GiveUp: {kit.Manager}, Manage: {kit.Manager}, Report: append([]string{kit.Report}, office...), DayPaper: desk,
	}
}

// currency is the currency of the practice.
func (m *Module) currency(ctx context.Context) (string, error) {
	p, err := m.DB.Client(ctx).Practice.Query().First(kit.Unbound(ctx))
	if ent.IsNotFound(err) {
		return "USD", nil
	}
	if err != nil {
		return "", err
	}
	return p.Currency, nil
}
