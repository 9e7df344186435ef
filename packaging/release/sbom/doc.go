// Command sbom writes down what the built programs are made of, as CycloneDX 1.6
// in JSON (ECMA-424): each Go module with version, sum and licence, Go itself, and
// the system's libraries that each file asks for when it is loaded.
//
//	sbom -version VERSION -revision COMMIT -time SECONDS -o FILE PROGRAM…
//	sbom -check FILE PROGRAM…
//
// It reads the files that are handed on, not go.mod: what was linked is what it
// lists, no more. The same files give the same document, byte for byte; the time
// is that of the commit and the serial number follows from the content. -check
// compares a document with programs, whoever built them.
//
// It does not judge: whether a module has a known weakness is for others to say.
package main
