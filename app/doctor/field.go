package doctor

import (
	"fmt"
	"slices"
	"time"

	"cientro/app"
	"cientro/card/ias"
	"cientro/card/iso7816"
)

// fieldReads is how often the free file is read.
const fieldReads = 30

// Field is how well the card is held by the reader: reads of a file that needs
// no PIN, one command each.
type Field struct {
	Reads, Lost int
	// Median and P95 are of the reads that were answered: what half of them, and
	// 95 in a hundred, took at most.
	Median, P95 time.Duration
}

// Judge gives the way of the check: a lossy field breaks a login, which is some
// 20 to 40 commands, a slow or uneven one is a card at the edge of it.
func (f Field) Judge() string {
	switch {
	case f.Reads == 0:
		return wayNone
	case f.Lost*10 > f.Reads: // more than one in ten
		return "lossy"
	case f.Lost > 0:
		return "shaky"
	case f.Median > 150*time.Millisecond:
		return "slow"
	case f.P95 > 100*time.Millisecond && f.P95 > 3*f.Median:
		return "uneven"
	}
	return wayOK
}

// judgeField makes a Field of what each read took; a negative time is a loss.
func judgeField(took []time.Duration) Field {
	f := Field{Reads: len(took)}
	answered := slices.DeleteFunc(slices.Clone(took), func(d time.Duration) bool { return d < 0 })
	f.Lost = len(took) - len(answered)
	if len(answered) == 0 {
		return f
	}
	slices.Sort(answered)
	f.Median = answered[len(answered)/2]
	f.P95 = answered[(len(answered)*95+99)/100-1]
	return f
}

// lost marks a read that was not answered.
const lost = time.Duration(-1)

// field reads EF.ID_Servizi again and again, outside any secure channel. What it
// says is not looked at.
func (l *look) field() outcome {
	meant := l.cards().meant
	if meant == nil || l.Virtual {
		return none()
	}
	connection, err := l.pcsc().readers.Connect(l.ctx, meant.Name)
	if err != nil {
		return none()
	}
	defer func() { _ = connection.Close() }()
	f := judgeField(l.readAgain(connection))
	way := f.Judge()
	if way == wayNone {
		return none()
	}
	return found(way, Fact{fmt.Sprintf("%d/%d", f.Reads-f.Lost, f.Reads)}, milliseconds("p50", f.Median), milliseconds("p95", f.P95))
}

func milliseconds(name string, d time.Duration) Fact {
	return Fact{fmt.Sprintf("%s %d ms", name, d.Round(time.Millisecond).Milliseconds())}
}

// readAgain takes the time of each read. After a loss the card is connected anew.
func (l *look) readAgain(connection app.Connection) (took []time.Duration) {
	if _, err := connection.Begin(l.ctx); err != nil {
		return nil
	}
	defer func() { _ = connection.End(false) }()
	send := ias.Plain(connection)
	ready := false
	for range fieldReads {
		if l.ctx.Err() != nil {
			return took
		}
		if !ready && !selectFree(send) {
			took = append(took, lost)
			if connection.Reconnect(l.ctx) != nil {
				return l.rest(took)
			}
			continue
		}
		start := l.sys.Now()
		answer, err := send(iso7816.ReadBinarySFI(ias.EFIDServizi.SFI, 0, ias.EFIDServizi.Length))
		ready = err == nil && answer.SW == iso7816.SWSuccess
		if ready {
			took = append(took, l.sys.Now().Sub(start))
			continue
		}
		took = append(took, lost)
		if err != nil && connection.Reconnect(l.ctx) != nil {
			return l.rest(took)
		}
	}
	return took
}

// rest counts the reads as lost that a card which left could not answer.
func (l *look) rest(took []time.Duration) []time.Duration {
	for len(took) < fieldReads {
		took = append(took, lost)
	}
	return took
}

// selectFree selects the application whose number file is free to read.
func selectFree(send ias.Sender) bool {
	if _, ok, err := ias.SelectRoot(send, ""); err != nil || !ok {
		return false
	}
	ok, err := ias.SelectCIE(send)
	return err == nil && ok
}
