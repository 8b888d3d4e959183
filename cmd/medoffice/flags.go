package main

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// inEnvironment is the annotation of a flag with the name of its variable.
const inEnvironment = "environment"

// fromEnv lets a variable of the environment give a flag that the command line
// does not.
func fromEnv(f *pflag.FlagSet, name, variable string) {
	_ = f.SetAnnotation(name, inEnvironment, []string{variable}) // fails for a flag that is not there, as the next line
	f.Lookup(name).Usage += " ($" + variable + ")"
}

// readEnv sets the flags of a command that are only in the environment.
func readEnv(cmd *cobra.Command) (err error) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		for _, variable := range f.Annotations[inEnvironment] {
			text, ok := os.LookupEnv(variable)
			if !ok || f.Changed || err != nil {
				continue
			}
			if wrong := cmd.Flags().Set(f.Name, text); wrong != nil {
				err = fmt.Errorf("%s: %w", variable, wrong)
			}
		}
	})
	return err
}

// toggle is a flag that is off until it is named. Unlike that of pflag it also
// takes yes and no, which people write into the environment.
type toggle struct{ to *bool }

func (t toggle) Set(text string) error {
	switch strings.ToLower(text) {
	case "true", "1", "yes":
		*t.to = true
	case "false", "0", "no":
		*t.to = false
	default:
		return errors.New("must be true, 1, yes, false, 0 or no")
	}
	return nil
}

func (t toggle) String() string { return fmt.Sprint(*t.to) }
func (toggle) Type() string     { return "boolfunc" } // the one for which the help shows no value
func (toggle) IsBoolFlag() bool { return true }

// choice is a flag with one of some values.
type choice struct {
	to *string
	of []string
}

func (c choice) Set(text string) error {
	if !slices.Contains(c.of, text) {
		return fmt.Errorf("must be one of %s", strings.Join(c.of, ", "))
	}
	*c.to = text
	return nil
}

func (c choice) String() string { return *c.to }
func (c choice) Type() string   { return strings.Join(c.of, "|") }

// values is a flag with several values, which may be given at once or one by one.
type values struct {
	to        *[]string
	name, sep string
	given     bool
}

// commas is for values of which the help has a name.
func commas(to *[]string, name string) *values { return &values{to: to, name: name, sep: ","} }

func (l *values) Set(text string) error {
	if !l.given { // what is there is the default
		*l.to, l.given = nil, true
	}
	*l.to = append(*l.to, split(text, l.sep)...)
	return nil
}

func (l *values) String() string { return strings.Join(*l.to, l.sep) }
func (l *values) Type() string   { return l.name + l.sep + "..." }

// split parts a text at a separator, except where a backslash is before it.
func split(text, sep string) (parts []string) {
	if text == "" {
		return nil
	}
	const kept = "\x00" // cannot be in a command line
	text = strings.ReplaceAll(strings.TrimSuffix(text, sep), `\`+sep, kept)
	for part := range strings.SplitSeq(text, sep) {
		parts = append(parts, strings.ReplaceAll(part, kept, sep))
	}
	return parts
}

// expanded is a path from the root, also where it begins with ~/, for what the
// shell has not expanded: --data=~/demo. An empty one, and - for a stream, stay.
func expanded(path string) string {
	if path == "" || path == "-" {
		return path
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if u, err := user.Current(); err == nil {
			return filepath.Join(u.HomeDir, rest)
		}
		return path
	}
	if absolute, err := filepath.Abs(path); err == nil {
		return absolute
	}
	return path
}

// existing is the path of a file that a command is to read.
func existing(path string) (string, error) {
	path = expanded(path)
	if path == "-" {
		return path, nil
	}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a folder, not a file", path)
	}
	return path, err
}
