//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// noFileOver makes every write beyond so many bytes of a file fail, as on a
// disk that is full.
func noFileOver(bytes uint64) {
	signal.Ignore(syscall.SIGXFSZ) // the write then reports it by an error
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		panic(err)
	}
	limit.Cur = bytes
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		panic(err)
	}
}
