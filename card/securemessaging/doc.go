// Package securemessaging protects commands to the card and checks its answers:
// 3DES-CBC and retail MAC in the format of ISO 7816-4 section 10, as used by
// the IAS ECC application of the CIE and by ICAO 9303-11 section 9.8.
//
// A [Session] is made from two session keys and a send sequence counter, sends
// commands, and dies with the first thing that does not fit: a wrong MAC, an
// answer that is not exactly of the expected form, a plain error, a failed
// link. A dead session has no keys and sends nothing. [Wrap], [Unwrap] and the
// functions they are made of are pure and stand beside it for known answers.
//
// What it refuses to do: take a plain success for an answer, read a status
// word from an answer whose MAC is wrong (a broken channel must never look like
// a wrong PIN), repeat a command that could spend a try, or go on after a doubt.
//
// The algorithms are those the card has; 3DES and SHA-256 key derivation are
// not ours to choose.
//
// One floor up: card/ias. One down: card/iso7816, card/tlv.
package securemessaging
