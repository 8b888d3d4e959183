package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"

	"medoffice/modules"
	"medoffice/modules/fhir"
)

type importCommand struct {
	FHIR        importFHIR        `cmd:"" name:"fhir" help:"Import patients from FHIR R4 bundles and NDJSON files."`
	Medications importMedications `cmd:"" help:"Import medications from the product file of the FDA."`
	Codes       importCodes       `cmd:"" help:"Import a code system: ICD-10-CM, HCPCS, CVX, or the office's own codes."`
}

type importFHIR struct {
	Paths []string `arg:"" name:"path" help:"Files or folders: .json, .ndjson, also .gz." type:"existingpath"`
	Quiet bool     `help:"Show no progress." short:"q"`
}

// Run implements the command.
func (i *importFHIR) Run(ctx context.Context, c *commands, con console) error {
	sources, err := fhir.Files(i.Paths...)
	if err != nil {
		return err
	}
	return c.with(ctx, con, "import", func(ctx context.Context, o *modules.Office) error {
		show, done := i.progress(con)
		report, err := o.Fhir.Import(ctx, sources, show)
		done()
		if report != nil {
			err = errors.Join(err, report.Print(con.out))
		}
		return err
	})
}

// progress draws one line that is written over and over, with the time that is
// left. done ends it.
func (i *importFHIR) progress(con console) (show func(fhir.Progress), done func()) {
	if i.Quiet {
		return func(fhir.Progress) {}, func() {}
	}
	var bar *progressbar.ProgressBar
	show = func(p fhir.Progress) {
		if bar == nil {
			const unknown = -1 // draws that something happens, not how far it is
			bar = progressbar.NewOptions64(cmp.Or(p.Total, unknown), progressbar.OptionSetWriter(con.err),
				progressbar.OptionSetWidth(30), progressbar.OptionShowBytes(true), progressbar.OptionThrottle(100*time.Millisecond))
		}
		bar.Describe(fmt.Sprint(p.Resources, " resources"))
		_ = bar.Set64(p.Bytes) // fails where nothing can be drawn, which is no reason to stop
	}
	return show, func() {
		if bar != nil {
			fmt.Fprintln(con.err)
		}
	}
}
