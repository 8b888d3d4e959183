package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"medoffice/modules"
	"medoffice/modules/fhir"
)

func importCommand(c *commands) *cobra.Command {
	return group("import", "Import records and code systems.",
		importFHIRCommand(c), importMedicationsCommand(c), importCodesCommand(c))
}

func importFHIRCommand(c *commands) *cobra.Command {
	var quiet bool
	cmd := &cobra.Command{
		Use:   "fhir PATH...",
		Short: "Import patients from FHIR R4 bundles and NDJSON files.",
		Long: `Import patients from FHIR R4 bundles and NDJSON files.

PATH is a file or a folder of files: .json, .ndjson, also .gz.`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.importFHIR(cmd.Context(), args, quiet) },
	}
	cmd.Flags().VarP(toggle{&quiet}, "quiet", "q", "Show no progress")
	return cmd
}

func (c *commands) importFHIR(ctx context.Context, paths []string, quiet bool) error {
	sources, err := fhir.Files(paths...)
	if err != nil {
		return err
	}
	return c.with(ctx, "import", func(ctx context.Context, o *modules.Office) error {
		show, done := c.progress(quiet)
		report, err := o.Fhir.Import(ctx, sources, show)
		done()
		if report != nil {
			err = errors.Join(err, report.Print(c.out))
		}
		return err
	})
}

// progress draws one line that is written over and over, with the time that is
// left. done ends it.
func (c *commands) progress(quiet bool) (show func(fhir.Progress), done func()) {
	if quiet {
		return func(fhir.Progress) {}, func() {}
	}
	var bar *progressbar.ProgressBar
	show = func(p fhir.Progress) {
		if bar == nil {
			const unknown = -1 // draws that something happens, not how far it is
			bar = progressbar.NewOptions64(cmp.Or(p.Total, unknown), progressbar.OptionSetWriter(c.errs),
				progressbar.OptionSetWidth(30), progressbar.OptionShowBytes(true), progressbar.OptionThrottle(100*time.Millisecond))
		}
		bar.Describe(fmt.Sprint(p.Resources, " resources"))
		_ = bar.Set64(p.Bytes) // fails where nothing can be drawn, which is no reason to stop
	}
	return show, func() {
		if bar != nil {
			fmt.Fprintln(c.errs)
		}
	}
}
