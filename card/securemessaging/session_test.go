package securemessaging_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/iso7816"
	"cientro/card/securemessaging"
	"cientro/card/tlv"
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

// Forms that carry a right MAC and are refused all the same.
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

// breakAfter is a link that fails after n commands.
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
