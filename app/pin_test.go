package app

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/virtual"
)

func TestVerifyPIN(t *testing.T) {
	for _, ask := range []*answers{typed(rightPIN), person(rightPIN)} {
		b := newBench(t)
		c := b.cie("desk", nil)
		tries, err := b.service().VerifyPIN(within(t), Choice{}, ask)
		require.NoError(t, err)
		assert.Equal(t, 3, tries.Left)
		assert.Equal(t, [3]int{1, 0, 0}, pinCommands(c))
		require.Len(t, ask.shown, 1)
		assert.Equal(t, 3, ask.shown[0].Left, "tries are shown")
		assert.Equal(t, card.PhaseVerify, ask.phases[len(ask.phases)-1])
		for _, secret := range ask.given {
			assert.Equal(t, make([]byte, len(secret)), secret, "what was typed is wiped")
		}
	}
}

func TestAPersonIsAskedAfterTheTriesAreShown(t *testing.T) {
	b := newBench(t)
	b.cie("desk", nil)
	ask := person(rightPIN)
	ask.before = func() { assert.Len(t, ask.shown, 1) }
	_, err := b.service().VerifyPIN(within(t), Choice{}, ask)
	require.NoError(t, err)
}

func TestWrongPINToTheEnd(t *testing.T) {
	b := newBench(t)
	c := b.cie("desk", nil)
	s := b.service()
	for left := 2; left >= 1; left-- {
		_, err := s.VerifyPIN(within(t), Choice{}, typed(wrongPIN))
		p := ProblemOf(err)
		require.Equal(t, KindWrongPIN, p.Kind)
		assert.Equal(t, left, *p.TriesLeft)
	}
	c.ClearJournal()

	_, err := s.VerifyPIN(within(t), Choice{}, typed(rightPIN))
	assert.Equal(t, "PIN-007", ProblemOf(err).Code, "a script has not confirmed")
	ask := person(rightPIN)
	_, err = s.VerifyPIN(within(t), Choice{}, ask)
	assert.Equal(t, KindCancelled, ProblemOf(err).Kind, "a person said no")
	assert.Equal(t, []string{"last try"}, ask.confirm)
	assert.Empty(t, ask.asked)
	assert.Zero(t, pinCommands(c))

	_, err = s.VerifyPIN(within(t), Choice{ConfirmLastTry: true}, typed(wrongPIN))
	assert.Equal(t, "PIN-002", ProblemOf(err).Code)
	assert.Equal(t, [3]int{1, 0, 0}, pinCommands(c))
	ask = person(rightPIN)
	_, err = s.VerifyPIN(within(t), Choice{}, ask)
	assert.Equal(t, "PIN-003", ProblemOf(err).Code)
	assert.Empty(t, ask.asked, "nobody is asked for a PIN that is blocked")

	// The PUK brings it back.
	tries, err := s.UnblockPIN(within(t), Choice{}, typed(rightPUK, newPIN))
	require.NoError(t, err)
	assert.Equal(t, 3, tries.Left)
	_, err = s.VerifyPIN(within(t), Choice{}, typed(newPIN))
	require.NoError(t, err)
}

func TestThePersonConfirmsTheLastTry(t *testing.T) {
	b := newBench(t)
	b.cie("desk", nil)
	s := b.service()
	for range 2 {
		_, err := s.VerifyPIN(within(t), Choice{}, typed(wrongPIN))
		require.Error(t, err)
	}
	ask := person(rightPIN)
	ask.lastTry = true
	tries, err := s.VerifyPIN(within(t), Choice{}, ask)
	require.NoError(t, err)
	assert.Equal(t, 3, tries.Left)
}

// The consent race: another program fails a PIN while our question is open.
func TestCounterChangesWhileThePersonTypes(t *testing.T) {
	b := newBench(t)
	c := b.cie("desk", nil)
	other := New(Config{Readers: b, QueryTries: true})
	ask := person(rightPIN)
	ask.before = func() {
		_, err := other.VerifyPIN(within(t), Choice{}, typed(wrongPIN))
		require.Equal(t, KindWrongPIN, ProblemOf(err).Kind)
		c.ClearJournal()
	}
	_, err := b.service().VerifyPIN(within(t), Choice{}, ask)
	p := ProblemOf(err)
	assert.Equal(t, "PIN-009", p.Code)
	assert.Equal(t, ExitConfirm, p.Exit())
	assert.Equal(t, 2, *p.TriesLeft)
	assert.Zero(t, pinCommands(c), "nothing is sent")
}

