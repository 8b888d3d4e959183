package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"medoffice/graph"
	"medoffice/modules"
)

func explainCommand(c *commands) *cobra.Command {
	var variables, role string
	cmd := &cobra.Command{
		Use:   "explain FILE",
		Short: "Show the SQL of a query, and how the database runs it.",
		Long: `Show the SQL of a query, and how the database runs it.

FILE is a file with a query.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.explain(cmd.Context(), args[0], variables, role)
		},
	}
	cmd.Flags().StringVar(&variables, "variables", "{}", "Its variables as `JSON`")
	cmd.Flags().StringVar(&role, "role", "PHYSICIAN", "The `ROLE` of the caller")
	return cmd
}

func (c *commands) explain(ctx context.Context, file, given, role string) error {
	file, err := existing(file)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var variables map[string]any
	if err := json.Unmarshal([]byte(given), &variables); err != nil {
		return fmt.Errorf("--variables is not a JSON object: %w", err)
	}
	return c.with(ctx, "explain", func(ctx context.Context, o *modules.Office) error {
		x, err := graph.NewExplainer(o)
		if err != nil {
			return err
		}
		told, err := x.Explain(ctx, string(text), variables, role)
		if err != nil {
			return err
		}
		fmt.Fprintln(c.out, "one statement answers:", strings.Join(told.Compiled, ", "))
		for _, left := range told.Simple {
			fmt.Fprintf(c.out, "a resolver answers %s: %s\n", left.Field, left.Why)
		}
		if told.SQL != "" {
			fmt.Fprintf(c.out, "\n%s\n\n%d arguments\n\n%s\n", told.SQL, told.Args, strings.Join(told.Rows, "\n"))
		}
		return nil
	})
}
