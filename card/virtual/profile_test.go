package virtual

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProfileATRs(t *testing.T) {
	var v struct {
		ATRs []struct {
			ATR    hexBytes
			Family string
		}
	}
	readVectors(t, "atr.json", &v)
	names := map[string]bool{}
	for _, p := range Profiles() {
		require.False(t, names[p.Name])
		names[p.Name] = true
		check := byte(0)
		for _, b := range p.ATR[1:] {
			check ^= b
		}
		require.Zero(t, check, "check byte of %s", p.Name)
		require.Len(t, p.ATR, 4+int(p.ATR[1]&0x0F)+1, p.Name)
		require.NotEmpty(t, p.Description)
	}
	require.Len(t, names, 14)
	for _, a := range v.ATRs {
		found := false
		for _, p := range Profiles() {
			if bytes.Equal(p.ATR, a.ATR) {
				found = true
				require.Equal(t, a.Family, map[bool]string{true: "nxp", false: p.Name}[p.Name == "nxp2"])
			}
		}
		require.True(t, found, "%x", []byte(a.ATR))
	}
	_, ok := ProfileByName("Gemalto")
	require.False(t, ok)
	require.Equal(t, Settings{}.clone().FilePadding, map[string]int{})
}

// TestEveryProfileRunsASession goes from the root to a signature on every family.
func TestEveryProfileRunsASession(t *testing.T) {
	data := vectorData(t)
	for _, p := range Profiles() {
		t.Run(p.Name, func(t *testing.T) {
			card := newCard(t, data, p.Name, nil, &counterReader{})
			want := "6a82"
			if p.Defaults().RootByAID {
				want = "9000"
			}
			require.Equal(t, want, send(t, card, "00A4040C0DA0000000308000000009816001"))
			require.Equal(t, "9000", send(t, card, "00A40000"))
			for _, request := range []string{askG, askExtAuth} {
				_, sw := whole(t, card, unhex(t, request))
				require.Equal(t, swOK, sw, "every family gives single values")
			}
			_, sw := whole(t, card, unhex(t, askDH))
			require.Equal(t, p.Name == "gemalto" || p.Name == "gemalto2", sw == swOK)
			x := connect(t, card)
			_, sw = x.do(rightPIN)
			require.Equal(t, swOK, sw)
			serial, _ := x.raw(unhex(t, "00B0820009"))
			require.Equal(t, data.Seriale, serial)
			_, sw = x.do(setHolderKey)
			require.Equal(t, swOK, sw)
			signature, sw := x.raw(unhex(t, "0088000003AABBCC"))
			require.Equal(t, swOK, sw)
			require.NoError(t, rsa.VerifyPKCS1v15(&data.HolderKey.PublicKey, crypto.Hash(0), unhex(t, "AABBCC"), signature))
		})
	}
}
