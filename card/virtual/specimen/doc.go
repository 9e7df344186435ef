// Package specimen makes and holds the personalisation data of virtual
// identity cards: the files of the IAS application, the key pairs behind
// them, the two variants of EF.SOD and the reference data (PIN, PUK).
//
// [Default] is one fixed specimen, the same bytes in every run; [Generate]
// makes a fresh one with new keys; [Data.Marshal] and [Unmarshal] keep one in
// a JSON document. [NewCountrySigner] and what hangs on it build the synthetic
// country signer, document signers, link certificates and EF.SODs that tests
// of passive authentication need.
//
// What it refuses to do: it makes no data of a real person. A holder must have
// SPECIMEN in the name, every issuer has TEST in its name, and no private key
// here opens anything outside a virtual card.
//
// It imports nothing of card/…: both sides of the protocol are pinned to
// published vectors, never to each other.
//
// Sources: ICAO 9303-10 section 4.6.2 (document security object), ICAO 9303-12
// section 7 (certificate profiles), RFC 5652 (CMS), RFC 8017 (RSA), RFC 5114
// section 2.3 (Diffie-Hellman group), ISO 7816-4 section 8 (EF.ATR, EF.DIR).
package specimen
