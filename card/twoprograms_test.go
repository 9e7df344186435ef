package card_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/store"
	"cientro/card/virtuallink"
)

// program is one of several at the same reader. Its memory is its own, as that
// of another user or another product.
type program struct {
	t      *testing.T
	reader *virtuallink.Reader
	memory *store.Store
}

func (p program) open() *card.Card {
	link, err := p.reader.Connect()
	require.NoError(p.t, err)
	return card.New(link, card.Options{Store: p.memory, QueryTries: true})
}

// TestProgramsShareAReader: one verifies in a loop, two look in a loop, one
// fails a PIN now and then. Nobody waits for ever, nobody loses a try that is
// not accounted for, and nobody's channel serves another.
func TestProgramsShareAReader(t *testing.T) {
	const rounds = 12
	d := newDesk(t, "nxp")
	patience, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var running, looking sync.WaitGroup
	verifying := make(chan struct{})
	var wrong, right int

	running.Go(func() { // the right PIN, again and again
		defer close(verifying)
		p := program{t, d.reader, store.Memory()}
		pin := d.pin(rightPIN)
		for right < rounds && patience.Err() == nil {
			c := p.open()
			r, err := c.Inspect(patience, card.PINReference)
			if !assert.NoError(t, err) {
				return
			}
			tries, err := c.VerifyPIN(patience, pin, agreed(r, card.PINReference))
			switch classOf(err) {
			case "done":
				right++
				assert.Equal(t, 3, tries.Left)
			case "confirm": // the other program's failure came in between: ask again
			default:
				t.Errorf("verify: %v", err)
				return
			}
			assert.NoError(t, c.Close())
		}
	})
	running.Go(func() { // a wrong PIN, once in a while, with two tries in hand
		p := program{t, d.reader, store.Memory()}
		pin := d.pin(wrongPIN)
		for range 3 {
			c := p.open()
			r, err := c.Inspect(patience, card.PINReference)
			if !assert.NoError(t, err) {
				return
			}
			if r.PIN.Left < 3 {
				continue
			}
			_, err = c.VerifyPIN(patience, pin, agreed(r, card.PINReference))
			if classOf(err) == "wrong" {
				wrong++
			} else {
				assert.Equal(t, "confirm", classOf(err), "%v", err)
			}
			assert.NoError(t, c.Close())
		}
	})
	looks := func(look func(*card.Card) error) {
		looking.Go(func() {
			p := program{t, d.reader, store.Memory()}
			c := p.open() // one handle for all its life, as the app has
			for {
				select {
				case <-verifying:
					return
				default:
					if !assert.NoError(t, look(c)) {
						return
					}
				}
			}
		})
	}
	looks(func(c *card.Card) error {
		_, err := c.Recognise(patience)
		return err
	})
	looks(func(c *card.Card) error {
		_, err := c.Inspect(patience, card.PINReference, card.PUKReference)
		return err
	})
	running.Wait()
	looking.Wait()

	require.NoError(t, patience.Err(), "deadlock")
	n := d.chip.Counters()
	assert.Equal(t, rounds, right)
	assert.Equal(t, wrong, n.Wrong[0x81], "wrong presentations are those that were reported")
	assert.Equal(t, right+wrong, n.Verify[0x81], "each VERIFY was somebody's")
	assert.Zero(t, n.EmptyVerify[0x82])
	assert.Empty(t, judgeProof(d.chip.Journal(), 0))
	_, err := d.verify(rightPIN)
	require.NoError(t, err)
	assert.Equal(t, 3, d.chip.State().PINTries)
}

// TestWaitingForTheReaderCanBeGivenUp: the transaction is held by somebody
// else; who waits can be cancelled and has sent nothing.
func TestWaitingForTheReaderCanBeGivenUp(t *testing.T) {
	d := newDesk(t, "gemalto")
	holder, err := d.reader.Connect()
	require.NoError(t, err)
	_, err = holder.Begin(ctx)
	require.NoError(t, err)
	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	_, err = d.open().Inspect(short, card.PINReference)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Zero(t, d.apdus)
	require.NoError(t, holder.End(false))
	d.inspect(card.PINReference)
}
