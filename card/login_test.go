package card_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

// logIn connects as an application's agent would, and logs in.
func (d *desk) logIn() *card.Card {
	d.t.Helper()
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(d.t, err)
	require.NoError(d.t, c.Login(ctx, d.pin(rightPIN), agreed(r, card.PINReference)))
	return c
}

// signs lets the login sign and checks what came.
func signs(c *card.Card) error {
	return c.Use(ctx, func(h *card.Holder) error {
		digest := sha256.Sum256([]byte("hello"))
		info, err := card.DigestInfo(crypto.SHA256, digest[:])
		if err != nil {
			return err
		}
		signature, err := h.Sign(ctx, info)
		if err != nil {
			return err
		}
		certificate, err := h.Certificate(ctx)
		if err != nil {
			return err
		}
		return rsa.VerifyPKCS1v15(certificate.PublicKey(), crypto.SHA256, digest[:], signature)
	})
}

func TestLoginStaysAndLogoutResets(t *testing.T) {
	d := newDesk(t, "gemalto")
	c := d.logIn()
	resets := d.chip.State().Boots
	for range 3 {
		require.NoError(t, signs(c))
	}
	assert.True(t, c.LoggedIn())
	assert.Equal(t, counts{verify: 1}, d.counted())
	assert.Equal(t, resets, d.chip.State().Boots, "nobody reset the card")
	require.NoError(t, c.Logout())
	assert.Equal(t, resets+1, d.chip.State().Boots)
	assert.False(t, c.LoggedIn())
	require.ErrorIs(t, signs(c), card.ErrNotVerified)
	assert.Equal(t, counts{verify: 1}, d.counted())
	assert.False(t, d.shelf().WasLeftVerified())
}

// TestLoginBudget: slots, search, login and one signature on a known card take
// at most 24 APDUs, on an unknown one 60; each further signature 3.
func TestLoginBudget(t *testing.T) {
	d := newDesk(t, "gemalto")
	for _, visit := range []struct {
		name   string
		budget int
	}{{"unknown", 60}, {"known", 24}} {
		d.apdus = 0
		c := d.open()
		who, err := c.Identify(ctx)
		require.NoError(t, err)
		assert.Equal(t, visit.name == "known", who.Certificate != nil)
		assert.NotEmpty(t, who.SN)
		assert.LessOrEqual(t, d.apdus, 9, "identify, %s card", visit.name)
		r, err := c.Inspect(ctx, card.PINReference)
		require.NoError(t, err)
		require.NoError(t, c.Login(ctx, d.pin(rightPIN), agreed(r, card.PINReference)))
		require.NoError(t, signs(c))
		t.Logf("%s card: %d APDUs", visit.name, d.apdus)
		assert.LessOrEqual(t, d.apdus, visit.budget, visit.name)
		d.apdus = 0
		require.NoError(t, signs(c))
		assert.LessOrEqual(t, d.apdus, 3)
		require.NoError(t, c.Close())
	}
}

// TestIdentifyTwiceAndByAnother: a recognition by another program in between
// costs commands and nothing else.
func TestIdentifyAndAnotherProgram(t *testing.T) {
	d := newDesk(t, "nxp")
	require.NoError(t, d.logIn().Close())
	c := d.open()
	_, err := c.Identify(ctx)
	require.NoError(t, err)
	_, err = d.open().Recognise(ctx)
	require.NoError(t, err)
	foreign, err := d.reader.Connect()
	require.NoError(t, err)
	_, err = foreign.Transmit(hexBytes("00A40000023F0000"))
	require.NoError(t, err)
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	require.NoError(t, c.Login(ctx, d.pin(rightPIN), agreed(r, card.PINReference)))
	require.NoError(t, signs(c))
	assert.Equal(t, 2, d.counted().verify)
}

func TestIdentifyForeignCard(t *testing.T) {
	chip := virtual.NewForeign(hexBytes("3B8F8001804F0CA000000306030001000000006A"), nil)
	link, err := virtuallink.NewReader(chip).Connect()
	require.NoError(t, err)
	_, err = card.New(link, card.Options{}).Identify(ctx)
	var notCIE *card.NotCIEError
	require.ErrorAs(t, err, &notCIE)
}

