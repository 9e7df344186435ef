// Package packagetest installs the packages for Linux and takes them away again,
// in roots of its own: nothing is left on the computer that runs it.
//
// The short form, a step of make test: a deb in a root that has what the package
// asks for and nothing else, and the tar.gz in a temporary home. The long form:
// the same deb by apt in a root that a mirror of Debian filled, an upgrade, the
// rpm, what lintian says.
//
// It is for tests only, and refuses to be lenient: without the switch a test
// skips with a sentence, with it whatever is missing is a failure.
package packagetest
