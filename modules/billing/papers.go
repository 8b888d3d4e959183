package billing

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"medoffice/ent"
	"medoffice/ent/coverage"
	"medoffice/ent/invoice"
	"medoffice/ent/invoiceline"
	"medoffice/ent/ledgerentry"
	"medoffice/ent/patient"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/paper"
)

// Routes implements kit.Router: an invoice, and the statement of a patient, as
// paper.
func (m *Module) Routes(mux *http.ServeMux) {
	kinds := paper.Kinds{"pdf": "application/pdf"}
	mux.HandleFunc("GET /invoices/{file}", paper.Serve(m.Log, kinds, func(r *http.Request, id, _ string) ([]byte, string, error) {
		return m.invoicePaper(r.Context(), id)
	}))
	mux.HandleFunc("GET /statements/{file}", paper.Serve(m.Log, kinds, func(r *http.Request, id, _ string) ([]byte, string, error) {
		return m.statementPaper(r.Context(), id, r.URL.Query().Get("from"), r.URL.Query().Get("to"))
	}))
}

// invoicePaper writes an invoice as it was issued, and what became of it. A draft
// is no invoice.
func (m *Module) invoicePaper(ctx context.Context, id string) ([]byte, string, error) {
	if err := kit.Can(ctx, Read); err != nil {
		return nil, "", err
	}
	inv, err := act.Found(m.DB.Client(ctx).Invoice.Query().Where(invoice.ID.EQ(id), invoice.Number.NotNil()).With(ent.WithInvoiceLocation()).
		With(ent.WithInvoicePatient(func(q *ent.PatientQuery) { q.With(ent.WithPatientAddresses()) })).
		With(ent.WithInvoiceLines(func(q *ent.InvoiceLineQuery) { q.Order(invoiceline.Position.Asc(), invoiceline.ID.Asc()) })).Only(ctx))("invoice", "file")
	if err != nil {
		return nil, "", err
	}
	paid, err := sum(kit.Unbound(ctx), m.DB.Client(ctx).LedgerEntry.Query().Where(ledgerentry.InvoiceID.EQ(id), ledgerentry.PaymentID.NotNil()), ledgerentry.FieldDueMinor)
	if err != nil {
		return nil, "", err
	}
	insured, err := m.insured(ctx, inv)
	if err != nil {
		return nil, "", err
	}
	if err := m.trail.Exported(ctx, "Invoice", inv.ID, inv.PatientID, len(inv.Edges.Lines)); err != nil {
		return nil, "", err
	}
	title := fmt.Sprintf("Invoice %d", *inv.Number)
	p, err := m.letter(ctx, title, inv.Edges.Location, inv.Edges.Patient)
	if err != nil {
		return nil, "", err
	}
	p.Line(10, 5, "", "Date "+string(*inv.IssuedOn))
	for _, c := range insured {
		p.Line(10, 5, "", fmt.Sprintf("Coverage %d: %s, member %s", c.Rank, c.Edges.Payer.Name, c.MemberID))
	}
	if inv.Status == invoice.StatusCANCELLED {
		p.Line(11, 7, "B", "This invoice was voided: "+opt.Text(inv.CancelReason))
	}
	p.Ln(4)
	invoiceTable(p, inv, -paid)
	body, err := p.Bytes()
	return body, fmt.Sprintf("invoice-%d", *inv.Number), err
}

// insured are the coverages that hold on the day of an invoice.
func (m *Module) insured(ctx context.Context, inv *ent.Invoice) ([]*ent.Coverage, error) {
	rows, err := m.DB.Client(ctx).Coverage.Query().Where(coverage.PatientID.EQ(inv.PatientID), coverage.VoidedAt.IsNil(), coverage.ValidFrom.LTE(*inv.IssuedOn)).
		With(ent.WithCoveragePayer()).Order(coverage.Rank.Asc(), coverage.ID.Asc()).Limit(mostCoverages).All(ctx)
	var hold []*ent.Coverage
	for _, c := range rows {
		if c.ValidTo == nil || *c.ValidTo >= *inv.IssuedOn {
			hold = append(hold, c)
		}
	}
	return hold, err
}

