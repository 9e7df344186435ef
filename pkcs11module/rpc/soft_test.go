package rpc_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
)

const softPIN = "41739628"

// soft is a token in memory, just enough for real clients: a certificate, its
// keys, one user, signatures.
type soft struct {
	absent
	key         *rsa.PrivateKey
	certificate *x509.Certificate
	mutex       sync.Mutex
	sessions    map[ck.SessionHandle]ck.Flags
	loggedIn    bool
	found       []ck.ObjectHandle
	mechanism   ck.MechanismType
	parts       []byte
}

// The objects' handles.
const (
	softCertificate ck.ObjectHandle = iota + 1
	softPublic
	softPrivate
)

func newSoft(t *testing.T) *soft {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	subject := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "SPECIMEN TEST"},
		NotBefore: time.Unix(1_700_000_000, 0), NotAfter: time.Unix(2_000_000_000, 0)}
	der, err := x509.CreateCertificate(rand.Reader, subject, subject, key.Public(), key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return &soft{key: key, certificate: certificate}
}

func (s *soft) Initialize(context.Context, []byte) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.sessions != nil {
		return ck.RVCryptokiAlreadyInit
	}
	s.sessions = map[ck.SessionHandle]ck.Flags{}
	return nil
}

func (s *soft) Finalize(context.Context) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.sessions, s.loggedIn = nil, false
	return nil
}

func (s *soft) GetInfo(context.Context) (ck.Info, error) {
	return ck.Info{Cryptoki: ck.Version{Major: 2, Minor: 40}, Manufacturer: "CIEntro", Description: "soft"}, nil
}

func (s *soft) GetSlotList(context.Context, bool, bool) ([]ck.SlotID, error) {
	return []ck.SlotID{1}, nil
}

func (s *soft) GetSlotInfo(context.Context, ck.SlotID) (ck.SlotInfo, error) {
	return ck.SlotInfo{Description: "soft reader", Manufacturer: "CIEntro", Flags: ck.SlotTokenPresent | ck.SlotRemovableDevice}, nil
}

func (s *soft) GetTokenInfo(context.Context, ck.SlotID) (ck.TokenInfo, error) {
	return ck.TokenInfo{Label: "soft token", Manufacturer: "TEST", Model: "soft", Serial: "0123456789abcdef",
		Flags:        ck.TokenLoginRequired | ck.TokenUserPINInitialized | ck.TokenTokenInitialized,
		MaxPINLength: 8, MinPINLength: 8}, nil
}

func (s *soft) GetMechanismList(context.Context, ck.SlotID) ([]ck.MechanismType, error) {
	return []ck.MechanismType{ck.MechanismRSAPKCS, ck.MechanismSHA256RSAPKCS}, nil
}

func (s *soft) GetMechanismInfo(context.Context, ck.SlotID, ck.MechanismType) (ck.MechanismInfo, error) {
	return ck.MechanismInfo{MinKeySize: 2048, MaxKeySize: 2048, Flags: ck.MechanismSign}, nil
}

func (s *soft) OpenSession(_ context.Context, _ ck.SlotID, flags ck.Flags) (ck.SessionHandle, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	handle := ck.SessionHandle(len(s.sessions) + 1)
	s.sessions[handle] = flags
	return handle, nil
}

func (s *soft) CloseSession(context.Context, ck.SessionHandle) error     { return nil }
func (s *soft) CloseAllSessions(context.Context, ck.SlotID) error        { return nil }
func (s *soft) FindObjectsFinal(context.Context, ck.SessionHandle) error { return nil }

func (s *soft) GetSessionInfo(_ context.Context, session ck.SessionHandle) (ck.SessionInfo, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	state := ck.StateROPublic
	if s.loggedIn {
		state = ck.StateROUser
	}
	return ck.SessionInfo{Slot: 1, State: state, Flags: s.sessions[session]}, nil
}

func (s *soft) Login(_ context.Context, _ ck.SessionHandle, user ck.UserType, pin []byte) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if user != ck.UserUser || string(pin) != softPIN {
		return ck.RVPINIncorrect
	}
	s.loggedIn = true
	return nil
}

func (s *soft) Logout(context.Context, ck.SessionHandle) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.loggedIn = false
	return nil
}

