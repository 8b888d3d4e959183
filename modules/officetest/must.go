package officetest

// Must returns what a test needs to go on; an error ends it.
func Must[T any](v T, err error) T {
	MustDo(err)
	return v
}

// MustDo ends the test where a step that it needs has failed.
func MustDo(err error) {
	if err != nil {
		panic(err)
	}
}
