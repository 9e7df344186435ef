package token

import (
	"crypto/sha1" //nolint:gosec // CKA_CHECK_VALUE is defined by it
	"encoding/binary"
	"math/big"
	"time"

	"cientro/card/holder"
	ck "cientro/pkcs11module/cryptoki"
)

// object is one object of a token: the values of its attributes in memory form,
// as ck.Attribute has them. A nil value stands for a secret one.
type object struct {
	handle     ck.ObjectHandle
	class      ck.ObjectClass
	attributes map[ck.AttributeType][]byte
}

// Object handles of a token, from its first. They differ from one stay of a
// card to the next, so that no program mistakes one card's objects for another's.
const (
	certificateHandle ck.ObjectHandle = iota
	publicKeyHandle
	privateKeyHandle
	profileHandle // the first of them

	handlesPerToken = 8
)

// objectLabel names certificate and keys: one name for all three, as Java and
// OpenSSL look for them by it, and none of a person.
const objectLabel = "Autenticazione CIE"

func boolean(b bool) []byte {
	if b {
		return []byte{1}
	}
	return []byte{0}
}

func ulong[T ~uint64 | ~int](n T) []byte { return binary.LittleEndian.AppendUint64(nil, uint64(n)) }

func date(t time.Time) []byte { return []byte(t.UTC().Format("20060102")) }

func mechanismTypes() []byte {
	var list []byte
	for _, m := range mechanisms {
		list = append(list, ulong(m.is)...)
	}
	return list
}

// newObject makes an object with what all have in common (section 4.4): on the
// token, never changed, copied or destroyed.
func (t *token) newObject(n ck.ObjectHandle, class ck.ObjectClass, name, label string) *object {
	return &object{handle: t.handles + n, class: class, attributes: map[ck.AttributeType][]byte{
		ck.AttributeClass:       ulong(class),
		ck.AttributeToken:       boolean(true),
		ck.AttributePrivate:     boolean(false),
		ck.AttributeModifiable:  boolean(false),
		ck.AttributeCopyable:    boolean(false),
		ck.AttributeDestroyable: boolean(false),
		ck.AttributeLabel:       []byte(label),
		ck.AttributeUniqueID:    []byte(t.serial + "-" + name),
	}}
}

func (o *object) with(attributes map[ck.AttributeType][]byte) *object {
	for kind, value := range attributes {
		o.attributes[kind] = value
	}
	return o
}

// profile is an object that says which profile of the standard this module
// keeps (PKCS#11 section 4.13; Profiles version 3.1 section 5).
type profile struct {
	id          int
	name, label string
}

// Profiles, in the order of their handles. The last one promises certificates
// without a login, so only a card whose certificate is known keeps it: NSS
// takes the promise at its word, and would never ask for the PIN of another.
var profiles = [...]profile{
	{ck.ProfileBaseline, "profile-baseline", "Baseline Provider"},
	{ck.ProfileExtended, "profile-extended", "Extended Provider"},
	{ck.ProfileAuthentication, "profile-authentication", "Authentication Token"},
	{ck.ProfilePublicCertificate, "profile-public-certificates", "Public Certificates Token"},
}

const ofKnownCards = len(profiles) - 1

// profileObjects are those from one profile to before another.
func (t *token) profileObjects(from, to int) []*object {
	var list []*object
	for i, p := range profiles[from:to] {
		list = append(list, t.newObject(profileHandle+ck.ObjectHandle(from+i), ck.ClassProfile, p.name, p.label).
			with(map[ck.AttributeType][]byte{ck.AttributeProfileID: ulong(p.id)}))
	}
	return list
}

// show makes certificate and keys visible, from now until the card leaves. What
// cannot be taken apart is not shown. The caller holds m.mu.
func (m *Module) show(t *token, certificate *holder.Certificate) {
	if t.key != nil {
		return
	}
	key, err := parseHolder(certificate)
	if err != nil {
		m.o.Log.Warn("certificate not shown", "error", err)
		return
	}
	t.key = key
	t.objects = append([]*object{t.certificateObject(key), t.publicKeyObject(key), t.privateKeyObject(key)}, t.objects...)
	t.objects = append(t.objects, t.profileObjects(ofKnownCards, len(profiles))...)
}

