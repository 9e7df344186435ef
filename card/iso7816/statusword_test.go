package iso7816_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/iso7816"
)

func TestStatusWordText(t *testing.T) {
	for sw, want := range map[iso7816.StatusWord]string{
		0x9000: "9000 normal processing",
		0x6A82: "6A82 file or application not found",
		0x6983: "6983 authentication method blocked",
		0x63C2: "63C2 verification failed, 2 tries left",
		0x63C1: "63C1 verification failed, 1 try left",
		0x63C0: "63C0 verification failed, 0 tries left",
		0x6300: "6300 verification failed",
		0x6123: "6123 35 more bytes available",
		0x6100: "6100 256 more bytes available",
		0x6C0A: "6C0A wrong Le field, 10 bytes available",
		0x6282: "6282 end of file reached before reading Ne bytes",
		0x6299: "6299 warning, no information given",
		0x6D00: "6D00 instruction code not supported or invalid",
		0x6F42: "6F42 no precise diagnosis",
		0x9F00: "9F00 unknown status",
	} {
		assert.Equal(t, want, sw.Error())
		assert.Equal(t, want, sw.String())
	}
}

func TestStatusWordNumbers(t *testing.T) {
	for n := range 0x10000 {
		sw := iso7816.StatusWord(n)
		tries, ok := sw.TriesLeft()
		assert.Equal(t, n >= 0x63C0 && n <= 0x63CF, ok)
		assert.Equal(t, map[bool]int{true: n & 15}[ok], tries)

		more, ok := sw.MoreData()
		assert.Equal(t, n>>8 == 0x61, ok)
		if ok {
			assert.Equal(t, (n+255)&255+1, more)
		}
		le, ok := sw.CorrectLe()
		assert.Equal(t, n>>8 == 0x6C, ok)
		if ok {
			assert.Equal(t, (n+255)&255+1, le)
		}
	}
}

func TestStatusWordIsAnError(t *testing.T) {
	require.NoError(t, iso7816.ResponseAPDU{SW: 0x9000}.Err())
	err := fmt.Errorf("read EF.SOD: %w", iso7816.ResponseAPDU{SW: 0x6A82}.Err())
	require.ErrorIs(t, err, iso7816.SWFileNotFound)
	assert.NotErrorIs(t, err, iso7816.SWAuthBlocked)
	var sw iso7816.StatusWord
	require.ErrorAs(t, err, &sw)
	assert.Equal(t, iso7816.SWFileNotFound, sw)
	require.Error(t, iso7816.ResponseAPDU{SW: 0x6282}.Err(), "a warning is not a success")
}

func TestParseResponse(t *testing.T) {
	r, err := iso7816.ParseResponse([]byte{0x90, 0x00})
	require.NoError(t, err)
	assert.Empty(t, r.Data)
	assert.Equal(t, iso7816.SWSuccess, r.SW)

	// A driver that merged GET RESPONSE hands over more than 258 bytes.
	long := append(make([]byte, 291), 0x62, 0x82)
	r, err = iso7816.ParseResponse(long)
	require.NoError(t, err)
	assert.Len(t, r.Data, 291)
	assert.Equal(t, iso7816.SWEndOfFile, r.SW)
	_ = append(r.Data, 0xEE)
	assert.Equal(t, byte(0x62), long[291], "an append to the data must not write over the status")

	for name, in := range map[string][]byte{
		"nothing": nil, "one byte": {0x90}, "procedure byte": {0x60, 0x00}, "no status": {0xFF, 0xC2},
		"too long": append(make([]byte, 65537), 0x90, 0x00),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := iso7816.ParseResponse(in)
			require.ErrorIs(t, err, iso7816.ErrResponse)
		})
	}
}

func TestLinkError(t *testing.T) {
	cause := errors.New("SCARD_W_REMOVED_CARD")
	sentinels := []error{
		iso7816.ErrRemoved, iso7816.ErrReset, iso7816.ErrMute, iso7816.ErrLost, iso7816.ErrBusy, iso7816.ErrUnpowered,
	}
	for kind, want := range map[iso7816.LinkKind]error{
		iso7816.LinkUnknown: nil, iso7816.LinkRemoved: iso7816.ErrRemoved, iso7816.LinkReset: iso7816.ErrReset,
		iso7816.LinkMute: iso7816.ErrMute, iso7816.LinkLost: iso7816.ErrLost, iso7816.LinkBusy: iso7816.ErrBusy,
		iso7816.LinkUnpowered: iso7816.ErrUnpowered,
	} {
		err := fmt.Errorf("00 20: %w", &iso7816.LinkError{Kind: kind, Sent: true, Err: cause})
		for _, s := range sentinels {
			assert.Equal(t, s == want, errors.Is(err, s), "%d is %v", kind, s)
		}
		require.ErrorIs(t, err, cause)
		assert.Contains(t, err.Error(), "SCARD_W_REMOVED_CARD")
		assert.Equal(t, want, kind.Err())
	}
	assert.EqualError(t, &iso7816.LinkError{Kind: iso7816.LinkRemoved}, "card was removed")
	assert.EqualError(t, &iso7816.LinkError{}, "link to the card failed")
}

func TestReached(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"answered":         {nil, true},
		"sent":             {fmt.Errorf("x: %w", &iso7816.LinkError{Sent: true}), true},
		"not sent":         {fmt.Errorf("x: %w", &iso7816.LinkError{Kind: iso7816.LinkBusy}), false},
		"not even encoded": {fmt.Errorf("x: %w", iso7816.ErrCommand), false},
		"nobody knows":     {errors.New("?"), true},
		"garbled answer":   {iso7816.ErrResponse, true},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, iso7816.Reached(c.err)) })
	}
	script := cardtest.NewScript(t, cardtest.Step{Command: "00A40000", Err: &iso7816.LinkError{Kind: iso7816.LinkBusy}})
	_, err := iso7816.Send(script, iso7816.SelectMF())
	require.ErrorIs(t, err, iso7816.ErrBusy)
	assert.False(t, iso7816.Reached(err))
}
