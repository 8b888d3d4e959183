package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"medoffice/modules"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/logtext"
	"medoffice/modules/kit/version"
)

type versionCommand struct{}

// Run implements the command.
func (versionCommand) Run(con console) error {
	_, err := fmt.Fprintln(con.out, "medoffice", version.Text())
	return err
}

type migrateCommand struct {
	Up     migrateUp     `cmd:"" help:"Update the database to this version."`
	Status migrateStatus `cmd:"" help:"List the migrations and when each was applied."`
}

type (
	migrateUp     struct{}
	migrateStatus struct{}
)

// Run implements the command.
func (migrateUp) Run(ctx context.Context, c *commands, con console) error {
	d, err := db.Open(ctx, c.Database)
	if err != nil {
		return explain(err, c.Database)
	}
	defer func() { _ = d.Close() }()
	done, err := d.Migrate(ctx)
	for _, m := range done {
		fmt.Fprintf(con.out, "applied %04d %s\n", m.Version, m.Name)
	}
	if err == nil && len(done) == 0 {
		fmt.Fprintln(con.out, "nothing to do")
	}
	return err
}

// Run implements the command.
func (migrateStatus) Run(ctx context.Context, c *commands, con console) error {
	d, err := db.Open(ctx, c.Database)
	if err != nil {
		return explain(err, c.Database)
	}
	defer func() { _ = d.Close() }()
	all, err := d.Status(ctx)
	for _, m := range all {
		when := "pending"
		if !m.Applied.IsZero() {
			when = "applied " + m.Applied.Format(time.RFC3339)
		}
		fmt.Fprintf(con.out, "%04d %-20s %s\n", m.Version, m.Name, when)
	}
	return err
}

// with opens the office, runs f as the office itself and closes it.
func (c *commands) with(ctx context.Context, con console, name string, f func(context.Context, *modules.Office) error) error {
	o, err := c.open(ctx, con, nil)
	if err != nil {
		return err
	}
	if err := o.Start(ctx); err != nil {
		return err
	}
	err = f(kit.System(ctx, name), o)
	if e := o.Close(); err == nil {
		err = e
	}
	return plain(err)
}

// plain is an error as a person at a terminal may read it.
func plain(err error) error {
	if e, ok := kit.AsError(err); ok {
		return fmt.Errorf("%s", e.Safe)
	}
	if logtext.FromDatabase(err) { // its text may quote a record, and the terminal may be a log
		return fmt.Errorf("the database refused: %s", logtext.Error(err))
	}
	return err
}

type userCommand struct {
	Add      userAdd      `cmd:"" help:"Add an account."`
	Password userPassword `cmd:"" help:"Set the password of an account."`
	Grant    userGrant    `cmd:"" help:"Give an account a role."`
	Factor   userFactor   `cmd:"" name:"drop-second-factor" help:"Remove the lost second factor of an account."`
}

type userAdd struct {
	Username string   `arg:"" help:"The name to sign in with."`
	Name     string   `help:"The name that others see, default the username."`
	Roles    []string `help:"The roles: FRONT_DESK, NURSE, PHYSICIAN, ADMIN, …" name:"role" required:""`
}

// Run implements the command.
func (u *userAdd) Run(ctx context.Context, c *commands, con console) error {
	password, err := askPassword(con)
	if err != nil {
		return err
	}
	name := u.Name
	if name == "" {
		name = u.Username
	}
	return c.with(ctx, con, "command line", func(ctx context.Context, o *modules.Office) error {
		id, err := o.Access.AddAccount(ctx, u.Username, name, password, u.Roles...)
		if err == nil {
			fmt.Fprintln(con.out, "added", id)
		}
		return err
	})
}

type userPassword struct {
	Username string `arg:"" help:"The name to sign in with."`
}

// Run implements the command.
func (u *userPassword) Run(ctx context.Context, c *commands, con console) error {
	password, err := askPassword(con)
	if err != nil {
		return err
	}
	return c.with(ctx, con, "command line", func(ctx context.Context, o *modules.Office) error {
		return o.Access.ReplacePassword(ctx, u.Username, password)
	})
}

type userGrant struct {
	Username string `arg:"" help:"The name to sign in with."`
	Role     string `arg:"" help:"The role to give."`
	Own      bool   `help:"Only for the charts of the person's own patients." name:"own-patients"`
}

// Run implements the command.
func (u *userGrant) Run(ctx context.Context, c *commands, con console) error {
	return c.with(ctx, con, "command line", func(ctx context.Context, o *modules.Office) error {
		return o.Access.Grant(ctx, u.Username, u.Role, u.Own)
	})
}

type userFactor struct {
	Username string `arg:"" help:"The name to sign in with."`
}

// Run implements the command.
func (u *userFactor) Run(ctx context.Context, c *commands, con console) error {
	return c.with(ctx, con, "command line", func(ctx context.Context, o *modules.Office) error {
		return o.Access.DropSecondFactor(ctx, u.Username)
	})
}

// askPassword reads one line from standard input, so that the password stays
// out of the history of the shell.
func askPassword(con console) (string, error) {
	fmt.Fprint(con.err, "Password: ")
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", fmt.Errorf("no password given on standard input: %w", err)
	}
	return line, nil
}

type tokenCommand struct {
	Create tokenCreate `cmd:"" help:"Make a token for a program and print it once."`
}

type tokenCreate struct {
	Name     string `arg:"" help:"What the token is for."`
	Role     string `arg:"" help:"The one role of the program, such as BOARD or REPORT."`
	Location string `help:"The id of the only location that it may see."`
	Days     int    `help:"The number of days for which it is valid." default:"90"`
}

// Run implements the command.
func (t *tokenCreate) Run(ctx context.Context, c *commands, con console) error {
	return c.with(ctx, con, "command line", func(ctx context.Context, o *modules.Office) error {
		secret, err := o.Access.IssueToken(ctx, t.Name, t.Role, t.Location, time.Duration(t.Days)*24*time.Hour)
		if err == nil {
			fmt.Fprintln(con.out, secret)
		}
		return err
	})
}

type verifyCommand struct{}

// Run implements the command.
func (verifyCommand) Run(ctx context.Context, c *commands, con console) error {
	return c.with(ctx, con, "verify", func(ctx context.Context, o *modules.Office) error {
		findings, err := o.Trail.Verify(ctx)
		if err != nil {
			return err
		}
		for _, f := range findings {
			fmt.Fprintln(con.out, f)
		}
		if len(findings) > 0 {
			return fmt.Errorf("the audit trail was changed: %d findings", len(findings))
		}
		_, err = fmt.Fprintln(con.out, "the audit trail is whole")
		return err
	})
}
