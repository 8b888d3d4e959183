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

	"github.com/go-pdf/fpdf" // pure Go, no fonts to install; writes the paper that goes to a supplier

	"medoffice/ent"
	"medoffice/ent/purchaseorder"
	"medoffice/ent/purchaseorderline"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/tell"
)

// Routes implements kit.Router: an order as a file for the supplier.
func (m *Module) Routes(mux *http.ServeMux) { mux.HandleFunc("GET /orders/{file}", m.orderFile) }

// orderFile answers GET /orders/{id}.pdf and /orders/{id}.csv.
func (m *Module) orderFile(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	id, form, _ := strings.Cut(r.PathValue("file"), ".")
	kind, known := map[string]string{"pdf": "application/pdf", "csv": "text/csv; charset=utf-8; header=present"}[form]
	if !known {
		http.Error(w, "an order is a .pdf or a .csv", http.StatusNotFound)
		return
	}
	body, number, err := m.paper(r.Context(), id, form)
	if err != nil {
		m.noFile(w, r, err)
		return
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="order-%d.%s"`, number, form))
	_, _ = w.Write(body)
}

func (m *Module) noFile(w http.ResponseWriter, r *http.Request, err error) {
	status, text := http.StatusInternalServerError, "something went wrong here; the log knows more"
	if e, ok := kit.AsError(err); ok {
		text = e.Safe
		status = map[kit.Code]int{
			kit.Unauthenticated: http.StatusUnauthorized, kit.Forbidden: http.StatusForbidden, kit.NotFound: http.StatusNotFound,
		}[e.Code]
	}
	if status == 0 || status == http.StatusInternalServerError {
		status = http.StatusInternalServerError
		m.Log.Error("order: no file", "request", kit.ViewerOf(r.Context()).RequestID, "error", tell.Error(err))
	}
	http.Error(w, text, status)
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
	row, err := act.Found(c.PurchaseOrder.Query().Where(purchaseorder.ID(id)).WithSupplier().WithLocation().WithLines(func(q *ent.PurchaseOrderLineQuery) {
		q.Where(purchaseorderline.PacksGT(0)).Order(purchaseorderline.ByPosition(), purchaseorderline.ByID()).WithItem()
	}).Only(ctx))("order", "id")
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
var columns = []struct {
	name  string
	width float64
	align string
}{{"Code", 34, "L"}, {"Item", 78, "L"}, {"Pack", 42, "L"}, {"Packs", 16, "R"}, {"Price", 22, "R"}}

func (s sheet) pdf(day string, now time.Time) ([]byte, error) {
	p := fpdf.New("P", "mm", "Letter", "")
	latin := p.UnicodeTranslatorFromDescriptor("") // the fonts of every reader know Latin letters only
	p.SetCreationDate(now)
	p.SetModificationDate(now)
	p.SetTitle(fmt.Sprintf("Order %d", s.order.Number), true)
	p.AddPage()
	line := func(size, height float64, style, words string) {
		p.SetFont("Helvetica", style, size)
		p.CellFormat(0, height, latin(words), "", 1, "L", false, 0, "")
	}
	line(16, 9, "B", fmt.Sprintf("Purchase order %d", s.order.Number))
	line(10, 5, "", s.practice)
	if at := s.order.Edges.Location; at != nil {
		line(10, 5, "", strings.Join([]string{at.Name, opt.Text(at.Line), opt.Text(at.City), opt.Text(at.State), opt.Text(at.PostalCode)}, "  "))
	}
	line(10, 5, "", "Date "+day)
	p.Ln(4)
	to := s.order.Edges.Supplier
	line(11, 6, "B", "To "+to.Name)
	line(10, 5, "", strings.TrimSpace(opt.Text(to.Line)+"  "+opt.Text(to.Email)))
	if to.AccountNumber != nil {
		line(10, 5, "", "Our account "+*to.AccountNumber)
	}
	p.Ln(4)
	s.table(p, latin)
	if note := opt.Text(s.order.Note); note != "" {
		p.Ln(4)
		p.SetFont("Helvetica", "", 10)
		p.MultiCell(0, 5, latin(note), "", "L", false)
	}
	var b bytes.Buffer
	err := p.Output(&b)
	return b.Bytes(), err
}

func (s sheet) table(p *fpdf.Fpdf, latin func(string) string) {
	p.SetFont("Helvetica", "B", 10)
	for _, c := range columns {
		p.CellFormat(c.width, 7, c.name, "B", 0, c.align, false, 0, "")
	}
	p.Ln(-1)
	p.SetFont("Helvetica", "", 9)
	for _, l := range s.order.Edges.Lines {
		price := ""
		if l.PriceMinor != nil {
			price = fmt.Sprintf("%d.%02d %s", *l.PriceMinor/100, *l.PriceMinor%100, s.currency)
		}
		for i, words := range []string{l.Edges.Item.Code, l.Edges.Item.Name, l.PackName, strconv.FormatInt(l.Packs, 10), price} {
			p.CellFormat(columns[i].width, 6, cut(p, latin(words), columns[i].width-2), "", 0, columns[i].align, false, 0, "")
		}
		p.Ln(-1)
	}
}

// cut shortens a text to what fits into a width.
func cut(p *fpdf.Fpdf, s string, width float64) string {
	for s != "" && p.GetStringWidth(s) > width {
		s = s[:len(s)-1]
	}
	return s
}
