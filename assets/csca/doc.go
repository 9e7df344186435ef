// Package csca carries the public keys of the Italian country signers: the
// authorities behind the document signers that sign EF.SOD of every CIE.
//
// keys.json holds facts of nine certificates, self-signed and link
// certificates of five keys, as listed in the ICAO master list that the German
// BSI published on 2025-06-25: names, serial number, key identifier,
// validity, modulus and exponent, and the SHA-256 of the certificate, by which
// anybody can find the original. The certificates themselves are not copied
// here. The Ministry of the Interior publishes them at csca-ita.interno.gov.it.
//
// The package refuses to interpret the file: sod.ParseKeys does. A key that is
// newer than the file is added by its user with `cientro trust import`.
package csca
