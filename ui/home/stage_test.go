package home

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/messages"
	"cientro/card"
	"cientro/card/atr"
	"cientro/card/iso7816"
	"cientro/ui/page"
)

// today is the day of the tests.
var today = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func now() time.Time { return today }

// fakeDesk is a desk of which the test says what lies on it.
type fakeDesk struct {
	mu        sync.Mutex
	state     desk.State
	listener  func(desk.State)
	did       []string
	acceptErr error
	accepted  chan struct{}
}

func (f *fakeDesk) State() desk.State { return f.state }

func (f *fakeDesk) Listen(tell func(desk.State)) (stop func()) {
	f.listener = tell
	tell(f.state)
	return func() { f.listener = nil }
}

func (f *fakeDesk) note(what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.did = append(f.did, what)
}

func (f *fakeDesk) done() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.did...)
}

func (f *fakeDesk) Choose(reader string)    { f.note("choose " + reader) }
func (f *fakeDesk) LookAgain(reader string) { f.note("again " + reader) }
func (f *fakeDesk) Accept(_ context.Context, reader string) error {
	f.note("accept " + reader)
	defer close(f.accepted)
	return f.acceptErr
}

// tell is what the desk does when something changes.
func (f *fakeDesk) tell(s desk.State) {
	f.state = s
	if f.listener != nil {
		f.listener(s)
	}
}

// fakeWindow is the window around the page.
type fakeWindow struct {
	words  *messages.Printer
	window fyne.Window
	went   []string
}

func (w *fakeWindow) Words() *messages.Printer      { return w.words }
func (w *fakeWindow) Go(to page.Name, topic string) { w.went = append(w.went, string(to)+" "+topic) }
func (w *fakeWindow) Fyne() fyne.Window             { return w.window }
func (w *fakeWindow) Open(address string)           { w.went = append(w.went, address) }
func (w *fakeWindow) resize(width, height float32)  { settle(w.window, fyne.NewSize(width, height)) }

// settle gives the window a size, and what lies inside the time to follow: how
// high words are is known once they have a width.
func settle(w fyne.Window, size fyne.Size) {
	w.Resize(size.AddWidthHeight(0, 1))
	w.Resize(size)
}

// staged is the page in a window of the usual size.
type staged struct {
	*home
	desk   *fakeDesk
	window *fakeWindow
}

func stage(t testing.TB, p *messages.Printer, s desk.State) *staged {
	t.Helper()
	st := &staged{desk: &fakeDesk{state: s, accepted: make(chan struct{})}, window: &fakeWindow{words: p, window: test.NewWindow(nil)}}
	st.window.window.SetPadded(false)
	t.Cleanup(st.window.window.Close)
	st.home = newHome(st.window, st.desk, "linux", now)
	st.window.window.SetContent(st.Content())
	st.Shown()
	t.Cleanup(st.Hidden)
	settle(st.window.window, fyne.NewSize(800, 700))
	return st
}

// The readers of the tests.
const (
	readerA = "ACS ACR1252 1S CL Reader [ACR1252 Dual Reader PICC] 00 00"
	readerB = "HID Global OMNIKEY 5022 Smart Card Reader 01 00"
	readerC = "Bit4id miniLector EVO 02 00"
)

func problem(err error) *app.Problem {
	p := app.ProblemOf(err)
	return &p
}

func service(state app.ServiceState) desk.State {
	return desk.State{Service: state, Problem: problem(&app.ServiceError{State: state})}
}

// lying is a desk with these places; the first one that is ready is chosen.
func lying(places ...desk.Place) desk.State {
	s := desk.State{Service: app.ServiceRunning, Places: places}
	for _, p := range places {
		if s.Chosen == "" && p.Look == desk.LookReady {
			s.Chosen = p.Reader.Name
		}
	}
	return s
}

func reader(name string, kind app.ReaderKind, look desk.Look) desk.Place {
	return desk.Place{Reader: app.Reader{Name: name, Kind: kind, Present: look != desk.LookEmpty}, Look: look}
}

func at(look desk.Look) desk.Place { return reader(readerA, app.ReaderContactless, look) }

// code is a counter that the card told now.
func code(left, most int) desk.Code {
	state := "ok"
	switch {
	case left == 0:
		state = stateBlocked
	case left == 1:
		state = stateLastTry
	case left < most:
		state = stateCounted
	}
	return desk.Code{State: state, Known: true, Left: left, Max: most}
}

// ready is a CIE in order, changed as the test wants.
func ready(change func(*desk.Card)) desk.Place {
	c := &desk.Card{
		Name: "cie", Family: "gemalto", NIS: "********4207", PIN: code(3, 3), PUK: code(10, 10),
		ChipProven: true, Authenticity: "anchored", ReadAt: today,
	}
	if change != nil {
		change(c)
	}
	p := at(desk.LookReady)
	p.Card = c
	return p
}

func foreign(kind atr.Kind, name string) desk.Place {
	p := at(desk.LookForeign)
	p.Card = &desk.Card{Name: name}
	p.Problem = problem(&card.NotCIEError{Recognition: card.Recognition{Kind: kind, Name: name}})
	return p
}

