package desk

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/card/virtual"
)

// one is a desk with one reader, called A.
func one(t *testing.T) (*table, *Desk) {
	t.Helper()
	b := newTable(t)
	b.plug(contactless("A"))
	d := b.desk()
	looks(t, d, "A", LookEmpty)
	return b, d
}

func TestACIEAloneIsChosenAndInspected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		c := cie(t, nil)
		b.put("A", c)
		looks(t, d, "A", LookReading)
		p := looks(t, d, "A", LookReady)
		assert.Equal(t, "A", until(t, d, "chosen", func(s State) bool { return s.Chosen != "" }).Chosen)
		require.NotNil(t, p.Card)
		assert.Nil(t, p.Problem)
		assert.Equal(t, "cie", p.Card.Name)
		assert.Equal(t, "gemalto", p.Card.Family)
		assert.Regexp(t, `^\*+\d{4}$`, p.Card.NIS, "masked")
		assert.Equal(t, Code{State: "ok", Known: true, Left: 3, Max: 3}, p.Card.PIN)
		assert.Equal(t, 10, p.Card.PUK.Max)
		assert.True(t, p.Card.ChipProven)
		assert.Equal(t, "self-consistent", p.Card.Authenticity)
		assert.False(t, p.Card.Refused || p.Card.MayAccept || p.Card.Accepted || p.Card.TriesQueryUnsafe)
		assert.True(t, p.Card.ValidTo.IsZero(), "no session has brought the certificate")
		assert.WithinDuration(t, time.Now(), p.Card.ReadAt, patienceOfTests)
		assert.Equal(t, [3]int{}, pinCommands(c), "no code was presented")
	})
}

// pinCommands are VERIFY, CHANGE and RESET RETRY COUNTER as the card saw them.
func pinCommands(c *virtual.Card) [3]int {
	n := c.Counters()
	count := func(m map[virtual.Reference]int) (sum int) {
		for _, v := range m {
			sum += v
		}
		return sum
	}
	return [3]int{count(n.Verify), count(n.Change), count(n.Reset)}
}

func TestCountersAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tests := []struct {
			pin, puk  int
			state     string
			ofPUK     string
			left, now int
		}{
			{3, 10, "ok", "ok", 3, 10},
			{2, 9, "counted", "counted", 2, 9},
			{1, 1, "last-try", "last-try", 1, 1},
			{0, 0, "blocked", "blocked", 0, 0},
		}
		for _, tt := range tests {
			b, d := one(t)
			c := cie(t, func(s *virtual.Settings) { s.CountersByGetData = true })
			require.NoError(t, c.SetTries(tt.pin, tt.puk))
			b.put("A", c)
			p := looks(t, d, "A", LookReady)
			assert.Equal(t, Code{State: tt.state, Known: true, Left: tt.left, Max: 3}, p.Card.PIN)
			assert.Equal(t, Code{State: tt.ofPUK, Known: true, Left: tt.now, Max: 10}, p.Card.PUK)
		}
	})
}

func TestCountersThatNobodyKnows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		b.put("A", cie(t, func(s *virtual.Settings) {
			s.CountersByGetData, s.EmptyVerify = false, virtual.EmptyVerifyRefused
		}))
		p := looks(t, d, "A", LookReady)
		assert.Equal(t, Code{State: "unknown", Max: 3}, p.Card.PIN)
		assert.Equal(t, Code{State: "unknown", Max: 10}, p.Card.PUK)
	})
}

// TestForeignCardsAreNamed and get nothing but SELECT.
func TestForeignCardsAreNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := func(aid string) map[string]uint16 { return map[string]uint16{aid: 0x9000} }
		tests := []struct {
			card      *virtual.Card
			name, key string
		}{
			{virtual.NewForeign([]byte{0x3B, 0x80, 0x80, 0x01, 0x01}, answers("A0000002471001")), "passport", "passport"},
			{virtual.NewForeign([]byte{0x3B, 0x80, 0x80, 0x01, 0x01}, answers("325041592E5359532E4444463031")), "bank-card", "other_card"},
			{virtual.NewForeign([]byte{0x3B, 0x80, 0x80, 0x01, 0x01}, nil), "", "unknown_card"},
		}
		for _, tt := range tests {
			b, d := one(t)
			b.put("A", tt.card)
			p := looks(t, d, "A", LookForeign)
			require.NotNil(t, p.Card)
			assert.Equal(t, tt.name, p.Card.Name)
			require.NotNil(t, p.Problem)
			assert.Equal(t, tt.key, p.Problem.Key)
			assert.Empty(t, d.State().Chosen, "what is no CIE is never meant")
			d.Choose("A")
			d.Choose("nobody")
			for _, e := range tt.card.Journal() {
				assert.Equal(t, virtual.Instruction(0xA4), e.INS, "SELECT only")
			}
			looks(t, d, "A", LookForeign)
			assert.Empty(t, d.State().Chosen)
		}
	})
}

func TestMuteCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		b.mute("A")
		p := looks(t, d, "A", LookMute)
		assert.Equal(t, "CARD-002", p.Problem.Code)
		assert.Zero(t, b.tries("A"), "who gives no answer is not asked")
		d.LookAgain("A")
		looks(t, d, "A", LookMute)
		b.put("A", cie(t, nil)) // it wakes up
		looks(t, d, "A", LookReady)
		b.take("A")
		looks(t, d, "A", LookMoving)

		b.refuse("A", &app.MuteCardError{Reader: "A"})
		b.put("A", cie(t, nil))
		p = looks(t, d, "A", LookMute)
		assert.Equal(t, "CARD-002", p.Problem.Code)
		b.refuse("A", nil)
		d.LookAgain("A")
		looks(t, d, "A", LookReady)
	})
}

func TestCardThatCameAndWentIsMoving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		c := cie(t, nil)
		b.put("A", c)
		looks(t, d, "A", LookReady)
		b.take("A")
		p := looks(t, d, "A", LookMoving)
		assert.Nil(t, p.Card)
		assert.Empty(t, d.State().Chosen)
		looks(t, d, "A", LookEmpty)
	})
}

// A card that lay there for a while and is taken is just gone.
func TestCardThatIsTakenIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTable(t)
		b.plug(contactless("A"))
		d := b.desk()
		d.do(func() { d.wait.short = 0 })
		b.put("A", cie(t, nil))
		looks(t, d, "A", LookReady)
		moving := false
		defer d.Listen(func(s State) { moving = moving || s.Place("A").Look == LookMoving })()
		b.take("A")
		looks(t, d, "A", LookEmpty)
		assert.False(t, moving)
	})
}

// TestRemovalWhileLooking at each command of the look: the card is moving, then
// gone, and comes back whole.
func TestRemovalWhileLooking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, at := range []int{1, 5, 12, 25, 40} {
			b, d := one(t)
			d.do(func() { d.wait.short = 0 })
			c := cie(t, nil)
			var counted int
			c.Observe(func(virtual.Exchange) {
				if counted++; counted == at {
					go b.take("A")
					time.Sleep(20 * time.Millisecond)
				}
			})
			b.put("A", c)
			looks(t, d, "A", LookMoving)
			looks(t, d, "A", LookEmpty)
			b.put("A", c)
			looks(t, d, "A", LookReady)
			assert.Equal(t, [3]int{}, pinCommands(c))
		}
	})
}

// A link that breaks while the card lies there is tried again a few times.
func TestLostLooksAreRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, kind := range []virtual.FaultKind{virtual.FaultReset, virtual.FaultResetAfter, virtual.FaultLostAfter, virtual.FaultBadMAC} {
			b, d := one(t)
			c := cie(t, nil)
			require.NoError(t, c.Arm(virtual.Fault{Kind: kind, At: 20}))
			b.put("A", c)
			p := looks(t, d, "A", LookReady)
			assert.Nil(t, p.Problem, kind)
			assert.Equal(t, 3, p.Card.PIN.Left)
			assert.Equal(t, [3]int{}, pinCommands(c))
		}
	})
}

func TestLostLooksComeToAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		c := cie(t, nil)
		require.NoError(t, c.Arm(virtual.Fault{Kind: virtual.FaultLostBefore, At: 1, Repeat: true}))
		b.put("A", c)
		looks(t, d, "A", LookMoving)
		p := looks(t, d, "A", LookTrouble)
		assert.Equal(t, "CARD-009", p.Problem.Code)
		assert.Nil(t, p.Card)
		tried := b.tries("A")
		assert.Equal(t, mostAgain+1, tried)
		time.Sleep(50 * time.Millisecond)
		assert.Equal(t, tried, b.tries("A"))
		c.Disarm()
		d.LookAgain("A")
		looks(t, d, "A", LookReady)
	})
}

// A reader that another program keeps is tried again without a command.
func TestBusyReaderIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		b.refuse("A", busy())
		c := cie(t, nil)
		b.put("A", c)
		p := looks(t, d, "A", LookTrouble)
		assert.Equal(t, "READER-004", p.Problem.Code)
		require.Eventually(t, func() bool { return b.tries("A") > 2 }, patienceOfTests, time.Millisecond)
		assert.Zero(t, c.Counters().APDUs)
		b.refuse("A", nil)
		looks(t, d, "A", LookReady)
	})
}

