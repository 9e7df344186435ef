// Package clienttest drives the built PKCS#11 module with the programs people
// use: pkcs11-tool, GnuTLS, OpenSSL's engine and provider, curl, OpenSSH, Java,
// p11-kit and NSS's tools. Each is a script in testdata, run against a pcscd of its own
// with a fresh specimen card in a virtual reader, and each is held to what
// reached the card: so many VERIFYs as the user gave PINs, and no wrong one.
//
// The tests run where CIENTRO_TEST_MODULE is 1 and take the programs from
// build/; a tool that is missing is a failure, not a skip. The benchmark of the
// module's start and of its signatures is here too (make bench).
//
// It holds no code for programs. The module's own conformance is judged in
// cientro/pkcs11module/moduletest, browsers in cientro/pkcs11module/browsertest.
package clienttest
