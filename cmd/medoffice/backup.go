package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"medoffice/modules"
)

func backupCommand(c *commands) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the database into a file while the office runs.",
		Long: `Copy the database into a file while the office runs.

FILE is the new file, which must not exist. It holds the records of everybody:
keep it as safe as the database.

The office may run: the backup is the state of the database at one instant. The
file is checked before it gets its name. SQLite is copied by its online backup,
PostgreSQL by pg_dump, which must be installed, in its custom format.`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.backup(cmd.Context(), args[0]) },
	}
}

func (c *commands) backup(ctx context.Context, file string) error {
	r, err := modules.Backup(ctx, c.database, file)
	if err != nil {
		return c.cannot(err)
	}
	checked := "and can be listed"
	if r.Checked {
		checked = "is sound, and its audit trail is whole"
	}
	_, err = fmt.Fprintf(c.out, "%s: %d bytes, %s\n", file, r.Bytes, checked)
	return err
}

func restoreCommand(c *commands) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Replace the database by a backup, also while the office runs.",
		Long: `Replace the database by a backup, also while the office runs.

FILE is a file that 'medoffice backup' made.

The backup is restored completely, in one transaction, or not at all. The office
may run: its processes notice within a second, ask clients to reconnect, and go
on with the restored data. Everybody has to sign in again. Tokens and accounts
that were ended after the backup stay ended. Changes of passwords and roles
after the backup are lost: check them.`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.restore(cmd.Context(), args[0], force) },
	}
	cmd.Flags().Var(toggle{&force}, "force", "Restore also if the database has records, which are then replaced")
	return cmd
}

func (c *commands) restore(ctx context.Context, file string, force bool) error {
	file, err := existing(file)
	if err != nil {
		return err
	}
	findings, err := modules.Restore(ctx, c.database, file, force)
	if err != nil {
		return c.cannot(err)
	}
	if len(findings) > 0 {
		for _, f := range findings {
			fmt.Fprintln(c.out, f)
		}
		return fmt.Errorf("the backup is in place, but its audit trail was changed: %d findings", len(findings))
	}
	_, err = fmt.Fprintln(c.out, "restored; the audit trail is whole")
	return err
}

// cannot says in one line what went wrong with a file or the database.
func (c *commands) cannot(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return fmt.Errorf("cannot %s %s: %w", path.Op, path.Path, path.Err)
	}
	return explain(err, c.database)
}