// A card that was taken and put back between two lists is looked at anew: it may
// be another one.
func TestSwapIsNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		b.put("A", cie(t, nil))
		first := looks(t, d, "A", LookReady)
		c := cie(t, func(s *virtual.Settings) { s.CountersByGetData = true })
		require.NoError(t, c.SetTries(2, 10))
		b.put("A", c) // no list in between
		s := until(t, d, "the other card", func(s State) bool {
			p := s.Place("A")
			return p.Look == LookReady && p.Card.PIN.Left == 2
		})
		assert.NotEqual(t, first.Card, s.Place("A").Card)
		assert.Equal(t, "A", s.Chosen, "alone again")

		reader := app.Reader{Present: true, ATR: []byte{1}}
		assert.True(t, another(reader, app.Reader{Present: true, ATR: []byte{2}}))
		assert.False(t, another(reader, app.Reader{Present: true, ATR: []byte{1}}))
		assert.False(t, another(reader, app.Reader{Present: true}), "not told is not another")
	})
}

// TestTwoCIEs: both are recognised, and nothing more is asked of either until one
// is chosen; of the other not even then.
func TestTwoCIEs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTable(t)
		b.plug(contactless("A"))
		b.plug(contactless("B"))
		first, second := cie(t, nil), cie(t, nil)
		b.put("A", first)
		b.put("B", second)
		d := b.desk()
		s := until(t, d, "two CIEs", func(s State) bool {
			return len(s.Places) == 2 && s.Places[0].Look == LookCIE && s.Places[1].Look == LookCIE
		})
		assert.Empty(t, s.Chosen)
		assert.Equal(t, &Card{Name: "cie", Family: "gemalto"}, s.Places[0].Card)
		for _, c := range []*virtual.Card{first, second} {
			assert.LessOrEqual(t, c.Counters().APDUs, 4, "recognition only")
			for _, e := range c.Journal() {
				assert.Equal(t, virtual.Instruction(0xA4), e.INS)
			}
		}
		_, err := d.Borrow(t.Context(), "B")
		require.Error(t, err)
		assert.Equal(t, "CARD-012", app.ProblemOf(err).Code)

		before := first.Counters().APDUs
		d.Choose("B")
		p := looks(t, d, "B", LookReady)
		assert.Equal(t, 3, p.Card.PIN.Left)
		assert.Equal(t, "B", d.State().Chosen)
		assert.Equal(t, LookCIE, d.State().Place("A").Look)
		assert.Equal(t, before, first.Counters().APDUs)

		_, err = d.Borrow(t.Context(), "A")
		assert.Equal(t, "CARD-012", app.ProblemOf(err).Code, "what is not chosen is not lent")

		b.take("B") // A is the only one now
		s = until(t, d, "the other", func(s State) bool { return s.Chosen == "A" && s.Place("A").Look == LookReady })
		assert.Equal(t, 3, s.Place("A").Card.PIN.Left)
	})
}

// The card that was there first stays chosen when another one comes.
func TestASecondCIEDoesNotTakeTheChoice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		b.put("A", cie(t, nil))
		until(t, d, "chosen", func(s State) bool { return s.Chosen == "A" })
		b.plug(contactless("B"))
		other := cie(t, nil)
		b.put("B", other)
		looks(t, d, "B", LookCIE)
		assert.Equal(t, "A", d.State().Chosen)
		assert.LessOrEqual(t, other.Counters().APDUs, 4)
	})
}

// Among other cards the only CIE is chosen, unless one that could not be looked
// at may be a second one.
func TestTheOnlyCIEAmongOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTable(t)
		b.plug(contactless("A"))
		b.plug(contactless("B"))
		b.plug(contactless("C"))
		badge := virtual.NewForeign([]byte{0x3B, 0x80, 0x80, 0x01, 0x01}, nil)
		b.put("A", badge)
		b.put("B", cie(t, nil))
		b.mute("C")
		d := b.desk()
		s := until(t, d, "the CIE", func(s State) bool { return s.Chosen == "B" && s.Place("B").Look == LookReady })
		assert.Equal(t, LookForeign, s.Place("A").Look)
		assert.Equal(t, LookMute, s.Place("C").Look)

		b.take("B")
		looks(t, d, "B", LookMoving)
		b.refuse("C", busy())
		b.put("C", cie(t, nil))
		looks(t, d, "C", LookTrouble)
		b.put("B", cie(t, nil))
		looks(t, d, "B", LookCIE)
		time.Sleep(50 * time.Millisecond)
		assert.Empty(t, d.State().Chosen, "the busy one may be a second CIE")
		d.Choose("B")
		looks(t, d, "B", LookReady)
	})
}
