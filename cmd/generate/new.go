package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
)

// go run ./cmd/generate new referrals [Referral] [rfl] writes a domain that is
// empty: its table with migrations, its part of the schema with a list of all rows
// and one on the patient, its module with a permission, and a test. It compiles
// after go generate, and passes all tests.

//go:embed templates/new/*.tmpl
var newFiles embed.FS

// skeleton is what the names of a new domain are made of.
type skeleton struct {
	Domain string // referrals: the folder, the field of the lists
	Type   string // Referral
	Prefix string // of ids
	Number string // of the migration
}

// Table is the table of the rows.
func (s skeleton) Table() string { return s.Domain }

// Field is the field of the lists.
func (s skeleton) Field() string { return s.Domain }

// Title is the domain at the beginning of a sentence.
func (s skeleton) Title() string { return title(s.Domain) }

// Package is the package of the entity.
func (s skeleton) Package() string { return strings.ToLower(s.Type) }

var (
	domainName = regexp.MustCompile(`^[a-z]{3,30}$`)
	typeName   = regexp.MustCompile(`^[A-Z][A-Za-z]{1,40}$`)
	prefixName = regexp.MustCompile(`^[a-z]{2,6}$`)
)

// newDomain writes the files of a domain with the names of the command line.
func newDomain(args []string) error {
	s, err := named(args)
	if err != nil {
		return err
	}
	files := map[string]string{
		"ent/schema/" + s.Domain + ".go":                             "schema.go.tmpl",
		"ent/migrate/sqlite/" + s.Number + "_" + s.Domain + ".sql":   "sqlite.sql.tmpl",
		"ent/migrate/postgres/" + s.Number + "_" + s.Domain + ".sql": "postgres.sql.tmpl",
		"modules/" + s.Domain + "/module.go":                         "module.go.tmpl",
		"modules/" + s.Domain + "/" + s.Domain + ".graphqls":         "schema.graphqls.tmpl",
		"modules/" + s.Domain + "/" + s.Domain + "_test.go":          "test.go.tmpl",
	}
	lists, err := s.entered()
	if err != nil {
		return err
	}
	t, err := template.ParseFS(newFiles, "templates/new/*.tmpl")
	if err != nil {
		return err
	}
	for file, name := range files {
		if err := s.write(t, file, name); err != nil {
			return err
		}
	}
	for file, text := range lists {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// named reads the names of a new domain, and refuses those that are taken.
func named(args []string) (s skeleton, err error) {
	if len(args) < 1 || len(args) > 3 || !domainName.MatchString(args[0]) {
		return s, errors.New("new: name the domain in lower case, as go run ./cmd/generate new referrals [Referral] [rfl]")
	}
	s.Domain = args[0]
	s.Type = title(strings.TrimSuffix(s.Domain, "s"))
	if base, ok := strings.CutSuffix(s.Domain, "ies"); ok {
		s.Type = title(base + "y")
	}
	if len(args) > 1 {
		s.Type = args[1]
	}
	s.Prefix = strings.ToLower(s.Type[:min(3, len(s.Type))])
	if len(args) > 2 {
		s.Prefix = args[2]
	}
	if !typeName.MatchString(s.Type) || !prefixName.MatchString(s.Prefix) {
		return s, fmt.Errorf("new: %q is no name of a type, or %q no prefix of ids", s.Type, s.Prefix)
	}
	if _, err := os.Stat("modules/" + s.Domain); err == nil {
		return s, fmt.Errorf("new: modules/%s is there already", s.Domain)
	}
	if err := s.free(); err != nil {
		return s, err
	}
	steps, err := filepath.Glob("ent/migrate/sqlite/*.sql")
	s.Number = fmt.Sprintf("%04d", len(steps)+1)
	return s, err
}

// free refuses a type or a prefix of ids that another entity has.
func (s skeleton) free() error {
	files, err := filepath.Glob("ent/schema/*.go")
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		switch {
		case bytes.Contains(text, []byte("type "+s.Type+" struct")):
			return fmt.Errorf("new: %s has a type %s already: name another, as go run ./cmd/generate new %s Other%s", file, s.Type, s.Domain, s.Type)
		case bytes.Contains(text, []byte(`prefix: "`+s.Prefix+`"`)):
			return fmt.Errorf("new: %s has ids that begin with %s already: name another prefix, as go run ./cmd/generate new %s %s %sx", file, s.Prefix, s.Domain, s.Type, s.Prefix)
		}
	}
	return nil
}

const (
	officeFile  = "modules/modules.go"
	historyFile = ".github/CHANGELOG.md"
	topPage     = "README.md"
)

var (
	migrationRow = regexp.MustCompile("(?m)^\\| `\\d{4}_\\w+` \\|.*\n")
	domainRow    = regexp.MustCompile(`(?m)^\| \[\w+\]\(modules/.*\n`)
)

// entered are the files in which every domain has a line, with the new one in
// them: the list of the modules, the history of the migrations, the first page.
func (s skeleton) entered() (map[string][]byte, error) {
	list, err := s.built()
	if err != nil {
		return nil, err
	}
	history, err := appended(historyFile, migrationRow, fmt.Sprintf("| `%s_%s` | %s |\n", s.Number, s.Domain, s.Domain))
	if err != nil {
		return nil, err
	}
	page, err := appended(topPage, domainRow, fmt.Sprintf("| [%s](modules/%s) | the %s of patients |\n", s.Domain, s.Domain, s.Domain))
	return map[string][]byte{officeFile: list, historyFile: history, topPage: page}, err
}

// built is the list of the modules: the new one is built before the board, which
// asks all others.
func (s skeleton) built() ([]byte, error) {
	old, err := os.ReadFile(officeFile)
	if err != nil {
		return nil, err
	}
	const at = "\to.Board = add("
	line := fmt.Sprintf("\to.%s = add(o, %s.New(d))\n", s.Title(), s.Domain)
	text := strings.Replace(string(old), at, line+at, 1)
	if !strings.Contains(text, line) {
		return nil, fmt.Errorf("new: %s does not build the board, before which a new module stands", officeFile)
	}
	text = strings.Replace(text, "import (\n", fmt.Sprintf("import (\n\t%q\n", "medoffice/modules/"+s.Domain), 1)
	return format.Source([]byte(ordered(text)))
}

// appended is a file with a row more behind the last of a table.
func appended(file string, rows *regexp.Regexp, row string) ([]byte, error) {
	old, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	all := rows.FindAllIndex(old, -1)
	if all == nil {
		return nil, fmt.Errorf("new: %s has no table for the row %q", file, strings.TrimSpace(row))
	}
	end := all[len(all)-1][1]
	return slices.Concat(old[:end], []byte(row), old[end:]), nil
}

// ordered puts the import that stands first where its name belongs.
func ordered(text string) string {
	head, rest, _ := strings.Cut(text, "import (\n")
	first, rest, _ := strings.Cut(rest, "\n")
	lines := strings.Split(rest, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "\t\"medoffice/modules/") && line > first || line == ")" {
			lines = append(lines[:i:i], append([]string{first}, lines[i:]...)...)
			break
		}
	}
	return head + "import (\n" + strings.Join(lines, "\n")
}

func (s skeleton) write(t *template.Template, file, name string) error {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, s); err != nil {
		return err
	}
	text := b.Bytes()
	if strings.HasSuffix(file, ".go") {
		var err error
		if text, err = format.Source(text); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}