func TestChangePIN(t *testing.T) {
	b := newBench(t)
	c := b.cie("desk", nil)
	_, err := b.service().ChangePIN(within(t), Choice{}, typed(rightPIN, newPIN))
	require.NoError(t, err)
	assert.Equal(t, [3]int{1, 1, 0}, pinCommands(c))
	assert.Equal(t, newPIN, c.State().PIN)
}

func TestAPersonTypesAgain(t *testing.T) {
	b := newBench(t)
	c := b.cie("desk", nil)
	ask := person("1234", "41739 28", rightPIN, "1234567", "12345678", rightPIN, newPIN, "27182846", newPIN, newPIN)
	_, err := b.service().ChangePIN(within(t), Choice{}, ask)
	require.NoError(t, err)
	assert.Equal(t, [3]int{1, 1, 0}, pinCommands(c))
	var refusals []string
	for _, q := range ask.asked {
		switch {
		case q.Refused == nil:
		case errors.Is(q.Refused, ErrDifferent):
			refusals = append(refusals, "different")
		default:
			refusals = append(refusals, ProblemOf(q.Refused).Code)
		}
	}
	assert.Equal(t, []string{"PIN-004", "PIN-005", "PIN-004", "PIN-006", "PIN-006", "different"}, refusals)
}

// Malformed codes of a script: not one command, whatever the operation.
func TestMalformedCodesCostNothing(t *testing.T) {
	tests := []struct {
		run   func(*Service, context.Context, Choice, Asker) (card.Tries, error)
		typed []string
		code  string
	}{
		{(*Service).VerifyPIN, []string{"1234"}, "PIN-004"},
		{(*Service).VerifyPIN, []string{"1234567"}, "PIN-004"},
		{(*Service).VerifyPIN, []string{"123456789"}, "PIN-004"},
		{(*Service).VerifyPIN, []string{""}, "PIN-004"},
		{(*Service).VerifyPIN, []string{"4173962a"}, "PIN-005"},
		{(*Service).VerifyPIN, []string{"４173962"}, "PIN-004"},
		{(*Service).VerifyPIN, []string{string(bytes.Repeat([]byte("4"), 10<<20))}, "PIN-004"},
		{(*Service).ChangePIN, []string{"1234", newPIN}, "PIN-004"},
		{(*Service).ChangePIN, []string{rightPIN, "1234"}, "PIN-004"},
		{(*Service).ChangePIN, []string{rightPIN, "11111111"}, "PIN-006"},
		{(*Service).ChangePIN, []string{rightPIN, rightPIN}, "PIN-006"},
		{(*Service).UnblockPIN, []string{"1234", newPIN}, "PUK-004"},
		{(*Service).UnblockPIN, []string{"8520631x", newPIN}, "PUK-005"},
		{(*Service).UnblockPIN, []string{rightPUK, "87654321"}, "PIN-006"},
	}
	for _, tt := range tests {
		b := newBench(t)
		c := b.cie("desk", nil)
		_, err := tt.run(b.service(), within(t), Choice{}, typed(tt.typed...))
		p := ProblemOf(err)
		assert.Equal(t, tt.code, p.Code)
		assert.Equal(t, ExitUsage, p.Exit())
		assert.Zero(t, c.Counters().APDUs)
		assert.Empty(t, b.touched)
	}
}

func TestThePUKGates(t *testing.T) {
	b := newBench(t)
	c := b.cie("desk", nil)
	s := b.service()
	for range 7 {
		_, err := s.UnblockPIN(within(t), Choice{}, typed(wrongPUK, newPIN))
		require.Equal(t, KindWrongPUK, ProblemOf(err).Kind)
	}
	c.ClearJournal()
	_, err := s.UnblockPIN(within(t), Choice{}, typed(rightPUK, newPIN))
	assert.Equal(t, "PUK-006", ProblemOf(err).Code)
	_, err = s.UnblockPIN(within(t), Choice{ConfirmPUK: 4}, typed(rightPUK, newPIN))
	assert.Equal(t, "PUK-006", ProblemOf(err).Code)
	ask := person(rightPUK, newPIN, newPIN)
	ask.pukTries = 2
	_, err = s.UnblockPIN(within(t), Choice{}, ask)
	assert.Equal(t, KindCancelled, ProblemOf(err).Kind)
	assert.Zero(t, pinCommands(c))

	ask = person(rightPUK, newPIN, newPIN)
	ask.pukTries = 3
	_, err = s.UnblockPIN(within(t), Choice{}, ask)
	require.NoError(t, err)
	assert.Equal(t, [3]int{1, 0, 1}, pinCommands(c))
	assert.Zero(t, c.Counters().EmptyVerify[0x82], "the PUK never gets an empty VERIFY")
}

