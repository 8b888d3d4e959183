// Package limit bounds what one caller may ask of the graph: the numbers in one
// table, what a document costs before it runs, and how much of it a caller may
// have in a time.
package limit

import "time"

// None is the value of a limit that does not hold.
const None = -1

// Table is all limits of a server process, one column for each kind of caller
// and one for the process as a whole. Set changes it, Lines prints it.
type Table struct {
	Interactive Limits // people, screens and programs at work
	Report      Limits // tokens and people that have the role REPORT alone
	Trusted     Limits // documents of the manifest, whoever sends them
	Server      Server
}

// Limits bound one operation. None lifts a limit; the tag guards names the
// protections that the limit is a part of.
type Limits struct {
	Text        int           `limit:"text" unit:"bytes of the document" guards:"P02"`
	Tokens      int           `limit:"tokens" unit:"tokens of the document" guards:"P03 P07"`
	Depth       int           `limit:"depth" unit:"fields within fields" guards:"P05"`
	Selections  int           `limit:"selections" unit:"selections, fragments expanded" guards:"P06"`
	Fragments   int           `limit:"fragments" unit:"fragment definitions" guards:"P06"`
	Aliases     int           `limit:"aliases" unit:"aliases of the document" guards:"P08"`
	Repeats     int           `limit:"repeats" unit:"times one field in a selection" guards:"P08"`
	Directives  int           `limit:"directives" unit:"directives of the document" guards:"P09"`
	Stacked     int           `limit:"stacked" unit:"directives on one thing" guards:"P09"`
	Cost        int           `limit:"cost" unit:"points" guards:"P11"`
	Nodes       int           `limit:"nodes" unit:"rows, product of page sizes" guards:"P11"`
	PageDefault int           `limit:"page-default" unit:"rows" guards:"P12"`
	PageMax     int           `limit:"page-max" unit:"rows" guards:"P12"`
	FilterDepth int           `limit:"filter-depth" unit:"levels of and, or, not and edges" guards:"P13"`
	FilterTerms int           `limit:"filter-terms" unit:"conditions" guards:"P13"`
	List        int           `limit:"list" unit:"values of an input list" guards:"P13"`
	Mutations   int           `limit:"mutations" unit:"root fields of a mutation" guards:"P31"`
	Deadline    time.Duration `limit:"deadline" unit:"of a query or mutation" guards:"P28"`
	Statement   time.Duration `limit:"statement" unit:"of one SQL statement (PostgreSQL)" guards:"P28"`
	Response    int           `limit:"response" unit:"bytes of data" guards:"P42"`
	Bucket      int           `limit:"bucket" unit:"points that a caller can save up" guards:"P29"`
	Refill      int           `limit:"refill" unit:"points a second" guards:"P29"`
	Running     int           `limit:"running" unit:"operations of a caller at once" guards:"P30"`
	Sockets     int           `limit:"sockets" unit:"WebSockets and event streams of a caller" guards:"P24"`
	Operations  int           `limit:"operations" unit:"operations on one socket" guards:"P24"`
	Message     int           `limit:"message" unit:"bytes of a socket message" guards:"P24"`
	Messages    int           `limit:"messages" unit:"socket messages a second" guards:"P24"`
}

// Server bounds what all callers have together, and what is the same for all.
type Server struct {
	Body      int `limit:"body" unit:"bytes of a request" guards:"P01"`
	Errors    int `limit:"errors" unit:"errors in a response" guards:"P10"`
	Running   int `limit:"running" unit:"operations at once" guards:"P30"`
	Sockets   int `limit:"sockets" unit:"WebSockets and event streams at once" guards:"P24"`
	Documents int `limit:"documents" unit:"bytes of parsed documents kept" guards:"P34"`
	Persisted int `limit:"persisted" unit:"bytes of automatically persisted documents" guards:"P33"`
	Callers   int `limit:"callers" unit:"callers whose buckets are kept" guards:"P29"`

	Init  time.Duration `limit:"init" unit:"until a WebSocket says who it is" guards:"P23"`
	Ping  time.Duration `limit:"ping" unit:"between pings, and the most that a pong takes" guards:"P26"`
	Write time.Duration `limit:"write" unit:"the most that a reader takes for one message" guards:"P26"`
}

// Defaults is the table that a server starts with.
func Defaults() *Table {
	people := Limits{
		Text: 15_000, Tokens: 2_000, Depth: 10, Selections: 10_000, Fragments: 50,
		Aliases: 15, Repeats: 5, Directives: 50, Stacked: 5, Cost: 5_000, Nodes: 10_000,
		PageDefault: 25, PageMax: 100, FilterDepth: 6, FilterTerms: 50, List: 250, Mutations: 5,
		Deadline: 10 * time.Second, Statement: 8 * time.Second, Response: 10_000_000,
		Bucket: 2_000, Refill: 200, Running: 16,
		Sockets: 5, Operations: 50, Message: 64 << 10, Messages: 20,
	}
	report := people
	report.Text, report.Tokens, report.Depth, report.Aliases, report.Repeats = 30_000, 4_000, 12, 60, 20
	report.Selections, report.Cost, report.Nodes = 20_000, 50_000, 250_000
	report.PageDefault, report.PageMax = 100, 1_000
	report.FilterDepth, report.FilterTerms, report.List = 8, 100, 1_000
	report.Mutations, report.Deadline, report.Statement = 1, 60*time.Second, 55*time.Second
	report.Response, report.Bucket, report.Refill, report.Running = 50_000_000, 10_000, 100, 4
	report.Sockets, report.Operations, report.Messages = 1, 5, 5
	trusted := people
	trusted.Text, trusted.Tokens, trusted.Depth, trusted.Selections = None, None, 15, None
	trusted.Aliases, trusted.Repeats, trusted.Fragments = 60, 20, 100
	trusted.Cost, trusted.Nodes = None, None // each document's own, in the manifest
	trusted.Bucket, trusted.Refill = 4_000, 400
	return &Table{
		Interactive: people, Report: report, Trusted: trusted,
		Server: Server{
			Body: 256 << 10, Errors: 20, Running: 256, Sockets: 5_000,
			Documents: 32 << 20, Persisted: 8 << 20, Callers: 10_000,
			Init: 10 * time.Second, Ping: 20 * time.Second, Write: 5 * time.Second,
		},
	}
}
