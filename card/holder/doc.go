// Package holder reads the certificate of a card's holder, EF.Cert_CIE (file
// 1003): who the card belongs to, until when, with which key.
//
// A CIE's authentication certificate names its holder in the subject: surname,
// given names, the fiscal code before a slash in the common name, and the
// number of the document in serialNumber, as IDCIT- and nine characters. Older
// certificates differ, so every field is looked for where it may be and may be
// absent.
//
// All of it is personal data. Fields are of type Personal: printed, logged or
// turned into JSON they show a mask, and only Reveal gives the text.
//
// What it refuses to do: it says nothing about trust. Whether the certificate
// is the one that belongs on the card is for package sod (group A3) to judge;
// its own issuer, revocation and validity are for who relies on it.
//
// Up: package card. Down: package sod, whose lenient certificate reader this
// package shares.
package holder
