package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"medoffice/graph"
	"medoffice/modules"
)

type explainCommand struct {
	File      string `arg:"" help:"A file with a query." type:"existingfile"`
	Variables string `help:"Its variables as JSON." default:"{}"`
	Role      string `help:"The role of the caller." default:"PHYSICIAN"`
}

// Run implements the command.
func (e *explainCommand) Run(ctx context.Context, c *commands, con console) error {
	text, err := os.ReadFile(e.File)
	if err != nil {
		return err
	}
	var variables map[string]any
	if err := json.Unmarshal([]byte(e.Variables), &variables); err != nil {
		return fmt.Errorf("--variables is not a JSON object: %w", err)
	}
	return c.with(ctx, con, "explain", func(ctx context.Context, o *modules.Office) error {
		x, err := graph.NewExplainer(o)
		if err != nil {
			return err
		}
		told, err := x.Explain(ctx, string(text), variables, e.Role)
		if err != nil {
			return err
		}
		fmt.Fprintln(con.out, "one statement answers:", strings.Join(told.Compiled, ", "))
		for _, left := range told.Simple {
			fmt.Fprintf(con.out, "a resolver answers %s: %s\n", left.Field, left.Why)
		}
		if told.SQL != "" {
			fmt.Fprintf(con.out, "\n%s\n\n%d arguments\n\n%s\n", told.SQL, told.Args, strings.Join(told.Rows, "\n"))
		}
		return nil
	})
}
