package ias

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/iso7816"
	"cientro/card/tlv"
)

// replies answers with the given answers in turn, the last one for ever.
func replies(answers ...iso7816.ResponseAPDU) Sender {
	next := 0
	return func(iso7816.CommandAPDU) (iso7816.ResponseAPDU, error) {
		r := answers[min(next, len(answers)-1)]
		next++
		return r, nil
	}
}

func ok(data ...[]byte) iso7816.ResponseAPDU {
	return iso7816.ResponseAPDU{Data: bytes.Join(data, nil), SW: iso7816.SWSuccess}
}

func refused(sw iso7816.StatusWord) iso7816.ResponseAPDU { return iso7816.ResponseAPDU{SW: sw} }

var errWire = errors.New("wire cut")

func broken(iso7816.CommandAPDU) (iso7816.ResponseAPDU, error) {
	return iso7816.ResponseAPDU{}, errWire
}

func TestSelectRootTriesBothWays(t *testing.T) {
	for _, tc := range []struct {
		hint    Root
		answers []iso7816.ResponseAPDU
		root    Root
		ok      bool
	}{
		{RootIAS, []iso7816.ResponseAPDU{ok()}, RootIAS, true},
		{RootMF, []iso7816.ResponseAPDU{ok()}, RootMF, true},
		{"", []iso7816.ResponseAPDU{refused(0x6A82), ok()}, RootMF, true},
		{RootMF, []iso7816.ResponseAPDU{refused(0x6A86), ok()}, RootIAS, true},
		{RootIAS, []iso7816.ResponseAPDU{refused(0x6A82)}, "", false},
	} {
		root, found, err := SelectRoot(replies(tc.answers...), tc.hint)
		require.NoError(t, err)
		assert.Equal(t, tc.root, root)
		assert.Equal(t, tc.ok, found)
	}
	_, _, err := SelectRoot(broken, RootIAS)
	assert.ErrorIs(t, err, errWire)
}

func TestApplications(t *testing.T) {
	for aid, probe := range map[string]func(Sender) (bool, error){
		"a00000000039":                 SelectCIE,
		"a0000002471001":               SelectICAO,
		"a000000530000b104001021a":     SelectCNS,
		"325041592e5359532e4444463031": SelectPPSE,
	} {
		found, err := probe(func(c iso7816.CommandAPDU) (iso7816.ResponseAPDU, error) {
			assert.Equal(t, aid, hex.EncodeToString(c.Data))
			assert.EqualValues(t, 0x0C, c.P2)
			return ok(), nil
		})
		require.NoError(t, err)
		assert.True(t, found)
		found, err = probe(replies(refused(0x6A82)))
		require.NoError(t, err)
		assert.False(t, found)
		_, err = probe(broken)
		assert.ErrorIs(t, err, errWire)
	}
}

func domainObject(parts ...[]byte) []byte {
	return tlv.Encode(0x70, tlv.Encode(0xBFA101, tlv.Encode(0xA3, parts...)))
}

func TestDomainParameters(t *testing.T) {
	v, want := domainVectors(t)
	g, p, q := tlv.Encode(0x97, v.G), tlv.Encode(0x98, v.P), tlv.Encode(0x99, v.Q)

	split, err := ReadDomainParameters(replies(ok(domainObject(g)), ok(domainObject(p)), ok(domainObject(q))))
	require.NoError(t, err)
	assert.Equal(t, want, split)
	// One at a time refused: all at once, in any order.
	atOnce, err := ReadDomainParameters(replies(refused(0x6A88), ok(domainObject(q, g, p))))
	require.NoError(t, err)
	assert.Equal(t, want, atOnce)
	// No Le wanted.
	noLe, err := ReadDomainParameters(replies(refused(0x6700), ok(domainObject(g)), refused(0x6700), ok(domainObject(p)), refused(0x6700), ok(domainObject(q))))
	require.NoError(t, err)
	assert.Equal(t, want, noLe)

	_, err = ReadDomainParameters(replies(refused(0x6A88)))
	assert.ErrorIs(t, err, iso7816.SWReferenceNotFound)
	_, err = ReadDomainParameters(broken)
	assert.ErrorIs(t, err, errWire)
	for name, answer := range map[string][]byte{
		"empty": {}, "no template": g, "truncated": domainObject(g)[:20], "no order": domainObject(g, p),
	} {
		_, err = ReadDomainParameters(replies(refused(0x6A88), ok(answer)))
		assert.Error(t, err, name)
	}
}

func TestDomainParametersOutOfRange(t *testing.T) {
	_, good := domainVectors(t)
	even := bytes.Clone(good.P)
	even[len(even)-1] &^= 1
	for name, d := range map[string]DomainParameters{
		"empty":          {},
		"small prime":    {G: []byte{2}, P: []byte{23}, Q: []byte{11}},
		"even prime":     {G: good.G, P: even, Q: good.Q},
		"g is one":       {G: []byte{1}, P: good.P, Q: good.Q},
		"g is p":         {G: good.P, P: good.P, Q: good.Q},
		"small order":    {G: good.G, P: good.P, Q: []byte{11}},
		"order above p":  {G: good.G, P: good.P, Q: append([]byte{1}, good.P...)},
		"enormous prime": {G: good.G, P: bytes.Repeat([]byte{0xFF}, 5000), Q: good.Q},
	} {
		_, _, err := Agree(&chipSide{}, d, bytes.NewReader(make([]byte, 1<<16)))
		assert.ErrorIs(t, err, ErrDomainParameters, name)
	}
}