// certificateObject is section 4.6.3, X.509 public key certificate objects.
func (t *token) certificateObject(k *holderKey) *object {
	check := sha1.Sum(k.der) //nolint:gosec // a checksum
	return t.newObject(certificateHandle, ck.ClassCertificate, "certificate", objectLabel).with(map[ck.AttributeType][]byte{
		ck.AttributeCertificateType:     ulong(ck.CertificateX509),
		ck.AttributeCertificateCategory: ulong(ck.CategoryTokenUser),
		ck.AttributeTrusted:             boolean(false),
		ck.AttributeCheckValue:          check[:3],
		ck.AttributeStartDate:           date(k.from),
		ck.AttributeEndDate:             date(k.to),
		ck.AttributePublicKeyInfo:       k.publicKeyInfo,
		ck.AttributeSubject:             k.subject,
		ck.AttributeIssuer:              k.issuer,
		ck.AttributeSerialNumber:        k.serial,
		ck.AttributeID:                  k.id,
		ck.AttributeValue:               k.der,
	})
}

// keyObject is what both keys have in common (section 4.7).
func (t *token) keyObject(n ck.ObjectHandle, class ck.ObjectClass, name string, k *holderKey) *object {
	return t.newObject(n, class, name, objectLabel).with(map[ck.AttributeType][]byte{
		ck.AttributeKeyType:           ulong(ck.KeyTypeRSA),
		ck.AttributeID:                k.id,
		ck.AttributeSubject:           k.subject,
		ck.AttributeStartDate:         date(k.from),
		ck.AttributeEndDate:           date(k.to),
		ck.AttributeDerive:            boolean(false),
		ck.AttributeLocal:             boolean(true),
		ck.AttributeKeyGenMechanism:   ulong(ck.MechanismRSAKeyPairGen),
		ck.AttributeAllowedMechanisms: mechanismTypes(),
		ck.AttributePublicKeyInfo:     k.publicKeyInfo,
		ck.AttributeModulus:           k.public.N.Bytes(),
		ck.AttributePublicExponent:    big.NewInt(int64(k.public.E)).Bytes(),
	})
}

// publicKeyObject is section 4.8. The token verifies nothing itself; the
// attribute says what the key is for.
func (t *token) publicKeyObject(k *holderKey) *object {
	return t.keyObject(publicKeyHandle, ck.ClassPublicKey, "public-key", k).with(map[ck.AttributeType][]byte{
		ck.AttributeEncrypt:       boolean(false),
		ck.AttributeVerify:        boolean(true),
		ck.AttributeVerifyRecover: boolean(false),
		ck.AttributeWrap:          boolean(false),
		ck.AttributeTrusted:       boolean(false),
		ck.AttributeModulusBits:   ulong(k.public.N.BitLen()),
	})
}

// privateKeyObject is section 4.9. It is private, so it is found after a login
// only; who chooses a certificate by whether there is a key to it finds the
// public key before (profile Public Certificates Token, clause 8c).
func (t *token) privateKeyObject(k *holderKey) *object {
	o := t.keyObject(privateKeyHandle, ck.ClassPrivateKey, "private-key", k).with(map[ck.AttributeType][]byte{
		ck.AttributePrivate:            boolean(true),
		ck.AttributeSign:               boolean(true),
		ck.AttributeSignRecover:        boolean(false),
		ck.AttributeDecrypt:            boolean(false),
		ck.AttributeUnwrap:             boolean(false),
		ck.AttributeSensitive:          boolean(true),
		ck.AttributeAlwaysSensitive:    boolean(true),
		ck.AttributeExtractable:        boolean(false),
		ck.AttributeNeverExtractable:   boolean(true),
		ck.AttributeWrapWithTrusted:    boolean(false),
		ck.AttributeAlwaysAuthenticate: boolean(false),
	})
	for _, secret := range []ck.AttributeType{
		ck.AttributePrivateExponent, ck.AttributePrime1, ck.AttributePrime2,
		ck.AttributeExponent1, ck.AttributeExponent2, ck.AttributeCoefficient,
	} {
		o.attributes[secret] = nil
	}
	return o
}
