// Command cientro is CIEntro on the command line: for citizens, for help-desks
// and for scripts.
//
// It parses flags, asks questions on the terminal, and prints what package app
// found out, in words or as one JSON document. Its commands, exit codes and
// JSON are a contract (kinds and exit codes: docs/errors.md); its sentences are all in
// assets/translations.
//
// It refuses to decide anything about a card, to take a PIN or PUK from the
// command line or the environment, and to print a secret or, unasked, anything
// personal.
package main
