// Package testjson reads the stream that `go test -json` writes. It knows the
// fields and the framing, and has no opinion about what the events mean: that is
// for testreport (a person reads it) and mutants (one test must be red).
//
// The stream is described by `go doc cmd/test2json` and, for build failures, by
// `go help buildjson`.
package testjson
