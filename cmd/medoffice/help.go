package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// group is a command that only holds others.
func group(name, short string, of ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{Use: name + " COMMAND", Short: short, Args: cobra.ArbitraryArgs, RunE: noCommand}
	g.AddCommand(of...)
	return g
}

// noCommand says what is wrong where a command line names none.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return mistake(cmd, fmt.Errorf("unknown command %q", args[0]), cmd.SuggestionsFor(args[0])...)
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return mistake(cmd, fmt.Errorf("name a command: %s", strings.Join(names, ", ")))
}

// asNamed checks that the arguments are those that Use names in capitals. The
// last may come more than once if its name ends in dots.
func asNamed(cmd *cobra.Command, args []string) error {
	names := argumentsOf(cmd)
	many := len(names) > 0 && strings.HasSuffix(names[len(names)-1], "...")
	switch {
	case len(args) < len(names):
		return mistake(cmd, fmt.Errorf("missing %s", strings.TrimSuffix(names[len(args)], "...")))
	case len(args) > len(names) && !many:
		return mistake(cmd, fmt.Errorf("unexpected argument %q", args[len(names)]))
	}
	return nil
}

func argumentsOf(cmd *cobra.Command) []string {
	return slices.DeleteFunc(strings.Fields(cmd.Use), func(word string) bool { return word != strings.ToUpper(word) })
}

// prepare completes the flags of a command before it runs.
func prepare(cmd *cobra.Command, _ []string) error {
	if err := readEnv(cmd); err != nil {
		return mistake(cmd, err)
	}
	if err := cmd.ValidateRequiredFlags(); err != nil {
		return mistake(cmd, err)
	}
	return nil
}

// wrongFlag says which flags there are with a name like the unknown one.
func wrongFlag(cmd *cobra.Command, err error) error {
	if errors.Is(err, errVersion) {
		return err
	}
	var similar []string
	if unknown := (*pflag.NotExistError)(nil); errors.As(err, &unknown) {
		names := &cobra.Command{SuggestionsMinimumDistance: distance} // flags, so that the same is similar for both
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			names.AddCommand(&cobra.Command{Use: "--" + f.Name, RunE: noCommand})
		})
		similar = names.SuggestionsFor("--" + unknown.GetSpecifiedName())
	}
	return mistake(cmd, err, similar...)
}

// distance is how many letters may differ in a name that somebody meant.
const distance = 2

// mistake is an error of whoever wrote the command line, who learns in the same
// line where help is.
func mistake(cmd *cobra.Command, err error, similar ...string) error {
	hint := ""
	if len(similar) > 0 {
		hint = "did you mean " + strings.Join(similar, " or ") + "? "
	}
	return fmt.Errorf("%w (%ssee %s --help)", err, hint, cmd.CommandPath())
}

// usage is what the help shows below the description of a command. It is a
// function, because a template would keep every method in the binary.
func usage(cmd *cobra.Command) error {
	w := cmd.OutOrStdout()
	fmt.Fprintln(w, "Usage:", cmd.UseLine())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintln(w, "\nCommands:")
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				fmt.Fprintf(w, "  %-*s  %s\n", c.NamePadding(), c.Name(), c.Short)
			}
		}
	}
	flagUsage(w, "Flags:", cmd.LocalFlags())
	flagUsage(w, "Flags of every command:", cmd.InheritedFlags())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\n\"%s COMMAND --help\" explains a command.\n", cmd.CommandPath())
	}
	return nil
}

func flagUsage(w io.Writer, title string, f *pflag.FlagSet) {
	if !f.HasAvailableFlags() {
		return
	}
	f.SortFlags = false
	const columns = 80
	const values = "[=true|false]" // only --help has it, and nobody needs it
	text := strings.ReplaceAll(f.FlagUsagesWrapped(columns), values, strings.Repeat(" ", len(values)))
	fmt.Fprintf(w, "\n%s\n%s", title, text)
}

// finish sets what all commands have alike.
func finish(cmd *cobra.Command) {
	cmd.SuggestionsMinimumDistance = distance
	cmd.Flags().SortFlags = false
	if cmd.Args == nil {
		cmd.Args = asNamed
	}
	for _, c := range cmd.Commands() {
		finish(c)
	}
}
