package card_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtuallink"
)

// hostile is a card that answers what the fuzzer likes: bytes of its own, or
// those of a real session, changed. Each answer takes two bytes of the script:
// what to do, and with how much.
type hostile struct {
	card.Link // a virtual card
	script    []byte
	commands  int
	verifies  int
	tampered  bool // some answer was not the card's own
}

// What may become of an answer, by the first byte of a step modulo this many.
// Most steps leave it alone, or nothing behind the first would ever be met.
const hostileActs = 16

// maxHostile bounds the commands of one operation: a file of a hundred tiny
// pieces is long but not endless.
const maxHostile = 4096

func (h *hostile) Transmit(command []byte) ([]byte, error) {
	h.commands++
	if command[1] == iso7816.INSVerify && len(command) > 5 && command[5] == 0x87 {
		h.verifies++
	}
	if h.commands > maxHostile {
		return nil, &iso7816.LinkError{Kind: iso7816.LinkMute, Sent: true}
	}
	answer, err := h.Link.Transmit(command)
	if err != nil || len(h.script) < 2 {
		return answer, err
	}
	act, amount := h.script[0]%hostileActs, int(h.script[1])
	h.script = h.script[2:]
	spoiled := h.spoil(act, amount, bytes.Clone(answer))
	h.tampered = h.tampered || !bytes.Equal(spoiled, answer)
	return spoiled, nil
}

func (h *hostile) spoil(act byte, amount int, answer []byte) []byte {
	own := min(amount, len(h.script))
	switch act {
	case 0: // bytes of its own
		answer = bytes.Clone(h.script[:own])
		h.script = h.script[own:]
	case 1: // bytes of its own and success
		answer = append(bytes.Clone(h.script[:own]), 0x90, 0x00)
		h.script = h.script[own:]
	case 2: // one bit
		answer[amount%len(answer)] ^= 1 << (amount % 8)
	case 3: // shorter
		answer = answer[:amount%(len(answer)+1)]
	case 4: // longer
		answer = append(bytes.Repeat([]byte{byte(amount)}, amount), answer...)
	case 5: // more to come
		answer = append(answer[:len(answer)-2], 0x61, byte(amount))
	case 6: // another status word
		answer = append(answer[:len(answer)-2], 0x60|byte(amount>>4), byte(amount))
	case 7: // a length field that lies
		if len(answer) > 1 {
			answer[1] = byte(amount)
		}
	}
	return answer
}

// FuzzHostileCard: whatever a card answers, the program does not crash, ends,
// and sends a PIN only where the card's own proof reached it unchanged; then
// once.
func FuzzHostileCard(f *testing.F) {
	clean := bytes.Repeat([]byte{15, 0}, 64)
	f.Add([]byte{}, false)
	f.Add(clean, true)
	for act := range byte(8) {
		for _, at := range []int{0, 3, 6, 12, 19, 21} {
			script := bytes.Clone(clean)
			script[2*at], script[2*at+1] = act, 0x55+act
			f.Add(script, at%2 == 0)
			f.Add(bytes.Repeat([]byte{act, byte(at)}, 40), at%2 == 0)
		}
	}
	// A file read wrongly, so that the card is refused; then a broken channel, and
	// nothing wrong any more.
	script := bytes.Clone(clean)
	copy(script[2*12:], []byte{7, 0x5C})
	copy(script[2*44:], []byte{1, 0})
	f.Add(script, false)
	profile, _ := virtual.ProfileByName("gemalto")
	static := staticOf(f, profile)
	f.Fuzz(func(t *testing.T, script []byte, known bool) { playHostile(t, profile, static, script, known) })
}

func staticOf(t testing.TB, profile virtual.Profile) []byte {
	d := newDesk(t, profile.Name)
	d.inspect()
	static, ok := d.memory.Card([]byte(specimenNIS)).Static()
	require.True(t, ok)
	return static
}

func playHostile(t *testing.T, profile virtual.Profile, static, script []byte, known bool) {
	chip, err := virtual.New(virtual.Config{Data: sharedSpecimen(), Profile: profile, Rand: newSeeded("card")})
	require.NoError(t, err)
	link, err := virtuallink.NewReader(chip).Connect()
	require.NoError(t, err)
	h := &hostile{Link: link, script: script}
	memory := store.Memory()
	if known {
		require.NoError(t, memory.Card([]byte(specimenNIS)).SetStatic(static))
	}
	c := card.New(h, card.Options{Store: memory, QueryTries: true, Rand: newSeeded("terminal")})
	defer func() { _ = c.Close() }()
	r, err := c.Inspect(context.Background(), card.PINReference, card.PUKReference)
	require.LessOrEqual(t, h.commands, maxHostile, "endless")
	if err != nil {
		require.Zero(t, h.verifies)
		require.NotEqual(t, "untyped", classOf(err), "%v", err)
		return
	}
	h.commands = 0
	pin, err := card.ParsePIN([]byte(rightPIN))
	require.NoError(t, err)
	_, err = c.VerifyPIN(context.Background(), pin, agreed(r, card.PINReference))
	require.LessOrEqual(t, h.commands, maxHostile, "endless")
	require.NotEqual(t, "untyped", classOf(err), "%v", err)
	require.LessOrEqual(t, h.verifies, 1)
	if r.Refusal != nil { // also where it proves itself at the second look: nobody was shown that
		require.NotNil(t, err)
		require.Zero(t, h.verifies)
	}
	if h.verifies > 0 {
		require.Empty(t, judgeProof(chip.Journal(), 0))
	}
	state := chip.State()
	require.Equal(t, 3, state.PINTries, "a right PIN costs nothing")
	if err == nil {
		require.Equal(t, 1, h.verifies)
	}
}

// pureNoise is a link that is no card at all.
type pureNoise struct {
	answers  []byte
	commands int
	t        *testing.T
}

func (n *pureNoise) Transmit(command []byte) ([]byte, error) {
	n.commands++
	require.False(n.t, iso7816.IsPINCommand(command[1]), "a PIN command to noise")
	if n.commands > maxHostile || len(n.answers) == 0 {
		return nil, &iso7816.LinkError{Kind: iso7816.LinkMute, Sent: true}
	}
	length := min(1+int(n.answers[0]), len(n.answers))
	answer := n.answers[1:length]
	n.answers = n.answers[length:]
	return append(bytes.Clone(answer), 0x90, 0x00), nil
}

func (n *pureNoise) ATR() []byte                       { return n.answers[:min(8, len(n.answers))] }
func (*pureNoise) Begin(context.Context) (bool, error) { return false, nil }
func (*pureNoise) End(bool) error                      { return nil }
func (*pureNoise) Reconnect(context.Context) error     { return nil }

// FuzzNoise: a card that says 9000 to everything, with data of its own, proves
// nothing.
func FuzzNoise(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	f.Add(append([]byte{0, 0, 12}, bytes.Repeat([]byte("9"), 400)...))
	f.Fuzz(func(t *testing.T, answers []byte) {
		n := &pureNoise{answers: answers, t: t}
		c := card.New(n, card.Options{QueryTries: true, Rand: newSeeded("terminal")})
		r, err := c.Inspect(context.Background(), card.PINReference, card.PUKReference)
		require.LessOrEqual(t, n.commands, maxHostile)
		if err == nil {
			require.NotNil(t, r.Refusal)
		} else {
			require.NotEqual(t, "untyped", classOf(err), "%v", err)
		}
	})
}
