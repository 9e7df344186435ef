// Package sod reads EF.SOD of the CIE's IAS application and judges what it
// proves: passive authentication, ICAO 9303-11 section 5.1.
//
// EF.SOD (file 1006) is a CMS SignedData (RFC 5652) in an application tag 77.
// Its content, the LDSSecurityObject of ICAO 9303-10 section 4.6.2.3, lists a
// hash for each file; a document signer of the Ministry of the Interior signs
// it, and an Italian country signer (CSCA) issues the document signer.
//
// The way through the package:
//
//	s, err := sod.Parse(file)                        // shape only, no trust
//	v := sod.Verify(s, files, anchors, time.Now())   // everything else
//	v.Level                                          // anchored, self-consistent, failed, unknown
//
// Anchors come as bare public keys (ParseKeys), certificates or ICAO master
// lists (ImportAnchors), and are kept by a Store.
//
// What it refuses to do: it talks to no card and no network, asks for no
// revocation list, keeps nothing on disk, and never takes a certificate for
// trustworthy because it came in a file: who imports decides. A mismatch is a
// failure in both variants of the SOD, although other software only logs it
// for one of them. SHA-1 is accepted in one place only, the SOD's own
// signature in the SHA-256 variant, with a warning.
//
// Up: package card, which reads the files and asks for a verdict before any
// PIN is sent. Down: the standard library, and a module for the three Brainpool
// curves that it does not have.
package sod
