package card_test

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

func reasonOf(t *testing.T, err error) card.ConfirmReason {
	t.Helper()
	var confirm *card.ConfirmationError
	require.ErrorAs(t, err, &confirm)
	return confirm.Reason
}

// TestConsentRace: another program fails a PIN while our question is open.
func TestConsentRace(t *testing.T) {
	d := newDesk(t, "gemalto")
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	require.Equal(t, 3, r.PIN.Left)

	_, err = d.verify(wrongPIN) // the other program
	require.Error(t, err)
	before := d.counted()

	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
	assert.Equal(t, card.ReasonCounterChanged, reasonOf(t, err))
	var confirm *card.ConfirmationError
	errors.As(err, &confirm)
	assert.Equal(t, 2, confirm.Now.Left)
	assert.Equal(t, before, d.counted(), "nothing was sent")
}

// The same for the PUK, whose tries are worth more.
func TestConsentRaceOnThePUK(t *testing.T) {
	d := newDesk(t, "gemalto")
	c := d.open()
	r, err := c.Inspect(ctx, card.PUKReference)
	require.NoError(t, err)
	_, err = d.unblock(wrongPUK, newPIN)
	require.Error(t, err)
	before := d.counted()
	_, err = c.UnblockPIN(ctx, d.puk(rightPUK), d.pin(newPIN), agreed(r, card.PUKReference))
	assert.Equal(t, card.ReasonCounterChanged, reasonOf(t, err))
	assert.Equal(t, before, d.counted())
}

func TestOneConsentIsOnePresentation(t *testing.T) {
	d := newDesk(t, "nxp")
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	consent := agreed(r, card.PINReference)
	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), consent)
	require.NoError(t, err)
	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), consent)
	assert.Equal(t, card.ReasonUsed, reasonOf(t, err))
	assert.Equal(t, 1, d.counted().verify)
}

func TestNoConsentNoPresentation(t *testing.T) {
	d := newDesk(t, "nxp")
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference, card.PUKReference)
	require.NoError(t, err)
	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), card.Consent{})
	assert.Equal(t, card.ReasonNotAsked, reasonOf(t, err))
	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PUKReference))
	assert.Equal(t, card.ReasonNotAsked, reasonOf(t, err), "consent to the PUK is none to the PIN")
	_, err = c.UnblockPIN(ctx, d.puk(rightPUK), d.pin(newPIN), agreed(r, card.PINReference))
	assert.Equal(t, card.ReasonNotAsked, reasonOf(t, err))
	assert.Zero(t, d.counted().verify)
}

func TestLastTryNeedsASecondYes(t *testing.T) {
	d := newDesk(t, "gemalto")
	for range 2 {
		_, err := d.verify(wrongPIN)
		require.Error(t, err)
	}
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	assert.Equal(t, card.ConfirmLastTry, r.PIN.Requires())
	before := d.counted()
	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), r.Consent(card.PINReference))
	assert.Equal(t, card.ReasonLastTry, reasonOf(t, err))
	assert.Equal(t, before, d.counted())

	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
	require.NoError(t, err)
}

func TestFewPUKTriesAreTyped(t *testing.T) {
	d := newDesk(t, "gemalto")
	for range 6 {
		_, err := d.unblock(wrongPUK, newPIN)
		require.Error(t, err)
	}
	c := d.open()
	r, err := c.Inspect(ctx, card.PUKReference)
	require.NoError(t, err)
	require.Equal(t, card.ConfirmNothing, r.PUK.Requires(), "four left")
	_, err = d.unblock(wrongPUK, newPIN)
	require.Error(t, err)

	r, err = c.Inspect(ctx, card.PUKReference)
	require.NoError(t, err)
	require.Equal(t, card.ConfirmPUK, r.PUK.Requires())
	before := d.counted()
	for _, typed := range []int{0, 1, 2, 4} {
		consent := r.Consent(card.PUKReference)
		consent.PUKTries = typed
		_, err = c.UnblockPIN(ctx, d.puk(rightPUK), d.pin(newPIN), consent)
		assert.Equal(t, card.ReasonPUK, reasonOf(t, err), "typed %d", typed)
	}
	assert.Equal(t, before, d.counted())
	_, err = c.UnblockPIN(ctx, d.puk(rightPUK), d.pin(newPIN), agreed(r, card.PUKReference))
	require.NoError(t, err)
}

