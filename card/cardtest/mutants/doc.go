// Command mutants plants faults, one at a time, and demands that a named test
// turns red for each. A fault that no test notices is a promise nobody keeps.
//
// The faults are in mutants.txt: blocks of
//
//	mutant: accept a bad MAC
//	test: ./card/securemessaging TestUnwrapRefusesBadMAC
//	why: a forged answer would be taken for the card's
//	file: card/securemessaging/unwrap.go
//	replace:
//		if !equal(mac, want) {
//	with:
//		if false {
//	end
//
// with file, replace, with and end repeated where a fault needs several changes.
// Lines between blocks that are empty or start with # are comments. The text to
// replace is taken as it stands (tabs too) and must occur exactly once in the
// file, so a list that no longer fits the code is an error, not a pass.
//
// The tree itself is never touched: the changed files reach the compiler through
// `go build -overlay`, handed on in GOFLAGS so that a test that calls the go
// command sees them as well. Not being compilable does not count as being caught,
// and every named test must pass without the fault first.
package main