func (s *soft) FindObjectsInit(ctx context.Context, session ck.SessionHandle, template []ck.Attribute) error {
	var found []ck.ObjectHandle
	for _, object := range []ck.ObjectHandle{softCertificate, softPublic, softPrivate} {
		match := true
		for _, a := range template {
			value, err := s.GetAttribute(ctx, session, object, a.Type)
			match = match && err == nil && string(value) == string(a.Value)
		}
		if match {
			found = append(found, object)
		}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.found = found
	return nil
}

func (s *soft) FindObjects(_ context.Context, _ ck.SessionHandle, most int) ([]ck.ObjectHandle, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	found := s.found[:min(most, len(s.found))]
	s.found = s.found[len(found):]
	return found, nil
}

func (s *soft) GetAttribute(_ context.Context, _ ck.SessionHandle, object ck.ObjectHandle, kind ck.AttributeType) ([]byte, error) {
	ulong := func(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }
	class := map[ck.ObjectHandle]ck.ObjectClass{softCertificate: ck.ClassCertificate, softPublic: ck.ClassPublicKey, softPrivate: ck.ClassPrivateKey}[object]
	all := map[ck.AttributeType][]byte{
		ck.AttributeClass: ulong(uint64(class)), ck.AttributeToken: {1}, ck.AttributePrivate: {0}, ck.AttributeModifiable: {0},
		ck.AttributeLabel: []byte("soft"), ck.AttributeID: {1, 2}, ck.AttributeSubject: s.certificate.RawSubject,
	}
	switch object {
	case softCertificate:
		serial, _ := asn1.Marshal(s.certificate.SerialNumber)
		all[ck.AttributeCertificateType] = ulong(ck.CertificateX509)
		all[ck.AttributeValue] = s.certificate.Raw
		all[ck.AttributeIssuer] = s.certificate.RawIssuer
		all[ck.AttributeSerialNumber] = serial
		all[ck.AttributeStartDate] = []byte("20231114")
	case softPublic, softPrivate:
		all[ck.AttributeKeyType] = ulong(ck.KeyTypeRSA)
		all[ck.AttributeModulus] = s.key.N.Bytes()
		all[ck.AttributeModulusBits] = ulong(2048)
		all[ck.AttributePublicExponent] = big.NewInt(int64(s.key.E)).Bytes()
		all[ck.AttributeAllowedMechanisms] = append(ulong(uint64(ck.MechanismRSAPKCS)), ulong(uint64(ck.MechanismSHA256RSAPKCS))...)
	}
	if object == softPrivate {
		if kind == ck.AttributePrivateExponent {
			return nil, ck.RVAttributeSensitive
		}
		all[ck.AttributeSign], all[ck.AttributeSensitive], all[ck.AttributeAlwaysAuthenticate] = []byte{1}, []byte{1}, []byte{0}
	}
	if value, ok := all[kind]; ok {
		return value, nil
	}
	return nil, ck.RVAttributeTypeInvalid
}

func (s *soft) SignInit(_ context.Context, _ ck.SessionHandle, mechanism *ck.Mechanism, key ck.ObjectHandle) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch {
	case !s.loggedIn:
		return ck.RVUserNotLoggedIn
	case key != softPrivate:
		return ck.RVKeyHandleInvalid
	case mechanism == nil || mechanism.Parameter != nil:
		return ck.RVMechanismParamInvalid
	}
	s.mechanism, s.parts = mechanism.Type, nil
	return nil
}

func (s *soft) Sign(_ context.Context, _ ck.SessionHandle, data []byte, room int) ([]byte, int, error) {
	if room < s.key.Size() {
		return nil, s.key.Size(), nil
	}
	hash := crypto.Hash(0)
	if s.mechanism == ck.MechanismSHA256RSAPKCS {
		digest := sha256.Sum256(data)
		hash, data = crypto.SHA256, digest[:]
	}
	signature, err := rsa.SignPKCS1v15(nil, s.key, hash, data)
	return signature, len(signature), err
}

func (s *soft) SignUpdate(_ context.Context, _ ck.SessionHandle, part []byte) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.parts = append(s.parts, part...)
	return nil
}

func (s *soft) SignFinal(ctx context.Context, session ck.SessionHandle, room int) ([]byte, int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.Sign(ctx, session, s.parts, room)
}

func (s *soft) Unsupported(context.Context, ck.SessionHandle, rpc.CallID) error {
	return ck.RVFunctionNotSupported
}
