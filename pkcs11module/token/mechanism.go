package token

import (
	"context"
	"crypto"

	ck "cientro/pkcs11module/cryptoki"
)

// mechanisms are what the chip does, and no more: it pads PKCS#1 v1.5 itself,
// so that there is no PSS, no raw RSA and no decryption. Hashes are made here.
var mechanisms = []struct {
	is   ck.MechanismType
	hash crypto.Hash // 0: the caller gives what is to be padded, a DigestInfo
}{
	{ck.MechanismRSAPKCS, 0},
	{ck.MechanismSHA1RSAPKCS, crypto.SHA1},
	{ck.MechanismSHA256RSAPKCS, crypto.SHA256},
	{ck.MechanismSHA384RSAPKCS, crypto.SHA384},
	{ck.MechanismSHA512RSAPKCS, crypto.SHA512},
}

// keyBits is the size of the holder's key on every CIE.
const keyBits = 2048

func hashOf(mechanism ck.MechanismType) (crypto.Hash, error) {
	for _, m := range mechanisms {
		if m.is == mechanism {
			return m.hash, nil
		}
	}
	return 0, ck.RVMechanismInvalid
}

// GetMechanismList lists what the token in a slot can do.
func (m *Module) GetMechanismList(ctx context.Context, id ck.SlotID) ([]ck.MechanismType, error) {
	if _, err := m.recognised(ctx, id); err != nil {
		return nil, err
	}
	list := make([]ck.MechanismType, 0, len(mechanisms))
	for _, m := range mechanisms {
		list = append(list, m.is)
	}
	return list, nil
}

// GetMechanismInfo describes one of them.
func (m *Module) GetMechanismInfo(ctx context.Context, id ck.SlotID, mechanism ck.MechanismType) (ck.MechanismInfo, error) {
	if _, err := m.recognised(ctx, id); err != nil {
		return ck.MechanismInfo{}, err
	}
	if _, err := hashOf(mechanism); err != nil {
		return ck.MechanismInfo{}, err
	}
	return ck.MechanismInfo{MinKeySize: keyBits, MaxKeySize: keyBits, Flags: ck.MechanismSign | ck.MechanismHardware}, nil
}
