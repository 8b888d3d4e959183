// Command generate writes all generated code of the repository, in order: the
// ent client, the fields of the office, the GraphQL executor with the composed
// root, the printed schema, the manifest of trusted documents.
// It empties the generated folders first, so that nothing stale stays behind.
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:generate go run .

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run() error {
	log.SetOutput(io.Discard) // gqlgen tells of every field that a module answers
	if err := atRoot(); err != nil {
		return err
	}
	graph, err := loadEnt()
	if err != nil {
		return err
	}
	if len(os.Args) > 1 {
		return generateEnt(graph, os.Args[1])
	}
	for _, step := range []struct {
		name string
		do   func() error
	}{{"ent", func() error { return generateEnt(graph, "ent") }}, {"office", generateOffice}, {"graph", generateGraph}, {"documents", generateManifest}} {
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
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