func invoiceTable(p *paper.Sheet, inv *ent.Invoice, paid int64) {
	var rows [][]string
	for _, l := range inv.Edges.Lines {
		rows = append(rows, []string{l.Code, l.Description, strconv.FormatInt(l.Quantity, 10), paper.Money(l.UnitMinor, inv.Currency), paper.Money(l.TotalMinor, inv.Currency)})
	}
	given := inv.TotalMinor - inv.CreditedMinor - inv.DueMinor - paid
	for _, r := range []struct {
		name   string
		amount int64
	}{{"Total", inv.TotalMinor}, {"Credit notes", -inv.CreditedMinor}, {"Paid", -paid}, {"Given up", -given}, {"Due", inv.DueMinor}} {
		if r.amount != 0 || r.name == "Total" || r.name == "Due" {
			rows = append(rows, []string{"", r.name, "", "", paper.Money(r.amount, inv.Currency)})
		}
	}
	p.Table([]paper.Column{{Name: "Code", Width: 26, Align: "L"}, {Name: "What", Width: 84, Align: "L"}, {Name: "Units", Width: 16, Align: "R"}, {Name: "Price", Width: 34, Align: "R"}, {Name: "Amount", Width: 34, Align: "R"}}, rows)
}

// letter begins a paper to a patient: from whom and to whom.
func (m *Module) letter(ctx context.Context, title string, from *ent.Location, to *ent.Patient) (*paper.Sheet, error) {
	practice, err := m.DB.Client(ctx).Practice.Query().First(ctx)
	if err != nil && !ent.IsNotFound(err) {
		return nil, err
	}
	p := paper.New(title, m.Clock.Now())
	if practice != nil {
		p.Line(12, 6, "B", practice.Name)
		p.Line(9, 4, "", strings.TrimSpace(opt.Text(practice.Phone)+"  "+opt.Text(practice.TaxID)))
	}
	if from != nil {
		p.Line(9, 4, "", spaced(from.Name, opt.Text(from.Line), opt.Text(from.PostalCode), opt.Text(from.City), opt.Text(from.State)))
	}
	p.Ln(6)
	p.Line(11, 5, "", spaced(to.GivenName, to.FamilyName))
	if len(to.Edges.Addresses) > 0 {
		a := to.Edges.Addresses[0]
		p.Line(11, 5, "", a.Line)
		p.Line(11, 5, "", spaced(a.City, a.State, a.PostalCode))
	}
	p.Ln(6)
	p.Line(16, 9, "B", title)
	return p, nil
}

// spaced joins the words that there are.
func spaced(words ...string) string {
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

func (m *Module) statementPaper(ctx context.Context, patientID, from, to string) ([]byte, string, error) {
	if err := kit.Can(ctx, Read); err != nil {
		return nil, "", err
	}
	days := [2]*date.Date{}
	for i, told := range []string{from, to} {
		if told == "" {
			continue
		}
		day, err := date.Parse(told)
		if err != nil {
			return nil, "", err
		}
		days[i] = &day
	}
	s, err := m.statement(ctx, patientID, days[0], days[1])
	if err != nil {
		return nil, "", err
	}
	who, err := m.DB.Client(ctx).Patient.Query().Where(patient.ID.EQ(patientID)).With(ent.WithPatientAddresses()).Only(ctx)
	if err != nil {
		return nil, "", err
	}
	if err := m.trail.Exported(ctx, "Statement", patientID, patientID, len(s.Lines)); err != nil {
		return nil, "", err
	}
	p, err := m.letter(ctx, "Statement", nil, who)
	if err != nil {
		return nil, "", err
	}
	p.Line(10, 5, "", fmt.Sprintf("From %s to %s", s.From, s.To))
	p.Ln(4)
	p.Table([]paper.Column{{Name: "Day", Width: 26, Align: "L"}, {Name: "What", Width: 96, Align: "L"}, {Name: "Amount", Width: 36, Align: "R"}, {Name: "Due", Width: 36, Align: "R"}}, statementRows(s))
	body, err := p.Bytes()
	return body, "statement", err
}

// words of the lines of a statement.
var lineWords = map[ledgerentry.Kind]string{
	ledgerentry.KindISSUE: "Invoice", ledgerentry.KindPAYMENT: "Payment, thank you", ledgerentry.KindCREDIT_NOTE: "Credit note", ledgerentry.KindREFUND: "Paid back",
	ledgerentry.KindWRITE_OFF: "Given up", ledgerentry.KindRELEASE: "Taken back",
}

func statementRows(s *model.Statement) [][]string {
	money := func(n int) string { return paper.Money(int64(n), s.Currency) }
	rows := [][]string{{string(s.From), "Due before", "", money(s.OpeningMinor)}}
	for _, l := range s.Lines {
		what := lineWords[l.Kind]
		if l.Number != nil {
			what += " " + strconv.Itoa(*l.Number)
		}
		if l.Method != nil {
			what += " (" + strings.ToLower(string(*l.Method)) + ")"
		}
		rows = append(rows, []string{string(l.Day), what, money(l.AmountMinor), money(l.BalanceMinor)})
	}
	return append(rows, []string{string(s.To), "Due", "", money(s.ClosingMinor)})
}
