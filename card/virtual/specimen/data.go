package specimen

import "crypto/rsa"

// Data is everything that is personal to one virtual card: its files as raw
// bytes, its key pairs and its reference data. Nothing here changes while the
// card is in use; counters and the current PIN belong to the card's state.
type Data struct {
	// Root files (MF / IAS application).
	EFATR []byte // 2F01
	EFDIR []byte // 2F00
	EFSN  []byte // D003, 12 bytes 5A 0A …
	EFDH  []byte // D004, BER object with the DH domain parameters

	// Files of the CIE application (DF A00000000039).
	IDServizi   []byte // 1001, 12 ASCII digits
	Seriale     []byte // 1002, 9 ASCII characters
	CertCIE     []byte // 1003, X.509 DER
	IntKpub     []byte // 1004, SEQUENCE{n, e} of ChipKey
	ServiziKpub []byte // 1005, SEQUENCE{n, e} of ServicesKey
	SODSHA256   []byte // 1006 in the variant RSA PKCS#1 v1.5 with SHA-256
	SODSHA512   []byte // 1006 in the variant RSASSA-PSS with SHA-512

	// DH domain parameters, as GET DATA gives them (big-endian, g may be shorter than p).
	DHGenerator, DHPrime, DHOrder []byte

	// External authentication CA key (SDO BFA004): modulus, exponent, CHR (12 bytes), CHA (7 bytes).
	ExtAuthModulus, ExtAuthExponent, ExtAuthCHR, ExtAuthCHA []byte

	ChipKey     *rsa.PrivateKey // reference 82, device authentication
	ServicesKey *rsa.PrivateKey // reference 83
	HolderKey   *rsa.PrivateKey // reference 81

	SNICC []byte // 8 bytes, the chip's serial in device authentication

	PIN, PUK []byte // 8 ASCII digits each, at personalisation
	PINTries int    // 3
	PUKTries int    // 10

	// CSCA is the DER certificate of the synthetic country signer of this specimen ("TEST").
	CSCA []byte

	// Holder says who the specimen plays: what its certificate and files also say.
	Holder Holder

	// HolderCA and HolderRoot are the DER certificates above CertCIE: the
	// authentication sub-CA and its self-signed root ("TEST" both).
	HolderCA, HolderRoot []byte
}

// DataGroups returns what EF.SOD protects, in the order seen on real cards
// (A5, 1B, A4, A3, A2, A1). The slices are the file contents, not copies.
func (d *Data) DataGroups() []DataGroup {
	return []DataGroup{
		{Number: 0xA5, Content: d.ServiziKpub},
		{Number: 0x1B, Content: d.EFDH},
		{Number: 0xA4, Content: d.IntKpub},
		{Number: 0xA3, Content: d.CertCIE},
		{Number: 0xA2, Content: d.Seriale},
		{Number: 0xA1, Content: d.IDServizi},
	}
}
