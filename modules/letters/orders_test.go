package letters_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"strings"
	"testing"

	"medoffice/modules/officetest"
)

// order is an approved order of a supplier with this address.
func (s *scene) order(email string) (id string) {
	s.t.Helper()
	s.n++
	err := s.Deps.DB.Tx(s.System(), func(ctx context.Context) error {
		c := s.Deps.DB.Client(ctx)
		from := c.Supplier.Create().SetName("Acme " + email)
		if email != "" {
			from.SetEmail(email)
		}
		item := officetest.Must(c.Item.Create().SetCode("GLV" + email).SetName("Gloves").SetSortName("gloves").SetKind("SUPPLY").SetBaseUnit("piece").Save(ctx))
		pack := officetest.Must(c.ItemPack.Create().SetItemID(item.ID).SetName("Box").SetQuantity(100).Save(ctx))
		id = officetest.Must(c.PurchaseOrder.Create().SetNumber(s.n).SetLocationID(s.site).SetSupplierID(officetest.Must(from.Save(ctx)).ID).SetStatus("APPROVED").Save(ctx)).ID
		officetest.Must(c.PurchaseOrderLine.Create().SetOrderID(id).SetItemID(item.ID).SetPackID(pack.ID).SetPackName("Box").SetPackSize(100).SetPacks(3).Save(ctx))
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

type ordered struct {
	Order *struct {
		Status  string
		Version int
		Letters []struct{ Kind, State string }
	}
	UserErrors []struct {
		Code string
		Path []string
	}
}

func (s *scene) setOrder(in officetest.Vars) ordered {
	s.t.Helper()
	var got struct{ Out ordered }
	s.As("STOCK_KEEPER").Do(`mutation($in: SetOrderStatusInput!) { out: setOrderStatus(input: $in) { order { status version letters { kind state } } userErrors { code path } } }`, officetest.Vars{"in": in}, &got)
	return got.Out
}

// parts reads a mail: the files that go with it, by name.
func parts(t *testing.T, text string) map[string][]byte {
	t.Helper()
	_, text, _ = strings.Cut(text, "\n") // to whom
	m, err := netmail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		var body io.Reader = p
		if p.Header.Get("Content-Transfer-Encoding") == "base64" {
			body = base64.NewDecoder(base64.StdEncoding, p)
		}
		if files[p.FileName()], err = io.ReadAll(body); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOrderByMail(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o)
		b, sender := server(t)
		o.Letters.SendThrough(sender)
		id := s.order("orders@acme.test")
		in := officetest.Vars{"id": id, "expectedVersion": 1, "status": "SENT", "mail": true, "clientMutationId": "send"}
		got := s.setOrder(in)
		if got.Order == nil || got.Order.Status != "SENT" || len(got.Order.Letters) != 1 || got.Order.Letters[0].Kind != "ORDER" {
			t.Fatalf("%+v", got)
		}
		if again := s.setOrder(in); again.Order == nil || len(again.Order.Letters) != 1 {
			t.Errorf("the same request again: %+v", again)
		}
		s.deliver()
		s.deliver()
		letters := b.letters()
		if len(letters) != 1 || !strings.HasPrefix(letters[0], "to orders@acme.test\n") || !strings.Contains(letters[0], "Subject: Purchase order ") || !strings.Contains(letters[0], "Elm Street Practice") {
			t.Fatal(letters)
		}
		files := parts(t, letters[0])
		pdf, csv := files["order-5.pdf"], files["order-5.csv"]
		if len(files) != 3 || !strings.HasPrefix(string(pdf), "%PDF-") || !strings.Contains(string(csv), "Gloves") {
			t.Errorf("%d files, %d bytes, %s", len(files), len(pdf), csv)
		}
		out := s.setOrder(officetest.Vars{"id": id, "expectedVersion": 2, "status": "CLOSED", "reason": "by phone"})
		if out.Order == nil || out.Order.Letters[0].State != "SENT" {
			t.Errorf("%+v", out)
		}
	})
}

func TestOrdersThatAreNotMailed(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o)
		b, sender := server(t)
		o.Letters.SendThrough(sender)
		for id, want := range map[string]string{s.order(""): "FAILED_PRECONDITION", s.order("no@acme.test"): "BAD_USER_INPUT"} {
			status := map[string]string{"FAILED_PRECONDITION": "SENT", "BAD_USER_INPUT": "CANCELLED"}[want]
			got := s.setOrder(officetest.Vars{"id": id, "expectedVersion": 1, "status": status, "reason": "no", "mail": true})
			if len(got.UserErrors) != 1 || got.UserErrors[0].Code != want || got.UserErrors[0].Path[0] != "mail" {
				t.Errorf("%+v", got)
			}
		}
		if got := s.setOrder(officetest.Vars{"id": s.order("paper@acme.test"), "expectedVersion": 1, "status": "SENT"}); got.Order == nil || len(got.Order.Letters) != 0 {
			t.Errorf("%+v", got)
		}
		gone := s.order("gone@acme.test")
		s.setOrder(officetest.Vars{"id": gone, "expectedVersion": 1, "status": "SENT", "mail": true})
		s.setOrder(officetest.Vars{"id": gone, "expectedVersion": 2, "status": "CLOSED", "reason": "somebody else delivers"})
		s.deliver()
		var is struct {
			Node struct{ Letters []struct{ State string } }
		}
		s.As("STOCK_KEEPER").Do(`query($id: ID!) { node(id: $id) { ... on PurchaseOrder { letters { state } } } }`, officetest.Vars{"id": gone}, &is)
		if n := len(b.letters()); n != 0 || len(is.Node.Letters) != 1 || is.Node.Letters[0].State != "DROPPED" {
			t.Errorf("%d letters, %+v", n, is)
		}
	})
}
