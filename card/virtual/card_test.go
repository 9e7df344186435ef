package virtual

import (
	"encoding/json"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"cientro/card/virtual/specimen"
)

func TestPower(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	require.True(t, card.Inserted())
	require.NoError(t, card.Insert(), "already there")
	require.Equal(t, uint64(1), card.State().Boots)
	login(t, card)
	card.PowerOff()
	_, err := card.Transmit(unhex(t, "00A40000"))
	require.ErrorIs(t, err, NewError(Unpowered))
	atr, err := card.PowerOn()
	require.NoError(t, err)
	require.Equal(t, card.ATR(), atr)
	require.Nil(t, card.session.channel)
	card.Remove()
	require.False(t, card.Inserted())
	_, err = card.Transmit(unhex(t, "00A40000"))
	require.ErrorIs(t, err, NewError(Removed))
	var failure *Error
	require.ErrorAs(t, err, &failure)
	require.Equal(t, Removed, failure.Kind())
	require.Equal(t, "virtual card: card removed", err.Error())
	_, err = card.Reset()
	require.ErrorIs(t, err, NewError(Removed))
	require.NoError(t, card.Insert())
	require.Equal(t, "9000", send(t, card, "00A40000"))
	require.Equal(t, uint64(3), card.State().Boots)
	require.False(t, errors.Is(err, NewError(WasReset)))
	for k, name := range map[Kind]string{WasReset: "card was reset", LinkLost: "link lost", Unpowered: "card not powered", 0: "unknown failure"} {
		require.Equal(t, name, k.String())
	}
}

func TestReturnedBytesAreCopies(t *testing.T) {
	data := vectorData(t)
	card := newCard(t, data, "nxp", nil, nil)
	card.ATR()[0] = 0
	require.Equal(t, byte(0x3B), card.ATR()[0])
	card.Profile().ATR[0] = 0
	require.Equal(t, byte(0x3B), card.ATR()[0])
	card.Settings().ResetForms[0] = 9
	require.Equal(t, []int{2, 3}, card.Settings().ResetForms)
	out := transmit(t, card, unhex(t, "00B09C000C"))
	out[0] = 0
	require.Equal(t, byte(0x5A), data.EFSN[0])
}

func TestNewRefusals(t *testing.T) {
	p, _ := ProfileByName("nxp")
	good := vectorData(t)
	for name, change := range map[string]func(*specimen.Data){
		"PIN":           func(d *specimen.Data) { d.PIN = []byte("1234") },
		"PUK":           func(d *specimen.Data) { d.PUK = []byte("1234567a") },
		"PIN tries":     func(d *specimen.Data) { d.PINTries = 0 },
		"PUK tries":     func(d *specimen.Data) { d.PUKTries = 16 },
		"serial number": func(d *specimen.Data) { d.SNICC = nil },
		"CHR":           func(d *specimen.Data) { d.ExtAuthCHR = d.ExtAuthCHR[:8] },
		"CHA":           func(d *specimen.Data) { d.ExtAuthCHA = nil },
		"DH":            func(d *specimen.Data) { d.DHPrime = nil },
		"DH generator":  func(d *specimen.Data) { d.DHGenerator = []byte{1} },
		"authority":     func(d *specimen.Data) { d.ExtAuthModulus = nil },
		"chip key":      func(d *specimen.Data) { d.ChipKey = nil },
		"services key":  func(d *specimen.Data) { d.ServicesKey = nil },
		"holder key":    func(d *specimen.Data) { d.HolderKey = nil },
	} {
		data := *good
		change(&data)
		_, err := New(Config{Data: &data, Profile: p})
		require.Error(t, err, name)
	}
	_, err := New(Config{Profile: p})
	require.Error(t, err)
	_, err = New(Config{Data: good})
	require.Error(t, err, "no profile")
	_, err = New(Config{Data: good, Profile: p, Settings: &Settings{}})
	require.ErrorIs(t, err, ErrSettings)
	_, err = New(Config{Data: good, Profile: p, Store: &failingStore{}})
	require.ErrorIs(t, err, errBroken)
}

type failingStore struct{ MemoryStore }

func (*failingStore) Load() (State, error) { return State{}, errBroken }

// TestConcurrentUse is for the race detector.
func TestConcurrentUse(t *testing.T) {
	data := vectorData(t)
	card := newCard(t, data, "nxp", nil, nil)
	card.Observe(func(Exchange) { card.Journal() })
	other := newCard(t, data, "gemalto", nil, nil)
	commands := [][]byte{unhex(t, "00A40000"), unhex(t, readNIS), unhex(t, askPIN), unhex(t, "002241A406800102840183"), unhex(t, "00880000083132333435363738")}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, command := range commands {
				_, _ = card.Transmit(command)
				_, _ = other.Transmit(command)
			}
		})
		wg.Go(func() {
			card.Counters()
			card.State()
			_, _ = card.Reset()
			_ = card.Arm(Fault{Kind: FaultLostAfter})
			card.Disarm()
			card.ClearJournal()
		})
	}
	wg.Wait()
}

func TestSettingsSurviveJSON(t *testing.T) {
	for _, p := range Profiles() {
		s := p.Defaults()
		raw, err := json.Marshal(s)
		require.NoError(t, err)
		var back Settings
		require.NoError(t, json.Unmarshal(raw, &back))
		require.NoError(t, back.Validate())
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(raw), string(again))
	}
}

func TestSettingsRefusals(t *testing.T) {
	for name, change := range map[string]func(*Settings){
		"dh":             func(s *Settings) { s.DHParameters = "" },
		"empty verify":   func(s *Settings) { s.EmptyVerify = "maybe" },
		"refusal":        func(s *Settings) { s.EmptyVerify = EmptyVerifyRefused; s.EmptyVerifyRefusal = swOK },
		"refusal 6282":   func(s *Settings) { s.EmptyVerify = EmptyVerifyRefused; s.EmptyVerifyRefusal = swEndOfFile },
		"last try":       func(s *Settings) { s.LastTry = swOK },
		"blocked":        func(s *Settings) { s.BlockedAnswer = swOK },
		"no session":     func(s *Settings) { s.NoSession = swOK },
		"sign limit":     func(s *Settings) { s.SignLimit = 246 },
		"reset forms":    func(s *Settings) { s.ResetForms = []int{4} },
		"leading zeros":  func(s *Settings) { s.LeadingZerosPublic, s.LeadingZerosSecret = 2, 1 },
		"read limit":     func(s *Settings) { s.ReadLimit = 257 },
		"padding":        func(s *Settings) { s.FilePadding = map[string]int{"1003": -1} },
		"padding's file": func(s *Settings) { s.FilePadding = map[string]int{"EF": 1} },
	} {
		s := common()
		require.NoError(t, s.Validate())
		change(&s)
		require.ErrorIs(t, s.Validate(), ErrSettings, name)
	}
}
