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
	"medoffice/modules/kit/field"
)

// The bounds of the lists without pages, as the schema gives them.
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

// nodes says which permission finds rows by their ids.
var nodes = field.Nodes{
	"Payer":       Read,
	"Coverage":    Read,
	"FeeSchedule": Read,
	"Charge":      Read,
	"Invoice":     Read,
	"Payment":     Read,
}

// parts are the fields that do not follow from the schema and the tables.
func (*Module) parts() field.Parts {
	entries := func(column string) field.Part {
		return field.Part{Many: &field.Many{Type: "LedgerEntry", Column: column, Most: mostEntries, Sort: []field.Sort{
			{Column: ledgerentry.FieldAt}, {Column: ledgerentry.FieldID},
		}}}
	}
	return field.Parts{
		"Query.feeSchedules": {Many: &field.Many{Type: "FeeSchedule", Most: mostSchedules, Sort: []field.Sort{
			{Column: feeschedule.FieldName}, {Column: feeschedule.FieldID},
		}}},
		"Query.chargeRules": {Many: &field.Many{Type: "ChargeRule", Most: mostRules, Where: inUse, Sort: []field.Sort{
			{Column: chargerule.FieldCode}, {Column: chargerule.FieldID},
		}}},
		"Query.cashDrawers": {Many: &field.Many{Type: "CashDrawer", Most: mostDrawers, Where: openDrawers, Sort: []field.Sort{
			{Column: cashdrawer.FieldName}, {Column: cashdrawer.FieldID},
		}}},
		"Query.payers": {Many: &field.Many{Type: "Payer", Most: mostPayers, Where: known, Sort: []field.Sort{
			{Column: payer.FieldName}, {Column: payer.FieldID},
		}}},
		"Query.ageing":    {Simple: "it sums over the ledger"},
		"Query.daySheet":  {Simple: "it sums over the ledger"},
		"Query.statement": {Simple: "it sums over the ledger"},
		"Patient.coverages": {Many: &field.Many{Type: "Coverage", Column: coverage.FieldPatientID, Most: mostCoverages, Where: valid, Sort: []field.Sort{
			{Column: coverage.FieldRank}, {Column: coverage.FieldValidFrom, Desc: true}, {Column: coverage.FieldID},
		}}},
		"Statement":     {Simple: "it sums over the ledger"},
		"StatementLine": {Simple: "it sums over the ledger"},
		"FeeSchedule.prices": {Many: &field.Many{Type: "FeePrice", Column: feeprice.FieldScheduleID, Most: mostPrices, Sort: []field.Sort{
			{Column: feeprice.FieldCode}, {Column: feeprice.FieldID},
		}}},
		"Charge.modifiers": several(charge.FieldModifier1, charge.FieldModifier2, charge.FieldModifier3, charge.FieldModifier4),
		"Charge.diagnoses": several(charge.FieldDiagnosis1, charge.FieldDiagnosis2, charge.FieldDiagnosis3, charge.FieldDiagnosis4),
		"Invoice.lines": {Many: &field.Many{Type: "InvoiceLine", Column: invoiceline.FieldInvoiceID, Most: mostLines, Sort: []field.Sort{
			{Column: invoiceline.FieldPosition}, {Column: invoiceline.FieldID},
		}}},
		"Invoice.charges": {Many: &field.Many{Type: "Charge", Column: charge.FieldInvoiceID, Most: mostLines, Sort: []field.Sort{
			{Column: charge.FieldAt}, {Column: charge.FieldID},
		}}},
		"Invoice.entries": entries(ledgerentry.FieldInvoiceID),
		"Payment.entries": entries(ledgerentry.FieldPaymentID),
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
