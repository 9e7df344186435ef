package securemessaging_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/iso7816"
	"cientro/card/securemessaging"
)

var _ io.Closer = (*securemessaging.Session)(nil)

var (
	kEnc = []byte("0123456789abcdef")
	kMac = []byte("fedcba9876543210")
	pin  = []byte("12345678")
)

// session is a fresh channel to a card that answers by reply.

func session(reply func(n int) (iso7816.ResponseAPDU, func([]byte) []byte)) (*securemessaging.Session, *smCard) {
	card := newCard(kEnc, kMac, 1)
	card.reply = reply
	return securemessaging.New(card, kEnc, kMac, 1), card
}

func answers(rs ...iso7816.ResponseAPDU) func(int) (iso7816.ResponseAPDU, func([]byte) []byte) {
	return func(n int) (iso7816.ResponseAPDU, func([]byte) []byte) { return rs[n], nil }
}

func outer(sw iso7816.StatusWord) func([]byte) []byte {
	return func(b []byte) []byte { return append(b[:len(b)-2], byte(sw>>8), byte(sw)) }
}

// The three forms of a wrong PIN.

func TestWrongPIN(t *testing.T) {
	t.Run("inside", func(t *testing.T) {
		s, _ := session(answers(iso7816.ResponseAPDU{SW: 0x63C2}, iso7816.ResponseAPDU{SW: 0x9000}))
		r, err := s.Send(iso7816.Verify(0x81, pin))
		require.NoError(t, err)
		tries, ok := r.SW.TriesLeft()
		assert.True(t, ok)
		assert.Equal(t, 2, tries)
		_, err = s.Send(iso7816.Verify(0x81, pin))
		require.NoError(t, err, "the channel goes on")
		assert.Equal(t, uint64(5), s.SSC())
	})
	t.Run("outside, with a body", func(t *testing.T) {
		s, _ := session(func(n int) (iso7816.ResponseAPDU, func([]byte) []byte) {
			if n == 0 {
				return iso7816.ResponseAPDU{SW: 0x63C2}, outer(0x63C2)
			}
			return iso7816.ResponseAPDU{SW: 0x9000}, nil
		})
		r, err := s.Send(iso7816.Verify(0x81, pin))
		require.NoError(t, err)
		assert.Equal(t, iso7816.StatusWord(0x63C2), r.SW)
		r, err = s.Send(iso7816.Verify(0x81, pin))
		require.NoError(t, err, "the answer was counted, the channel goes on")
		assert.Equal(t, iso7816.SWSuccess, r.SW)
	})
	t.Run("outside, without a body", func(t *testing.T) {
		s, card := session(func(int) (iso7816.ResponseAPDU, func([]byte) []byte) {
			return iso7816.ResponseAPDU{}, func([]byte) []byte { return []byte{0x63, 0xC2} }
		})
		r, err := s.Send(iso7816.Verify(0x81, pin))
		require.NoError(t, err)
		assert.Equal(t, iso7816.StatusWord(0x63C2), r.SW)
		requireLost(t, s)
		assert.Len(t, card.sent, 1)
	})
}

// The inner word counts, in both directions: nobody can turn a refusal into a

// success, or the reverse, by changing what stands outside.

func TestInnerStatusCounts(t *testing.T) {
	for _, c := range []struct{ inner, outer iso7816.StatusWord }{
		{0x63C1, 0x9000}, {0x9000, 0x63C1}, {0x6983, 0x9000}, {0x9000, 0x6988}, {0x6282, 0x6282}, {0x6B00, 0x6B00}, {0x9000, 0x6F00},
	} {
		s, _ := session(func(int) (iso7816.ResponseAPDU, func([]byte) []byte) {
			return iso7816.ResponseAPDU{SW: c.inner}, outer(c.outer)
		})
		r, err := s.Send(iso7816.Verify(0x81, pin))
		require.NoError(t, err)
		assert.Equal(t, c.inner, r.SW)
		assert.False(t, s.Lost())
	}
}

