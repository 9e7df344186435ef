package virtual

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

const setHolderKey = "002241A406800102840181"

func TestHolderSignature(t *testing.T) {
	data := vectorData(t)
	card := newCard(t, data, "nxp", nil, nil)
	digest := sha256.Sum256([]byte("hello"))
	info := append(unhex(t, "3031300D060960864801650304020105000420"), digest[:]...)
	sign := append(append(unhex(t, "00880000"), byte(len(info))), info...)

	require.Equal(t, "9000", send(t, card, setHolderKey))
	require.Equal(t, "6982", hexOf(transmit(t, card, sign)), "in clear")
	x := connect(t, card)
	_, sw := x.do(setHolderKey)
	require.Equal(t, swOK, sw)
	_, sw = x.raw(sign)
	require.Equal(t, swSecurityStatus, sw, "without PIN")
	_, sw = x.do("00200081083132333435363738")
	require.Equal(t, swOK, sw)
	for range 2 {
		signature, sw := x.raw(sign)
		require.Equal(t, swOK, sw)
		require.NoError(t, rsa.VerifyPKCS1v15(&data.HolderKey.PublicKey, crypto.SHA256, digest[:], signature))
	}
	signature, sw := x.raw(append(sign, 0))
	require.Equal(t, swOK, sw, "with Le")
	require.Len(t, signature, 256)
	for n, want := range map[int]StatusWord{102: swOK, 103: swWrongLength} {
		require.Equal(t, want, x.chained(0x88, 0, 0, make([]byte, n)))
	}
	_, sw = x.do("00880000")
	require.Equal(t, swWrongLength, sw)
}

func TestSignLimitAndPINForEach(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", func(s *Settings) { s.SignLimit, s.PINForEachSignature = 245, true }, nil)
	x := login(t, card)
	_, sw := x.do(setHolderKey)
	require.Equal(t, swOK, sw)
	require.Equal(t, swWrongLength, x.chained(0x88, 0, 0, make([]byte, 246)))
	require.Equal(t, swOK, x.chained(0x88, 0, 0, make([]byte, 245)))
	require.Equal(t, swSecurityStatus, x.chained(0x88, 0, 0, make([]byte, 20)), "the PIN was spent")
}

func TestServicesKeyUnderSecureMessaging(t *testing.T) {
	data := vectorData(t)
	card := newCard(t, data, "nxp", nil, nil)
	send(t, card, "00A4040C06A00000000039")
	x := newTerminal(t, card).agree()
	_, sw := x.do("002241A406800102840183")
	require.Equal(t, swOK, sw)
	nonce := bytes.Repeat([]byte{0x31}, 12)
	signature, sw := x.raw(append(unhex(t, "008800000C"), nonce...))
	require.Equal(t, swOK, sw)
	require.NoError(t, rsa.VerifyPKCS1v15(&data.ServicesKey.PublicKey, crypto.Hash(0), nonce, signature))
}

func TestChineseRemainderAgreesWithPlain(t *testing.T) {
	var v struct {
		CA struct{ N, P, Q hexBytes } `json:"simulator_ca"`
	}
	readVectors(t, "dapp.json", &v)
	key := privateVector{v.CA.N, clientConstant(t, "CA_EXTAUTH_D")}.key()
	key.Primes = []*big.Int{new(big.Int).SetBytes(v.CA.P), new(big.Int).SetBytes(v.CA.Q)}
	fast, err := newRSAKey(key)
	require.NoError(t, err)
	require.NotNil(t, fast.p)
	slow, err := newRSAKey(&rsa.PrivateKey{PublicKey: key.PublicKey, D: key.D})
	require.NoError(t, err)
	for i := range 8 {
		block := bytes.Repeat([]byte{byte(i * 13)}, 250)
		require.Equal(t, slow.private(block), fast.private(block))
	}
	_, err = newRSAKey(&rsa.PrivateKey{PublicKey: key.PublicKey, D: key.D, Primes: []*big.Int{key.Primes[0], key.Primes[0]}})
	require.Error(t, err)
	_, err = newRSAKey(nil)
	require.Error(t, err)
}

func TestSignatureMustBeAResidue(t *testing.T) {
	key := vectorData(t).ChipKey
	n, e := key.N, big.NewInt(int64(key.E))
	one := make([]byte, 256)
	one[255] = 1
	out, ok := publicOperation(n, e, one)
	require.True(t, ok)
	require.Equal(t, one, out)
	_, ok = publicOperation(n, e, new(big.Int).Add(n, big.NewInt(1)).Bytes())
	require.False(t, ok, "n+1 is the same residue as 1")
	_, ok = publicOperation(n, e, one[1:])
	require.False(t, ok)
}
