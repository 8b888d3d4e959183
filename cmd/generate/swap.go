package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// beside is where a run keeps what it replaces until it has succeeded. It stands in
// the repository, so that moving there is renaming.
const beside = ".generate"

// outputs are the files and folders that a run writes anew.
func outputs() ([]string, error) {
	list := []string{
		"ent/migrate/tables", "graph/exec", "graph/model", composed, printed, domainsFile,
	}
	list = append(list, derivedFiles()...)
	entries, err := os.ReadDir("ent")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !byHand[e.Name()] {
			list = append(list, "ent/"+e.Name())
		}
	}
	return list, nil
}

// swapped takes the outputs away, runs write, and puts them back as they were
// where it fails or where the program is asked to stop.
func swapped(write func() error) (err error) {
	if err := recovered(); err != nil {
		return err
	}
	old, err := outputs()
	if err != nil {
		return err
	}
	if err := move(old, ".", beside); err != nil {
		return errors.Join(err, recovered())
	}
	if err := write(); err != nil {
		return errors.Join(err, recovered())
	}
	return os.RemoveAll(beside)
}

// recovered puts back what a run has taken away that did not end.
func recovered() error {
	if _, err := os.Stat(beside); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	half, err := outputs()
	if err != nil {
		return err
	}
	for _, path := range half {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	var old []string
	err = filepath.WalkDir(beside, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(beside, path)
		old = append(old, rel)
		return err
	})
	if err != nil {
		return err
	}
	if err := move(old, beside, "."); err != nil {
		return err
	}
	return os.RemoveAll(beside)
}

// move renames those of the paths that are there from one folder to another.
func move(paths []string, from, to string) error {
	for _, path := range paths {
		target := filepath.Join(to, path)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		err := os.Rename(filepath.Join(from, path), target)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
