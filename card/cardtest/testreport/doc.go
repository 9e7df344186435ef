// Command testreport turns the JSON stream of `go test -json` into something a
// person reads: a line a package, the whole output of what failed, why tests
// were skipped, and the count at the end. It refuses a stream in which no test
// ran, because a filter that matches nothing must not look like success.
//
// The stream itself is read by package testjson beside it.
package main