func TestAgreeRefusesBadKeys(t *testing.T) {
	v, domain := domainVectors(t)
	_, p, _ := domain.ints()
	minusOne := bytes.Clone(domain.P)
	minusOne[len(minusOne)-1]--
	outside := bytes.Repeat([]byte{0}, 256)
	outside[255] = 2 // 2 has not order q in this group
	for name, public := range map[string][]byte{
		"zero": make([]byte, 256), "one": append(make([]byte, 255), 1), "p-1": minusOne, "p": p.Bytes(), "outside the subgroup": outside,
	} {
		_, _, err := Agree(&chipSide{public: public}, domain, bytes.NewReader(v.Cases[0].IFDPrivate))
		assert.ErrorIs(t, err, ErrKeyAgreement, name)
	}
	_, _, err := Agree(&chipSide{}, domain, bytes.NewReader(nil))
	assert.Error(t, err, "no random numbers")
	_, _, err = Agree(&chipSide{}, domain, bytes.NewReader(make([]byte, 1<<16)))
	assert.Error(t, err, "only zeros")
}

func keyObject(parts ...[]byte) []byte {
	return tlv.Encode(0x70, tlv.Encode(0xBFA004, tlv.Encode(0x7F49, parts...)))
}

func TestAuthenticationKey(t *testing.T) {
	n := append([]byte{0}, bytes.Repeat([]byte{0xC1}, 256)...)
	parts := [][]byte{tlv.Encode(0x81, n), tlv.Encode(0x82, []byte{1, 0, 1}), tlv.Encode(0x5F20, make([]byte, 12)), tlv.Encode(0x5F4C, make([]byte, 7))}
	k, err := ReadAuthenticationKey(replies(ok(keyObject(parts...))))
	require.NoError(t, err)
	assert.Len(t, k.Modulus, 256, "without the leading zero")

	for i := range parts {
		without := append(append([][]byte{}, parts[:i]...), parts[i+1:]...)
		_, err = ReadAuthenticationKey(replies(ok(keyObject(without...))))
		assert.ErrorIs(t, err, tlv.ErrNotFound)
	}
	short := [][]byte{parts[0], parts[1], tlv.Encode(0x5F20, make([]byte, 3)), parts[3]}
	_, err = ReadAuthenticationKey(replies(ok(keyObject(short...))))
	assert.Error(t, err)
	_, err = ReadAuthenticationKey(replies(refused(0x6A88)))
	assert.ErrorIs(t, err, iso7816.SWReferenceNotFound)
}

func TestCounter(t *testing.T) {
	object := func(parts ...[]byte) []byte {
		return tlv.Encode(0x70, tlv.Encode(0xBF8101, tlv.Encode(0xA0, parts...)))
	}
	highest, left := tlv.Encode(0x9A, []byte{3}), tlv.Encode(0x9B, []byte{2})
	c, err := ReadCounter(replies(ok(object(left, highest))), ReferencePIN)
	require.NoError(t, err)
	assert.Equal(t, Counter{Max: 3, Left: 2}, c)
	c, err = ReadCounter(replies(ok(object(left))), ReferencePIN)
	require.NoError(t, err)
	assert.Equal(t, Counter{Left: 2}, c)

	for name, answer := range map[string]iso7816.ResponseAPDU{
		"no counter":         ok(object(highest)),
		"another reference":  ok(tlv.Encode(0x70, tlv.Encode(0xBF8102, tlv.Encode(0xA0, left)))),
		"two bytes":          ok(object(tlv.Encode(0x9B, []byte{0, 2}))),
		"more than there is": ok(object(tlv.Encode(0x9A, []byte{3}), tlv.Encode(0x9B, []byte{4}))),
		"out of range":       ok(object(tlv.Encode(0x9B, []byte{200}))),
		"garbage":            ok([]byte{1, 2, 3}),
	} {
		_, err = ReadCounter(replies(answer), ReferencePIN)
		assert.ErrorIs(t, err, ErrNoCounter, name)
	}
	_, err = ReadCounter(replies(refused(0x6A88)), ReferencePIN)
	assert.ErrorIs(t, err, iso7816.SWReferenceNotFound)
	_, err = ReadCounter(broken, ReferencePIN)
	assert.ErrorIs(t, err, errWire)

	_, err = ReadCounter(func(c iso7816.CommandAPDU) (iso7816.ResponseAPDU, error) {
		assert.Equal(t, "4d087006bf810202a080", hex.EncodeToString(c.Data))
		return refused(0x6A88), nil
	}, ReferencePUK)
	assert.Error(t, err)
}