func TestAnUnprovenCardIsRefusedBeforeAQuestion(t *testing.T) {
	b := newBench(t)
	c := b.cie("desk", nil)
	require.NoError(t, c.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1005", Offset: -1}))
	ask := person(rightPIN)
	_, err := b.service().VerifyPIN(within(t), Choice{}, ask)
	assert.Equal(t, "CARD-016", ProblemOf(err).Code, "%v", err)
	assert.Empty(t, ask.asked)
	assert.Zero(t, pinCommands(c))

	_, err = b.service().VerifyPIN(within(t), Choice{AcceptUnproven: true}, typed(rightPIN))
	require.NoError(t, err, "the user takes it on")

	report, err := b.service().Card(within(t), Choice{}, nil)
	require.NoError(t, err)
	assert.NotNil(t, report.Refusal)
}

// A certificate that is not what the SOD signs is shown to who accepts the card,
// each time anew, and never without saying so.
func TestACertificateThatDiffersIsMarked(t *testing.T) {
	b := newBench(t)
	c := b.cie("desk", nil)
	require.NoError(t, c.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1003", Offset: -5}))
	s := b.service()
	for range 2 {
		_, err := s.Certificate(within(t), Choice{}, typed(rightPIN))
		assert.Equal(t, "CARD-018", ProblemOf(err).Code, "%v", err)
		certificate, err := s.Certificate(within(t), Choice{AcceptUnproven: true}, typed(rightPIN))
		require.NoError(t, err)
		assert.False(t, certificate.Proven)
		assert.Equal(t, "SPECIMEN", certificate.Surname.Reveal())
	}
	c.Disarm()
	certificate, err := s.Certificate(within(t), Choice{AcceptUnproven: true}, typed(rightPIN))
	require.NoError(t, err)
	assert.True(t, certificate.Proven)
}

func TestGivingUp(t *testing.T) {
	b := newBench(t)
	c := b.cie("desk", nil)
	_, err := b.service().VerifyPIN(within(t), Choice{}, person())
	assert.Equal(t, "STOP-001", ProblemOf(err).Code)
	ask := person("1")
	ask.err = context.Canceled
	_, err = b.service().VerifyPIN(within(t), Choice{}, ask)
	assert.Equal(t, "STOP-001", ProblemOf(err).Code)
	ask = person(rightPIN, newPIN)
	_, err = b.service().ChangePIN(within(t), Choice{}, ask)
	assert.Equal(t, "STOP-001", ProblemOf(err).Code, "at the repetition")
	assert.Zero(t, pinCommands(c))
}

func TestCertificateAndSignature(t *testing.T) {
	b := newBench(t)
	c := b.cie("desk", nil)
	s := b.service()
	certificate, err := s.Certificate(within(t), Choice{}, typed(rightPIN))
	require.NoError(t, err)
	assert.Equal(t, "SPECIMEN", certificate.Surname.Reveal())
	assert.True(t, certificate.Proven)
	block, rest := pem.Decode(certificate.PEM())
	require.NotNil(t, block)
	assert.Empty(t, rest)
	assert.Equal(t, certificate.DER(), block.Bytes)
	fingerprint := sha256.Sum256(block.Bytes)
	assert.Equal(t, strings.ToUpper(hex.EncodeToString(fingerprint[:])), strings.ReplaceAll(certificate.Fingerprint(), ":", ""))
	assert.Len(t, certificate.Fingerprint(), 32*3-1)

	sum := sha256.Sum256([]byte("challenge"))
	signature, err := s.Sign(within(t), Choice{}, typed(rightPIN), crypto.SHA256, sum[:])
	require.NoError(t, err)
	require.NoError(t, rsa.VerifyPKCS1v15(certificate.PublicKey(), crypto.SHA256, sum[:], signature.Value))
	assert.Equal(t, [3]int{2, 0, 0}, pinCommands(c))

	_, err = s.Sign(within(t), Choice{}, typed(rightPIN), crypto.MD5, sum[:16])
	require.ErrorIs(t, err, card.ErrDigest)
	_, err = s.Certificate(within(t), Choice{}, typed(wrongPIN))
	assert.Equal(t, KindWrongPIN, ProblemOf(err).Kind)

	// The birth date of a certificate that is known makes a weak PIN.
	ask := person(rightPIN, "01011980", newPIN, newPIN)
	_, err = s.ChangePIN(within(t), Choice{}, ask)
	require.NoError(t, err)
	assert.Equal(t, card.WeakBirthDate, weaknessOf(t, ask.asked[2].Refused))
}

func weaknessOf(t *testing.T, err error) card.Weakness {
	t.Helper()
	var weak *card.WeakPINError
	require.ErrorAs(t, err, &weak)
	return weak.Weakness
}

// A cancellation after the PIN says that the PIN was right.
func TestCancelledAfterThePIN(t *testing.T) {
	b := newBench(t)
	c := b.cie("desk", nil)
	ctx, cancel := context.WithCancel(within(t))
	s := b.service()
	s.c.Trace = func(e iso7816.Entry) {
		if e.INS == iso7816.INSVerify && e.Lc > 0 {
			cancel()
		}
	}
	_, err := s.Certificate(ctx, Choice{}, typed(rightPIN))
	p := ProblemOf(err)
	assert.Equal(t, "STOP-002", p.Code)
	assert.Equal(t, ExitCancelled, p.Exit())
	assert.Equal(t, [3]int{1, 0, 0}, pinCommands(c))
	assert.Equal(t, 3, c.State().PINTries)
}

// A verify that is cancelled too late is done, and says so.
func TestCancelledTooLate(t *testing.T) {
	b := newBench(t)
	b.cie("desk", nil)
	ctx, cancel := context.WithCancel(within(t))
	s := b.service()
	s.c.Trace = func(e iso7816.Entry) {
		if e.INS == iso7816.INSVerify && e.Lc > 0 {
			cancel()
		}
	}
	tries, err := s.VerifyPIN(ctx, Choice{}, typed(rightPIN))
	require.NoError(t, err)
	assert.Equal(t, 3, tries.Left)
}

func TestLostAnswers(t *testing.T) {
	tests := []struct {
		ins  virtual.Instruction
		run  func(*Service, context.Context, Choice, Asker) (card.Tries, error)
		code string
		ask  []string
	}{
		{0x20, (*Service).VerifyPIN, "PIN-011", []string{rightPIN}},
		{0x24, (*Service).ChangePIN, "PIN-012", []string{rightPIN, newPIN}},
		{0x20, (*Service).UnblockPIN, "PUK-008", []string{rightPUK, newPIN}},
		{0x2C, (*Service).UnblockPIN, "PUK-009", []string{rightPUK, newPIN}},
	}
	for _, tt := range tests {
		b := newBench(t)
		c := b.cie("desk", nil)
		require.NoError(t, c.Arm(virtual.Fault{Kind: virtual.FaultLostAfter, INS: tt.ins}))
		_, err := tt.run(b.service(), within(t), Choice{}, typed(tt.ask...))
		p := ProblemOf(err)
		assert.Equal(t, tt.code, p.Code, "%v", err)
		assert.Equal(t, ExitLost, p.Exit())
		assert.Equal(t, 1, pinCommands(c)[0], "nothing is sent twice")
	}
}

// TestChoicesAreForWhereNobodyCanBeAsked: at a terminal the person is asked,
// whatever a script or an alias put on the command line.
func TestChoicesAreForWhereNobodyCanBeAsked(t *testing.T) {
	last := card.Tries{Reference: card.PINReference, Left: 1, Max: 3, Source: card.SourceCard}
	person := &answers{interactive: true}
	yes, err := confirmLastTry(within(t), Choice{ConfirmLastTry: true}, person, last)
	assert.Error(t, err)
	assert.False(t, yes)
	few := card.Tries{Reference: card.PUKReference, Left: 2, Max: 10, Source: card.SourceCard}
	_, err = confirmPUK(within(t), Choice{ConfirmPUK: 2}, person, few)
	assert.Error(t, err)
}
