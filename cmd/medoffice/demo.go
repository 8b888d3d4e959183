package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"medoffice/graph"
	"medoffice/modules"
	"medoffice/modules/kit"
	"medoffice/modules/kit/logtext"
	"medoffice/modules/kit/observe"
	"medoffice/modules/web"
)

type demoCommand struct {
	Addr     string        `help:"The address to listen on." default:"127.0.0.1:8080" env:"MEDOFFICE_ADDR"`
	Data     string        `help:"The folder of the demo office." default:"medoffice-data/demo" env:"MEDOFFICE_DATA" type:"path"`
	Seed     uint64        `help:"The same number invents the same office." default:"1"`
	Patients int           `help:"The number of patients." default:"300"`
	Live     bool          `help:"Let the day go on by itself."`
	Pace     time.Duration `help:"How often something happens with --live." default:"3s"`
	Graph    graphFlags    `embed:""`
	Watch    watchFlags    `embed:""`
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

// Run implements the command.
func (d *demoCommand) Run(ctx context.Context, c *commands, con console) error {
	options, err := d.Graph.options()
	if err != nil {
		return err
	}
	options.Introspection, options.Hints = true, true // the records are invented, and GraphiQL wants it
	listener, err := listen(d.Addr)
	if err != nil {
		return err
	}
	if c.Database == "medoffice-data/office.db" { // not asked for another one
		c.Database = filepath.Join(d.Data, "office.db")
	}
	w, err := d.Watch.open(ctx, c.log(con.err))
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer w.close()
	h := &house{options: options, log: w.log, open: func(ctx context.Context) (*modules.Office, error) {
		return d.prepare(ctx, c, con, w.Observer)
	}}
	o, err := h.open(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return h.serve(ctx, o, listener, farewell, func(url string) {
		if d.Live {
			go d.live(ctx, h)
		}
		if err := d.announce(ctx, o, url, con); err != nil {
			fmt.Fprintln(con.err, "medoffice:", err)
		}
		w.announce(con.out)
	})
}

func (d *demoCommand) prepare(ctx context.Context, c *commands, con console, w *observe.Observer) (*modules.Office, error) {
	if err := os.MkdirAll(d.Data, 0o700); err != nil {
		return nil, explain(err, d.Data)
	}
	zone, err := time.LoadLocation(demoZone)
	if err != nil {
		return nil, err
	}
	o, err := c.openWatched(ctx, con, zone, w)
	if err != nil {
		return nil, err
	}
	demo := &kit.Demo{Seed: d.Seed, Patients: d.Patients, Now: o.Deps.Clock.Now()}
	if err := o.Seed(ctx, demo); err != nil {
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

func (d *demoCommand) file() string { return filepath.Join(d.Data, "demo.json") }

// lastFile is what the last run wrote, empty where there is none.
func (d *demoCommand) lastFile() (last demoFile, err error) {
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
func (d *demoCommand) announce(ctx context.Context, o *modules.Office, url string, con console) error {
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
	fmt.Fprintf(con.out, "The office is open: %s\n  the graph   %s%s\n  GraphiQL    %s/graphiql.html\n  sign in as  %s\n  tokens      %s\n",
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
func (d *demoCommand) tokens(ctx context.Context, o *modules.Office) (map[string]string, error) {
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

// live makes one thing happen after the other until the context ends.
func (d *demoCommand) live(ctx context.Context, h *house) {
	ctx = kit.System(ctx, "demo")
	r := rand.New(rand.NewPCG(d.Seed, 1))
	tick := time.NewTicker(d.Pace)
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
