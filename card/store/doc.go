// Package store keeps what the programs remember about cards: the tries seen
// last, whether asking for them is free, whether a PIN changed meanwhile, and
// the public data of the chip, so that a known card is fast.
//
// It refuses to keep a PIN, a PUK or a part of one: no method takes one but
// [Store.Digest], whose answer is good for the life of the process only.
//
// Everything is sealed (AES-256-GCM, NIST SP 800-38D) in files named by an
// HMAC over what the caller calls the card by, with subkeys by HKDF (RFC 5869)
// of two master keys:
//
//   - the local key, in a 0600 file of the store's folder, seals the guard:
//     counters, the safety of the counter query, the epoch, the mark of a card
//     left verified. These protect the card and name nobody, so they never
//     wait for a keyring, and a program that cannot reach the keyring obeys
//     them like all others;
//   - the vault key, in the system keyring where it answers in time, else the
//     local key, seals what names the holder: [Record.SetStatic].
//
// A store is never fatal. A file that cannot be understood is set aside, a
// disk that fails yields an error the caller may ignore and the value stays in
// this process, and [Store.Notices] says what happened. Several processes may
// use one folder: each value is read afresh, each change is made under a lock
// that is waited for at most half a second.
package store
