// Package mail sends e-mail to people outside the office, such as reminders. E-mail
// may be read on its way: a letter says when and where, never the medical reason.
package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	smtp "github.com/wneessen/go-mail"
)

// Letter is an e-mail in plain text to one address.
type Letter struct {
	ID                string // names the letter, however often it is sent; may be ""
	To, Subject, Text string
	Files             []File
}

// File is an attachment of a letter.
type File struct {
	Name, Type string // order.pdf, application/pdf
	Body       []byte
}

// Sender sends letters.
type Sender interface {
	Send(ctx context.Context, l Letter) error
}

// ErrRefused means that the mail server refuses the letter for good, for example
// because the address does not exist.
var ErrRefused = errors.New("mail: the letter was refused")

// ErrNoServer means that no mail server is configured.
var ErrNoServer = errors.New("mail: no mail server is set")

// Log is the sender of an office without a mail server. It logs that there was a
// letter, without its address and text. Send returns ErrNoServer.
type Log struct{ *slog.Logger }

// Send implements Sender.
func (l Log) Send(ctx context.Context, _ Letter) error {
	l.InfoContext(ctx, "mail: a letter was not sent, no mail server is set")
	return ErrNoServer
}

// within bounds the talk with the mail server about one letter.
const within = 20 * time.Second

// SMTP is a sender that gives letters to a mail server.
type SMTP struct {
	host, from, domain string // of the server, of the office, of its address
	options            []smtp.Option
}

// Open reads the address of a mail server, smtp://USER:PASSWORD@HOST:PORT or smtps://…,
// and the address from which letters come. smtps is encrypted from the first
// byte (port 465 where none is given), smtp from STARTTLS on (587), without which
// nothing is sent; only this machine is spoken to in the open. Nothing is sent yet.
func Open(server, from string) (*SMTP, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("a mail server is written as smtp://USER:PASSWORD@HOST:PORT or smtps://…") // never the text, which may hold the password
	}
	office, err := netmail.ParseAddress(from)
	if err != nil || smtp.NewMsg().From(from) != nil {
		return nil, fmt.Errorf("%q is no address from which letters can come", from)
	}
	domain := office.Address[strings.LastIndex(office.Address, "@")+1:]
	var options []smtp.Option
	switch {
	case u.Scheme == "smtps":
		options = append(options, smtp.WithSSLPort(false))
	case near(u.Hostname()):
		options = append(options, smtp.WithTLSPortPolicy(smtp.TLSOpportunistic))
	default:
		options = append(options, smtp.WithTLSPortPolicy(smtp.TLSMandatory))
	}
	if text := u.Port(); text != "" {
		port, err := strconv.Atoi(text)
		if err != nil {
			return nil, errors.New("the port of the mail server is no number")
		}
		options = append(options, smtp.WithPort(port))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, smtp.WithSMTPAuth(smtp.SMTPAuthAutoDiscover), smtp.WithUsername(u.User.Username()), smtp.WithPassword(password))
	}
	if _, err := smtp.NewClient(u.Hostname(), options...); err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return &SMTP{host: u.Hostname(), from: from, domain: domain, options: options}, nil
}

// near reports whether a host is this machine.
func near(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send gives the letter to the mail server. After an error other than ErrRefused, it
// may be sent again later.
func (s *SMTP) Send(ctx context.Context, l Letter) error {
	m := smtp.NewMsg()
	if err := m.From(s.from); err != nil {
		return err
	}
	if err := m.To(l.To); err != nil {
		return ErrRefused // its text names the address
	}
	m.Subject(l.Subject)
	m.SetDate()
	if m.SetMessageID(); l.ID != "" { // who gets it twice can see that it is one
		m.SetMessageIDWithValue(l.ID + "@" + s.domain)
	}
	m.SetBodyString(smtp.TypeTextPlain, l.Text)
	for _, f := range l.Files {
		if err := m.AttachReader(f.Name, bytes.NewReader(f.Body), smtp.WithFileContentType(smtp.ContentType(f.Type))); err != nil {
			return fmt.Errorf("mail: a file does not go with the letter: %w", err)
		}
	}
	// The deadline is given to the client: it waits for a silent server as long.
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	until, _ := ctx.Deadline()
	client, err := smtp.NewClient(s.host, append(s.options[:len(s.options):len(s.options)], smtp.WithTimeout(max(time.Until(until), time.Millisecond)))...)
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, m)
	var told *smtp.SendError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &told) && !told.IsTemp() && (told.Reason == smtp.ErrSMTPRcptTo || told.Reason == smtp.ErrSMTPData):
		return ErrRefused
	case told != nil:
		return fmt.Errorf("mail: not sent: %s", told.Reason) // the whole text names the address
	}
	return fmt.Errorf("mail: not sent: %w", err)
}
