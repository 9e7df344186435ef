package virtual

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func channelOnly(t *testing.T, profile string) *testTerminal {
	card := newCard(t, vectorData(t), profile, nil, nil)
	send(t, card, "00A4040C06A00000000039")
	return newTerminal(t, card).agree()
}

func TestDeviceAuthenticationNeedsSecureMessaging(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	for _, c := range []struct{ command, want string }{
		{"002281B606800141830184", "6982"},
		{"002A00AE027F21", "6982"},
		{"002A00BE027F21", "6a86"},
		{"002281A40E830C000000002000000000000001", "6982"},
		{"0082000001AA", "6982"},
		{"0082010001AA", "6a86"},
		{"0088010001AA", "6a86"},
		{"0088000001AA", "6985"},
		{"0084000001AA", "6700"},
		{"00840000", "6700"},
		{"0084000108", "6a86"},
		{"0084000007", "6c08"},
		{"002241A40684018280019B", "9000"},
	} {
		require.Equal(t, c.want, send(t, card, c.command), c.command)
	}
	require.Len(t, transmit(t, card, unhex(t, "0084000008")), 10)
	require.Len(t, transmit(t, card, unhex(t, "0084000000")), 10)
	require.Equal(t, "6982", send(t, card, "0088000008"+"0102030405060708"))
}

func TestEnvironmentRefusals(t *testing.T) {
	x := channelOnly(t, "nxp")
	for command, want := range map[string]StatusWord{
		"002281B606800141830184":      swOK,
		"002281B60680014183018400":    swOK, // the desktop client's Le
		"002281B606800140830184":      swWrongData,
		"002281B606800141830185":      swReferenceNotFound,
		"002281B603830184":            swWrongData,
		"002281A40680014183018400":    swWrongData,
		"002281A403830184":            swReferenceNotFound,
		"002241A406800102840185":      swReferenceNotFound,
		"002241A406800102840182":      swWrongData,
		"002241A40680019B840181":      swWrongData,
		"002241A403840181":            swWrongData,
		"00224241" + "06800102840181": swWrongP1P2,
	} {
		_, sw := x.do(command)
		require.Equal(t, want, sw, command)
	}
}

func TestHolderReferenceTemplate(t *testing.T) {
	for profile, want := range map[string]StatusWord{"nxp": swOK, "stm": swReferenceNotFound} {
		x := channelOnly(t, profile)
		_, sw := x.do("002281B606800141830184")
		require.Equal(t, swOK, sw)
		require.Equal(t, swOK, x.chained(0x2A, 0, 0xAE, certificate(t)))
		_, sw = x.do("002281B60E830C000000002000000000000001")
		require.Equal(t, want, sw, profile)
		_, sw = x.do("002281A40E830C000000002000000000000002")
		require.Equal(t, swReferenceNotFound, sw, "another reference than the certificate's")
		_, sw = x.do("002281A40E830C000000002000000000000001")
		require.Equal(t, swOK, sw)
	}
}

func TestCertificateRefusals(t *testing.T) {
	good := certificate(t)
	change := func(at int) []byte {
		out := bytes.Clone(good)
		out[at] ^= 0x01
		return out
	}
	for name, c := range map[string]struct {
		object []byte
		want   StatusWord
	}{
		"signature":      {change(100), swAuthFailed},
		"remainder":      {change(len(good) - 20), swAuthFailed},
		"authority":      {change(len(good) - 1), swReferenceNotFound},
		"tag":            {change(1), swWrongData},
		"trailing":       {append(bytes.Clone(good), 0), swWrongData},
		"no signature":   {unhex(t, "7F21044202AAAA"), swWrongData},
		"empty":          {unhex(t, "7F2100"), swWrongData},
		"nothing":        {nil, swWrongData},
		"huge signature": {append(append(unhex(t, "7F2182015D5F37820100"), bytes.Repeat([]byte{0xFF}, 256)...), good[266:]...), swAuthFailed},
	} {
		t.Run(name, func(t *testing.T) {
			x := channelOnly(t, "nxp")
			require.Equal(t, swConditions, x.chained(0x2A, 0, 0xAE, good), "key not set")
			_, sw := x.do("002281B606800141830184")
			require.Equal(t, swOK, sw)
			require.Equal(t, c.want, x.chained(0x2A, 0, 0xAE, c.object))
			require.Nil(t, x.card.session.terminal)
		})
	}
}

