// Command medoffice runs a medical office: one server, one database, no other
// service.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // the zones of the world, also where the machine has none

	"github.com/alecthomas/kong"

	"medoffice/modules"
	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/observe"
	"medoffice/modules/kit/version"
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

// commands is the command line. Every flag can be given in the environment.
type commands struct {
	logger *slog.Logger // made at its first use

	Database string           `help:"SQLite file, or postgres:// URL." default:"medoffice-data/office.db" env:"MEDOFFICE_DATABASE" placeholder:"URL"`
	Print    kong.VersionFlag `help:"Print the version." name:"version"`
	LogLevel string           `help:"debug, info, warn or error." default:"info" enum:"debug,info,warn,error" env:"MEDOFFICE_LOG_LEVEL"`

	Retain []string `help:"How long one class of the audit trail is kept, as reads=7y, denied=400d or exports=ever. 'medoffice audit retention' lists them." env:"MEDOFFICE_RETAIN" placeholder:"CLASS=AGE"`

	Serve   serveCommand   `cmd:"" help:"Run the office."`
	Demo    demoCommand    `cmd:"" help:"Run an office with invented patients, staff and a busy day."`
	Migrate migrateCommand `cmd:"" help:"Update the database to this version, or list its migrations."`
	Import  importCommand  `cmd:"" help:"Import records and code systems."`
	User    userCommand    `cmd:"" help:"Manage the accounts of people."`
	Token   tokenCommand   `cmd:"" help:"Manage the tokens of programs."`
	Verify  verifyCommand  `cmd:"" help:"Check that nobody changed the audit trail."`
	Audit   auditCommand   `cmd:"" help:"List or apply the retention times of the audit trail."`
	Export  exportCommand  `cmd:"" help:"Export data."`
	Backup  backupCommand  `cmd:"" help:"Copy the database into a file while the office runs."`
	Restore restoreCommand `cmd:"" help:"Replace the database by a backup, also while the office runs."`
	Limits  limitsCommand  `cmd:"" help:"List the limits of what one caller may ask for, as they are set."`
	Explain explainCommand `cmd:"" help:"Show the SQL of a query, and how the database runs it."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// console is where a command writes.
type console struct {
	out, err io.Writer
}

func run(ctx context.Context, args []string, out, errs io.Writer) error {
	var c commands
	exited := false
	parser, err := kong.New(&c, kong.Name("medoffice"), kong.UsageOnError(), kong.Writers(out, errs),
		kong.Exit(func(int) { exited = true }), kong.Vars{"version": "medoffice " + version.Text()},
		kong.Description("A medical office in one program: charts, exam rooms, vital signs, as one GraphQL graph."))
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if exited { // --help or --version; what else is missing does not matter
		return nil
	}
	if err != nil {
		return err
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return parsed.Run(&c, console{out, errs})
}

// log is the one logger of the process: JSON lines on standard error.
func (c *commands) log(errs io.Writer) *slog.Logger {
	if c.logger == nil {
		var level slog.Level
		_ = level.UnmarshalText([]byte(c.LogLevel)) // the parser has checked it
		c.logger = slog.New(slog.NewJSONHandler(errs, &slog.HandlerOptions{Level: level}))
	}
	return c.logger
}

// open opens the office for one command, and explains what may go wrong there.
func (c *commands) open(ctx context.Context, con console, zone *time.Location) (*modules.Office, error) {
	return c.openWatched(ctx, con, zone, nil)
}

// openWatched opens the office of a server, which is watched.
func (c *commands) openWatched(ctx context.Context, con console, zone *time.Location, w *observe.Observer) (*modules.Office, error) {
	r, err := c.retention()
	if err != nil {
		return nil, err
	}
	o, err := modules.Open(ctx, modules.Config{
		Database: c.Database, Zone: zone, Clock: clock.System{}, Log: c.log(con.err), Watch: w, Retention: r,
	})
	if err != nil {
		return nil, explain(err, c.Database)
	}
	return o, nil
}