// TestSwappedCard: consent for one card, another one on the reader.
func TestSwappedCard(t *testing.T) {
	d := newDesk(t, "gemalto")
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)

	other := newDesk(t, "gemalto")
	data, err := specimen.Generate(rand.Reader, specimen.Options{PIN: []byte(rightPIN), PUK: []byte(rightPUK)})
	require.NoError(t, err)
	other.chip, err = virtual.New(virtual.Config{Data: data, Profile: d.chip.Profile()})
	require.NoError(t, err)
	other.reader = virtuallink.NewReader(other.chip)
	o := other.open()
	_, err = o.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
	assert.ErrorIs(t, err, card.ErrOtherCard)
	assert.Zero(t, other.counted().verify)
}

// TestPINNeedsAProvenCard: whatever part of the proof fails, no code goes out.
func TestPINNeedsAProvenCard(t *testing.T) {
	for name, tc := range map[string]struct {
		fault       virtual.Fault
		step        string
		overridable bool
	}{
		"foreign chip key":      {virtual.Fault{Kind: virtual.FaultForeignChipKey}, card.StepSODHash, true},
		"failed authentication": {virtual.Fault{Kind: virtual.FaultFailedAuthentication, Repeat: true}, card.StepChip, false},
		"tampered signature":    {virtual.Fault{Kind: virtual.FaultTamperedFile, Offset: -20}, card.StepSODSignature, false},
		"tampered SOD header":   {virtual.Fault{Kind: virtual.FaultTamperedFile, Offset: 0}, card.StepSODSignature, false},
		"tampered services key": {virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1005", Offset: 40}, card.StepSODHash, true},
		"tampered DH file":      {virtual.Fault{Kind: virtual.FaultTamperedFile, File: "D004", Offset: 200}, card.StepSODHash, true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "gemalto")
			require.NoError(t, d.chip.Arm(tc.fault))
			c := d.open()
			r, err := c.Inspect(ctx, card.PINReference)
			require.NoError(t, err)
			require.NotNil(t, r.Refusal)
			assert.Equal(t, tc.step, r.Refusal.Step)
			assert.Equal(t, tc.overridable, r.Refusal.Overridable)
			assert.Equal(t, "failed", string(r.Authenticity))

			_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
			var refused *card.NotGenuineError
			require.ErrorAs(t, err, &refused)
			_, err = c.ChangePIN(ctx, d.pin(rightPIN), d.pin(newPIN), agreed(r, card.PINReference))
			require.ErrorAs(t, err, &refused)
			_, err = c.UnblockPIN(ctx, d.puk(rightPUK), d.pin(newPIN), agreed(r, card.PUKReference))
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, counts{}, d.counted())

			// The override helps where only a hash differs, and nowhere else.
			d.o.AcceptUnproven = true
			_, err = d.verify(rightPIN)
			if tc.overridable {
				require.NoError(t, err)
			} else {
				require.ErrorAs(t, err, &refused)
				assert.Equal(t, counts{}, d.counted())
			}
		})
	}
}

func TestOverrideIsRememberedPerCard(t *testing.T) {
	d := newDesk(t, "gemalto")
	require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1005", Offset: 40}))
	c := d.open()
	require.ErrorIs(t, c.RememberOverride(), card.ErrNotInspected)
	_, err := c.Inspect(ctx)
	require.NoError(t, err)
	require.NoError(t, c.RememberOverride())
	_, err = d.verify(rightPIN)
	require.NoError(t, err)
}

// TestBadInputSendsNothing: what is not a PIN never meets the card.
func TestBadInputSendsNothing(t *testing.T) {
	for _, bad := range []string{"", "4173", "4173962", "417396280", "4173962a", "４１７３", "41739628\n", string(make([]byte, 10<<20))} {
		_, err := card.ParsePIN([]byte(bad))
		var format *card.FormatError
		require.ErrorAs(t, err, &format)
		_, err = card.ParsePUK([]byte(bad))
		require.ErrorAs(t, err, &format)
		assert.NotContains(t, err.Error(), "4173")
	}
	d := newDesk(t, "gemalto")
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	sent := d.apdus
	good := d.pin(rightPIN)
	wiped := d.pin(rightPIN)
	wiped.Wipe()
	var format *card.FormatError
	for _, bad := range []card.PIN{{}, wiped} {
		_, err = c.VerifyPIN(ctx, bad, agreed(r, card.PINReference))
		assert.ErrorAs(t, err, &format)
		_, err = c.ChangePIN(ctx, bad, d.pin(newPIN), agreed(r, card.PINReference))
		assert.ErrorAs(t, err, &format)
		_, err = c.ChangePIN(ctx, good, bad, agreed(r, card.PINReference))
		assert.ErrorAs(t, err, &format)
		_, err = c.UnblockPIN(ctx, d.puk(rightPUK), bad, agreed(r, card.PUKReference))
		assert.ErrorAs(t, err, &format)
		assert.ErrorAs(t, c.WithPIN(ctx, bad, agreed(r, card.PINReference), nil), &format)
	}
	_, err = c.UnblockPIN(ctx, card.PUK{}, d.pin(newPIN), agreed(r, card.PUKReference))
	assert.ErrorAs(t, err, &format)
	var weak *card.WeakPINError
	_, err = c.ChangePIN(ctx, good, good, agreed(r, card.PINReference))
	require.ErrorAs(t, err, &weak)
	assert.Equal(t, card.WeakSameAsOld, weak.Weakness)
	_, err = c.UnblockPIN(ctx, d.puk(rightPUK), d.pin("12345678"), agreed(r, card.PUKReference))
	require.ErrorAs(t, err, &weak)
	assert.Equal(t, sent, d.apdus, "no APDU for any of it")
}

