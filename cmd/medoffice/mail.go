package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"medoffice/modules/kit/mail"
)

// mailFlags say by which mail server letters leave the office, if by any.
type mailFlags struct{ Server, From, User, PasswordFile string }

func (m *mailFlags) flags(f *pflag.FlagSet) {
	f.StringVar(&m.Server, "mail-server", "", "Send letters, such as reminders of appointments, by the mail server at this `URL`: smtp://HOST:PORT, or smtps://… If empty, they are only noted in the log")
	fromEnv(f, "mail-server", "MEDOFFICE_MAIL_SERVER")
	f.StringVar(&m.From, "mail-from", "", "The `ADDRESS` of the sender, as 'Elm Street Practice <office@example.org>'")
	fromEnv(f, "mail-from", "MEDOFFICE_MAIL_FROM")
	f.StringVar(&m.User, "mail-user", "", "The `NAME` of the user at the mail server. The password is in the environment, MEDOFFICE_MAIL_PASSWORD, or in a file")
	fromEnv(f, "mail-user", "MEDOFFICE_MAIL_USER")
	f.StringVar(&m.PasswordFile, "mail-password-file", "", "The `FILE` with the password of the mail server")
	fromEnv(f, "mail-password-file", "MEDOFFICE_MAIL_PASSWORD_FILE")
}

// open makes the sender; nil for an office without a mail server.
func (m *mailFlags) open() (mail.Sender, error) {
	if m.Server == "" {
		return nil, nil //nolint:nilnil // the office has one that writes the log
	}
	u, err := url.Parse(m.Server)
	if err != nil || u.Host == "" {
		return nil, errors.New("--mail-server (MEDOFFICE_MAIL_SERVER): write smtp://HOST:PORT or smtps://HOST:PORT") // never the text
	}
	if u.User != nil { // the command line is for everybody on the machine to see
		return nil, errors.New("--mail-server (MEDOFFICE_MAIL_SERVER): no name and no password in it; give --mail-user, and MEDOFFICE_MAIL_PASSWORD or --mail-password-file")
	}
	if m.From == "" {
		return nil, errors.New("a mail server needs --mail-from (MEDOFFICE_MAIL_FROM), the address of the office")
	}
	password := os.Getenv("MEDOFFICE_MAIL_PASSWORD")
	if m.PasswordFile != "" {
		text, err := os.ReadFile(expanded(m.PasswordFile))
		if err != nil {
			return nil, fmt.Errorf("--mail-password-file (MEDOFFICE_MAIL_PASSWORD_FILE): %w", err)
		}
		password = strings.TrimRight(string(text), "\r\n")
	}
	if m.User != "" {
		u.User = url.UserPassword(m.User, password)
	}
	s, err := mail.Open(u.String(), m.From)
	if err != nil { // never a nil of a type
		return nil, err
	}
	return s, nil
}
