package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"medoffice/graph"
	"medoffice/modules"
	"medoffice/modules/kit"
	"medoffice/modules/kit/logtext"
	"medoffice/modules/kit/observe"
	"medoffice/modules/web"
)

type demoFlags struct {
	addr, data string
	seed       uint64
	patients   int
	live       bool
	pace       time.Duration
	graph      graphFlags
	watch      watchFlags
}

func demoCommand(c *commands) *cobra.Command {
	var d demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run an office with invented patients, staff and a busy day.",
		RunE:  func(cmd *cobra.Command, _ []string) error { return d.run(cmd.Context(), c) },
	}
	f := cmd.Flags()
	addrFlag(f, &d.addr)
	f.StringVar(&d.data, "data", "medoffice-data/demo", "The `FOLDER` of the demo office")
	fromEnv(f, "data", "MEDOFFICE_DATA")
	f.Uint64Var(&d.seed, "seed", 1, "The same `NUMBER` invents the same office")
	f.IntVar(&d.patients, "patients", 300, "The `NUMBER` of patients")
	f.Var(toggle{&d.live}, "live", "Let the day go on by itself")
	f.DurationVar(&d.pace, "pace", 3*time.Second, "How much `TIME` passes until the next thing happens with --live")
	d.graph.flags(f)
	d.watch.flags(f)
	return cmd
}

// demoTokens are the roles for which the demo hands out a token of a program.
var demoTokens = []string{
	kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Biller, kit.StockKeeper, kit.Manager,
	kit.Admin, kit.Auditor, kit.Board, kit.Report,
}

// demoZone is where the invented office is.
const demoZone = "America/New_York"

// demoFile is what a script needs to use the invented office.
type demoFile struct {
	URL      string            `json:"url"`
	Accounts []web.Account     `json:"accounts"`
	Tokens   map[string]string `json:"tokens"`
}

func (d *demoFlags) run(ctx context.Context, c *commands) error {
	d.data = expanded(d.data)
	options, err := d.graph.options()
	if err != nil {
		return err
	}
	options.Introspection, options.Hints = true, true // the records are invented, and GraphiQL wants it
	listener, err := listen(d.addr)
	if err != nil {
		return err
	}
	if c.database == "medoffice-data/office.db" { // not asked for another one
		c.database = filepath.Join(d.data, "office.db")
	}
	w, err := d.watch.open(ctx, c.log())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer w.close()
	h := &house{options: options, log: w.log, open: func(ctx context.Context) (*modules.Office, error) {
		return d.prepare(ctx, c, w.Observer)
	}}
	o, err := h.open(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return h.serve(ctx, o, listener, farewell, func(url string) {
		if d.live {
			go d.goOn(ctx, h)
		}
		if err := d.announce(ctx, o, url, c.out); err != nil {
			fmt.Fprintln(c.errs, "medoffice:", err)
		}
		w.announce(c.out)
	})
}

func (d *demoFlags) prepare(ctx context.Context, c *commands, w *observe.Observer) (*modules.Office, error) {
	if err := os.MkdirAll(d.data, 0o700); err != nil {
		return nil, explain(err, d.data)
	}
	zone, err := time.LoadLocation(demoZone)
	if err != nil {
		return nil, err
	}
	o, err := c.openWatched(ctx, zone, w)
	if err != nil {
		return nil, err
	}
	invented := &kit.Demo{Seed: d.seed, Patients: d.patients, Now: o.Deps.Clock.Now()}
	if err := o.Seed(ctx, invented); err != nil {
		return nil, errors.Join(err, o.Close())
	}
	for _, a := range o.Access.DemoAccounts() {
		o.Web.Demo = append(o.Web.Demo, web.Account{Username: a.Username, Password: a.Password, Role: a.Role, DisplayName: a.DisplayName})
	}
	last, err := d.lastFile()
	if len(o.Web.Demo) == 0 { // the office was there already
		o.Web.Demo = last.Accounts
	}
	return o, err
}

func (d *demoFlags) file() string { return filepath.Join(d.data, "demo.json") }

// lastFile is what the last run wrote, empty where there is none.
func (d *demoFlags) lastFile() (last demoFile, err error) {
	text, err := os.ReadFile(d.file())
	if errors.Is(err, fs.ErrNotExist) {
		return last, nil
	}
	if err != nil {
		return last, err
	}
	_ = json.Unmarshal(text, &last) // a broken file is written anew
	return last, nil
}

// announce writes demo.json and shows the visitor where to go.
func (d *demoFlags) announce(ctx context.Context, o *modules.Office, url string, out io.Writer) error {
	path := d.file()
	file := demoFile{URL: url, Accounts: o.Web.Demo}
	var err error
	if file.Tokens, err = d.tokens(kit.System(ctx, "demo"), o); err != nil {
		return err
	}
	text, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return err
	}
	fmt.Fprintf(out, "The office is open: %s\n  the graph   %s%s\n  GraphiQL    %s/graphiql.html\n  sign in as  %s\n  tokens      %s\n",
		url, url, graph.Path, url, who(file.Accounts), path)
	return nil
}

func who(accounts []web.Account) string {
	if len(accounts) == 0 {
		return "nobody"
	}
	return accounts[0].Username + " / " + accounts[0].Password + " (the others are on the start page)"
}

// tokens are those of the last run where they still open the door, and new
// ones otherwise.
func (d *demoFlags) tokens(ctx context.Context, o *modules.Office) (map[string]string, error) {
	last, err := d.lastFile()
	if err != nil {
		return nil, err
	}
	tokens := map[string]string{}
	for _, role := range demoTokens {
		if v, err := o.Access.Viewer(ctx, last.Tokens[role]); err == nil && !v.Anonymous {
			tokens[role] = last.Tokens[role]
			continue
		}
		where, err := o.Practice.FirstLocation(ctx)
		if err != nil {
			return nil, err
		}
		if role != kit.Board {
			where = ""
		}
		if tokens[role], err = o.Access.IssueToken(ctx, "demo", role, where, 30*24*time.Hour); err != nil {
			return nil, err
		}
	}
	return tokens, nil
}

// goOn makes one thing happen after the other until the context ends.
func (d *demoFlags) goOn(ctx context.Context, h *house) {
	ctx = kit.System(ctx, "demo")
	r := rand.New(rand.NewPCG(d.seed, 1))
	tick := time.NewTicker(d.pace)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		o, done := h.use()
		// Somebody moves on; or the telephone rings and people with an appointment
		// come; a patient is measured; something is ordered or given; somebody pays.
		steps := []func(context.Context, *rand.Rand) error{
			o.Visits.Step, o.Visits.Step, o.Visits.Step, o.Scheduling.Step, o.Vitals.Step, o.Medications.Step, o.Medications.Step, o.Billing.Step,
		}
		err := steps[r.IntN(len(steps))](ctx, r)
		done()
		if err != nil && ctx.Err() == nil {
			o.Deps.Log.Warn("demo: nothing happened", "error", logtext.Error(err))
		}
	}
}
