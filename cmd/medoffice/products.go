package main

import (
	"context"
	"fmt"

	"medoffice/modules"
)

type importMedications struct {
	File string `arg:"" help:"The file product.txt of the National Drug Code Directory; also .gz, or .zip with that file alone." type:"existingfile"`
}

// Run implements the command.
func (i *importMedications) Run(ctx context.Context, c *commands, con console) error {
	in, err := unpacked(i.File)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	return c.with(ctx, con, "import", func(ctx context.Context, o *modules.Office) error {
		r, err := o.Medications.ImportProducts(ctx, in)
		if err == nil {
			_, err = fmt.Fprintf(con.out, "medications: %d new, %d changed, %d no longer ordered, %d as before\n", r.Added, r.Changed, r.Retired, r.Same)
		}
		return err
	})
}
