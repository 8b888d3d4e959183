package inventory

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"medoffice/ent"
	"medoffice/ent/purchaseorder"
	"medoffice/ent/purchaseorderline"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/paper"
)

// Routes implements kit.Router: an order as a file for the supplier.
func (m *Module) Routes(mux *http.ServeMux) {
	kinds := paper.Kinds{"pdf": "application/pdf", "csv": "text/csv; charset=utf-8; header=present"}
	mux.HandleFunc("GET /orders/{file}", paper.Serve(m.Log, kinds, func(r *http.Request, id, form string) ([]byte, string, error) {
		body, number, err := m.paper(r.Context(), id, form)
		return body, fmt.Sprintf("order-%d", number), err
	}))
}

// sheet is an order with all that stands on its paper.
type sheet struct {
	practice string
	order    *ent.PurchaseOrder
	currency string
}

// paper writes the order in the form. One that nobody approved is no order.
func (m *Module) paper(ctx context.Context, id, form string) ([]byte, int, error) {
	if err := kit.Can(ctx, Order); err != nil {
		return nil, 0, err
	}
	c := m.DB.Client(ctx)
	row, err := act.Found(c.PurchaseOrder.Query().Where(purchaseorder.ID.EQ(id)).With(ent.WithPurchaseOrderSupplier()).With(ent.WithPurchaseOrderLocation()).With(ent.WithPurchaseOrderLines(func(q *ent.PurchaseOrderLineQuery) {
		q.Where(purchaseorderline.Packs.GT(0)).Order(purchaseorderline.Position.Asc(), purchaseorderline.ID.Asc()).With(ent.WithPurchaseOrderLineItem())
	})).Only(ctx))("order", "id")
	if err != nil {
		return nil, 0, err
	}
	if row.Status == purchaseorder.StatusDRAFT || row.Status == purchaseorder.StatusCANCELLED {
		return nil, 0, kit.Missing("order that was approved", "id")
	}
	s := sheet{order: row, currency: "USD"}
	if p, err := c.Practice.Query().First(ctx); err == nil {
		s.practice, s.currency = p.Name, p.Currency
	} else if !ent.IsNotFound(err) {
		return nil, 0, err
	}
	if form == "csv" {
		body, err := s.csv()
		return body, row.Number, err
	}
	body, err := s.pdf(m.Day(m.Clock.Now()), m.Clock.Now())
	return body, row.Number, err
}

// cell keeps a spreadsheet from taking a text for a formula.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func (s sheet) csv() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"order", "code", "ndc", "item", "pack", "units per pack", "packs", "price per pack (minor units)"}}
	for _, l := range s.order.Edges.Lines {
		it := l.Edges.Item
		price := ""
		if l.PriceMinor != nil {
			price = strconv.FormatInt(*l.PriceMinor, 10)
		}
		rows = append(rows, []string{
			strconv.Itoa(s.order.Number), cell(it.Code), cell(opt.Text(it.Ndc)), cell(it.Name), cell(l.PackName),
			strconv.FormatInt(l.PackSize, 10), strconv.FormatInt(l.Packs, 10), price,
		})
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

// columns of the paper, in millimetres of a letter.
var columns = []paper.Column{{Name: "Code", Width: 34, Align: "L"}, {Name: "Item", Width: 78, Align: "L"}, {Name: "Pack", Width: 42, Align: "L"}, {Name: "Packs", Width: 16, Align: "R"}, {Name: "Price", Width: 22, Align: "R"}}

func (s sheet) pdf(day string, now time.Time) ([]byte, error) {
	p := paper.New(fmt.Sprintf("Order %d", s.order.Number), now)
	p.Line(16, 9, "B", fmt.Sprintf("Purchase order %d", s.order.Number))
	p.Line(10, 5, "", s.practice)
	if at := s.order.Edges.Location; at != nil {
		p.Line(10, 5, "", strings.Join([]string{at.Name, opt.Text(at.Line), opt.Text(at.City), opt.Text(at.State), opt.Text(at.PostalCode)}, "  "))
	}
	p.Line(10, 5, "", "Date "+day)
	p.Ln(4)
	to := s.order.Edges.Supplier
	p.Line(11, 6, "B", "To "+to.Name)
	p.Line(10, 5, "", strings.TrimSpace(opt.Text(to.Line)+"  "+opt.Text(to.Email)))
	if to.AccountNumber != nil {
		p.Line(10, 5, "", "Our account "+*to.AccountNumber)
	}
	p.Ln(4)
	p.Table(columns, s.rows())
	if note := opt.Text(s.order.Note); note != "" {
		p.Ln(4)
		p.Text(note)
	}
	return p.Bytes()
}

func (s sheet) rows() [][]string {
	var rows [][]string
	for _, l := range s.order.Edges.Lines {
		price := ""
		if l.PriceMinor != nil {
			price = paper.Money(*l.PriceMinor, s.currency)
		}
		rows = append(rows, []string{l.Edges.Item.Code, l.Edges.Item.Name, l.PackName, strconv.FormatInt(l.Packs, 10), price})
	}
	return rows
}
