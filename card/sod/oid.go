package sod

// oid is an object identifier written with dots.
type oid string

// Content types and attributes: RFC 5652, ICAO 9303-10 section 4.6.2, 9303-12 section 9.
const (
	oidSignedData        oid = "1.2.840.113549.1.7.2"
	oidLDSSecurityObject oid = "2.23.136.1.1.1"
	oidMasterList        oid = "2.23.136.1.1.2"

	oidAttrContentType   oid = "1.2.840.113549.1.9.3"
	oidAttrMessageDigest oid = "1.2.840.113549.1.9.4"
	oidAttrSigningTime   oid = "1.2.840.113549.1.9.5"
)

// Certificate extensions: RFC 5280 section 4.2, ICAO 9303-12 section 7.1.
const (
	oidExtSubjectKeyID     oid = "2.5.29.14"
	oidExtKeyUsage         oid = "2.5.29.15"
	oidExtPrivateKeyPeriod oid = "2.5.29.16"
	oidExtBasicConstraints oid = "2.5.29.19"
	oidExtAuthorityKeyID   oid = "2.5.29.35"
	oidExtExtendedKeyUsage oid = "2.5.29.37"
	oidExtDocumentTypes    oid = "2.23.136.1.1.6.2"
)

// Keys and signatures: RFC 8017 appendix C, RFC 5480, RFC 5758, BSI TR-03111 section 5.2.
const (
	oidRSAEncryption oid = "1.2.840.113549.1.1.1"
	oidMGF1          oid = "1.2.840.113549.1.1.8"
	oidRSAPSS        oid = "1.2.840.113549.1.1.10"
	oidECPublicKey   oid = "1.2.840.10045.2.1"
	oidPrimeField    oid = "1.2.840.10045.1.1"
)
