package app

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/atr"
	"cientro/card/iso7816"
)

func TestFindReader(t *testing.T) {
	readers := []Reader{{Name: "ACS ACR1252 PICC 00 00"}, {Name: "ACS ACR1252 SAM 01 00"}, {Name: "3"}}
	for wanted, want := range map[string]string{
		"0": "ACS ACR1252 PICC 00 00", "1": "ACS ACR1252 SAM 01 00", "2": "3", "3": "3",
		"acs acr1252 picc 00 00": "ACS ACR1252 PICC 00 00", "picc": "ACS ACR1252 PICC 00 00", "SAM": "ACS ACR1252 SAM 01 00",
	} {
		got, err := findReader(readers, wanted)
		require.NoError(t, err, wanted)
		assert.Equal(t, want, got.Name, wanted)
	}
	for _, wanted := range []string{"acs", "9", "-1", "omnikey"} {
		_, err := findReader(readers, wanted)
		var missing *NoReaderError
		require.ErrorAs(t, err, &missing, wanted)
		assert.Equal(t, wanted, missing.Wanted)
		assert.Len(t, missing.Available, 3)
	}
}

func TestOneCardIsTakenWithoutLookingAtOthers(t *testing.T) {
	b := newBench(t)
	b.reader(Reader{Name: "empty", Kind: ReaderContactless})
	b.reader(Reader{Name: "sam", Kind: ReaderSAM, Present: true})
	b.cie("desk", nil)
	r, err := b.service().Card(within(t), Choice{}, nil)
	require.NoError(t, err)
	assert.Equal(t, "desk", r.Reader.Name)
	assert.Equal(t, []string{"desk"}, b.touched)
}

func TestTheOnlyCIEIsTakenAmongOtherCards(t *testing.T) {
	b := newBench(t)
	badge := b.badge("badge")
	b.cie("desk", nil)
	tries, err := b.service().VerifyPIN(within(t), Choice{}, typed(rightPIN))
	require.NoError(t, err)
	assert.Equal(t, 3, tries.Left)
	n := badge.Counters()
	assert.Equal(t, n.APDUs, n.Selects, "a second card gets nothing but recognition")
	assert.Equal(t, []string{"badge", "desk"}, b.touched)
}

func TestSeveralCIEsAreTheUsersChoice(t *testing.T) {
	b := newBench(t)
	one, two := b.cie("one", nil), b.cie("two", nil)
	_, err := b.service().VerifyPIN(within(t), Choice{}, typed(rightPIN))
	var several *SeveralCardsError
	require.ErrorAs(t, err, &several)
	assert.Equal(t, []string{"one", "two"}, several.Readers)
	assert.Zero(t, pinCommands(one))
	assert.Zero(t, pinCommands(two))

	one.ClearJournal()
	_, err = b.service().VerifyPIN(within(t), Choice{Reader: "two"}, typed(rightPIN))
	require.NoError(t, err)
	assert.Equal(t, [3]int{1, 0, 0}, pinCommands(two))
	assert.Zero(t, one.Counters().APDUs, "the other card is not spoken to")
}

