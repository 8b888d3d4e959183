// Command medoffice runs a medical office: one server, one database, no other
// service.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // the zones of the world, also where the machine has none

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"medoffice/modules"
	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/observe"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // who asks a second time does not want to wait: the signal ends the process
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "medoffice:", err)
		os.Exit(1)
	}
}

// commands is what the commands share: the flags of all of them, and where they
// write.
type commands struct {
	out, errs io.Writer
	logger    *slog.Logger // made at its first use

	database, logLevel string
	retain             []string
}

func (c *commands) flags(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringVar(&c.database, "database", "medoffice-data/office.db", "SQLite file, or postgres:// `URL`")
	fromEnv(f, "database", "MEDOFFICE_DATABASE")
	c.logLevel = "info"
	f.Var(choice{&c.logLevel, []string{"debug", "info", "warn", "error"}}, "log-level", "The `LEVEL` of the log: debug, info, warn or error")
	fromEnv(f, "log-level", "MEDOFFICE_LOG_LEVEL")
	f.Var(commas(&c.retain, "CLASS=AGE"), "retain", "How long a class of the audit trail is kept, as reads=7y, denied=400d or exports=ever. 'medoffice audit retention' lists them")
	fromEnv(f, "retain", "MEDOFFICE_RETAIN")
	f.BoolP("help", "h", false, "Explain the command")
	f.BoolFunc("version", "Print the version", func(string) error { return errVersion })
}

// errVersion ends the reading of a command line at --version: what else is
// missing there does not matter.
var errVersion = errors.New("--version")

func init() {
	cobra.EnableCommandSorting = false // the help lists first what is used first
}

// newRoot is the command line. A command is a function that makes it, with its
// flags, in the file of what it does.
func newRoot(out, errs io.Writer) *cobra.Command {
	c := &commands{out: out, errs: errs}
	root := group("medoffice", "A medical office in one program: charts, exam rooms, vital signs,\nas one GraphQL graph.",
		serveCommand(c), demoCommand(c), migrateCommand(c), importCommand(c), userCommand(c), tokenCommand(c), verifyCommand(c),
		auditCommand(c), exportCommand(c), backupCommand(c), restoreCommand(c), limitsCommand(c), explainCommand(c), versionCommand(c))
	root.SilenceErrors, root.SilenceUsage = true, true // main prints the error
	root.SetOut(out)
	root.SetErr(errs)
	root.SetUsageFunc(usage)
	root.SetFlagErrorFunc(wrongFlag)
	root.PersistentPreRunE = prepare
	c.flags(root.PersistentFlags())
	finish(root)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	completion, _, _ := root.Find([]string{"completion"})
	completion.Short = "Print a script with which a shell completes the commands."
	return root
}

func run(ctx context.Context, args []string, out, errs io.Writer) error {
	root := newRoot(out, errs)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if errors.Is(err, errVersion) {
		return printVersion(out)
	}
	return err
}

// log is the one logger of the process: JSON lines on standard error.
func (c *commands) log() *slog.Logger {
	if c.logger == nil {
		var level slog.Level
		_ = level.UnmarshalText([]byte(c.logLevel)) // the flag has checked it
		c.logger = slog.New(slog.NewJSONHandler(c.errs, &slog.HandlerOptions{Level: level}))
	}
	return c.logger
}

// open opens the office for one command, and explains what may go wrong there.
func (c *commands) open(ctx context.Context, zone *time.Location) (*modules.Office, error) {
	return c.openWatched(ctx, zone, nil)
}

// openWatched opens the office of a server, which is watched.
func (c *commands) openWatched(ctx context.Context, zone *time.Location, w *observe.Observer) (*modules.Office, error) {
	r, err := c.retention()
	if err != nil {
		return nil, err
	}
	o, err := modules.Open(ctx, modules.Config{
		Database: c.database, Zone: zone, Clock: clock.System{}, Log: c.log(), Watch: w, Retention: r,
	})
	if err != nil {
		return nil, explain(err, c.database)
	}
	return o, nil
}
