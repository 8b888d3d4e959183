package terminology

import "io"

// ReadRelease returns how many codes a file has.
func ReadRelease(system string, r io.Reader) (int, error) {
	list, err := readRelease(system, r)
	return len(list), err
}
