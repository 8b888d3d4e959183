package graph

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/graph/exec"
	edge "medoffice/graph/transport"
	"medoffice/modules"
	"medoffice/modules/kit"
	"medoffice/modules/kit/load"
)

// Bare is the graph without limits, accounts and audit: gqlgen's own
// executor with the same resolvers, asked by the office itself. The first request must
// come alone: its cache of documents is a plain map.
func Bare(o *modules.Office) http.Handler {
	run := executor.New(exec.NewExecutableSchema(exec.Config{
		Resolvers: &root{Office: o, own: newOwn(o)}, Directives: exec.DirectiveRoot{Can: can},
	}))
	run.SetQueryCache(graphql.MapCache[*ast.QueryDocument]{})
	plain := edge.HTTP{Body: 1 << 20}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := load.WithScope(kit.System(r.Context(), "bench"))
		plain.Do(w, r.WithContext(graphql.StartOperationTrace(ctx)), run)
	})
}
