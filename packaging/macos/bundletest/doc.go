// Package bundletest holds the tests of the recipe for macOS; it has no code of its
// own. Nothing of it runs on macOS: the bundle is laid out and read here, and the
// rest runs with stand-ins for Apple's tools, which write down how they were called.
package bundletest
