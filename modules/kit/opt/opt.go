// Package opt converts optional texts: null in the database, "" in Go.
package opt

// Text returns the value of an optional column, "" for null.
func Text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Of returns the text for an optional column, nil for "".
func Of(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
