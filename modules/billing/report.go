package billing

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/drawerclosing"
	"medoffice/ent/invoice"
	"medoffice/ent/ledgerentry"
	"medoffice/ent/payment"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
)

// ages are the first days of the buckets of the ageing.
var ages = []int{0, 31, 61, 91, 121}

// Ageing returns what the ledger says up to the end of the day,
// whatever came after.
func (q Query) Ageing(ctx context.Context, asOf date.Date, location *string) (*model.Ageing, error) {
	end, err := time.Parse(time.DateOnly, string(asOf))
	if err != nil {
		return nil, kit.Invalid("tell a whole day", "asOf")
	}
	if location, err = bound(ctx, location); err != nil {
		return nil, err
	}
	ctx = kit.Unbound(ctx)
	currency, err := q.currency(ctx)
	if err != nil {
		return nil, err
	}
	a := &model.Ageing{AsOf: asOf, Currency: currency}
	for i, from := range ages {
		b := &model.AgeingBucket{FromDays: from}
		if i+1 < len(ages) {
			to := ages[i+1] - 1
			b.ToDays = &to
		}
		a.Buckets = append(a.Buckets, b)
	}
	open, err := q.open(ctx, currency, string(asOf), location)
	if err != nil {
		return nil, err
	}
	for _, o := range open {
		issued, err := time.Parse(time.DateOnly, o.IssuedOn)
		if err != nil {
			return nil, err
		}
		b := a.Buckets[bucket(int(end.Sub(issued).Hours()/24))]
		b.DueMinor, b.Invoices, a.DueMinor = b.DueMinor+int(o.Due), b.Invoices+1, a.DueMinor+int(o.Due)
	}
	credit, err := q.unapplied(ctx, currency, string(asOf), location)
	a.CreditMinor = int(credit)
	return a, err
}

// bucket returns the number of the bucket in which an invoice of an age is.
func bucket(days int) int {
	for i := len(ages) - 1; i > 0; i-- {
		if days >= ages[i] {
			return i
		}
	}
	return 0
}

// bound is the location that the viewer sees: theirs, where they are bound to one.
func bound(ctx context.Context, location *string) (*string, error) {
	at := kit.ViewerOf(ctx).LocationID
	switch {
	case at == "":
		return location, nil
	case location != nil && *location != at:
		return nil, kit.Missing("location", "location")
	}
	return &at, nil
}

type openInvoice struct {
	InvoiceID string `json:"invoice_id"`
	IssuedOn  string `json:"issued_on"`
	Due       int64  `json:"due"`
}

// open finds the invoices on which something was due at the end of the day.
func (m *Module) open(ctx context.Context, currency, day string, location *string) (list []openInvoice, err error) {
	err = m.DB.Client(ctx).LedgerEntry.Query().
		Where(ledgerentry.Day.LTE(day), ledgerentry.Currency.EQ(currency), ledgerentry.InvoiceID.NotNil()).
		Modify(func(s *sql.Selector) {
			i := sql.Table(invoice.Table)
			s.Join(i).On(s.C(ledgerentry.FieldInvoiceID), i.C(invoice.FieldID))
			if location != nil {
				s.Where(sql.EQ(i.C(invoice.FieldLocationID), *location))
			}
			due := sql.Sum(s.C(ledgerentry.FieldDueMinor))
			s.Select(s.C(ledgerentry.FieldInvoiceID), i.C(invoice.FieldIssuedOn), sql.As(due, "due")).
				GroupBy(s.C(ledgerentry.FieldInvoiceID), i.C(invoice.FieldIssuedOn)).
				Having(sql.P(func(b *sql.Builder) { b.WriteString(due + " <> 0") }))
		}).Scan(ctx, &list)
	return list, err
}

type total struct {
	Sum *int64 `json:"sum"`
}

