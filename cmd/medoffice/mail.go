package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"medoffice/modules/kit/mail"
)

// mailFlags say by which mail server letters leave the office, if by any.
type mailFlags struct {
	Server       string `help:"Send letters, such as reminders of appointments, by this mail server: smtp://HOST:PORT, or smtps://… If empty, they are only noted in the log." env:"MEDOFFICE_MAIL_SERVER" placeholder:"URL"`
	From         string `help:"The sender, as 'Elm Street Practice <office@example.org>'." env:"MEDOFFICE_MAIL_FROM" placeholder:"ADDRESS"`
	User         string `help:"The user at the mail server. The password is in the environment, MEDOFFICE_MAIL_PASSWORD, or in a file." env:"MEDOFFICE_MAIL_USER" placeholder:"NAME"`
	PasswordFile string `help:"The file with the password of the mail server." env:"MEDOFFICE_MAIL_PASSWORD_FILE" type:"path" placeholder:"FILE"`
}

// open makes the sender; nil for an office without a mail server.
func (f *mailFlags) open() (mail.Sender, error) {
	if f.Server == "" {
		return nil, nil //nolint:nilnil // the office has one that writes the log
	}
	u, err := url.Parse(f.Server)
	if err != nil || u.Host == "" {
		return nil, errors.New("--mail-server (MEDOFFICE_MAIL_SERVER): write smtp://HOST:PORT or smtps://HOST:PORT") // never the text
	}
	if u.User != nil { // the command line is for everybody on the machine to see
		return nil, errors.New("--mail-server (MEDOFFICE_MAIL_SERVER): no name and no password in it; give --mail-user, and MEDOFFICE_MAIL_PASSWORD or --mail-password-file")
	}
	if f.From == "" {
		return nil, errors.New("a mail server needs --mail-from (MEDOFFICE_MAIL_FROM), the address of the office")
	}
	password := os.Getenv("MEDOFFICE_MAIL_PASSWORD")
	if f.PasswordFile != "" {
		text, err := os.ReadFile(f.PasswordFile)
		if err != nil {
			return nil, fmt.Errorf("--mail-password-file (MEDOFFICE_MAIL_PASSWORD_FILE): %w", err)
		}
		password = strings.TrimRight(string(text), "\r\n")
	}
	if f.User != "" {
		u.User = url.UserPassword(f.User, password)
	}
	s, err := mail.Open(u.String(), f.From)
	if err != nil { // never a nil of a type
		return nil, err
	}
	return s, nil
}
