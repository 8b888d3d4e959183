package mail_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"medoffice/modules/kit/mail"
)

// box is a mail server that keeps what it gets.
type box struct{ got chan string }

func (b *box) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{box: b}, nil }

type session struct {
	*box
	from, to string
}

func (*session) Reset()        {}
func (*session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch {
	case strings.HasPrefix(to, "nobody@"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user " + to}
	case strings.HasPrefix(to, "later@"):
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try again " + to}
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.got <- s.from + " > " + s.to + "\n" + string(text)
	return err
}

func server(t *testing.T) (*box, string) {
	t.Helper()
	b := &box{got: make(chan string, 10)}
	s := smtp.NewServer(b)
	s.Domain = "mail.test"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = s.Close()
		if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
	})
	return b, "smtp://" + l.Addr().String()
}

func TestSend(t *testing.T) {
	b, address := server(t)
	s, err := mail.Open(address, "Office <office@example.test>")
	if err != nil {
		t.Fatal(err)
	}
	letter := mail.Letter{To: "mara@example.test", Subject: "Your appointment", Text: "Tuesday, 9:30 – see you\n.\nthere"}
	if err := s.Send(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	got := <-b.got
	for _, part := range []string{"office@example.test > mara@example.test", "Subject: Your appointment", "Tuesday, 9:30", "Message-ID: <", "Date: "} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is missing in:\n%s", part, got)
		}
	}
	for to, refused := range map[string]bool{"nobody@example.test": true, "later@example.test": false, "no address": true} {
		letter.To = to
		err := s.Send(t.Context(), letter)
		if err == nil || errors.Is(err, mail.ErrRefused) != refused || strings.Contains(err.Error(), to) {
			t.Errorf("%s: %v", to, err)
		}
	}
	letter.To = "mara@example.test\r\nBcc: other@example.test"
	if err := s.Send(t.Context(), letter); !errors.Is(err, mail.ErrRefused) {
		t.Errorf("a second address in the first: %v", err)
	}
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	s, err := mail.Open("smtp://"+address, "office@example.test")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), mail.Letter{To: "mara@example.test"}); err == nil || errors.Is(err, mail.ErrRefused) {
		t.Fatal(err)
	}
}

// A server that takes the call and says nothing does not hold the letter for ever.
func TestSilentServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	s, err := mail.Open("smtp://"+l.Addr().String(), "office@example.test")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := s.Send(ctx, mail.Letter{To: "mara@example.test"}); err == nil {
		t.Fatal("sent to nobody")
	}
}

func TestOpen(t *testing.T) {
	for _, bad := range []string{"", "mail.example.test", "http://mail.example.test", "smtp://", "smtp://host:port", "smtp://u:secret@:25"} {
		if _, err := mail.Open(bad, "office@example.test"); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := mail.Open("smtps://u:p@mail.example.test", "nobody"); err == nil {
		t.Error("an address without a place")
	}
	for _, good := range []string{"smtps://u:p@mail.example.test", "smtp://mail.example.test:2525"} {
		if _, err := mail.Open(good, "Office <office@example.test>"); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}
