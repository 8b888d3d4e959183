// Package document has the documents that the clients of the office send. They
// are trusted: checked against the schema when they are built into the program,
// known by the SHA-256 of their text, and run under limits of their own.
package document

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"path"
	"strings"
	"sync"
)

//go:embed *.graphql manifest.generated.json
var files embed.FS

// Document is one file.
type Document struct {
	Name string `json:"name"` // of the file, without .graphql
	Hash string `json:"-"`    // SHA-256 of the text in hexadecimal digits
	Text string `json:"-"`
	Cost int    `json:"cost"` // the most points that it can cost
	Rows int    `json:"rows"` // the most rows that it can read
}

// ID is what a client sends for it.
func (d Document) ID() string { return "sha256:" + d.Hash }

// Read reads the files as they are, without what the manifest knows of them.
func Read() ([]Document, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	var all []Document
	for _, e := range entries {
		name, ok := strings.CutSuffix(path.Base(e.Name()), ".graphql")
		if !ok {
			continue
		}
		text, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		all = append(all, Document{Name: name, Text: string(text), Hash: hex.EncodeToString(sum[:])})
	}
	return all, nil
}

// load joins the files with the manifest. What the manifest does not know is
// not trusted.
var load = sync.OnceValue(func() map[string]Document {
	manifest, all := map[string]Document{}, map[string]Document{}
	text, err := files.ReadFile("manifest.generated.json")
	if err == nil {
		err = json.Unmarshal(text, &manifest)
	}
	list, readErr := Read()
	if err != nil || readErr != nil {
		panic("document: the manifest that was built in cannot be read") // tests would have seen it
	}
	for _, d := range list {
		if m, ok := manifest[d.Hash]; ok {
			d.Cost, d.Rows = m.Cost, m.Rows
			all[d.Hash] = d
		}
	}
	return all
})

// All is the trusted documents.
func All() []Document {
	var all []Document
	for _, d := range load() {
		all = append(all, d)
	}
	return all
}

// Has reports whether the text is one of them.
func Has(text string) bool { return texts()[text] }

var texts = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, d := range load() {
		all[d.Text] = true
	}
	return all
})

// Named is the text of the document of the name; it panics where there is none.
func Named(name string) Document {
	for _, d := range load() {
		if d.Name == name {
			return d
		}
	}
	panic("document: there is no document " + name)
}