// unapplied is the credit that there was at the end of the day.
func (m *Module) unapplied(ctx context.Context, currency, day string, location *string) (int64, error) {
	q := m.DB.Client(ctx).LedgerEntry.Query().Where(ledgerentry.Day.LTE(day), ledgerentry.Currency.EQ(currency), ledgerentry.PaymentID.NotNil())
	if location != nil {
		q.Where(ledgerentry.HasPaymentWith(payment.LocationID.EQ(*location)))
	}
	return sum(ctx, q, ledgerentry.FieldCreditMinor)
}

// sum adds a column of the ledger up.
func sum(ctx context.Context, q *ent.LedgerEntryQuery, column string) (int64, error) {
	var list []total
	err := q.Modify(func(s *sql.Selector) { s.Select(sql.As(sql.Sum(s.C(column)), "sum")) }).Scan(ctx, &list)
	if err != nil || len(list) == 0 || list[0].Sum == nil {
		return 0, err
	}
	return *list[0].Sum, nil
}

type dayLine struct {
	Kind   ledgerentry.Kind `json:"kind"`
	Method *string          `json:"method"`
	Due    int64            `json:"due"`
	Credit int64            `json:"credit"`
	Count  int              `json:"count"`
}

func (q Query) DaySheet(ctx context.Context, location string, day date.Date) (*model.DaySheet, error) {
	if _, err := time.Parse(time.DateOnly, string(day)); err != nil {
		return nil, kit.Invalid("tell a whole day", "day")
	}
	if err := q.site(ctx, location); err != nil {
		return nil, err
	}
	currency, err := q.currency(ctx)
	if err != nil {
		return nil, err
	}
	d := &model.DaySheet{Day: day, Currency: currency, Received: []*model.DaySheetLine{}}
	if d.Closings, err = q.DB.Client(ctx).DrawerClosing.Query().Where(drawerclosing.LocationID.EQ(location), drawerclosing.Day.EQ(string(day))).
		Order(drawerclosing.At.Asc(), drawerclosing.ID.Asc()).Limit(mostDrawers).All(ctx); err != nil {
		return nil, err
	}
	lines, err := q.dayLines(ctx, location, string(day), currency)
	for _, l := range lines {
		d.IssuedMinor += when(l.Kind == ledgerentry.KindISSUE, l.Due)
		d.CreditedMinor -= when(l.Kind == ledgerentry.KindCREDIT_NOTE, l.Due)
		d.RefundedMinor -= when(l.Kind == ledgerentry.KindREFUND, l.Credit)
		// A line of an invoice without a payment gives up, or takes that back.
		given := l.Method == nil && (l.Kind == ledgerentry.KindWRITE_OFF || l.Kind == ledgerentry.KindRELEASE)
		d.WrittenOffMinor -= when(given, l.Due)
		if l.Kind == ledgerentry.KindPAYMENT {
			d.Received = append(d.Received, &model.DaySheetLine{Method: payment.Method(*l.Method), AmountMinor: int(l.Credit), Count: l.Count})
		}
	}
	return d, err
}

func when(is bool, n int64) int {
	if !is {
		return 0
	}
	return int(n)
}

// dayLines sums the ledger of a day at a location by kind and method.
func (m *Module) dayLines(ctx context.Context, location, day, currency string) (list []dayLine, err error) {
	err = m.DB.Client(ctx).LedgerEntry.Query().
		Where(ledgerentry.LocationID.EQ(location), ledgerentry.Day.EQ(day), ledgerentry.Currency.EQ(currency)).
		Modify(func(s *sql.Selector) {
			kind, method := s.C(ledgerentry.FieldKind), s.C(ledgerentry.FieldMethod)
			s.Select(kind, method, sql.As(sql.Sum(s.C(ledgerentry.FieldDueMinor)), "due"),
				sql.As(sql.Sum(s.C(ledgerentry.FieldCreditMinor)), "credit"), sql.As(sql.Count("*"), "count")).
				GroupBy(kind, method).OrderBy(kind, method)
		}).Scan(ctx, &list)
	return list, err
}
