package cryptoki

// Handles and numbers of PKCS#11 section 3.2. All are CK_ULONG on the wire.
type (
	// SlotID identifies a slot. Ours are never used again for another reader.
	SlotID uint64
	// SessionHandle identifies a session; 0 is invalid.
	SessionHandle uint64
	// ObjectHandle identifies an object; 0 is invalid.
	ObjectHandle uint64
	// Flags are bit flags; their meaning depends on where they stand.
	Flags uint64
	// UserType says who logs in.
	UserType uint64
	// State is the state of a session.
	State uint64
	// MechanismType names a mechanism (CKM_…).
	MechanismType uint64
	// AttributeType names an attribute (CKA_…).
	AttributeType uint64
	// ObjectClass is the value of CKA_CLASS.
	ObjectClass uint64
)

// Unavailable is CK_UNAVAILABLE_INFORMATION.
const Unavailable = ^uint64(0)

// EffectivelyInfinite is CK_EFFECTIVELY_INFINITE, for session counts.
const EffectivelyInfinite = 0

// Version is CK_VERSION: 2.40 is {2, 40}.
type Version struct{ Major, Minor byte }

// Info is CK_INFO. Texts are padded with spaces on the wire, 32 bytes each.
type Info struct {
	Cryptoki       Version
	Manufacturer   string
	Flags          Flags
	Description    string
	LibraryVersion Version
}

// SlotInfo is CK_SLOT_INFO. Description has 64 bytes on the wire, Manufacturer 32.
type SlotInfo struct {
	Description        string
	Manufacturer       string
	Flags              Flags
	Hardware, Firmware Version
}

// TokenInfo is CK_TOKEN_INFO. On the wire Label and Manufacturer have 32 bytes,
// Model and Serial 16.
type TokenInfo struct {
	Label, Manufacturer, Model, Serial string
	Flags                              Flags
	MaxSessions, Sessions              uint64
	MaxRWSessions, RWSessions          uint64
	MaxPINLength, MinPINLength         uint64
	TotalPublicMemory, FreePublic      uint64
	TotalPrivateMemory, FreePrivate    uint64
	Hardware, Firmware                 Version
	UTCTime                            string // 16 bytes, where FlagClockOnToken is set
}

// SessionInfo is CK_SESSION_INFO.
type SessionInfo struct {
	Slot        SlotID
	State       State
	Flags       Flags
	DeviceError uint64
}

// MechanismInfo is CK_MECHANISM_INFO; key sizes in bits for RSA.
type MechanismInfo struct {
	MinKeySize, MaxKeySize uint64
	Flags                  Flags
}

// Mechanism is CK_MECHANISM. Parameter is nil where none was given, and raw as
// it came otherwise: no mechanism of this module takes one.
type Mechanism struct {
	Type      MechanismType
	Parameter []byte
}

// Attribute is CK_ATTRIBUTE with its value in the standard's memory form on a
// 64-bit little-endian machine: CK_ULONG 8 bytes, CK_BBOOL 1, CK_DATE 8 ASCII
// digits, all else as it is. Nil Value is an empty or NULL value.
type Attribute struct {
	Type  AttributeType
	Value []byte
}
