// Command samebytes says in what two files or folders differ, and where:
//
//	samebytes A B
//
// Of two folders it names what only one has, and files with other modes, targets of
// links or contents; of two contents the first byte that differs and what stands
// there, in each section of an ELF or PE file, and a few paths that only one of them
// holds. It is for finding out why
// a build is not the same twice; inside of compressed packages it does not look,
// diffoscope does.
package main
