package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"medoffice/graph/shape"
)

// entry is what the manifest says of a trusted document.
type entry struct {
	Name string `json:"name"`
	Cost int    `json:"cost"` // the most points, with pages of the largest size
	Rows int    `json:"rows"`
}

// largestPage is the size of the pages that a document leaves to variables.
const largestPage = 100

const manifestFile = "graph/document/manifest.generated.json"

// weighDocuments checks the trusted documents against the schema and returns the
// manifest: their hashes and what they can cost.
func weighDocuments(schema *ast.Schema) ([]byte, error) {
	files, err := filepath.Glob("graph/document/*.graphql")
	if err != nil {
		return nil, err
	}
	manifest := map[string]entry{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		e, err := weigh(schema, string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		e.Name = strings.TrimSuffix(filepath.Base(file), ".graphql")
		hash := sha256.Sum256(text)
		manifest[hex.EncodeToString(hash[:])] = e
	}
	out, err := json.MarshalIndent(manifest, "", "  ") // sorted by hash
	return append(out, '\n'), err
}

func weigh(schema *ast.Schema, text string) (entry, error) {
	doc, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		return entry{}, err
	}
	if len(doc.Operations) != 1 {
		return entry{}, fmt.Errorf("a trusted document has one operation, not %d", len(doc.Operations))
	}
	if errs := validator.ValidateWithRules(schema, doc, shape.Rules()); len(errs) > 0 {
		return entry{}, errs
	}
	price := shape.Measure(schema, doc, 0).Operations[0].Price(sizes(doc.Operations[0]), largestPage)
	return entry{Cost: price.Cost, Rows: price.Nodes}, nil
}

// sizes gives every number among the variables the largest page.
func sizes(op *ast.OperationDefinition) map[string]any {
	all := map[string]any{}
	for _, d := range op.VariableDefinitions {
		if d.Type.NamedType == "Int" {
			all[d.Variable] = largestPage
		}
	}
	return all
}