// interferences are what another program may do to a login.
var interferences = map[string]func(d *desk){
	"reset": func(d *desk) { require.NoError(d.t, d.reader.Reset()) },
	"plain command": func(d *desk) {
		link, err := d.reader.Connect()
		require.NoError(d.t, err)
		_, err = link.Transmit(hexBytes("00A4040C0DA0000000308000000009816001"))
		require.NoError(d.t, err)
	},
	"a login of its own": func(d *desk) {
		other := *d
		other.memory = store.Memory()
		other.o.Store = other.memory
		require.NoError(d.t, signs(other.logIn()))
	},
}

// TestLoginSurvivesInterference: the PIN is verified again from memory, once.
func TestLoginSurvivesInterference(t *testing.T) {
	for name, interfere := range interferences {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "gemalto")
			c := d.logIn()
			require.NoError(t, signs(c))
			interfere(d)
			before := d.counted().verify
			require.NoError(t, signs(c))
			assert.Equal(t, before+1, d.counted().verify)
			require.NoError(t, signs(c))
			assert.Equal(t, before+1, d.counted().verify)
			assert.Zero(t, d.chip.Counters().Wrong[0x81])
		})
	}
}

// TestLoginIsNotRepeatedWhereItCouldCost: each condition of loginAgain.
func TestLoginIsNotRepeatedWhereItCouldCost(t *testing.T) {
	for name, tt := range map[string]struct {
		settings func(*virtual.Settings)
		happens  func(d *desk)
	}{
		"a try is missing": {happens: func(d *desk) {
			require.NoError(d.t, d.reader.Reset())
			require.NoError(d.t, d.chip.SetTries(2, 10))
		}},
		"a program of ours changed the PIN": {happens: func(d *desk) {
			_, err := d.change(rightPIN, newPIN)
			require.NoError(d.t, err)
		}},
		"the card does not tell": {settings: silent(virtual.EmptyVerifyRefused), happens: func(d *desk) {
			require.NoError(d.t, d.reader.Reset())
		}},
		"the card is gone": {happens: func(d *desk) { d.chip.Remove() }},
	} {
		t.Run(name, func(t *testing.T) {
			var change []func(*virtual.Settings)
			if tt.settings != nil {
				change = append(change, tt.settings)
			}
			d := newDesk(t, "gemalto", change...)
			c := d.logIn()
			tt.happens(d)
			before := d.counted().verify
			require.Error(t, signs(c))
			assert.False(t, c.LoggedIn())
			require.ErrorIs(t, signs(c), card.ErrNotVerified)
			assert.Equal(t, before, d.counted().verify)
			assert.Zero(t, d.chip.Counters().Wrong[0x81])
			require.NoError(t, c.Close())
			assert.False(t, d.shelf().WasLeftVerified())
		})
	}
}

// TestPINChangedBehindALogin: by a program that is none of ours. One try is
// lost, and then the PIN is forgotten.
func TestPINChangedBehindALogin(t *testing.T) {
	d := newDesk(t, "gemalto")
	c := d.logIn()
	other := *d
	other.memory = store.Memory()
	other.o.Store = other.memory
	_, err := other.change(rightPIN, newPIN)
	require.NoError(t, err)
	require.ErrorIs(t, signs(c), card.ErrNotVerified)
	assert.Equal(t, 1, d.chip.Counters().Wrong[0x81])
	assert.False(t, c.LoggedIn(), "the PIN is forgotten at once")
	for range 3 {
		require.ErrorIs(t, signs(c), card.ErrNotVerified)
	}
	assert.Equal(t, 1, d.chip.Counters().Wrong[0x81])
}

// TestOtherOperationsEndALogin: each leaves a reset card behind.
func TestOtherOperationsEndALogin(t *testing.T) {
	d := newDesk(t, "gemalto")
	for name, operation := range map[string]func(c *card.Card, r *card.Report) error{
		"verify": func(c *card.Card, r *card.Report) error {
			_, err := c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
			return err
		},
		"with PIN": func(c *card.Card, r *card.Report) error {
			return c.WithPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference), readCertificate)
		},
		"a wrong login": func(c *card.Card, r *card.Report) error {
			if err := c.Login(ctx, d.pin(wrongPIN), agreed(r, card.PINReference)); classOf(err) != "wrong" {
				return err
			}
			return nil
		},
	} {
		c := d.logIn()
		r, err := c.Inspect(ctx, card.PINReference)
		require.NoError(t, err, name)
		require.NoError(t, operation(c, r), name)
		assert.False(t, c.LoggedIn(), name)
		require.ErrorIs(t, signs(c), card.ErrNotVerified, name)
		assert.False(t, d.chip.Verified(0x81), name)
	}
}

