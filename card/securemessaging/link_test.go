package securemessaging_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/iso7816"
	"cientro/card/securemessaging"
)

func TestGetResponseStaysOutside(t *testing.T) {
	clear := iso7816.ResponseAPDU{Data: make([]byte, 264), SW: 0x9000}
	body := newCard(kEnc, kMac, 3).protect(iso7816.INSInternalAuthenticate, clear)
	require.Len(t, body, 291)
	for name, steps := range map[string][]cardtest.Step{
		"in two pieces": {
			{Response: fmt.Sprintf("%X6123", body[:256])}, {Command: "00C0000023", Response: fmt.Sprintf("%X9000", body[256:])},
		},
		"all of it fetched": {
			{Response: "6100"}, {Command: "00C0000000", Response: fmt.Sprintf("%X6123", body[:256])},
			{Command: "00C0000023", Response: fmt.Sprintf("%X9000", body[256:])},
		},
		"class 0C": {
			{Response: fmt.Sprintf("%X6123", body[:256])}, {Command: "00C0000023", Response: "6E00"},
			{Command: "0CC0000023", Response: fmt.Sprintf("%X9000", body[256:])},
		},
		"merged by the driver": {{Response: fmt.Sprintf("%X9000", body)}},
	} {
		t.Run(name, func(t *testing.T) {
			s := securemessaging.New(cardtest.NewScript(t, steps...), kEnc, kMac, 1)
			r, err := s.Send(iso7816.InternalAuthenticate(make([]byte, 8), 0))
			require.NoError(t, err)
			assert.Len(t, r.Data, 264)
			assert.Equal(t, uint64(3), s.SSC())
		})
	}
}

func TestFailedGetResponse(t *testing.T) {
	removed := &iso7816.LinkError{Kind: iso7816.LinkRemoved}
	for name, c := range map[string]struct {
		steps []cardtest.Step
		want  error
	}{
		"link":          {[]cardtest.Step{{Response: "6108"}, {Err: removed}}, iso7816.ErrRemoved},
		"garbled":       {[]cardtest.Step{{Response: "6108"}, {Response: "AA"}}, securemessaging.ErrIntegrity},
		"endless":       {[]cardtest.Step{{Response: "6108"}, {Response: "6108"}}, securemessaging.ErrIntegrity},
		"half a body":   {[]cardtest.Step{{Response: "99026108"}, {Response: "6F00"}}, securemessaging.ErrIntegrity},
		"plain success": {[]cardtest.Step{{Response: "6108"}, {Response: "9000"}}, securemessaging.ErrIntegrity},
	} {
		t.Run(name, func(t *testing.T) {
			s := securemessaging.New(cardtest.NewScript(t, c.steps...), kEnc, kMac, 1)
			_, err := s.Send(iso7816.Verify(0x81, pin))
			require.ErrorIs(t, err, c.want)
			requireDead(t, s, err, true)
		})
	}
}

func TestLinkErrorEndsTheSession(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		sent bool
	}{
		"removed before": {&iso7816.LinkError{Kind: iso7816.LinkRemoved}, false},
		"answer lost":    {&iso7816.LinkError{Kind: iso7816.LinkLost, Sent: true}, true},
		"unknown":        {errors.New("?"), true},
	} {
		t.Run(name, func(t *testing.T) {
			s := securemessaging.New(cardtest.NewScript(t, cardtest.Step{Err: c.err}), kEnc, kMac, 1)
			_, err := s.Send(iso7816.Verify(0x81, pin))
			require.ErrorIs(t, err, c.err)
			require.ErrorIs(t, err, securemessaging.ErrLost)
			requireDead(t, s, err, c.sent)
		})
	}
	t.Run("in the middle of a chain", func(t *testing.T) {
		_, card := session(nil)
		gone := &iso7816.LinkError{Kind: iso7816.LinkRemoved}
		breaking := &breakAfter{Transmitter: card, n: 1, err: gone}
		s := securemessaging.New(breaking, kEnc, kMac, 1)
		_, err := s.Send(iso7816.ExternalAuthenticate(make([]byte, 264)))
		require.ErrorIs(t, err, iso7816.ErrRemoved)
		requireDead(t, s, err, true)
	})
	t.Run("garbled", func(t *testing.T) {
		s := securemessaging.New(cardtest.NewScript(t, cardtest.Step{Response: "90"}), kEnc, kMac, 1)
		_, err := s.Send(iso7816.Verify(0x81, pin))
		requireIntegrity(t, s, err)
	})
}

type breakAfter struct {
	iso7816.Transmitter
	n   int
	err error
}

func (b *breakAfter) Transmit(c []byte) ([]byte, error) {
	if b.n == 0 {
		return nil, b.err
	}
	b.n--
	return b.Transmitter.Transmit(c)
}

func TestChainStopsAtTheFirstRefusal(t *testing.T) {
	long := iso7816.ExternalAuthenticate(make([]byte, 700))
	t.Run("protected", func(t *testing.T) {
		s, card := session(answers(iso7816.ResponseAPDU{SW: 0x9000}, iso7816.ResponseAPDU{SW: 0x6A80}, iso7816.ResponseAPDU{SW: 0x9000}))
		r, err := s.Send(long)
		require.NoError(t, err)
		assert.Equal(t, iso7816.SWWrongData, r.SW)
		assert.Len(t, card.sent, 2)
		assert.False(t, s.Lost())
		_, err = s.Send(iso7816.SelectMF())
		require.NoError(t, err, "the counters still agree")
	})
	t.Run("plain", func(t *testing.T) {
		s := securemessaging.New(cardtest.NewScript(t, cardtest.Step{Response: "6884"}), kEnc, kMac, 1)
		r, err := s.Send(long)
		require.NoError(t, err)
		assert.Equal(t, iso7816.SWChainingUnsupported, r.SW)
		requireLost(t, s)
	})
	t.Run("wrong MAC", func(t *testing.T) {
		s, card := session(func(n int) (iso7816.ResponseAPDU, func([]byte) []byte) {
			return iso7816.ResponseAPDU{SW: 0x9000}, func(b []byte) []byte { b[8] ^= byte(n); return b }
		})
		_, err := s.Send(long)
		requireIntegrity(t, s, err)
		assert.Len(t, card.sent, 2)
	})
}
