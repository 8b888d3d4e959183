package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"medoffice/modules"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/logtext"
	"medoffice/modules/kit/version"
)

func versionCommand(c *commands) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version.",
		RunE:  func(*cobra.Command, []string) error { return printVersion(c.out) },
	}
}

func printVersion(out io.Writer) error {
	_, err := fmt.Fprintln(out, "medoffice", version.Text())
	return err
}

func migrateCommand(c *commands) *cobra.Command {
	return group("migrate", "Update the database to this version, or list its migrations.",
		&cobra.Command{
			Use:   "up",
			Short: "Update the database to this version.",
			RunE:  func(cmd *cobra.Command, _ []string) error { return c.migrateUp(cmd.Context()) },
		},
		&cobra.Command{
			Use:   "status",
			Short: "List the migrations and when each was applied.",
			RunE:  func(cmd *cobra.Command, _ []string) error { return c.migrateStatus(cmd.Context()) },
		})
}

func (c *commands) migrateUp(ctx context.Context) error {
	d, err := db.Open(ctx, c.database)
	if err != nil {
		return explain(err, c.database)
	}
	defer func() { _ = d.Close() }()
	done, err := d.Migrate(ctx)
	for _, m := range done {
		fmt.Fprintf(c.out, "applied %04d %s\n", m.Version, m.Name)
	}
	if err == nil && len(done) == 0 {
		fmt.Fprintln(c.out, "nothing to do")
	}
	return err
}

func (c *commands) migrateStatus(ctx context.Context) error {
	d, err := db.Open(ctx, c.database)
	if err != nil {
		return explain(err, c.database)
	}
	defer func() { _ = d.Close() }()
	all, err := d.Status(ctx)
	for _, m := range all {
		when := "pending"
		if !m.Applied.IsZero() {
			when = "applied " + m.Applied.Format(time.RFC3339)
		}
		fmt.Fprintf(c.out, "%04d %-20s %s\n", m.Version, m.Name, when)
	}
	return err
}

// with opens the office, runs f as the office itself and closes it.
func (c *commands) with(ctx context.Context, name string, f func(context.Context, *modules.Office) error) error {
	o, err := c.open(ctx, nil)
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

func verifyCommand(c *commands) *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Check that nobody changed the audit trail.",
		RunE:  func(cmd *cobra.Command, _ []string) error { return c.verify(cmd.Context()) },
	}
}

func (c *commands) verify(ctx context.Context) error {
	return c.with(ctx, "verify", func(ctx context.Context, o *modules.Office) error {
		findings, err := o.Trail.Verify(ctx)
		if err != nil {
			return err
		}
		for _, f := range findings {
			fmt.Fprintln(c.out, f)
		}
		if len(findings) > 0 {
			return fmt.Errorf("the audit trail was changed: %d findings", len(findings))
		}
		_, err = fmt.Fprintln(c.out, "the audit trail is whole")
		return err
	})
}