func TestCancelledBeforeAnything(t *testing.T) {
	d := newDesk(t, "gemalto")
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	sent := d.apdus
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err = c.VerifyPIN(cancelled, d.pin(rightPIN), agreed(r, card.PINReference))
	require.ErrorIs(t, err, context.Canceled)
	_, err = c.Inspect(cancelled)
	require.ErrorIs(t, err, context.Canceled)
	_, err = c.Recognise(cancelled)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, sent, d.apdus)
}

// TestCancelledInEachPhase: a cancellation is obeyed between commands, and a
// presentation is never torn in two.
func TestCancelledInEachPhase(t *testing.T) {
	for _, at := range []card.Phase{card.PhaseRecognise, card.PhaseRead, card.PhaseChannel, card.PhaseProve,
		card.PhaseVerify, card.PhaseChange} {
		t.Run(string(at), func(t *testing.T) {
			d := newDesk(t, "gemalto")
			cancellable, cancel := context.WithCancel(ctx)
			defer cancel()
			d.o.Progress = func(p card.Phase) {
				if p == at {
					cancel()
				}
			}
			c := d.open()
			r, err := c.Inspect(cancellable, card.PINReference)
			if err == nil {
				_, err = c.ChangePIN(cancellable, d.pin(rightPIN), d.pin(newPIN), agreed(r, card.PINReference))
			}
			if at == card.PhaseVerify || at == card.PhaseChange {
				// Cancelled while the PIN goes out: the change is one piece.
				require.NoError(t, err)
				assert.Equal(t, counts{verify: 1, change: 1}, d.counted())
				return
			}
			require.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, counts{}, d.counted())
		})
	}
}

// TestForeignCardsGetNoCommand: a card that is no CIE is named and gets SELECT
// commands only.
func TestForeignCardsGetNoCommand(t *testing.T) {
	for name, tc := range map[string]struct {
		atr     []byte
		selects map[string]uint16
		kind    card.Kind
	}{
		"Dutch driving licence": {hexBytes("3B8F800180318065B085040011120FFF8290008A"), nil, "other"},
		"passport without historical bytes": {hexBytes("3B80800101"),
			map[string]uint16{"A0000002471001": 0x9000}, "passport"},
		"TS-CNS":         {hexBytes("3BFF1800008131FE45006B05052000012101434E531031807 9"), nil, "cns"},
		"MIFARE Classic": {hexBytes("3B8F8001804F0CA000000306030001000000006A"), nil, "other"},
		"bank card": {hexBytes("3B8E80011122334455667788"),
			map[string]uint16{"325041592E5359532E4444463031": 0x9000}, "other"},
		"nothing known": {hexBytes("3B8180018080"), nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			chip := virtual.NewForeign(tc.atr, tc.selects)
			link, err := virtuallink.NewReader(chip).Connect()
			require.NoError(t, err)
			c := card.New(link, card.Options{})
			r, err := c.Recognise(ctx)
			require.NoError(t, err)
			assert.NotEqual(t, card.Kind("cie"), r.Kind)
			if tc.kind != "" {
				assert.Equal(t, tc.kind, r.Kind)
			}
			_, err = c.Inspect(ctx, card.PINReference)
			var foreign *card.NotCIEError
			require.ErrorAs(t, err, &foreign)
			_, err = c.VerifyPIN(ctx, must(card.ParsePIN([]byte(rightPIN))), card.Consent{})
			require.ErrorAs(t, err, &foreign)
			for _, e := range chip.Journal() {
				assert.EqualValues(t, iso7816.INSSelect, e.INS)
			}
		})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