// A plain word ends the channel. Refusals are passed on, successes never.

func TestPlainStatus(t *testing.T) {
	for sw, believed := range map[iso7816.StatusWord]bool{
		0x6987: true, 0x6988: true, 0x6882: true, 0x6883: true, 0x6982: true, 0x6983: true, 0x6300: true,
		0x63C0: true, 0x6700: true, 0x6C08: true, 0x6B00: true, 0x6F00: true, 0x6E00: true,
		0x9000: false, 0x6282: false, 0x6283: false, 0x6200: false,
	} {
		t.Run(fmt.Sprintf("%04X", uint16(sw)), func(t *testing.T) {
			for _, c := range []iso7816.CommandAPDU{iso7816.Verify(0x81, pin), iso7816.ReadBinary(0, 128)} {
				script := cardtest.NewScript(t, cardtest.Step{Response: fmt.Sprintf("%04X", uint16(sw))})
				s := securemessaging.New(script, kEnc, kMac, 1)
				r, err := s.Send(c)
				if believed {
					require.NoError(t, err)
					assert.Equal(t, sw, r.SW)
					assert.Empty(t, r.Data)
					requireLost(t, s)
				} else {
					requireIntegrity(t, s, err)
				}
				assert.Equal(t, 1, script.Played())
			}
		})
	}
}

// A card that says, even properly, that the channel failed has dropped it.

func TestProtectedEndOfChannel(t *testing.T) {
	for _, sw := range []iso7816.StatusWord{0x6987, 0x6988, 0x6882, 0x6883} {
		s, _ := session(answers(iso7816.ResponseAPDU{SW: sw}))
		r, err := s.Send(iso7816.SelectMF())
		require.NoError(t, err)
		assert.Equal(t, sw, r.SW)
		requireLost(t, s)
	}
}

// Every bit of an answer is covered: flip any one and the session dies without

// a word about the PIN.

// Forms that carry a right MAC and are refused all the same.

// breakAfter is a link that fails after n commands.

func TestRepeatForLe(t *testing.T) {
	reading := []iso7816.CommandAPDU{iso7816.ReadBinary(0, 256), iso7816.GetChallenge(256), iso7816.GetData([]byte{0x4D, 0}, 256)}
	for _, c := range reading {
		s, card := session(answers(iso7816.ResponseAPDU{SW: 0x6C08}, iso7816.ResponseAPDU{Data: pin, SW: 0x9000}))
		r, err := s.Send(c)
		require.NoError(t, err)
		assert.Equal(t, pin, r.Data)
		require.Len(t, card.sent, 2)
		assert.Contains(t, card.sent[1], "970108")

		s, card = session(answers(iso7816.ResponseAPDU{SW: 0x6C08}, iso7816.ResponseAPDU{SW: 0x6C09}))
		r, err = s.Send(c)
		require.NoError(t, err)
		assert.Equal(t, iso7816.StatusWord(0x6C09), r.SW, "once only")
		assert.Len(t, card.sent, 2)
	}
	spending := []iso7816.CommandAPDU{
		iso7816.Verify(0x81, pin), iso7816.Verify(0x81, nil), iso7816.ChangeReferenceData(0x81, pin),
		iso7816.ResetRetryCounter(2, 0x81, pin), iso7816.InternalAuthenticate(pin, 256), iso7816.ExternalAuthenticate(pin),
	}
	for _, c := range spending {
		s, card := session(answers(iso7816.ResponseAPDU{SW: 0x6C08}))
		r, err := s.Send(c)
		require.NoError(t, err)
		assert.Equal(t, iso7816.StatusWord(0x6C08), r.SW)
		assert.Len(t, card.sent, 1, c.String())
	}
	// A chained command is not repeated either.
	s, card := session(answers(iso7816.ResponseAPDU{SW: 0x9000}, iso7816.ResponseAPDU{SW: 0x6C08}))
	_, err := s.Send(iso7816.GetData(make([]byte, 300), 256))
	require.NoError(t, err)
	assert.Len(t, card.sent, 2)
}

