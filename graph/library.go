package graph

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"medoffice/graph/document"
	"medoffice/graph/limit"
	"medoffice/graph/shape"
	"medoffice/modules/access"
	"medoffice/modules/kit"
)

// known is a document that was parsed and fits the schema.
type known struct {
	name  string // of a trusted document, or the first digits of the hash of another
	text  string
	doc   *ast.QueryDocument
	shape *shape.Shape
}

// library has the documents: the trusted ones of the manifest, those that
// signed-in callers have named by their hash, and those that were parsed lately.
type library struct {
	schema    *ast.Schema
	table     *limit.Table
	trusted   map[string]*known // by hash
	parsed    *limit.Cache[*known]
	persisted *limit.Cache[string] // texts by hash
	rules     *rules.Rules
	hints     bool
}

func newLibrary(schema *ast.Schema, table *limit.Table, hints bool) (*library, error) {
	l := &library{
		schema: schema, table: table, trusted: map[string]*known{}, rules: shape.Rules(), hints: hints,
		parsed:    limit.NewCache[*known](table.Server.Documents),
		persisted: limit.NewCache[string](table.Server.Persisted),
	}
	if hints {
		l.rules = shape.HintingRules()
	}
	for _, d := range document.All() {
		k, err := l.parse(d.Text, &table.Trusted)
		if err != nil {
			return nil, errors.New("the trusted document " + d.Name + " does not fit the schema: " + err.Error())
		}
		k.name = d.Name
		l.trusted[d.Hash] = k
	}
	return l, nil
}

var errUnknown = kit.Refuse(kit.PersistedNotFound, "PersistedQueryNotFound")

// find is the document of a request, by its id, its hash or its text; the
// ticket gets the limits of trusted documents where it is one.
func (l *library) find(ctx context.Context, p *graphql.RawParams, t *ticket) (*known, error) {
	if id, ok := p.Extensions["documentId"].(string); ok {
		return l.trust(strings.TrimPrefix(id, "sha256:"), t)
	}
	hash, persist := persistedHash(p)
	switch {
	case persist && p.Query == "":
		if k, err := l.trust(hash, t); err == nil {
			return k, nil
		}
		text, ok := l.persisted.Get(hash)
		if !ok || kit.ViewerOf(ctx).Anonymous {
			return nil, errUnknown
		}
		p.Query = text
	case p.Query == "":
		return nil, kit.Invalid("the query is missing")
	case persist && hash != sum(p.Query):
		return nil, kit.Invalid("the hash is not of this document")
	}
	k, err := l.adHoc(ctx, p.Query, t)
	if err == nil && persist && !kit.ViewerOf(ctx).Anonymous {
		l.persisted.Put(hash, k.text, len(k.text)+len(hash))
	}
	return k, err
}

func (l *library) trust(hash string, t *ticket) (*known, error) {
	k, ok := l.trusted[hash]
	if !ok {
		return nil, errUnknown
	}
	t.limits = &l.table.Trusted
	return k, nil
}

// adHoc is a document that came as text.
func (l *library) adHoc(ctx context.Context, text string, t *ticket) (*known, error) {
	if err := t.limits.CheckText(text); err != nil {
		return nil, err
	}
	k, ok := l.parsed.Get(text)
	if !ok && document.Has(text) {
		return l.trust(sum(text), t)
	}
	if !kit.ViewerOf(ctx).May(access.AdHoc) {
		return nil, kit.Refuse(kit.PersistedRequired, "your role may send trusted documents only")
	}
	if ok { // parsed for somebody who may have other limits
		return k, t.limits.CheckShape(k.shape)
	}
	k, err := l.parse(text, t.limits)
	if err != nil {
		return nil, err
	}
	l.parsed.Put(text, k, k.bytes())
	return k, nil
}

// digits of a hash distinguish one document from the others in a log. They are too few
// to find out from them what values stood in the text.
const digits = 8

// parse makes a known document: counted, parsed, measured, and only then
// validated.
func (l *library) parse(text string, limits *limit.Limits) (*known, error) {
	tokens, err := l.count(text, limits.Tokens)
	if err != nil {
		return nil, err
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		return nil, l.coded(gqlerror.List{gqlerror.WrapIfUnwrapped(err)}, kit.ParseFailed)
	}
	if len(doc.Operations) == 0 {
		return nil, kit.Refuse(kit.ValidationFailed, "the document has no operation")
	}
	measured := shape.Measure(l.schema, doc, tokens)
	if err := limits.CheckShape(measured); err != nil {
		return nil, err
	}
	if errs := validator.ValidateWithRules(l.schema, doc, l.rules); len(errs) > 0 {
		return nil, l.coded(l.placed(doc, errs), kit.ValidationFailed)
	}
	return &known{name: "sha256:" + sum(text)[:digits], text: text, doc: doc, shape: measured}, nil
}

// count counts the tokens of a document and stops at the limit.
func (l *library) count(text string, most int) (int, error) {
	scan := lexer.New(&ast.Source{Input: text})
	for n := 0; ; n++ {
		token, err := scan.ReadToken()
		if err != nil {
			return 0, l.coded(gqlerror.List{gqlerror.WrapIfUnwrapped(err)}, kit.ParseFailed)
		}
		if token.Kind == lexer.EOF {
			return n, nil
		}
		if limit.Over(n+1, most) {
			return 0, (&limit.Limits{Tokens: most}).CheckShape(&shape.Shape{Tokens: n + 1})
		}
	}
}

// bytes is about what a parsed document takes in memory.
func (k *known) bytes() int { return len(k.text) + 400*k.shape.Tokens }

func persistedHash(p *graphql.RawParams) (hash string, ok bool) {
	ext, _ := p.Extensions["persistedQuery"].(map[string]any)
	hash, ok = ext["sha256Hash"].(string)
	return hash, ok
}

func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])
}