// TestCertificateContent signs certificates that are well made but say the wrong
// thing.
func TestCertificateContent(t *testing.T) {
	var d dappVectors
	readVectors(t, "dapp.json", &d)
	ca, err := newRSAKey(privateVector{d.Certificate.CAN, d.Certificate.CAD}.key())
	require.NoError(t, err)
	for name, c := range map[string]struct {
		change func([]byte) []byte
		want   StatusWord
	}{
		"as it is":         {func(b []byte) []byte { return b }, swOK},
		"profile":          {func(b []byte) []byte { b[0] = 0x8B; return b }, swWrongData},
		"authority":        {func(b []byte) []byte { b[1]++; return b }, swWrongData},
		"role":             {func(b []byte) []byte { b[27] = 2; return b }, swWrongData},
		"application":      {func(b []byte) []byte { b[21] = 2; return b }, swWrongData},
		"OID":              {func(b []byte) []byte { b[28]++; return b }, swWrongData},
		"even modulus":     {func(b []byte) []byte { b[292]--; return b }, swWrongData},
		"zero modulus":     {func(b []byte) []byte { clear(b[37:293]); return b }, swWrongData},
		"exponent 1":       {func(b []byte) []byte { copy(b[293:], []byte{0, 0, 0, 1}); return b }, swWrongData},
		"modulus cut away": {func(b []byte) []byte { return append(b[:150:150], 0, 1, 0, 1) }, swWrongData},
	} {
		t.Run(name, func(t *testing.T) {
			card := newCard(t, vectorData(t), "nxp", nil, nil)
			card.session.certificateKeySet = true
			body := c.change(bytes.Clone(d.Certificate.Body))
			for len(body) < 222 {
				body = append(body, 0)
			}
			if name == "modulus cut away" {
				body = body[:222]
				copy(body[218:], []byte{0, 1, 0, 1})
				clear(body[37:100])
			}
			signature := ca.private(recoveryBlock(body[:222], hashOf(body)))
			object := tlv(0x7F21, tlv(0x5F37, signature), tlv(0x5F38, body[222:]), tlv(0x42, d.Certificate.CHR[4:]))
			sw := card.verifyCertificate(command{p2: 0xAE, data: object}, true)
			if name == "modulus cut away" {
				require.NotEqual(t, swOK, sw)
				return
			}
			require.Equal(t, c.want, sw)
		})
	}
}

func TestExternalAuthenticate(t *testing.T) {
	ready := func(t *testing.T) *testTerminal {
		x := channelOnly(t, "nxp")
		_, sw := x.do("002281B606800141830184")
		require.Equal(t, swOK, sw)
		require.Equal(t, swOK, x.chained(0x2A, 0, 0xAE, certificate(t)))
		_, sw = x.do("002281A40E830C000000002000000000000001")
		require.Equal(t, swOK, sw)
		x.rndICC, sw = x.raw(unhex(t, "0084000008"))
		require.Equal(t, swOK, sw)
		return x
	}
	t.Run("single use", func(t *testing.T) {
		x := ready(t)
		data := x.externalData()
		require.Equal(t, swOK, x.chained(0x82, 0, 0, data))
		require.Equal(t, swConditions, x.chained(0x82, 0, 0, data), "the challenge is spent")
		_, sw := x.do("002241A40684018280019B")
		require.Equal(t, swOK, sw)
		_, sw = x.do("00880000080102030405060708")
		require.Equal(t, swConditions, sw, "and so is the proof")
	})
	t.Run("wrong signature spends the challenge", func(t *testing.T) {
		x := ready(t)
		data := x.externalData()
		data[100] ^= 1
		require.Equal(t, swAuthFailed, x.chained(0x82, 0, 0, data))
		require.Equal(t, swConditions, x.chained(0x82, 0, 0, x.externalData()))
	})
	t.Run("old challenge", func(t *testing.T) {
		x := ready(t)
		data := x.externalData()
		_, sw := x.do("0084000008")
		require.Equal(t, swOK, sw)
		require.Equal(t, swAuthFailed, x.chained(0x82, 0, 0, data))
	})
	t.Run("other serial number", func(t *testing.T) {
		x := ready(t)
		data := x.externalDataOf(bytes.Repeat([]byte{7}, 8)) // signed, but not the certificate's
		require.Equal(t, swAuthFailed, x.chained(0x82, 0, 0, data))
	})
	t.Run("length", func(t *testing.T) {
		x := ready(t)
		require.Equal(t, swWrongLength, x.chained(0x82, 0, 0, make([]byte, 263)))
	})
	t.Run("key not selected", func(t *testing.T) {
		x := channelOnly(t, "nxp")
		_, sw := x.do("0084000008")
		require.Equal(t, swOK, sw)
		require.Equal(t, swConditions, x.chained(0x82, 0, 0, make([]byte, 264)))
	})
}

func TestInternalAuthenticateOfTheChip(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	send(t, card, "00A4040C06A00000000039")
	x := newTerminal(t, card).agree()
	_, sw := x.do("002241A40684018280019B")
	require.Equal(t, swOK, sw)
	_, sw = x.do("00880000080102030405060708")
	require.Equal(t, swConditions, sw, "before the terminal's proof")
	x.proveTerminal()
	_, sw = x.do("002241A40684018280019B")
	require.Equal(t, swOK, sw)
	_, sw = x.do("008800000701020304050607")
	require.Equal(t, swWrongLength, sw)
	_, sw = x.do("0088000008010203040506070880")
	require.Equal(t, StatusWord(0x6C00), sw, "Le too small for 264 bytes")
	require.False(t, card.session.deviceAuthenticated)
	require.True(t, x.challengeChip())
	require.True(t, card.session.deviceAuthenticated)
	require.Equal(t, swOK, func() StatusWord { _, sw := x.do(readNIS); return sw }(), "both sides moved to the new counter")
	x.proveTerminal()
	require.True(t, x.challengeChip(), "again in the same session")
}
