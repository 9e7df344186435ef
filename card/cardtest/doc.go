// Package cardtest holds what tests of card code share: a [Script] that plays
// the card in strict order, the published vectors, recorded sessions, and a
// search for secrets that leaked into text.
//
// It is for tests only and takes a testing.TB everywhere. It refuses to be
// lenient: a command out of order fails the test, and so does a step that was
// never reached. It imports nothing of the card packages, so that any of them
// can use it.
//
// All keys in the vectors are test keys, all persons are invented.
package cardtest
