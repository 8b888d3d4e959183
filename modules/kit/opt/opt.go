// Package opt is about texts that need not be there: null in the database, ""
// where code works with them.
package opt

// Text is what an optional column holds, "" for null.
func Text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Of is the value of an optional column, null for "".
func Of(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
