package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"medoffice/graph"
	"medoffice/graph/limit"
)

// limitFlags set what one caller may ask for.
type limitFlags struct {
	Limit []string `help:"Set one limit, as interactive.depth=12; - removes it. 'medoffice limits' lists them." env:"MEDOFFICE_LIMITS" placeholder:"COLUMN.NAME=VALUE"`
}

// table is the limits of the process.
func (f *limitFlags) table() (*limit.Table, error) {
	t := limit.Defaults()
	for _, setting := range f.Limit {
		if err := t.Set(setting); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// graphFlags set how the graph answers.
type graphFlags struct {
	limitFlags    `embed:""`
	TrustedOnly   []string `help:"Roles that may send only trusted documents." env:"MEDOFFICE_TRUSTED_ONLY" placeholder:"ROLE"`
	Introspection bool     `help:"Let everybody read the schema, not only callers with the permission." env:"MEDOFFICE_INTROSPECTION"`
	Origin        []string `help:"Other web origins that may open WebSockets, as https://board.example." env:"MEDOFFICE_ORIGINS" placeholder:"URL"`
	Compile       string   `help:"on: one SQL statement answers a query; off: resolvers answer it, slower." enum:"on,off" default:"on" env:"MEDOFFICE_COMPILE"`
	DraftStatus   bool     `help:"HTTP status codes of the GraphQL over HTTP draft of August 2026." env:"MEDOFFICE_DRAFT_STATUS"`
}

func (f *graphFlags) options() (graph.Options, error) {
	t, err := f.table()
	return graph.Options{
		Limits: t, TrustedOnly: f.TrustedOnly, Introspection: f.Introspection, Draft: f.DraftStatus, Origins: f.Origin,
		Simple: f.Compile == "off",
	}, err
}

type limitsCommand struct {
	limitFlags `embed:""`
}

// Run implements the command.
func (l *limitsCommand) Run(con console) error {
	t, err := l.table()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
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