func refused(step string, may bool) desk.Place {
	p := ready(func(c *desk.Card) {
		c.Refused, c.MayAccept, c.Authenticity = true, may, "failed"
		c.ChipProven = step != card.StepChip
	})
	p.Look = desk.LookTrouble
	p.Problem = problem(&card.NotGenuineError{Step: step, Overridable: may, Err: errors.New("test")})
	return p
}

func trouble(err error) desk.Place {
	p := at(desk.LookTrouble)
	p.Problem = problem(err)
	return p
}

func unchosen(name string) desk.Place {
	p := reader(name, app.ReaderContactless, desk.LookCIE)
	p.Card = &desk.Card{Name: "cie", Family: "nxp"}
	return p
}

func demo(p desk.Place) desk.Place {
	p.Demo, p.Reader.Name, p.Reader.Kind = true, "CIEntro Training 00 00", app.ReaderVirtual
	return p
}

func busy() error { return &iso7816.LinkError{Kind: iso7816.LinkBusy} }

// states are everything that can lie on the desk, by a name for its picture.
func states() map[string]desk.State {
	mute := at(desk.LookMute)
	mute.Problem = problem(&app.MuteCardError{Reader: readerA})
	unknown := reader("Gemalto Prox-DU 03 00", app.ReaderUnknown, desk.LookEmpty)
	contact := reader(readerC, app.ReaderContact, desk.LookEmpty)
	second := unchosen(readerB)
	return map[string]desk.State{
		"starting":            {},
		"service-missing":     service(app.ServiceMissing),
		"service-stopped":     service(app.ServiceStopped),
		"service-denied":      service(app.ServiceDenied),
		"service-unsupported": service(app.ServiceUnsupported),
		"no-reader":           lying(),
		"contact-reader":      lying(contact),
		"empty":               lying(at(desk.LookEmpty)),
		"empty-several":       lying(at(desk.LookEmpty), contact, unknown),
		"empty-two":           lying(at(desk.LookEmpty), reader(readerB, app.ReaderContactless, desk.LookEmpty)),
		"empty-demo":          lying(demo(at(desk.LookEmpty))),
		"reading":             lying(at(desk.LookReading)),
		"moving":              lying(at(desk.LookMoving)),
		"mute":                lying(mute),
		"foreign-cns":         lying(foreign(atr.KindCNS, "ts-cns")),
		"foreign-passport":    lying(foreign(atr.KindPassport, "passport")),
		"foreign-bank":        lying(foreign(atr.KindOther, "bank-card")),
		"foreign-old":         lying(foreign(atr.KindOther, "old-cie")),
		"foreign-other":       lying(foreign(atr.KindOther, "mifare-classic")),
		"foreign-unknown":     lying(foreign(atr.KindUnknown, "")),
		"ready":               lying(ready(nil)),
		"ready-counted": lying(ready(func(c *desk.Card) {
			c.PIN, c.Authenticity = code(2, 3), "self-consistent"
			c.ValidFrom, c.ValidTo = today.AddDate(-9, 0, 0), today.AddDate(0, 0, 45)
		})),
		"ready-last":        lying(ready(func(c *desk.Card) { c.PIN = code(1, 3) })),
		"ready-blocked":     lying(ready(func(c *desk.Card) { c.PIN, c.PUK = code(0, 3), code(8, 10) })),
		"ready-dead":        lying(ready(func(c *desk.Card) { c.PIN, c.PUK = code(0, 3), code(0, 10) })),
		"ready-puk-blocked": lying(ready(func(c *desk.Card) { c.PUK = code(0, 10) })),
		"ready-unknown": lying(ready(func(c *desk.Card) {
			c.PIN, c.PUK = desk.Code{State: stateUnknown, Max: 3}, code(7, 10)
			c.PUK.Seen, c.TriesQueryUnsafe = today.AddDate(0, -2, 0), true
		})),
		"ready-expired": lying(ready(func(c *desk.Card) { c.ValidFrom, c.ValidTo = today.AddDate(-10, 0, 0), today.AddDate(0, 0, -3) })),
		"ready-later":   lying(ready(func(c *desk.Card) { c.ValidFrom, c.ValidTo = today.AddDate(0, 0, 3), today.AddDate(10, 0, 0) })),
		"ready-valid":   lying(ready(func(c *desk.Card) { c.ValidFrom, c.ValidTo = today.AddDate(-1, 0, 0), today.AddDate(9, 0, 0) })),
		"ready-demo":    lying(demo(ready(nil))),
		"accepted":      lying(ready(func(c *desk.Card) { c.Accepted, c.Authenticity = true, "failed" })),
		"refused-hash":  lying(refused(card.StepSODHash, true)),
		"refused-chip":  lying(refused(card.StepChip, false)),
		"trouble-busy":  lying(trouble(busy())),
		"trouble-lost":  lying(trouble(&iso7816.LinkError{Kind: iso7816.LinkLost})),
		"trouble-bare":  lying(at(desk.LookTrouble)),
		"two":           lying(unchosen(readerA), second),
		"two-chosen":    lying(ready(nil), second),
		"three": lying(unchosen(readerA), second, func() desk.Place {
			p := foreign(atr.KindCNS, "ts-cns")
			p.Reader.Name, p.Reader.Kind = readerC, app.ReaderContact
			return p
		}()),
	}
}
