package main

import (
	"context"
	"crypto/rand"
	"io"
	"os"
	"time"

	"cientro/app"
	"cientro/app/pcscreaders"
)

// version is set by the linker.
var version = "dev"

func main() {
	os.Exit(run(os.Args[1:], surroundings{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		getenv: os.Getenv, readers: pcscreaders.Open, rand: rand.Reader, now: time.Now,
	}))
}

// surroundings are what the program gets from the outside, so that tests can
// give it something else.
type surroundings struct {
	stdin          *os.File
	stdout, stderr io.Writer
	getenv         func(string) string
	// readers opens the system's smart card service.
	readers func(context.Context) (app.Readers, error)
	rand    io.Reader
	now     func() time.Time
}
