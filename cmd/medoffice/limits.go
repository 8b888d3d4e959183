package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"medoffice/graph"
	"medoffice/graph/limit"
)

// limitFlags set what one caller may ask for.
type limitFlags struct{ limit []string }

func (l *limitFlags) flags(f *pflag.FlagSet) {
	f.Var(commas(&l.limit, "COLUMN.NAME=X"), "limit", "Set one limit, as interactive.depth=12; - removes it. 'medoffice limits' lists them")
	fromEnv(f, "limit", "MEDOFFICE_LIMITS")
}

// table is the limits of the process.
func (l *limitFlags) table() (*limit.Table, error) {
	t := limit.Defaults()
	for _, setting := range l.limit {
		if err := t.Set(setting); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// graphFlags set how the graph answers.
type graphFlags struct {
	limitFlags
	trustedOnly, origin        []string
	introspection, draftStatus bool
	compile                    string
}

func (g *graphFlags) flags(f *pflag.FlagSet) {
	g.limitFlags.flags(f)
	f.Var(commas(&g.trustedOnly, "ROLE"), "trusted-only", "Roles that may send only trusted documents")
	fromEnv(f, "trusted-only", "MEDOFFICE_TRUSTED_ONLY")
	f.Var(toggle{&g.introspection}, "introspection", "Let everybody read the schema, not only callers with the permission")
	fromEnv(f, "introspection", "MEDOFFICE_INTROSPECTION")
	f.Var(commas(&g.origin, "URL"), "origin", "Other web origins that may open WebSockets, as https://board.example")
	fromEnv(f, "origin", "MEDOFFICE_ORIGINS")
	g.compile = "on"
	f.Var(choice{&g.compile, []string{"on", "off"}}, "compile", "on: one SQL statement answers a query; off: resolvers answer it, slower")
	fromEnv(f, "compile", "MEDOFFICE_COMPILE")
	f.Var(toggle{&g.draftStatus}, "draft-status", "HTTP status codes of the GraphQL over HTTP draft of August 2026")
	fromEnv(f, "draft-status", "MEDOFFICE_DRAFT_STATUS")
}

func (g *graphFlags) options() (graph.Options, error) {
	t, err := g.table()
	return graph.Options{
		Limits: t, TrustedOnly: g.trustedOnly, Introspection: g.introspection, Draft: g.draftStatus, Origins: g.origin,
		Simple: g.compile == "off",
	}, err
}

func limitsCommand(c *commands) *cobra.Command {
	var l limitFlags
	cmd := &cobra.Command{
		Use:   "limits",
		Short: "List the limits of what one caller may ask for, as they are set.",
		RunE:  func(*cobra.Command, []string) error { return l.print(c.out) },
	}
	l.flags(cmd.Flags())
	return cmd
}

func (l *limitFlags) print(out io.Writer) error {
	t, err := l.table()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "LIMIT\tINTERACTIVE\tREPORT\tTRUSTED\tUNIT\tGUARDS")
	for _, line := range t.Lines() {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", line.Name, strings.Join(line.Values, "\t"), line.Unit, line.Guards)
	}
	fmt.Fprintln(w, "\t\t\t\t\t\nLIMIT\tSERVER\t\t\tUNIT\tGUARDS")
	for _, line := range t.ServerLines() {
		fmt.Fprintf(w, "%s\t%s\t\t\t%s\t%s\n", line.Name, line.Values[0], line.Unit, line.Guards)
	}
	return w.Flush()
}
