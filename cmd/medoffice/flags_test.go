package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// all are a command and those below it.
func all(command *cobra.Command) []*cobra.Command {
	found := []*cobra.Command{command}
	for _, c := range command.Commands() {
		found = append(found, all(c)...)
	}
	return found
}

// Every command, argument and flag is explained, and a variable of the
// environment belongs to one flag, in whose help it is.
func TestHelpExplainsEverything(t *testing.T) {
	variables := map[string]string{}
	for _, command := range all(newRoot(io.Discard, io.Discard)) {
		path := command.CommandPath()
		if command.Short == "" || (command.HasParent() && strings.Contains(command.Short, "\n")) {
			t.Errorf("%s is not explained in one line", path)
		}
		for _, name := range argumentsOf(command) {
			if name = strings.TrimSuffix(name, "..."); name != "COMMAND" && !strings.Contains(command.Long, "\n"+name+" ") {
				t.Errorf("%s: the argument %s is not explained", path, name)
			}
		}
		command.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" {
				t.Errorf("%s: the flag --%s is not explained", path, f.Name)
			}
			if value, _ := pflag.UnquoteUsage(f); value == "string" {
				t.Errorf("%s: the help does not say what the value of --%s is", path, f.Name)
			}
			for _, variable := range f.Annotations[inEnvironment] {
				if !regexp.MustCompile(`^MEDOFFICE_[A-Z_]+$`).MatchString(variable) || !strings.HasSuffix(f.Usage, " ($"+variable+")") {
					t.Errorf("%s: the variable %s of --%s", path, variable, f.Name)
				}
				if other := variables[variable]; other != "" && other != f.Name {
					t.Errorf("%s gives both --%s and --%s", variable, other, f.Name)
				}
				variables[variable] = f.Name
			}
		})
	}
	if len(variables) < 15 {
		t.Errorf("found only %d variables", len(variables))
	}
}

// The help fits a terminal.
func TestHelpIsNarrow(t *testing.T) {
	for _, command := range all(newRoot(io.Discard, io.Discard)) {
		path := command.CommandPath()
		if strings.Contains(path, "completion ") {
			continue // not our text
		}
		out, err := medoffice(t, append(strings.Fields(path)[1:], "--help")...)
		if err != nil || !strings.Contains(out, "Usage: "+path) {
			t.Errorf("%s: %v", path, err)
		}
		for line := range strings.SplitSeq(out, "\n") {
			if len([]rune(line)) > 80 {
				t.Errorf("%s: %q", path, line)
			}
		}
	}
}

// A mistake in a command line is answered in one line, which says where help is.
func TestMistakesSayWhatIsMeant(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"", "name a command: serve, demo, "},
		{"srve", "did you mean serve? see medoffice --help"},
		{"user ad", "did you mean add? see medoffice user --help"},
		{"migrate", "name a command: up, status (see medoffice migrate --help)"},
		{"serve --adr x", "did you mean --addr? see medoffice serve --help"},
		{"serve --live", "unknown flag: --live (see medoffice serve --help)"},
		{"serve extra", `unexpected argument "extra"`},
		{"user add", "missing USERNAME (see medoffice user add --help)"},
		{"user add x", `"role"`},
		{"import fhir", "missing PATH "},
		{"backup", "missing FILE (see medoffice backup --help)"},
		{"serve --compile=maybe", "must be one of on, off"},
		{"version --log-level=loud", "must be one of debug, info, warn, error"},
		{"serve --farewell=soon", "--farewell"},
		{"serve --pprof=maybe", "must be true, 1, yes"},
		{"restore nowhere", "no such file"},
		{"restore .", "is a folder"},
		{"explain nowhere", "no such file"},
		{"import codes cvx nowhere", "no such file"},
		{"import medications nowhere", "no such file"},
	} {
		out, err := medoffice(t, strings.Fields(c.args)...)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || out != "" {
			t.Errorf("%s: %v\n%s", c.args, err, out)
		}
	}
}

// A flag wins over the environment, and the environment over the default.
func TestEnvironmentGivesFlags(t *testing.T) {
	t.Setenv("MEDOFFICE_RETAIN", "reads=7y,denied=400d")
	t.Setenv("MEDOFFICE_COMPILE", "off")
	t.Setenv("MEDOFFICE_PPROF", "Yes")
	t.Setenv("MEDOFFICE_OIDC_ROLES", "cn=nurses,dc=x=NURSE;chiefs=MANAGER")
	value := func(name string, args ...string) string {
		t.Helper()
		root := newRoot(io.Discard, io.Discard)
		serve, _, err := root.Find([]string{"serve"})
		if err != nil {
			t.Fatal(err)
		}
		serve.RunE = func(*cobra.Command, []string) error { return nil }
		root.SetArgs(append(args, "serve"))
		if err := root.Execute(); err != nil {
			t.Fatal(err)
		}
		return serve.Flag(name).Value.String()
	}
	for _, c := range []struct {
		name, want string
		args       []string
	}{
		{"retain", "reads=7y,denied=400d", nil},
		{"retain", "exports=ever,reads=8y", []string{"--retain=exports=ever", "--retain", "reads=8y"}},
		{"compile", "off", nil},
		{"compile", "on", []string{"--compile=on"}},
		{"pprof", "true", nil},
		{"pprof", "false", []string{"--pprof=no"}},
		{"oidc-role", "cn=nurses,dc=x=NURSE;chiefs=MANAGER", nil},
		{"oidc-scope", "profile", nil},
		{"oidc-scope", "email,groups", []string{"--oidc-scope=email,groups"}},
		{"farewell", "10s", nil},
	} {
		if got := value(c.name, c.args...); got != c.want {
			t.Errorf("--%s after %v: %q, not %q", c.name, c.args, got, c.want)
		}
	}
	t.Setenv("MEDOFFICE_PPROF", "")
	if err := run(t.Context(), []string{"serve"}, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "MEDOFFICE_PPROF: ") {
		t.Errorf("a wrong variable: %v", err)
	}
}

func TestListsArePartedAtSeparators(t *testing.T) {
	for text, want := range map[string][]string{
		"":        nil,
		"a":       {"a"},
		"a,b":     {"a", "b"},
		"a,,b,":   {"a", "", "b"},
		`a\,b,c`:  {"a,b", "c"},
		`a\b`:     {`a\b`},
		"a;b":     {"a;b"},
		"a=1,b=2": {"a=1", "b=2"},
	} {
		if got := split(text, ","); !slices.Equal(got, want) {
			t.Errorf("%q: %q", text, got)
		}
	}
	if got := split("cn=a,dc=b=NURSE;c=D", ";"); len(got) != 2 {
		t.Errorf("%q", got)
	}
}

func TestPathsAreExpanded(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"~/demo": filepath.Join(home, "demo"), "demo": filepath.Join(here, "demo"), "/demo": "/demo", "": "", "-": "-", "~": filepath.Join(here, "~"),
	} {
		if got := expanded(path); got != want {
			t.Errorf("%q: %q", path, got)
		}
	}
}

// A shell that asks gets commands and flags.
func TestShellsCompleteCommands(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"__complete", "user", ""}, &out, io.Discard); err != nil || !strings.Contains(out.String(), "grant\tGive an account a role.") {
		t.Errorf("%v %s", err, &out)
	}
}
