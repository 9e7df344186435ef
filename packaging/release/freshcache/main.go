package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "freshcache:", err)
		os.Exit(1)
	}
}

var errFlags = errors.New("-shared, -own, -forget and -report are needed")

func run(args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("freshcache", flag.ContinueOnError)
	shared := flags.String("shared", "", "`folder` of the cache to read, as go env GOCACHE tells")
	own := flags.String("own", "", "`folder` for what is compiled anew")
	forget := flags.String("forget", "", "`file` with the build IDs of packages to forget")
	written := flags.String("report", "", "write to `file` what came of it, as JSON")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *shared == "" || *own == "" || *forget == "" || *written == "" {
		return errFlags
	}
	ids, err := os.ReadFile(*forget)
	if err != nil {
		return err
	}
	c := newCache(*shared, *own, string(ids))
	if err := serve(in, out, c); err != nil {
		return err
	}
	text, err := json.Marshal(c.report)
	if err != nil {
		return err
	}
	return os.WriteFile(*written, text, 0o600)
}
