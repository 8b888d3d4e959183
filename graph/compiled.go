package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/graph/compile"
	"medoffice/modules"
	"medoffice/modules/access"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/field"
)

// newCompiler gathers how the modules declare their types.
func newCompiler(o *modules.Office, schema *ast.Schema, e *engine) (*compile.Compiler, error) {
	types := field.Types{"Query": {Parts: map[string]field.Part{
		"node": {Nodes: true}, "nodes": {Nodes: true}, "rateLimit": {Simple: "it is no row"},
	}}}
	for _, m := range o.All() {
		if t, ok := m.(kit.Typer); ok {
			types.Add(t.Types())
		}
	}
	return compile.New(compile.Config{
		Schema: schema, Types: types, DB: o.Deps.DB, Seal: o.Deps.Seal, Present: e.present, Recover: e.recover,
		Watch: o.Deps.Watch, Errors: e.table.Server.Errors,
	})
}

// answer runs an operation: a query over rows as one statement, everything
// else by its resolvers.
func (e *engine) answer(ctx context.Context, op *graphql.OperationContext) *graphql.Response {
	if !e.options.Simple && op.Operation.Operation == ast.Query {
		if resp, done := e.compiler.Run(ctx, op, op.RawQuery, e.rest); done {
			return resp
		}
	}
	return e.resolve(ctx)
}

// planned answers, and says how, to who wants to know and may: a request with
// the extension plan gets one of the same name.
func (e *engine) planned(ctx context.Context, op *graphql.OperationContext) (*graphql.Response, *compile.Plan) {
	wanted, _ := op.Extensions["plan"].(bool)
	if !wanted || op.Operation.Operation != ast.Query || !kit.ViewerOf(ctx).May(access.SeePlan) {
		return e.answer(ctx, op), nil
	}
	ctx, count := db.WithCounter(ctx)
	resp := e.answer(ctx, op)
	plan := compile.Plan{Compiled: []string{}}
	if e.options.Simple {
		for _, f := range graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Query"}) {
			plan.Simple = append(plan.Simple, compile.Left{Field: f.Name, Why: "this server compiles nothing"})
		}
	} else {
		plan = e.compiler.Plan(ctx, op, op.RawQuery)
	}
	plan.Statements = len(count.Statements())
	return resp, &plan
}

// rest resolves the root fields that are not compiled.
func (e *engine) rest(ctx context.Context, set ast.SelectionSet) *graphql.Response {
	op := *graphql.GetOperationContext(ctx)
	operation := *op.Operation
	operation.SelectionSet = set
	op.Operation = &operation
	return e.resolve(graphql.WithOperationContext(ctx, &op))
}

func (e *engine) resolve(ctx context.Context) *graphql.Response {
	ctx = graphql.WithResponseContext(ctx, e.present, e.recover)
	resp := e.schema.Exec(ctx)(ctx)
	if resp == nil {
		resp = &graphql.Response{}
	}
	resp.Errors = append(resp.Errors, graphql.GetErrors(ctx)...)
	return resp
}
