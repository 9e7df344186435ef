// Package virtual is an Italian electronic identity card (CIE 3.0) in software:
// the card's half of the IAS ECC application, from the answer to reset to the
// holder's signature, with its access conditions, its secure messaging, its
// device authentication and its retry counters.
//
// It is a training card for the help desk, a demonstration for people without a
// reader and the test double of everything else in this repository. For that
// last reason it shares no code with the client side: it imports the standard
// library and its own specimen data only, and both sides are pinned to the same
// published vectors. A symmetric mistake would otherwise pass both.
//
// # Use
//
//	card, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile})
//	answer, err := card.Transmit(command)
//
// Transmit takes one command APDU and returns one response APDU of at least two
// bytes, or an *Error when the card left, was reset or went silent.
//
// # What is modelled
//
// SELECT, READ BINARY (even and odd), GET DATA, GET RESPONSE, MANAGE SECURITY
// ENVIRONMENT, the key exchange, PSO VERIFY CERTIFICATE, GET CHALLENGE, EXTERNAL
// and INTERNAL AUTHENTICATE, VERIFY, CHANGE REFERENCE DATA and RESET RETRY
// COUNTER, command chaining, secure messaging with two-key triple DES and retail
// MAC (ISO 7816-4, IAS ECC, ISO 9796-2, ICAO 9303-11 section 9.8 for the format).
// What nobody has published about real chips is a field of Settings; each of the
// 14 profiles chooses plausible values.
//
// # What it refuses to be
//
// It is not a safe place for a key and not a proof about real chips. It signs with
// math/big and makes no attempt to hide its timing; the state file holds the
// current PIN in readable form, because both are specimens. It has no ICAO
// application beyond its name, no raw RSA, no PSS and no decryption: neither has
// the real card's IAS application.
package virtual
