// Package jsonschema judges documents by a JSON Schema, for the tests of what
// programs write: the part of draft 7 and of 2020-12 that our own schemas and the
// published one of CycloneDX 1.6 use.
//
// It refuses to pass over what it does not know: a keyword that it cannot judge is
// a complaint. "format" alone is left to the tests' own eyes.
package jsonschema
