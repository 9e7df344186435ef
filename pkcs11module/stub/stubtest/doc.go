// Package stubtest judges the C library of pkcs11module/stub from outside: the
// programs in host/ load it as a browser does, and the tests here start them
// with an agent of their own choice beside the library: one made here, p11-kit's
// server with SoftHSM, our own with a virtual card, or none.
//
// What it does not do: judge the token; that is moduletest's.
package stubtest
