package securemessaging_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/iso7816"
	"cientro/card/securemessaging"
	"cientro/card/tlv"
)

func TestEveryFlippedBitIsFound(t *testing.T) {
	clear := iso7816.ResponseAPDU{Data: []byte("personal data"), SW: 0x63C2}
	sample := newCard(kEnc, kMac, 3).protect(iso7816.INSVerify, clear)
	for bit := range len(sample) * 8 {
		s, card := session(func(int) (iso7816.ResponseAPDU, func([]byte) []byte) {
			return clear, func(b []byte) []byte { b[bit/8] ^= 1 << (bit % 8); return b }
		})
		_, err := s.Send(iso7816.Verify(0x81, pin))
		requireIntegrity(t, s, err)
		require.Len(t, card.sent, 1)
	}
	s, _ := session(answers(clear)) // and unflipped it is fine
	r, err := s.Send(iso7816.Verify(0x81, pin))
	require.NoError(t, err)
	assert.Equal(t, "personal data", string(r.Data))
}

func TestStrictForm(t *testing.T) {
	card := newCard(kEnc, kMac, 3)
	mac := func(objects ...[]byte) []byte {
		all := bytes.Join(objects, nil)
		return append(all, tlv.Encode(0x8E, card.macOf(all))...)
	}
	eight := must(securemessaging.EncryptCBC(kEnc, securemessaging.Pad([]byte("abc"), 8)))
	cryptogram, status := tlv.Encode(0x87, []byte{1}, eight), tlv.Encode(0x99, []byte{0x90, 0})
	good := map[string][]byte{
		"status":                mac(status),
		"cryptogram and status": mac(cryptogram, status),
		"wide length":           mac(append([]byte{0x87, 0x81, 9, 1}, eight...), status),
	}
	for name, body := range good {
		_, err := securemessaging.Unwrap(kEnc, kMac, 3, iso7816.INSVerify, body)
		require.NoError(t, err, name)
	}
	for name, body := range map[string][]byte{
		"nothing":              {},
		"garbage":              {0x00, 0x01, 0x02},
		"MAC only":             mac(),
		"cryptogram only":      mac(cryptogram),
		"order":                mac(status, cryptogram),
		"status twice":         mac(status, status),
		"cryptogram twice":     mac(cryptogram, cryptogram, status),
		"87 and 85":            mac(cryptogram, tlv.Encode(0x85, eight), status),
		"85 for an even INS":   mac(tlv.Encode(0x85, eight), status),
		"status of one byte":   mac(tlv.Encode(0x99, []byte{0x90})),
		"status of three":      mac(tlv.Encode(0x99, []byte{0x90, 0, 0})),
		"plain value 81":       mac(tlv.Encode(0x81, []byte{1}), status),
		"Le object":            mac(status, tlv.Encode(0x97, []byte{0})),
		"empty 87":             mac(tlv.Encode(0x87), status),
		"indicator alone":      mac(tlv.Encode(0x87, []byte{1}), status),
		"indicator 00":         mac(tlv.Encode(0x87, []byte{0}, eight), status),
		"half a block":         mac(tlv.Encode(0x87, []byte{1}, eight[:4]), status),
		"no MAC":               append(bytes.Clone(cryptogram), status...),
		"MAC of four bytes":    append(bytes.Clone(status), tlv.Encode(0x8E, card.macOf(status)[:4])...),
		"MAC of nine bytes":    append(bytes.Clone(status), tlv.Encode(0x8E, card.macOf(status), []byte{0})...),
		"bytes after the MAC":  append(mac(status), 0x00),
		"other object for MAC": append(bytes.Clone(status), tlv.Encode(0x8F, card.macOf(status))...),
		"cut inside the MAC":   mac(status)[:10],
		"cut after cryptogram": cryptogram,
	} {
		t.Run(name, func(t *testing.T) {
			r, err := securemessaging.Unwrap(kEnc, kMac, 3, iso7816.INSVerify, body)
			require.ErrorIs(t, err, securemessaging.ErrIntegrity)
			assert.Zero(t, r)
		})
	}
	// An odd INS takes 85, and also 87 from cards that never learnt it.
	for name, body := range map[string][]byte{"85": mac(tlv.Encode(0x85, eight), status), "87": mac(cryptogram, status)} {
		r, err := securemessaging.Unwrap(kEnc, kMac, 3, iso7816.INSGetDataOdd, body)
		require.NoError(t, err, name)
		assert.Equal(t, "abc", string(r.Data))
	}
	for name, body := range map[string][]byte{"empty 85": mac(tlv.Encode(0x85), status), "85 with indicator": mac(tlv.Encode(0x85, []byte{1}, eight), status)} {
		_, err := securemessaging.Unwrap(kEnc, kMac, 3, iso7816.INSGetDataOdd, body)
		require.ErrorIs(t, err, securemessaging.ErrIntegrity, name)
	}
}

