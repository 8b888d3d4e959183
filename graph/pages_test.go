package graph_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"medoffice/modules/kit"
)

// pages are all pages of the repository that people read, by path from the root.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".md" {
			return nil
		}
		text, err := os.ReadFile(path)
		found[filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator)))] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// The pages that must be there: the first page links to each of them.
func TestPagesAreThere(t *testing.T) {
	all := pages(t)
	for _, path := range []string{
		"cmd/medoffice/README.md", "graph/README.md", "modules/README.md", "modules/web/app/README.md",
		".github/FIGURES.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md", ".github/CHANGELOG.md",
	} {
		if all[path] == "" {
			t.Errorf("there is no %s", path)
		}
		if !strings.Contains(all["README.md"], "]("+path+")") {
			t.Errorf("the first page does not link to %s", path)
		}
	}
}

// mostWords keep the first page short.
const mostWords = 1500

func TestTopPageIsShort(t *testing.T) {
	n := len(strings.Fields(pages(t)["README.md"]))
	if n < mostWords/3 || n > mostWords {
		t.Errorf("README.md has %d words, the limit is %d", n, mostWords)
	}
}

var (
	fenced  = regexp.MustCompile("(?s)```(\\w*)\n(.*?)```")
	code    = regexp.MustCompile("`[^`\n]*`")
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

// anchors are the headings of a page, as GitHub writes them into an address.
func anchors(page string) map[string]bool {
	found := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(page, ""), -1) {
		found[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, m[1])] = true
	}
	return found
}

// Every relative link leads to a file or folder, and to a heading in it.
func TestPagesLinkToWhatExists(t *testing.T) {
	all, links := pages(t), 0
	for path, text := range all {
		prose := code.ReplaceAllString(fenced.ReplaceAllString(text, ""), "`code`")
		for _, m := range link.FindAllStringSubmatch(prose, -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			links++
			file, anchor, _ := strings.Cut(m[1], "#")
			target := path
			if file != "" {
				target = filepath.ToSlash(filepath.Join(filepath.Dir(path), file))
			}
			if _, err := os.Stat(filepath.Join("..", target)); err != nil {
				t.Errorf("%s links to %s, which does not exist", path, m[1])
			} else if anchor != "" && !anchors(all[target])[anchor] {
				t.Errorf("%s links to %s, and there is no such heading", path, m[1])
			}
		}
	}
	if links < 30 {
		t.Errorf("found only %d links", links)
	}
}

// Every GraphQL document in the pages fits the schema.
func TestPagesHaveValidDocuments(t *testing.T) {
	found := 0
	for path, text := range pages(t) {
		for _, m := range fenced.FindAllStringSubmatch(text, -1) {
			if m[1] != "graphql" {
				continue
			}
			found++
			doc, err := parser.ParseQuery(&ast.Source{Input: m[2]})
			if err != nil {
				t.Errorf("%s: %v:\n%s", path, err, m[2])
				continue
			}
			for _, err := range validator.ValidateWithRules(contract(t), doc, nil) {
				t.Errorf("%s: %v:\n%s", path, err, m[2])
			}
		}
	}
	if found < 12 {
		t.Errorf("found only %d documents", found)
	}
}

// Tests that the pages name exist, and so do those that a command would run.
func TestPagesNameTestsThatExist(t *testing.T) {
	there, found := tests(t), 0
	var names []string
	for name := range there {
		names = append(names, name)
	}
	joined := "\n" + strings.Join(names, "\n") + "\n"
	run := regexp.MustCompile(`go test [^\n|]*?-(?:run|bench|fuzz) ('[^']+'|"[^"]+"|[A-Za-z0-9_$|]+)`)
	for path, text := range pages(t) {
		for _, m := range quoted.FindAllStringSubmatch(text, -1) {
			if found++; !there[m[1]] {
				t.Errorf("%s: there is no %s", path, m[1])
			}
		}
		for _, m := range run.FindAllStringSubmatch(strings.ReplaceAll(text, "-run xxx ", ""), -1) {
			found++
			for part := range strings.SplitSeq(strings.Trim(m[1], `'"`), "|") {
				if !regexp.MustCompile(`(?m)` + part).MatchString(joined) {
					t.Errorf("%s: %s runs nothing", path, m[0])
				}
			}
		}
	}
	if found < 70 {
		t.Errorf("found only %d names of tests", found)
	}
}

// The page for clients says what to do about each code, and about no other.
func TestGraphPageTellsTheCodes(t *testing.T) {
	_, table, _ := strings.Cut(pages(t)["graph/README.md"], "| code | what to do |")
	table, _, _ = strings.Cut(table, "\n\n")
	told := map[string]bool{}
	for line := range strings.SplitSeq(table, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			continue
		}
		for _, m := range regexp.MustCompile("`([A-Z_]+)`").FindAllStringSubmatch(cells[1], -1) {
			told[m[1]] = true
		}
	}
	for _, c := range kit.Codes {
		if !told[string(c)] {
			t.Errorf("graph/README.md does not say what to do about %s", c)
		}
		delete(told, string(c))
	}
	for c := range told {
		t.Errorf("graph/README.md tells of %s, which no answer has", c)
	}
}
