// Package moduletest judges the built PKCS#11 module as a whole: the library,
// the agent that it starts, pcscd and a card in a virtual reader. Most tests
// drive the library from Go with github.com/miekg/pkcs11; hosts that are to be
// killed, or to fork, are processes of their own. Go's crypto, which shares
// nothing with the module, is the judge of the signatures, and the card's
// counters are the judge of what went out: each PIN that is presented is
// counted.
//
// The tests run where CIENTRO_TEST_MODULE is 1 and take the programs from
// build/; whatever is missing then is a failure, not a skip.
//
// It holds no code for programs. What the library does without an agent of ours
// is judged in cientro/pkcs11module/stub/stubtest, other programs' ways with the
// module in cientro/pkcs11module/clienttest, browsers in
// cientro/pkcs11module/browsertest.
package moduletest
