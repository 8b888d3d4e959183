// Package opt converts optional values: null in the database, "" or nil in Go.
package opt

// Text returns the value of an optional column, "" for null.
func Text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Int returns an optional number for the graph.
func Int(n *int64) *int {
	if n == nil {
		return nil
	}
	v := int(*n)
	return &v
}

// Of returns the text for an optional column, nil for "".
func Of(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
