// Package builttest is what tests of the built PKCS#11 module share: the switch
// that asks for them, the files that make build leaves, a pcscd of their own and
// a card on one of its readers.
//
// It is for tests only. It refuses to be lenient: without the switch a test
// skips with a sentence, with it whatever is missing is a failure.
//
// Down: card/pcsc/daemon, card/virtual. Up: the tests beside it and in
// stub/stubtest.
package builttest
