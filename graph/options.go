package graph

import "medoffice/graph/limit"

// Options are what the graph of one server process is given from outside. The
// zero value is a server as it comes.
type Options struct {
	Limits        *limit.Table // limit.Defaults where nil
	TrustedOnly   []string     // roles that may send trusted documents only
	Introspection bool         // for everyone, not only for who has the permission
	Hints         bool         // errors about a document say what would have been right, and the values that are not
	Simple        bool         // resolvers answer every query, none is compiled
	Draft         bool         // HTTP statuses of the draft of August 2026
	Origins       []string     // of pages elsewhere that may open sockets, as https://board.example
}

func (o Options) table() *limit.Table {
	if o.Limits == nil {
		return limit.Defaults()
	}
	return o.Limits
}