// TestLoginUnderFaults: whatever goes wrong at whichever
// command, of a use of the login or of its renewal, no try is lost, and a login
// that ended is not on the card any more.
func TestLoginUnderFaults(t *testing.T) {
	for _, renewed := range []bool{false, true} {
		for k, fault := range []virtual.Fault{
			{Kind: virtual.FaultReset}, {Kind: virtual.FaultResetAfter}, {Kind: virtual.FaultLostBefore}, {Kind: virtual.FaultLostAfter},
			{Kind: virtual.FaultBadMAC}, {Kind: virtual.FaultRemove}, {Kind: virtual.FaultStatusPlain, StatusWord: 0x6982},
			{Kind: virtual.FaultStatusInner, StatusWord: 0x6982}, {Kind: virtual.FaultStatusPlain, StatusWord: 0x6F00}, {Kind: virtual.FaultRandom},
		} {
			last := 3
			if renewed {
				last = 27
			}
			for at := 1; at <= last; at++ {
				if raceDetector && (k+at)%8 != 0 {
					continue
				}
				fault.At = at
				name := fmt.Sprintf("%s at %d, renewed %v", nameOf(fault), at, renewed)
				d := newDesk(t, "gemalto")
				d.lay(sharedSpecimen())
				c := d.logIn()
				if renewed {
					require.NoError(t, d.reader.Reset())
				}
				before := d.counted().verify
				require.NoError(t, d.chip.Arm(fault))
				err := signs(c)
				assert.LessOrEqual(t, d.counted().verify-before, 1, name)
				assert.Zero(t, d.chip.Counters().Wrong[0x81], name)
				if err != nil {
					assert.NotEqual(t, "untyped", classOf(err), "%s: %v", name, err)
				}
				if !c.LoggedIn() && d.chip.Inserted() {
					assert.False(t, d.chip.Verified(0x81), "%s: %v", name, err)
				}
				_ = c.Close()
				assert.False(t, d.chip.Verified(0x81), name)
				assert.Equal(t, 3, d.chip.State().PINTries, name)
			}
		}
	}
}

// stumbling is a link that fails to begin a transaction, once.
type stumbling struct {
	card.Link
	fails error
}

func (s *stumbling) Begin(ctx context.Context) (bool, error) {
	if err := s.fails; err != nil {
		s.fails = nil
		return false, err
	}
	return s.Link.Begin(ctx)
}

// TestResetThatCouldNotBeginIsOwed: where the end of a login finds no way to the
// card, the card is still verified; it is reset as soon as there is a way again.
func TestResetThatCouldNotBeginIsOwed(t *testing.T) {
	for _, kind := range []iso7816.LinkKind{iso7816.LinkUnknown, iso7816.LinkMute, iso7816.LinkBusy} {
		for name, ends := range map[string]func(*card.Card) error{"logout": (*card.Card).Logout, "use": signs} {
			if name == "use" && kind == iso7816.LinkBusy {
				continue // ends nothing
			}
			d := newDesk(t, "gemalto")
			link, err := d.reader.Connect()
			require.NoError(t, err)
			s := &stumbling{Link: link}
			c := card.New(s, d.o)
			r, err := c.Inspect(ctx, card.PINReference)
			require.NoError(t, err)
			require.NoError(t, c.Login(ctx, d.pin(rightPIN), agreed(r, card.PINReference)))
			s.fails = &iso7816.LinkError{Kind: kind}
			require.Error(t, ends(c), name)
			assert.False(t, c.LoggedIn(), name)
			require.True(t, d.chip.Verified(0x81), name)
			assert.True(t, d.shelf().WasLeftVerified(), name)
			assert.True(t, c.OwesReset(), name)
			require.NoError(t, c.Close(), name)
			assert.False(t, c.OwesReset(), name)
			assert.False(t, d.chip.Verified(0x81), "%s, link %d", name, kind)
			assert.False(t, d.shelf().WasLeftVerified(), name)
		}
	}
}

