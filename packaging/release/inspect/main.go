package main

import (
	"bytes"
	"debug/elf"
	"debug/pe"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "inspect:", err)
		os.Exit(1)
	}
}

var (
	errNoFiles = errors.New("name at least one file")
	errFormat  = errors.New("neither ELF nor PE")
	errFound   = errors.New("not fit to be handed on")
)

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("inspect", flag.ContinueOnError)
	absent := traces()
	flags.Func("absent", "a further `text` that no file may hold", func(s string) error {
		absent = append(absent, s)
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return errNoFiles
	}
	found := false
	for _, path := range flags.Args() {
		wrong, err := judge(path, absent)
		if err != nil {
			return fmt.Errorf("look at %s: %w", path, err)
		}
		for _, line := range wrong {
			fmt.Fprintf(out, "%s: %s\n", path, line)
		}
		found = found || len(wrong) > 0
	}
	if found {
		return errFound
	}
	return nil
}

// judge says what is wrong with one file.
func judge(path string, absent []string) ([]string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	wrong := judgeTraces(content, absent)
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if info.Mode().Perm()&0o022 != 0 {
		wrong = append(wrong, fmt.Sprintf("others than its owner may write it (%s)", info.Mode()))
	}
	if f, err := elf.NewFile(bytes.NewReader(content)); err == nil {
		return append(wrong, judgeELF(f)...), nil
	}
	if f, err := pe.NewFile(bytes.NewReader(content)); err == nil {
		return append(wrong, judgePE(f)...), nil
	}
	return nil, errFormat
}
