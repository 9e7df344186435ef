package cryptoki

// Attribute types (PKCS#11 section 4 and annex).
const (
	AttributeClass               AttributeType = 0x000
	AttributeToken               AttributeType = 0x001
	AttributePrivate             AttributeType = 0x002
	AttributeLabel               AttributeType = 0x003
	AttributeUniqueID            AttributeType = 0x004
	AttributeApplication         AttributeType = 0x010
	AttributeValue               AttributeType = 0x011
	AttributeObjectID            AttributeType = 0x012
	AttributeCertificateType     AttributeType = 0x080
	AttributeIssuer              AttributeType = 0x081
	AttributeSerialNumber        AttributeType = 0x082
	AttributeTrusted             AttributeType = 0x086
	AttributeCertificateCategory AttributeType = 0x087
	AttributeCheckValue          AttributeType = 0x090
	AttributeKeyType             AttributeType = 0x100
	AttributeSubject             AttributeType = 0x101
	AttributeID                  AttributeType = 0x102
	AttributeSensitive           AttributeType = 0x103
	AttributeEncrypt             AttributeType = 0x104
	AttributeDecrypt             AttributeType = 0x105
	AttributeWrap                AttributeType = 0x106
	AttributeUnwrap              AttributeType = 0x107
	AttributeSign                AttributeType = 0x108
	AttributeSignRecover         AttributeType = 0x109
	AttributeVerify              AttributeType = 0x10A
	AttributeVerifyRecover       AttributeType = 0x10B
	AttributeDerive              AttributeType = 0x10C
	AttributeStartDate           AttributeType = 0x110
	AttributeEndDate             AttributeType = 0x111
	AttributeModulus             AttributeType = 0x120
	AttributeModulusBits         AttributeType = 0x121
	AttributePublicExponent      AttributeType = 0x122
	AttributePrivateExponent     AttributeType = 0x123
	AttributePrime1              AttributeType = 0x124
	AttributePrime2              AttributeType = 0x125
	AttributeExponent1           AttributeType = 0x126
	AttributeExponent2           AttributeType = 0x127
	AttributeCoefficient         AttributeType = 0x128
	AttributePublicKeyInfo       AttributeType = 0x129
	AttributeExtractable         AttributeType = 0x162
	AttributeLocal               AttributeType = 0x163
	AttributeNeverExtractable    AttributeType = 0x164
	AttributeAlwaysSensitive     AttributeType = 0x165
	AttributeKeyGenMechanism     AttributeType = 0x166
	AttributeModifiable          AttributeType = 0x170
	AttributeCopyable            AttributeType = 0x171
	AttributeDestroyable         AttributeType = 0x172
	AttributeAlwaysAuthenticate  AttributeType = 0x202
	AttributeWrapWithTrusted     AttributeType = 0x210
	AttributeAllowedMechanisms   AttributeType = 0x40000600
	AttributeProfileID           AttributeType = 0x601
)
