package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"medoffice/modules"
)

type backupCommand struct {
	File string `arg:"" help:"The new file, which must not exist. It holds the records of everybody: keep it as safe as the database."`
}

// Help implements kong.HelpProvider.
func (backupCommand) Help() string {
	return `The office may run: the backup is the state of the database at one instant. The
file is checked before it gets its name. SQLite is copied by its online backup,
PostgreSQL by pg_dump, which must be installed, in its custom format.`
}

// Run implements the command.
func (b *backupCommand) Run(ctx context.Context, c *commands, con console) error {
	r, err := modules.Backup(ctx, c.Database, b.File)
	if err != nil {
		return c.cannot(err)
	}
	checked := "and can be listed"
	if r.Checked {
		checked = "is sound, and its audit trail is whole"
	}
	_, err = fmt.Fprintf(con.out, "%s: %d bytes, %s\n", b.File, r.Bytes, checked)
	return err
}

type restoreCommand struct {
	File  string `arg:"" help:"A file that 'medoffice backup' made." type:"existingfile"`
	Force bool   `help:"Restore also if the database has records, which are then replaced."`
}

// Help implements kong.HelpProvider.
func (restoreCommand) Help() string {
	return `The backup is restored completely, in one transaction, or not at all. The office
may run: its processes notice within a second, ask clients to reconnect, and go
on with the restored data. Everybody has to sign in again. Tokens and accounts
that were ended after the backup stay ended. Changes of passwords and roles after
the backup are lost: check them.`
}

// Run implements the command.
func (r *restoreCommand) Run(ctx context.Context, c *commands, con console) error {
	findings, err := modules.Restore(ctx, c.Database, r.File, r.Force)
	if err != nil {
		return c.cannot(err)
	}
	if len(findings) > 0 {
		for _, f := range findings {
			fmt.Fprintln(con.out, f)
		}
		return fmt.Errorf("the backup is in place, but its audit trail was changed: %d findings", len(findings))
	}
	_, err = fmt.Fprintln(con.out, "restored; the audit trail is whole")
	return err
}

// cannot says in one line what went wrong with a file or the database.
func (c *commands) cannot(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return fmt.Errorf("cannot %s %s: %w", path.Op, path.Path, path.Err)
	}
	return explain(err, c.Database)
}
