package main

import (
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "samebytes:", err)
		os.Exit(1)
	}
}

var (
	errTwo     = errors.New("name two files or two folders")
	errDiffers = errors.New("they differ")
)

func run(args []string, out io.Writer) error {
	if len(args) != 2 {
		return errTwo
	}
	said, err := differences(args[0], args[1])
	if err != nil {
		return err
	}
	for _, line := range said {
		fmt.Fprintln(out, line)
	}
	if len(said) > 0 {
		return errDiffers
	}
	return nil
}
