package main

import (
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagRow is a flag as the page for whoever runs an office describes it.
type flagRow struct{ of, env, value string }

// flagTable reads the table of flags, by flag.
func flagTable(t *testing.T) map[string]flagRow {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]flagRow{}
	row := regexp.MustCompile("(?m)^\\| `(--[a-z-]+)` \\| ([a-z, ]+) \\|([^|]*)\\|([^|]*)\\|")
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		found[m[1]] = flagRow{m[2], strings.Trim(m[3], "` "), strings.Trim(m[4], "` ")}
	}
	return found
}

// configures reports whether a command runs a server: the flags of the others
// are explained by their --help.
func configures(command string) bool {
	return slices.Contains([]string{"serve", "demo", "limits"}, command)
}

// The page describes every flag of a server: which commands have it, its
// environment variable and its default.
func TestPageTellsTheFlags(t *testing.T) {
	told, want := flagTable(t), map[string]flagRow{}
	note := func(of string, flags *pflag.FlagSet) {
		flags.VisitAll(func(f *pflag.Flag) {
			if f.Name == "help" || f.Name == "version" {
				return
			}
			s := flagRow{of: of, value: f.DefValue}
			if s.value == "false" {
				s.value = ""
			}
			if env := f.Annotations[inEnvironment]; len(env) > 0 {
				s.env = env[0]
			}
			if before, ok := want["--"+f.Name]; ok {
				s.of = before.of + ", " + of
			}
			want["--"+f.Name] = s
		})
	}
	root := newRoot(io.Discard, io.Discard)
	note("all", root.PersistentFlags())
	for _, command := range root.Commands() {
		if configures(command.Name()) {
			note(command.Name(), command.LocalFlags())
		}
	}
	if len(want) < 20 {
		t.Fatalf("found only %d flags", len(want))
	}
	for name, w := range want {
		got, ok := told[name]
		if got.value == "off" {
			got.value = ""
		}
		if !ok || got != w {
			t.Errorf("%s: the page tells %q, the program %q", name, got, w)
		}
	}
	for name := range told {
		if _, ok := want[name]; !ok {
			t.Errorf("the page tells of %s, which no server has", name)
		}
	}
}

// The page names every command.
func TestPageTellsTheCommands(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| command | does |")
	table, _, _ = strings.Cut(table, "\n\n")
	found := 0
	for _, command := range leaves(newRoot(io.Discard, io.Discard)) {
		found++
		path := strings.TrimPrefix(command.CommandPath(), "medoffice ")
		if !strings.Contains(table, "`"+path+"`") {
			t.Errorf("the page does not tell of the command %s", path)
		}
	}
	if found < 15 {
		t.Fatalf("found only %d commands", found)
	}
}

// leaves are the commands that do something, below another one.
func leaves(command *cobra.Command) (found []*cobra.Command) {
	if !command.HasSubCommands() {
		return []*cobra.Command{command}
	}
	for _, c := range command.Commands() {
		found = append(found, leaves(c)...)
	}
	return found
}

// lines are the commands in the shell blocks of a page, one a line, without
// variables before them and comments behind.
func lines(page string) []string {
	var found []string
	for _, m := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(page, -1) {
		for line := range strings.SplitSeq(strings.ReplaceAll(m[1], "\\\n", " "), "\n") {
			line, _, _ = strings.Cut(line, " #")
			if at := regexp.MustCompile(`^([A-Z_]+=\S* )*(\./medoffice|medoffice|go run \./cmd/medoffice) `).FindString(line); at != "" {
				found = append(found, strings.TrimPrefix(line, at))
			}
		}
	}
	return found
}

// Every command line in the pages is one that the program takes.
func TestPagesHaveCommandsThatParse(t *testing.T) {
	found := 0
	for _, path := range []string{"../../README.md", "README.md", "../../graph/README.md", "../../.github/CONTRIBUTING.md"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines(string(text)) {
			found++
			root := newRoot(io.Discard, io.Discard)
			for _, command := range leaves(root) {
				command.RunE = func(*cobra.Command, []string) error { return nil }
			}
			var args []string
			for _, m := range regexp.MustCompile(`'([^']*)'|(\S+)`).FindAllStringSubmatch(line, -1) {
				args = append(args, m[1]+m[2])
			}
			root.SetArgs(args)
			if err := root.Execute(); err != nil {
				t.Errorf("%s: %s: %v", path, line, err)
			}
		}
	}
	if found < 8 {
		t.Errorf("found only %d command lines", found)
	}
}
