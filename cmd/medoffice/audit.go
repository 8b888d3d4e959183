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

	"medoffice/modules"
	"medoffice/modules/trail"
)

type exportCommand struct {
	Audit exportAudit `cmd:"" help:"Write the audit trail as CSV. The export is itself recorded."`
}

type exportAudit struct {
	File    string `arg:"" help:"The new file, which must not exist, or - for standard output."`
	From    string `help:"The first day or instant." placeholder:"2026-03-02"`
	To      string `help:"The last day, included, or the instant of the end." placeholder:"2026-03-31"`
	Patient string `help:"Only events about this patient." placeholder:"ID"`
	Actor   string `help:"Only events of this account or token." placeholder:"ID"`
}

// Run implements the command.
func (e *exportAudit) Run(ctx context.Context, c *commands, con console) error {
	return c.with(ctx, con, "command line", func(ctx context.Context, o *modules.Office) error {
		x, err := o.Trail.ParseExtract(e.From, e.To, e.Patient, e.Actor)
		if err != nil {
			return err
		}
		if e.File == "-" {
			_, err := o.Trail.Export(ctx, con.out, x)
			return err
		}
		n, err := e.toFile(func(w io.Writer) (int, error) { return o.Trail.Export(ctx, w, x) })
		if err == nil {
			fmt.Fprintf(con.err, "%d events in %s\n", n, e.File)
		}
		return err
	})
}

// toFile makes the file for its owner alone, and leaves no part of one.
func (e *exportAudit) toFile(write func(io.Writer) (int, error)) (int, error) {
	f, err := os.OpenFile(e.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, fmt.Errorf("cannot make the file: %w", err)
	}
	n, err := write(f)
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(err, os.Remove(e.File))
	}
	return n, err
}

type auditCommand struct {
	Prune     auditPrune     `cmd:"" help:"Remove the events whose retention time is over, as a server does once a day."`
	Retention auditRetention `cmd:"" help:"List the retention times, as they are set."`
}

type (
	auditPrune     struct{}
	auditRetention struct{}
)

// Run implements the command.
func (auditPrune) Run(ctx context.Context, c *commands, con console) error {
	return c.with(ctx, con, "retention", func(ctx context.Context, o *modules.Office) error {
		removed, err := o.Trail.Prune(ctx)
		for _, class := range slices.Sorted(maps.Keys(removed)) {
			fmt.Fprintf(con.out, "removed %d of %s\n", removed[class], class)
		}
		if err == nil && len(removed) == 0 {
			fmt.Fprintln(con.out, "nothing was kept long enough")
		}
		return err
	})
}

// Run implements the command.
func (auditRetention) Run(c *commands, con console) error {
	r, err := c.retention()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
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
	for _, setting := range c.Retain {
		if err := r.Set(setting); err != nil {
			return nil, plain(err)
		}
	}
	return &r, nil
}