func TestPing(t *testing.T) {
	assert.NoError(t, Ping(replies(ok(make([]byte, 8)))))
	assert.ErrorIs(t, Ping(replies(refused(0x6988))), iso7816.SWSMIncorrect)
}

// TestPINCommandsGoOutOnce: whatever the answer, one command each.
func TestPINCommandsGoOutOnce(t *testing.T) {
	pin, other := []byte("41739628"), []byte("62840317")
	for name, tc := range map[string]struct {
		call func(Sender) (iso7816.StatusWord, error)
		want string
	}{
		"verify": {func(s Sender) (iso7816.StatusWord, error) { return Verify(s, ReferencePIN, pin) }, "20008141739628"},
		"change": {func(s Sender) (iso7816.StatusWord, error) { return Change(s, ReferencePIN, pin, other) }, "2400814173962862840317"},
		"reset":  {func(s Sender) (iso7816.StatusWord, error) { return ResetRetryCounter(s, ReferencePIN, other) }, "2c028162840317"},
		"query":  {QueryTries, "200081"},
	} {
		for _, sw := range []iso7816.StatusWord{0x9000, 0x63C2, 0x6300, 0x6983, 0x6C08, 0x6700, 0x6988, 0x6F00} {
			sent := 0
			got, err := tc.call(func(c iso7816.CommandAPDU) (iso7816.ResponseAPDU, error) {
				sent++
				assert.Equal(t, tc.want, hex.EncodeToString([]byte{c.INS, c.P1, c.P2})+string(c.Data), name)
				return refused(sw), nil
			})
			require.NoError(t, err)
			assert.Equal(t, sw, got)
			assert.Equal(t, 1, sent, name)
		}
		_, err := tc.call(broken)
		assert.ErrorIs(t, err, errWire, name)
	}
}

func TestSignInput(t *testing.T) {
	for _, size := range []int{0, 103, 256} {
		_, err := Sign(broken, make([]byte, size))
		assert.ErrorIs(t, err, ErrSignInput, "%d bytes", size)
	}
	_, err := Sign(replies(ok(), refused(0x6982)), make([]byte, 51))
	assert.ErrorIs(t, err, iso7816.SWSecurityStatus)
	_, err = Sign(replies(ok(), ok()), make([]byte, 51))
	assert.Error(t, err, "empty signature")
	_, err = Sign(replies(refused(0x6A88)), make([]byte, 51))
	assert.ErrorIs(t, err, iso7816.SWReferenceNotFound)
}

func TestPublicKey(t *testing.T) {
	n := bytes.Repeat([]byte{0xC3}, 256)
	integer := func(b ...byte) []byte { return tlv.Encode(0x02, b) }
	sequence := func(parts ...[]byte) []byte { return tlv.Encode(0x30, parts...) }
	for name, der := range map[string][]byte{
		"with leading zero": sequence(integer(append([]byte{0}, n...)...), integer(1, 0, 1)),
		"without":           sequence(integer(n...), integer(1, 0, 1)),
		"padded file":       append(sequence(integer(n...), integer(1, 0, 1)), 0, 0, 0),
	} {
		key, err := ParsePublicKey(der)
		require.NoError(t, err, name)
		assert.Equal(t, n, key.N.Bytes())
		assert.Equal(t, 65537, key.E)
	}
	for name, der := range map[string][]byte{
		"empty": {}, "no sequence": integer(1), "one number": sequence(integer(n...)),
		"small": sequence(integer(n[:100]...), integer(3)), "huge": sequence(integer(bytes.Repeat([]byte{0xC3}, 2000)...), integer(3)),
		"even modulus": sequence(integer(append(bytes.Clone(n), 2)...), integer(3)), "even exponent": sequence(integer(n...), integer(4)),
		"exponent one": sequence(integer(n...), integer(1)), "huge exponent": sequence(integer(n...), integer(n...)),
		"exponent zero": sequence(integer(n...), integer()), "truncated": sequence(integer(n...), integer(3))[:100],
		"three numbers": sequence(integer(n...), integer(3), integer(3)), "not integers": sequence(tlv.Encode(0x04, n), integer(3)),
	} {
		_, err := ParsePublicKey(der)
		assert.ErrorIs(t, err, ErrPublicKey, name)
	}
}

func FuzzGetDataAnswers(f *testing.F) {
	f.Add(domainObject(tlv.Encode(0x97, []byte{2})))
	f.Add(keyObject(tlv.Encode(0x81, []byte{2})))
	f.Add([]byte{0x70, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Add([]byte{0x30, 0x06, 0x02, 0x01, 0x03, 0x02, 0x01, 0x03})
	f.Fuzz(func(t *testing.T, answer []byte) {
		send := replies(ok(answer))
		if d, err := ReadDomainParameters(send); err == nil && d.check() != nil {
			t.Fatal("parameters out of range let through")
		}
		if k, err := ReadAuthenticationKey(send); err == nil {
			_, _ = terminalCertificate(k)
		}
		if c, err := ReadCounter(send, ReferencePIN); err == nil && (c.Left < 0 || c.Left > mostTries) {
			t.Fatal("a counter that is none")
		}
		_, _ = ParsePublicKey(answer)
	})
}
