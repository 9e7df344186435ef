package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

var (
	errNoFiles  = errors.New("name at least one program")
	errOrigin   = errors.New("-version, -revision and -time are needed")
	errDiffers  = errors.New("the document is not of these programs")
	errNoOutput = errors.New("-o FILE is needed")
)

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("sbom", flag.ContinueOnError)
	version := flags.String("version", "", "version of the release")
	revision := flags.String("revision", "", "commit, in full")
	seconds := flags.Int64("time", 0, "time of the commit, seconds since 1970")
	output := flags.String("o", "", "write the document to `file`")
	checked := flags.String("check", "", "compare the document in `file` with the programs")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return errNoFiles
	}
	var programs []program
	for _, path := range flags.Args() {
		p, err := read(path)
		if err != nil {
			return err
		}
		programs = append(programs, p)
	}
	if *checked != "" {
		return compared(*checked, programs, out)
	}
	if *version == "" || *revision == "" || *seconds <= 0 {
		return errOrigin
	}
	if *output == "" {
		return errNoOutput
	}
	d, err := compose(origin{*version, *revision, time.Unix(*seconds, 0)}, programs)
	if err != nil {
		return err
	}
	text, err := d.encode()
	if err != nil {
		return err
	}
	return os.WriteFile(*output, text, 0o644) //nolint:gosec // for everybody to read
}

func compared(file string, programs []program, out io.Writer) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	wrong, err := check(raw, programs)
	if err != nil {
		return err
	}
	for _, line := range wrong {
		fmt.Fprintln(out, line)
	}
	if len(wrong) > 0 {
		return errDiffers
	}
	fmt.Fprintln(out, "the document tells exactly what these programs are made of")
	return nil
}
