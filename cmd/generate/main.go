// Command generate writes all generated code of the repository, in order: the
// ent client, the fields of the office, the GraphQL executor with the composed
// root, the printed schema, the manifest of trusted documents.
//
// With the words "new referrals" it writes the files of an empty domain before that.
//
// It reads and checks everything first. A run that fails, or is interrupted,
// leaves the files as they were and says why in one line.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"entgo.io/ent/entc/gen"
)

//go:generate go run .

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", strings.Join(strings.Fields(err.Error()), " "))
		os.Exit(1)
	}
}

func run() error {
	log.SetOutput(io.Discard) // gqlgen logs every field that a module answers
	if err := atRoot(); err != nil {
		return err
	}
	if len(os.Args) > 1 && os.Args[1] == "new" {
		if err := newDomain(os.Args[2:]); err != nil {
			return err
		}
	}
	graph, err := loadEnt()
	if err != nil {
		return fmt.Errorf("ent: %w", err)
	}
	schema, err := loadSchema(byName(graph))
	if err != nil {
		return fmt.Errorf("graph: %w", err)
	}
	names, err := domains()
	if err != nil {
		return err
	}
	modules, err := (&deriver{schema.Schema, byName(graph), schema.draft}).derive(names)
	if err != nil {
		return err
	}
	manifest, err := weighDocuments(schema.Schema)
	if err != nil {
		return fmt.Errorf("documents: %w", err)
	}
	if err := swapped(func() error { return write(graph, schema, modules) }); err != nil {
		return err
	}
	return os.WriteFile(manifestFile, manifest, 0o644)
}

// write writes all of it, or as much as it can until it fails or is interrupted.
func write(graph *gen.Graph, schema *graphSchema, modules []*derived) error {
	stop, end := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer end()
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"ent", func() error { return generateEnt(graph, "ent") }},
		{"office", generateOffice},
		{"modules", func() error { return generateModules(modules) }},
		{"schema", schema.writeDerived},
		{"graph", func() error { return generateGraph(schema.Schema, byName(graph)) }},
	} {
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		if stop.Err() != nil {
			return errors.New("interrupted")
		}
	}
	return nil
}

// atRoot goes to the folder of go.mod, wherever the command was started.
func atRoot() error {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return err
	}
	return os.Chdir(filepath.Dir(strings.TrimSpace(string(out))))
}
