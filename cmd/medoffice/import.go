package main

import (
	"context"
	"errors"
	"fmt"

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
		report, err := o.Fhir.Import(ctx, sources, i.progress(con))
		if report != nil {
			err = errors.Join(err, report.Print(con.out))
		}
		return err
	})
}

// progress draws one line that is written over and over.
func (i *importFHIR) progress(con console) func(fhir.Progress) {
	if i.Quiet {
		return func(fhir.Progress) {}
	}
	const width = 30
	return func(p fhir.Progress) {
		part := 1.0
		if p.Total > 0 {
			part = float64(p.Bytes) / float64(p.Total)
		}
		bar := make([]byte, width)
		for n := range bar {
			bar[n] = '.'
			if float64(n) < part*width {
				bar[n] = '#'
			}
		}
		fmt.Fprintf(con.err, "\r[%s] %3.0f %%  %d resources", bar, part*100, p.Resources)
		if p.Bytes >= p.Total {
			fmt.Fprintln(con.err)
		}
	}
}
