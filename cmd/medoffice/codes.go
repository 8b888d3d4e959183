package main

import (
	"archive/zip"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"medoffice/modules"
	"medoffice/modules/terminology"
)

func importCodesCommand(c *commands) *cobra.Command {
	var partial bool
	cmd := &cobra.Command{
		Use:   "codes SYSTEM FILE",
		Short: "Import a code system: ICD-10-CM, HCPCS, CVX, or your own.",
		Long: `Import a code system: ICD-10-CM, HCPCS, CVX, or your own.

SYSTEM is the code system: icd-10-cm, hcpcs, cvx, mvx, ndc, loinc, cpt, or the
address of another one.

FILE is a file as it is published (the order file of ICD-10-CM) or CSV with the
columns code and display; also .gz, or .zip with one such file.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.importCodes(cmd.Context(), args[0], args[1], partial)
		},
	}
	cmd.Flags().Var(toggle{&partial}, "partial", "The file is only a part: codes that are not in it stay active")
	return cmd
}

func (c *commands) importCodes(ctx context.Context, name, file string, partial bool) error {
	file, err := existing(file)
	if err != nil {
		return err
	}
	system, err := terminology.SystemOf(name)
	if err != nil {
		return plain(err)
	}
	in, err := unpacked(file)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	return c.with(ctx, "import", func(ctx context.Context, o *modules.Office) error {
		r, err := o.Terminology.Import(ctx, system, partial, in)
		if err == nil {
			_, err = fmt.Fprintf(c.out, "codes: %d new, %d changed, %d no longer offered, %d as before\n", r.Added, r.Changed, r.Retired, r.Same)
		}
		return err
	})
}

// unpacked opens a file, and what is packed in it.
func unpacked(path string) (io.ReadCloser, error) {
	switch {
	case strings.HasSuffix(path, ".zip"):
		z, err := zip.OpenReader(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if len(z.File) != 1 {
			_ = z.Close()
			return nil, fmt.Errorf("%s holds %d files: unpack it, and name the one with the codes", path, len(z.File))
		}
		inside, err := z.File[0].Open()
		return both{inside, z}, err
	case strings.HasSuffix(path, ".gz"):
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		inside, err := gzip.NewReader(f)
		return both{inside, f}, err
	}
	return os.Open(path)
}

// both reads one thing and closes what is around it.
type both struct {
	io.Reader
	io.Closer
}
