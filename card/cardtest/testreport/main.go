package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	name := flag.String("name", "test", "name of this run in the file of counts")
	counts := flag.String("counts", "", "append `file` a line: name passed failed skipped")
	flag.Parse()

	result, err := read(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(1)
	}
	result.print(os.Stdout)
	if *counts != "" {
		if err := result.appendTo(*counts, *name); err != nil {
			fmt.Fprintln(os.Stderr, "testreport:", err)
			os.Exit(1)
		}
	}
	if !result.good() {
		os.Exit(1)
	}
}
