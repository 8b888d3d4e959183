package compile

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/modules/kit/field"
	"medoffice/modules/kit/page"
)

// plan is an operation made ready: how its rows are read by one statement, and
// how what the statement returns becomes the answer.
type plan struct {
	root   *node   // the row that stands for the query itself
	view   view    // of the root fields, in the order of the document
	others []other // root fields that a resolver answers
	simple bool    // resolvers answer all of it
	nodes  int
	text   string // of the statement, where it is always the same
	args   []any  // of it; a later is a variable
	fixed  bool
	bytes  int
}

// other is a root field that is not compiled.
type other struct {
	field *ast.Field
	at    int // its place in the view
	why   string
}

// node is one place of the document at which rows are read.
type node struct {
	number  int // its table is called t and this number
	typ     *rowType
	slots   []slot
	columns map[string]int // slots by column
	patient int            // the slot that says whose chart, -1 for nobody's
	id      int            // the slot of the id, -1 where it is not needed
}

// slot is one value that the statement returns of a row: a column, or what
// another statement inside of it returns.
type slot struct {
	column string
	list   *list
	count  *list // only how many
}

// list is what an edge or a root field leads to.
type list struct {
	number int
	parent *node
	node   *node // nil where only the number of rows is wanted
	part   field.Part
	field  graphql.CollectedField
	rows   int   // the slot in the parent, -1 for none
	total  int   // the slot of the number of rows, -1 for none
	more   bool  // whether one row more is read, to know whether there is another page
	keys   []int // the slots of the keys that order, nil where no cursor is wanted
	typ    *rowType
}

// kind is how a field of the answer is written.
type kind int

const (
	aColumn kind = iota
	aName        // __typename
	aGroup
	aComputed
	aRow   // to-one
	aList  // to-many
	aPage  // a connection
	aTotal // totalCount, of a connection
	aEdges
	aNodes
	anInfo
	aCursor
	anEdgeNode
	hasNext
	hasPrevious
	startCursor
	endCursor
	isDenied
	isOther
	anyNode  // node
	anyNodes // nodes
)

// view is what is written of a row, or of a part of it, in the order of the document.
type view []out

type out struct {
	name    string // of the field in the schema
	key     []byte // with its quotes and colon
	path    ast.PathElement
	at      *ast.Position
	kind    kind
	slot    int
	format  format
	text    []byte // of a name
	can     string // that is lacking
	compute *field.Compute
	needs   []int
	view    view
	list    *list
	lists   map[string]*list // by prefix, of anyNode
	views   map[string]view
	other   int
	field   graphql.CollectedField // of anyNode
}

// later is an argument of a statement that comes with the variables.
type later struct{ variable string }

// run is one execution of a plan.
type run struct {
	ctx   context.Context
	plan  *plan
	op    *graphql.OperationContext
	c     *Compiler
	pages map[*list]*page.Plan
	errs  map[*list]error
}

// args are the arguments of the field of a list, with the variables of the run.
func (r *run) args(l *list) map[string]any { return l.field.ArgumentMap(r.op.Variables) }

// page is the page of a connection that the run wants.
func (r *run) page(l *list) (*page.Plan, error) {
	if err := r.errs[l]; err != nil {
		return nil, err
	}
	if p := r.pages[l]; p != nil {
		return p, nil
	}
	p, err := r.c.readPage(r.ctx, l, r.args(l))
	if err != nil {
		r.fail(l, err)
		return nil, err
	}
	if r.pages == nil {
		r.pages = map[*list]*page.Plan{}
	}
	r.pages[l] = p
	return p, nil
}

func (r *run) fail(l *list, err error) {
	if r.errs == nil {
		r.errs = map[*list]error{}
	}
	r.errs[l] = err
}