func TestReplayedAnswerIsRefused(t *testing.T) {
	var first []byte
	s, _ := session(func(n int) (iso7816.ResponseAPDU, func([]byte) []byte) {
		return iso7816.ResponseAPDU{SW: 0x9000}, func(b []byte) []byte {
			if n == 0 {
				first = bytes.Clone(b)
			}
			return first
		}
	})
	_, err := s.Send(iso7816.Verify(0x81, pin))
	require.NoError(t, err)
	_, err = s.Send(iso7816.Verify(0x81, pin))
	requireIntegrity(t, s, err)
}

func TestWrapRefuses(t *testing.T) {
	ok := iso7816.SelectMF()
	for _, n := range []int{0, 8, 15, 17, 24} {
		_, err := securemessaging.Wrap(make([]byte, n), kMac, 1, ok)
		require.ErrorIs(t, err, securemessaging.ErrKey)
		_, err = securemessaging.Wrap(kEnc, make([]byte, n), 1, ok)
		require.ErrorIs(t, err, securemessaging.ErrKey)
		_, err = securemessaging.Unwrap(kEnc, make([]byte, n), 1, 0x20, nil)
		require.ErrorIs(t, err, securemessaging.ErrKey)
		_, err = securemessaging.RetailMAC(make([]byte, n), make([]byte, 8))
		require.ErrorIs(t, err, securemessaging.ErrKey)
		_, err = securemessaging.EncryptCBC(make([]byte, n), make([]byte, 8))
		require.ErrorIs(t, err, securemessaging.ErrKey)
		_, err = securemessaging.DecryptCBC(make([]byte, n), make([]byte, 8))
		require.ErrorIs(t, err, securemessaging.ErrKey)

		dead := securemessaging.New(cardtest.NewScript(t), make([]byte, n), kMac, 1)
		requireLost(t, dead)
	}
	_, err := securemessaging.Wrap(kEnc, kMac, 1, iso7816.CommandAPDU{INS: 0x22, Data: make([]byte, 232)})
	require.ErrorIs(t, err, iso7816.ErrCommand)
	_, err = securemessaging.Wrap(kEnc, kMac, 1, iso7816.CommandAPDU{CLA: 0x08})
	require.ErrorIs(t, err, iso7816.ErrCommand)
	for _, bad := range [][]byte{make([]byte, 7), make([]byte, 9)} {
		_, err = securemessaging.EncryptCBC(kEnc, bad)
		require.ErrorIs(t, err, securemessaging.ErrKey)
		_, err = securemessaging.DecryptCBC(kEnc, bad)
		require.ErrorIs(t, err, securemessaging.ErrKey)
		_, err = securemessaging.RetailMAC(kMac, bad)
		require.ErrorIs(t, err, securemessaging.ErrKey)
	}
	_, err = securemessaging.RetailMAC(kMac, nil)
	require.ErrorIs(t, err, securemessaging.ErrKey)
}