// A card that nobody could look at may be the CIE that is meant.
func TestACardInUseMayBeTheSecondCIE(t *testing.T) {
	cie := fromBench(t, func(b *bench) { b.cie("c", nil) })
	badge, _ := hex.DecodeString("3B8F8001804F0CA000000306030001000000006A") // MIFARE
	unheard, _ := hex.DecodeString("3B8480018031C0DE")
	ambiguous, _ := hex.DecodeString("3B80800101") // a CIE's, a passport's, a TS-CNS's
	lost := &iso7816.LinkError{Kind: iso7816.LinkLost}
	busy := &iso7816.LinkError{Kind: iso7816.LinkBusy}
	tests := []struct {
		name    string
		other   Reader
		connect error
		several bool
	}{
		{"busy CIE", Reader{ATR: cie}, busy, true},
		{"broken CIE", Reader{ATR: cie}, lost, true},
		{"CIE that fell silent", Reader{ATR: cie}, &MuteCardError{Reader: "other"}, true},
		{"busy, of several sorts", Reader{ATR: ambiguous}, busy, true},
		{"busy, unheard of", Reader{ATR: unheard}, busy, true},
		{"busy, unheard of, by contacts", Reader{ATR: unheard, Kind: ReaderContact}, busy, false},
		{"busy badge", Reader{ATR: badge}, busy, false},
		{"mute without ATR", Reader{Mute: true}, nil, false},
		{"taken away meanwhile", Reader{ATR: cie}, &NoCardError{Reader: "other"}, false},
	}
	for _, tt := range tests {
		for _, first := range []bool{true, false} {
			t.Run(fmt.Sprint(tt.name, first), func(t *testing.T) {
				b := newBench(t)
				other := tt.other
				other.Name, other.Present = "other", true
				if first {
					b.reader(other)
				}
				c := b.cie("desk", nil)
				if !first {
					b.reader(other)
				}
				b.connects["other"] = tt.connect
				ask := person(rightPIN)
				_, err := b.service().VerifyPIN(within(t), Choice{}, ask)
				if !tt.several {
					require.NoError(t, err)
					require.Len(t, ask.reports, 1)
					assert.Equal(t, "desk", ask.reports[0].Reader.Name)
					assert.True(t, ask.reports[0].OneOfSeveral, "the screen says which card is meant")
					return
				}
				var several *SeveralCardsError
				require.ErrorAs(t, err, &several)
				want := []string{"desk", "other"}
				if first {
					want = []string{"other", "desk"}
				}
				assert.Equal(t, want, several.Readers)
				assert.Equal(t, "CARD-012", ProblemOf(err).Code)
				assert.Empty(t, ask.asked)
				assert.Zero(t, pinCommands(c))

				ask = person(rightPIN)
				_, err = b.service().VerifyPIN(within(t), Choice{Reader: "desk"}, ask)
				require.NoError(t, err, "the user has said which")
				require.Len(t, ask.reports, 1)
				assert.True(t, ask.reports[0].OneOfSeveral)
			})
		}
	}
}

// fromBench is the ATR of the card that put lays down.
func fromBench(t *testing.T, put func(*bench)) []byte {
	b := newBench(t)
	put(b)
	require.NotEmpty(t, b.readers[0].ATR)
	return b.readers[0].ATR
}

func TestTheScreenSaysWhichCardWhereThereAreSeveral(t *testing.T) {
	for name, tt := range map[string]struct {
		put  func(*bench)
		want bool
	}{
		"alone":        {func(*bench) {}, false},
		"empty reader": {func(b *bench) { b.reader(Reader{Name: "empty"}) }, false},
		"SAM":          {func(b *bench) { b.reader(Reader{Name: "sam", Kind: ReaderSAM, Present: true}) }, false},
		"badge":        {func(b *bench) { b.badge("badge") }, true},
		"mute":         {func(b *bench) { b.reader(Reader{Name: "mute", Present: true, Mute: true}) }, true},
		"CIE":          {func(b *bench) { b.cie("two", nil) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.cie("desk", nil)
			tt.put(b)
			ask := person(rightPIN)
			ask.before = func() { require.Len(t, ask.reports, 1, "before the PIN is asked for") }
			_, err := b.service().VerifyPIN(within(t), Choice{Reader: "desk"}, ask)
			require.NoError(t, err)
			require.Len(t, ask.reports, 1)
			assert.Equal(t, "desk", ask.reports[0].Reader.Name)
			assert.Equal(t, tt.want, ask.reports[0].OneOfSeveral)
			report, err := b.service().Card(within(t), Choice{Reader: "desk"}, nil)
			require.NoError(t, err)
			assert.Equal(t, tt.want, report.OneOfSeveral)
		})
	}
}

