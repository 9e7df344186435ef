// Package token is the CIE as PKCS#11 sees it: slots that follow the readers,
// sessions, the login, the holder's certificate and keys as objects, and the
// signatures the chip can make. It implements [cientro/pkcs11module/rpc.Module];
// one [Module] serves one connection, which is one host program.
//
// The rules that protect a card are those of package card, and this package
// adds what a program instead of a person at the keys needs: a malformed PIN
// and a PIN that was just refused never reach the card, the last try needs the
// user's word given in a window of our own, and what polls for presence is
// answered from memory.
//
// # Locks
//
// Module.mu guards everything that is remembered and is held for moments only,
// never while a card, a reader or a person is waited for. Slot.busy is held by
// whoever talks to the card in that slot. Who needs both takes busy first.
//
// # What it refuses to do
//
// It writes nothing to a card but a changed PIN, never takes the PUK, has no
// security officer, keeps no PIN, and knows neither PC/SC nor windows: the
// program gives it [Readers] and a [Consenter].
//
// Source: OASIS PKCS #11 Specification version 3.1; section numbers in the
// comments are those of version 3.1 unless said otherwise.
package token
