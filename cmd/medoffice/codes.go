package main

import (
	"archive/zip"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"medoffice/modules"
	"medoffice/modules/terminology"
)

type importCodes struct {
	System  string `arg:"" help:"The code system: icd-10-cm, hcpcs, cvx, mvx, ndc, loinc, cpt, or the address of another one."`
	File    string `arg:"" help:"A file as it is published (the order file of ICD-10-CM) or CSV with the columns code and display; also .gz, or .zip with one such file." type:"existingfile"`
	Partial bool   `help:"The file is only a part: codes that are not in it stay active."`
}

// Run implements the command.
func (i *importCodes) Run(ctx context.Context, c *commands, con console) error {
	system, err := terminology.SystemOf(i.System)
	if err != nil {
		return plain(err)
	}
	in, err := unpacked(i.File)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	return c.with(ctx, con, "import", func(ctx context.Context, o *modules.Office) error {
		r, err := o.Terminology.Import(ctx, system, i.Partial, in)
		if err == nil {
			_, err = fmt.Fprintf(con.out, "codes: %d new, %d changed, %d no longer offered, %d as before\n", r.Added, r.Changed, r.Retired, r.Same)
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
