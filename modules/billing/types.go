package billing

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/cashdrawer"
	"medoffice/ent/charge"
	"medoffice/ent/chargerule"
	"medoffice/ent/coverage"
	"medoffice/ent/feeprice"
	"medoffice/ent/feeschedule"
	"medoffice/ent/invoiceline"
	"medoffice/ent/ledgerentry"
	"medoffice/ent/payer"
	"medoffice/ent/payment"
	"medoffice/modules/kit/field"
)

// The bounds of the lists without pages, as the schema tells them.
const (
	mostSchedules = 50
	mostPrices    = 500
	mostRules     = 200
	mostDrawers   = 50
	mostLines     = 100
	mostEntries   = 200
	mostPayers    = 500
	mostCoverages = 50
	mostStatement = 1_000
)

// Types implements kit.Typer.
func (*Module) Types() field.Types {
	one := func(of, column string) field.Part { return field.Part{One: &field.One{Type: of, Column: column}} }
	entries := func(column string) field.Part {
		return field.Part{Many: &field.Many{Type: "LedgerEntry", Column: column, Most: mostEntries, Sort: []field.Sort{
			{Column: ledgerentry.FieldAt}, {Column: ledgerentry.FieldID},
		}}}
	}
	return field.Types{
		"Query": {Parts: map[string]field.Part{
			"charges":  {Page: &field.Page{Entity: &chargeFields}},
			"invoices": {Page: &field.Page{Entity: &invoiceFields}},
			"payments": {Page: &field.Page{Entity: &paymentFields}},
			"feeSchedules": {Many: &field.Many{Type: "FeeSchedule", Most: mostSchedules, Sort: []field.Sort{
				{Column: feeschedule.FieldName}, {Column: feeschedule.FieldID},
			}}},
			"chargeRules": {Many: &field.Many{Type: "ChargeRule", Most: mostRules, Where: inUse, Sort: []field.Sort{
				{Column: chargerule.FieldCode}, {Column: chargerule.FieldID},
			}}},
			"cashDrawers": {Many: &field.Many{Type: "CashDrawer", Most: mostDrawers, Where: openDrawers, Sort: []field.Sort{
				{Column: cashdrawer.FieldName}, {Column: cashdrawer.FieldID},
			}}},
			"payers": {Many: &field.Many{Type: "Payer", Most: mostPayers, Where: known, Sort: []field.Sort{
				{Column: payer.FieldName}, {Column: payer.FieldID},
			}}},
			"ageing":    {Simple: "it sums over the ledger"},
			"daySheet":  {Simple: "it sums over the ledger"},
			"statement": {Simple: "it sums over the ledger"},
		}},
		"Patient": {Parts: map[string]field.Part{
			"coverages": {Many: &field.Many{Type: "Coverage", Column: coverage.FieldPatientID, Most: mostCoverages, Where: valid, Sort: []field.Sort{
				{Column: coverage.FieldRank}, {Column: coverage.FieldValidFrom, Desc: true}, {Column: coverage.FieldID},
			}}},
		}},
		"Payer": {Can: Read, Prefix: "ins"},
		"Coverage": {Can: Read, Prefix: "cov", Parts: map[string]field.Part{
			"patient": one("Patient", coverage.FieldPatientID), "payer": one("Payer", coverage.FieldPayerID),
		}},
		"Statement": {Simple: "it sums over the ledger"}, "StatementLine": {Simple: "it sums over the ledger"},
		"FeeSchedule": {Can: Read, Prefix: "fees", Parts: map[string]field.Part{
			"prices": {Many: &field.Many{Type: "FeePrice", Column: feeprice.FieldScheduleID, Most: mostPrices, Sort: []field.Sort{
				{Column: feeprice.FieldCode}, {Column: feeprice.FieldID},
			}}},
		}},
		"FeePrice": {}, "ChargeRule": {},
		"Charge": {Can: Read, Prefix: "chg", Parts: map[string]field.Part{
			"patient": one("Patient", charge.FieldPatientID), "location": one("Location", charge.FieldLocationID),
			"visit": one("Visit", charge.FieldVisitID), "provider": one("Provider", charge.FieldProviderID),
			"invoice":   one("Invoice", charge.FieldInvoiceID),
			"modifiers": several(charge.FieldModifier1, charge.FieldModifier2, charge.FieldModifier3, charge.FieldModifier4),
			"diagnoses": several(charge.FieldDiagnosis1, charge.FieldDiagnosis2, charge.FieldDiagnosis3, charge.FieldDiagnosis4),
		}},
		"Invoice": {Can: Read, Prefix: "inv", Parts: map[string]field.Part{
			"patient": one("Patient", "patient_id"), "location": one("Location", "location_id"),
			"lines": {Many: &field.Many{Type: "InvoiceLine", Column: invoiceline.FieldInvoiceID, Most: mostLines, Sort: []field.Sort{
				{Column: invoiceline.FieldPosition}, {Column: invoiceline.FieldID},
			}}},
			"charges": {Many: &field.Many{Type: "Charge", Column: charge.FieldInvoiceID, Most: mostLines, Sort: []field.Sort{
				{Column: charge.FieldAt}, {Column: charge.FieldID},
			}}},
			"entries": entries(ledgerentry.FieldInvoiceID),
		}},
		"InvoiceLine": {Parts: map[string]field.Part{"charge": one("Charge", invoiceline.FieldChargeID)}},
		"LedgerEntry": {Parts: map[string]field.Part{
			"invoice": one("Invoice", ledgerentry.FieldInvoiceID), "payment": one("Payment", ledgerentry.FieldPaymentID),
		}},
		"Payment": {Can: Read, Prefix: "paym", Parts: map[string]field.Part{
			"patient": one("Patient", "patient_id"), "location": one("Location", "location_id"), "drawer": one("CashDrawer", "drawer_id"),
			"payer":   one("Payer", payment.FieldPayerID),
			"entries": entries(ledgerentry.FieldPaymentID),
		}},
		"CashDrawer":    {Parts: map[string]field.Part{"location": one("Location", "location_id")}},
		"DrawerClosing": {Parts: map[string]field.Part{"drawer": one("CashDrawer", "drawer_id")}},
	}
}

// several is a list of texts that are columns, without those that are null.
func several(columns ...string) field.Part {
	return field.Part{Compute: &field.Compute{Needs: columns, Append: func(_ context.Context, b []byte, in []field.Value) []byte {
		b = append(b, '[')
		first := true
		for _, v := range in {
			if !v.Set {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			b, first = field.Write(b, v.Text), false
		}
		return append(b, ']')
	}}}
}

func inUse(map[string]any) field.Where {
	return func(s *sql.Selector) { s.Where(sql.EQ(s.C("active"), true)) }
}

func known(args map[string]any) field.Where {
	return func(s *sql.Selector) {
		if is := args["active"]; is != nil {
			s.Where(sql.EQ(s.C(payer.FieldActive), is))
		}
	}
}

func valid(map[string]any) field.Where {
	return func(s *sql.Selector) { s.Where(sql.IsNull(s.C(coverage.FieldVoidedAt))) }
}

func openDrawers(args map[string]any) field.Where {
	return func(s *sql.Selector) {
		s.Where(sql.EQ(s.C(cashdrawer.FieldActive), true))
		if at := args["location"]; at != nil {
			s.Where(sql.EQ(s.C(cashdrawer.FieldLocationID), at))
		}
	}
}
