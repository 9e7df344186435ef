// Command inspect looks at the built files for what makes an attack harder and for
// what they should not carry: traces of the computer that built them.
//
//	inspect [-absent TEXT]… FILE…
//
// Of ELF files: position-independent; relocations read-only and all bound when
// loaded (psABI, PT_GNU_RELRO, DF_BIND_NOW); no stack that can be run, no memory
// both written and run, no relocations in the code; no search path of its own; no
// debug data. Of the library in C also: checked stacks and buffers, targets of
// jumps marked, nothing exported but C_* (PKCS #11 v3.0 section 5). Of PE files:
// random addresses with all bits, no run of data, no time of the build. Of all: no
// folder of whoever built them, and none but the owner may write them.
//
// It looks at properties, not at behaviour; that is what the tests are for.
package main
