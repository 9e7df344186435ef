// Command testreport turns the JSON stream of `go test -json` into something a
// person reads: a line a package, the whole output of what failed, why tests
// were skipped, and the count at the end. It refuses a stream in which no test
// ran, because a filter that matches nothing must not look like success.
//
// The stream is described by `go doc cmd/test2json` and, for build failures, by
// `go help buildjson`.
package main