func TestNothingToChoose(t *testing.T) {
	busy := &iso7816.LinkError{Kind: iso7816.LinkBusy}
	tests := []struct {
		name   string
		set    func(*bench)
		choice Choice
		code   string
	}{
		{"no service", func(b *bench) { b.list = &ServiceError{State: ServiceDenied} }, Choice{}, "READER-003"},
		{"no reader", func(*bench) {}, Choice{}, "READER-005"},
		{"no such reader", func(b *bench) { b.cie("desk", nil) }, Choice{Reader: "x"}, "READER-006"},
		{"empty", func(b *bench) { b.reader(Reader{Name: "r"}) }, Choice{}, "CARD-001"},
		{"empties", func(b *bench) { b.reader(Reader{Name: "r"}); b.reader(Reader{Name: "s"}) }, Choice{}, "CARD-001"},
		{"chosen and empty", func(b *bench) { b.reader(Reader{Name: "r"}) }, Choice{Reader: "r"}, "CARD-001"},
		{"only a SAM", func(b *bench) { b.reader(Reader{Name: "s", Kind: ReaderSAM, Present: true}) }, Choice{}, "CARD-001"},
		{"mute", func(b *bench) { b.reader(Reader{Name: "r", Present: true, Mute: true}) }, Choice{}, "CARD-002"},
		{"badge", func(b *bench) { b.badge("r") }, Choice{}, "CARD-006"},
		{"badges", func(b *bench) { b.badge("r"); b.badge("s") }, Choice{}, "CARD-006"},
		{"badge and mute", func(b *bench) { b.badge("r"); b.reader(Reader{Name: "m", Present: true, Mute: true}) }, Choice{}, "CARD-002"},
		{"busy", func(b *bench) { b.cie("r", nil); b.connects["r"] = busy }, Choice{}, "READER-004"},
		{"both busy", func(b *bench) {
			b.cie("r", nil)
			b.cie("s", nil)
			b.connects["r"], b.connects["s"] = busy, busy
		}, Choice{}, "READER-004"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			tt.set(b)
			ask := person(rightPIN)
			_, err := b.service().VerifyPIN(within(t), tt.choice, ask)
			assert.Equal(t, tt.code, ProblemOf(err).Code, "%v", err)
			assert.Empty(t, ask.asked, "nobody is asked for a PIN that has no card")
		})
	}
}

func TestStatus(t *testing.T) {
	b := newBench(t)
	c := b.cie("desk", nil)
	b.badge("badge")
	b.reader(Reader{Name: "empty"})
	b.reader(Reader{Name: "sam", Kind: ReaderSAM, Present: true})
	b.reader(Reader{Name: "mute", Present: true, Mute: true})
	b.cie("busy", nil)
	b.connects["busy"] = &iso7816.LinkError{Kind: iso7816.LinkBusy}
	b.cie("gone", nil)
	b.connects["gone"] = &NoCardError{Reader: "gone"}
	status, err := b.service().Status(within(t))
	require.NoError(t, err)
	require.Len(t, status.Readers, 7)
	assert.Equal(t, ServiceRunning, status.Service)
	kinds := map[string]atr.Kind{}
	for _, r := range status.Readers {
		kinds[r.Name] = r.Recognition.Kind
	}
	assert.Equal(t, atr.KindCIE, kinds["desk"])
	assert.Equal(t, atr.KindMute, kinds["mute"])
	assert.Equal(t, atr.KindUnknown, kinds["badge"])
	assert.Error(t, status.Readers[5].Trouble)
	assert.False(t, status.Readers[6].Present)
	assert.LessOrEqual(t, c.Counters().APDUs, 4, "the budget of status")
	assert.NotContains(t, b.touched, "sam")
}

func TestStatusWithoutService(t *testing.T) {
	b := newBench(t)
	b.list = &ServiceError{State: ServiceStopped}
	status, err := b.service().Status(within(t))
	require.Error(t, err)
	assert.Equal(t, ServiceStopped, status.Service)
	b.list = errors.New("strange")
	_, err = b.service().Status(within(t))
	assert.Equal(t, KindUnexpected, ProblemOf(err).Kind)
}

func TestCancelledWhileLooking(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := newBench(t)
	b.cie("one", nil)
	b.cie("two", nil)
	_, err := b.service().Status(ctx)
	assert.Equal(t, KindCancelled, ProblemOf(err).Kind)
	_, err = b.service().Card(ctx, Choice{}, nil)
	assert.Equal(t, KindCancelled, ProblemOf(err).Kind)
	_, err = b.service().Card(ctx, Choice{Reader: "one"}, func(card.Phase) {})
	assert.Equal(t, KindCancelled, ProblemOf(err).Kind)
	var said *CancelledError
	assert.ErrorAs(t, err, &said)
}