// What cannot be protected is refused before anything is sent, and the session

// lives on.

func TestSendRefusesLocally(t *testing.T) {
	s, card := session(nil)
	for _, c := range []iso7816.CommandAPDU{
		{CLA: 0x0C, INS: 0xB0}, {INS: 0xB0, Ne: -1}, {INS: 0xB0, Ne: 65537}, {INS: 0x22, Data: make([]byte, 65536)},
		iso7816.ReadBinary(0x8000, 128),
	} {
		_, err := s.Send(c)
		require.ErrorIs(t, err, iso7816.ErrCommand)
		assert.False(t, iso7816.Reached(err))
	}
	assert.Empty(t, card.sent)
	assert.Equal(t, uint64(1), s.SSC())
	_, err := s.Send(iso7816.SelectMF())
	require.NoError(t, err)
}

func TestCloseForgetsTheKeys(t *testing.T) {
	s, card := session(nil)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "twice does no harm")
	requireLost(t, s)
	assert.Empty(t, card.sent)
	assert.Zero(t, s.SSC())
}

// New must not keep the caller's slices: callers wipe theirs.

func TestNewCopiesTheKeys(t *testing.T) {
	e, m := bytes.Clone(kEnc), bytes.Clone(kMac)
	s := securemessaging.New(newCard(kEnc, kMac, 1), e, m, 1)
	clear(e)
	clear(m)
	_, err := s.Send(iso7816.Verify(0x81, pin))
	require.NoError(t, err)
}

// Neither keys nor PIN get into text, whatever is printed: the session, its

// errors, the bytes on the wire.

func TestSecretsStayOut(t *testing.T) {
	canary := []byte("48151623")
	s, card := session(answers(iso7816.ResponseAPDU{SW: 0x63C2}, iso7816.ResponseAPDU{}))
	var out bytes.Buffer
	show := func(xs ...any) {
		for _, x := range xs {
			for _, v := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
				fmt.Fprintf(&out, v+"\n", x)
			}
			slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "x", x)
			if b, err := json.Marshal(x); err == nil {
				out.Write(b)
			}
		}
	}
	_, err := s.Send(iso7816.Verify(0x81, canary))
	require.NoError(t, err)
	show(s, *s, []any{s})
	card.reply = func(int) (iso7816.ResponseAPDU, func([]byte) []byte) {
		return iso7816.ResponseAPDU{}, func(b []byte) []byte { return append(canary, b...) }
	}
	_, err = s.Send(iso7816.Verify(0x81, canary))
	require.Error(t, err)
	_, after := s.Send(iso7816.Verify(0x81, canary))
	_, local := securemessaging.Wrap(kEnc, kMac, 1, iso7816.CommandAPDU{CLA: 0x0C, Data: canary})
	_, keyErr := securemessaging.Wrap(kEnc[:9], kMac, 1, iso7816.CommandAPDU{})
	show(s, err, after, local, keyErr, card.sent)
	cardtest.AssertNoCanary(t, out.Bytes(), canary, kEnc[:8], kEnc[8:], kMac[:8], kMac[8:])
}

func TestErrorText(t *testing.T) {
	bare := &securemessaging.Error{Kind: securemessaging.ErrLost}
	require.ErrorIs(t, bare, securemessaging.ErrLost)
	assert.EqualError(t, bare, "secure messaging: channel is lost")

	s, _ := session(func(int) (iso7816.ResponseAPDU, func([]byte) []byte) {
		return iso7816.ResponseAPDU{SW: 0x63C2}, func(b []byte) []byte { b[3] ^= 1; return b }
	})
	assert.Equal(t, "secure messaging (open)", s.GoString())
	_, err := s.Send(iso7816.Verify(0x81, pin))
	require.EqualError(t, err, "secure messaging: answer is not authentic: MAC does not match")
	_, err = s.Send(iso7816.Verify(0x81, pin))
	require.EqualError(t, err, "secure messaging: channel is lost: MAC does not match")
}
