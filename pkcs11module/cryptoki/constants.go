package cryptoki

// Users of C_Login.
const (
	UserSO              UserType = 0
	UserUser            UserType = 1
	UserContextSpecific UserType = 2
)

// Session states.
const (
	StateROPublic State = 0
	StateROUser   State = 1
	StateRWPublic State = 2
	StateRWUser   State = 3
	StateRWSO     State = 4
)

// Flags of slots, tokens, sessions, mechanisms and functions.
const (
	SlotTokenPresent    Flags = 0x1
	SlotRemovableDevice Flags = 0x2
	SlotHardware        Flags = 0x4

	TokenWriteProtected     Flags = 0x2
	TokenLoginRequired      Flags = 0x4
	TokenUserPINInitialized Flags = 0x8
	TokenTokenInitialized   Flags = 0x400
	TokenUserPINCountLow    Flags = 0x10000
	TokenUserPINFinalTry    Flags = 0x20000
	TokenUserPINLocked      Flags = 0x40000
	TokenSOPINCountLow      Flags = 0x100000
	TokenSOPINFinalTry      Flags = 0x200000
	TokenSOPINLocked        Flags = 0x400000

	SessionRW     Flags = 0x2
	SessionSerial Flags = 0x4

	MechanismHardware Flags = 0x1
	MechanismSign     Flags = 0x800

	DontBlock Flags = 0x1 // C_WaitForSlotEvent

	FlagFindObjects Flags = 0x40 // CKF_FIND_OBJECTS of C_SessionCancel
)

// Object classes.
const (
	ClassData        ObjectClass = 0
	ClassCertificate ObjectClass = 1
	ClassPublicKey   ObjectClass = 2
	ClassPrivateKey  ObjectClass = 3
	ClassSecretKey   ObjectClass = 4
	ClassProfile     ObjectClass = 9
)

// Profiles (CKA_PROFILE_ID; PKCS#11 Profiles version 3.1 section 5).
const (
	ProfileBaseline          = 1
	ProfileExtended          = 2
	ProfileAuthentication    = 3
	ProfilePublicCertificate = 4
)

// Mechanisms.
const (
	MechanismRSAKeyPairGen MechanismType = 0x0
	MechanismRSAPKCS       MechanismType = 0x1
	MechanismSHA1RSAPKCS   MechanismType = 0x6
	MechanismSHA256RSAPKCS MechanismType = 0x40
	MechanismSHA384RSAPKCS MechanismType = 0x41
	MechanismSHA512RSAPKCS MechanismType = 0x42
)

// KeyTypeRSA is CKK_RSA, CertificateX509 CKC_X_509, CategoryTokenUser
// CK_CERTIFICATE_CATEGORY_TOKEN_USER.
const (
	KeyTypeRSA        = 0
	CertificateX509   = 0
	CategoryTokenUser = 1
)
