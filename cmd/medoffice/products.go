package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"medoffice/modules"
)

func importMedicationsCommand(c *commands) *cobra.Command {
	return &cobra.Command{
		Use:   "medications FILE",
		Short: "Import medications from the product file of the FDA.",
		Long: `Import medications from the product file of the FDA.

FILE is the file product.txt of the National Drug Code Directory; also .gz, or
.zip with that file alone.`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.importMedications(cmd.Context(), args[0]) },
	}
}

func (c *commands) importMedications(ctx context.Context, file string) error {
	file, err := existing(file)
	if err != nil {
		return err
	}
	in, err := unpacked(file)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	return c.with(ctx, "import", func(ctx context.Context, o *modules.Office) error {
		r, err := o.Medications.ImportProducts(ctx, in)
		if err == nil {
			_, err = fmt.Fprintf(c.out, "medications: %d new, %d changed, %d no longer ordered, %d as before\n", r.Added, r.Changed, r.Retired, r.Same)
		}
		return err
	})
}