// TestOperationThatCouldNotBeginOwesAReset: the login is over, and still on the
// card.
func TestOperationThatCouldNotBeginOwesAReset(t *testing.T) {
	d := newDesk(t, "gemalto")
	link, err := d.reader.Connect()
	require.NoError(t, err)
	s := &stumbling{Link: link}
	c := card.New(s, d.o)
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	require.NoError(t, c.Login(ctx, d.pin(rightPIN), agreed(r, card.PINReference)))
	assert.False(t, c.OwesReset())
	r, err = c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	s.fails = &iso7816.LinkError{Kind: iso7816.LinkBusy}
	_, err = c.ChangePIN(ctx, d.pin(rightPIN), d.pin(newPIN), agreed(r, card.PINReference))
	require.ErrorIs(t, err, iso7816.ErrBusy)
	assert.False(t, c.LoggedIn())
	require.True(t, d.chip.Verified(0x81))
	assert.True(t, c.OwesReset())
	require.NoError(t, c.Logout())
	assert.False(t, d.chip.Verified(0x81))
	assert.False(t, c.OwesReset())
}

// TestLoginsOfOneProgram: one program logs in for two others. What ends the login
// of one says nothing about the other's, which a kill leaves on the card.
func TestLoginsOfOneProgram(t *testing.T) {
	d := newDesk(t, "gemalto")
	folder := t.TempDir()
	program := func() *store.Store {
		s, err := store.Open(folder, store.Options{Keyring: store.NoKeyring()})
		require.NoError(t, err)
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	d.memory = program()
	d.o.Store = d.memory
	one, two := d.logIn(), d.logIn()
	require.NoError(t, d.reader.Reset())
	_, err := two.Inspect(ctx) // finds that its login is not on the card any more
	require.NoError(t, err)
	require.NoError(t, signs(one))
	require.NoError(t, two.Close())
	require.True(t, d.chip.Verified(0x81))
	require.NoError(t, d.memory.Close()) // killed
	d.memory = program()
	d.o.Store = d.memory
	assert.True(t, d.shelf().WasLeftVerified())
	d.inspect()
	assert.False(t, d.chip.Verified(0x81))
}

// TestLoginsInTurn: two agents share a card, each logged in, and sign in turn.
func TestLoginsInTurn(t *testing.T) {
	d := newDesk(t, "nxp")
	other := *d
	other.memory = store.Memory()
	other.o.Store = other.memory
	one, two := d.logIn(), other.logIn()
	const rounds = 5
	for range rounds {
		require.NoError(t, signs(one))
		require.NoError(t, signs(two))
	}
	assert.Equal(t, 2+2*rounds, d.counted().verify, "each turn ends the other's login")
	assert.Zero(t, d.chip.Counters().Wrong[0x81])
}

// lay puts another card of the same family on the reader.
func (d *desk) lay(data *specimen.Data) {
	chip, err := virtual.New(virtual.Config{Data: data, Profile: d.chip.Profile()})
	require.NoError(d.t, err)
	d.chip, d.reader = chip, virtuallink.NewReader(chip)
}

func TestLoginRefusesWhatIsNoPIN(t *testing.T) {
	d := newDesk(t, "gemalto")
	c := d.open()
	var format *card.FormatError
	require.ErrorAs(t, c.Login(ctx, card.PIN{}, card.Consent{}), &format)
	assert.Zero(t, d.apdus)
	require.ErrorIs(t, c.Use(ctx, nil), card.ErrNotVerified)
	var link *iso7816.LinkError
	assert.NotErrorAs(t, c.Logout(), &link)
}

// TestResetIsHeardOfABeginThatFailed: who reset the card may keep it. The Begin that
// is given up has told of the reset already, the next one does not again.
func TestResetIsHeardOfABeginThatFailed(t *testing.T) {
	d := newDesk(t, "gemalto")
	kept, first := false, byte(0)
	var link *crooked
	c := d.bend(func(l *crooked) {
		link = l
		l.begin = func(reset bool, err error) (bool, error) {
			if !kept || !reset {
				return reset, err
			}
			kept = false
			require.NoError(t, l.Link.End(false))
			return reset, &iso7816.LinkError{Kind: iso7816.LinkBusy}
		}
	})
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	require.NoError(t, c.Login(ctx, d.pin(rightPIN), agreed(r, card.PINReference)))
	require.NoError(t, d.reader.Reset())
	kept = true
	require.ErrorIs(t, signs(c), iso7816.ErrBusy)
	require.True(t, c.LoggedIn(), "busy ends nothing")
	heard := false
	link.transmit = func(command []byte, next func([]byte) ([]byte, error)) ([]byte, error) {
		if !heard {
			first, heard = command[0], true
		}
		return next(command)
	}
	require.NoError(t, signs(c))
	assert.Zero(t, first&0x0C, "nothing goes out in a channel that the card has forgotten")
	assert.Equal(t, 3, d.chip.State().PINTries)
	require.NoError(t, c.Close())
}
