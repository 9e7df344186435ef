package virtual

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestChaining(t *testing.T) {
	for _, c := range []struct {
		name     string
		commands []string
		want     string
	}{
		{"other instruction", []string{"102241A40180", "00B081000C"}, "6883"},
		{"other parameters", []string{"102241A40180", "002241A60180"}, "6883"},
		{"dropped afterwards", []string{"102241A40180", "00B081000C", "002241A406800102840183"}, "9000"},
		{"GET RESPONSE between", []string{"102241A40180", "00C0000000"}, "6883"},
		{"GET RESPONSE dropped it", []string{"102241A40180", "00C0000000", "00C0000000"}, "6985"},
		{"two parts", []string{"102241A403800102", "002241A403840183"}, "9000"},
		{"not for SELECT", []string{"10A4020C021001"}, "6884"},
		{"not for VERIFY", []string{"10200081083132333435363738"}, "6884"},
		{"part of GET DATA", []string{"10CB3FFF054D08700681"}, "9000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			card := newCard(t, vectorData(t), "nxp", nil, nil)
			send(t, card, "00A4040C06A00000000039")
			var got string
			for _, command := range c.commands {
				got = send(t, card, command)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestChainTooLong(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	part := append(unhex(t, "10880000FF"), make([]byte, 255)...)
	for range 16 {
		require.Equal(t, "9000", hexOf(transmit(t, card, part)))
	}
	require.Equal(t, "6700", hexOf(transmit(t, card, part)))
	require.Nil(t, card.chain)
}

func TestChainingUnderSecureMessaging(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	send(t, card, "00A4040C06A00000000039")
	x := newTerminal(t, card).agree()
	part := append(unhex(t, "10880000E7"), make([]byte, 231)...)
	_, sw := x.raw(part)
	require.Equal(t, swOK, sw)
	require.Len(t, x.body, 14)
	_, sw = x.do(readNIS)
	require.Equal(t, swLastExpected, sw)
	_, sw = x.do(readNIS)
	require.Equal(t, swOK, sw, "the chain is dropped, the session goes on")

	_, sw = x.raw(part)
	require.Equal(t, swOK, sw)
	require.Equal(t, "6883", send(t, card, readNIS), "a plain command interrupts too")
	require.Nil(t, card.session.channel)
	require.Nil(t, card.chain)
}
