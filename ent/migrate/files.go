package migrate

import "embed"

// Files holds the migrations of each engine. They are written by hand, with
// what the ent schema cannot say; a test finds no difference between the two.
//
//go:embed sqlite/*.sql postgres/*.sql
var Files embed.FS
