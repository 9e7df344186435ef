// Package installtest holds the tests of the packages for Windows; it has no code
// of its own.
//
// What decisions the installers may write is checked against app/settings in every
// run. With CIENTRO_TEST_WINE=1 the packages are built, signed with a key of the
// moment, installed and removed in a fresh prefix of wine, and everything that came
// and went is listed: files and the registry. wine is not Windows: what it cannot
// show is said in docs/testing.md.
package installtest
