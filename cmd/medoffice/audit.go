package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"medoffice/modules"
	"medoffice/modules/trail"
)

func exportCommand(c *commands) *cobra.Command {
	return group("export", "Export data.", exportAuditCommand(c))
}

type exportAudit struct{ from, to, patient, actor string }

func exportAuditCommand(c *commands) *cobra.Command {
	var e exportAudit
	cmd := &cobra.Command{
		Use:   "audit FILE",
		Short: "Write the audit trail as CSV. The export is itself recorded.",
		Long: `Write the audit trail as CSV. The export is itself recorded.

FILE is the new file, which must not exist, or - for standard output.`,
		RunE: func(cmd *cobra.Command, args []string) error { return e.run(cmd.Context(), c, args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&e.from, "from", "", "The first `DAY` or instant, as 2026-03-02")
	f.StringVar(&e.to, "to", "", "The last `DAY`, included, or the instant of the end, as 2026-03-31")
	f.StringVar(&e.patient, "patient", "", "Only events about the patient with this `ID`")
	f.StringVar(&e.actor, "actor", "", "Only events of the account or token with this `ID`")
	return cmd
}

func (e *exportAudit) run(ctx context.Context, c *commands, file string) error {
	return c.with(ctx, "command line", func(ctx context.Context, o *modules.Office) error {
		x, err := o.Trail.ParseExtract(e.from, e.to, e.patient, e.actor)
		if err != nil {
			return err
		}
		if file == "-" {
			_, err := o.Trail.Export(ctx, c.out, x)
			return err
		}
		n, err := toFile(file, func(w io.Writer) (int, error) { return o.Trail.Export(ctx, w, x) })
		if err == nil {
			fmt.Fprintf(c.errs, "%d events in %s\n", n, file)
		}
		return err
	})
}

// toFile makes the file for its owner alone, and leaves no part of one.
func toFile(path string, write func(io.Writer) (int, error)) (int, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, fmt.Errorf("cannot make the file: %w", err)
	}
	n, err := write(f)
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return n, err
}

func auditCommand(c *commands) *cobra.Command {
	return group("audit", "List or apply the retention times of the audit trail.",
		&cobra.Command{
			Use:   "prune",
			Short: "Remove the events whose retention time is over.",
			Long:  "Remove the events whose retention time is over, as a server does once a day.",
			RunE:  func(cmd *cobra.Command, _ []string) error { return c.pruneAudit(cmd.Context()) },
		},
		&cobra.Command{
			Use:   "retention",
			Short: "List the retention times, as they are set.",
			RunE:  func(*cobra.Command, []string) error { return c.listRetention() },
		})
}

func (c *commands) pruneAudit(ctx context.Context) error {
	return c.with(ctx, "retention", func(ctx context.Context, o *modules.Office) error {
		removed, err := o.Trail.Prune(ctx)
		for _, class := range slices.Sorted(maps.Keys(removed)) {
			fmt.Fprintf(c.out, "removed %d of %s\n", removed[class], class)
		}
		if err == nil && len(removed) == 0 {
			fmt.Fprintln(c.out, "nothing was kept long enough")
		}
		return err
	})
}

func (c *commands) listRetention() error {
	r, err := c.retention()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CLASS\tKEPT\tEVENTS\tWHY")
	for _, class := range r.Classes {
		var actions []string
		for _, a := range class.Actions {
			actions = append(actions, string(a))
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", class.Name, class.Keep, strings.Join(actions, " "), class.Why)
	}
	return w.Flush()
}

// retention is how long the trail is kept, as the flags say.
func (c *commands) retention() (*trail.Retention, error) {
	r := trail.Kept()
	for _, setting := range c.retain {
		if err := r.Set(setting); err != nil {
			return nil, plain(err)
		}
	}
	return &r, nil
}
