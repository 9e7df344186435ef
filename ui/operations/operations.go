package operations

import (
	"reflect"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/messages"
	"cientro/app/wizard"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// Options are what a person may have set. The zero value works.
type Options struct {
	// Shuffle says whether the keys on the screen lie in another order each time;
	// nil is no. It is asked anew for each code.
	Shuffle func() bool
}

// New makes the page that verifies the PIN (page.Verify), changes it
// (page.Change) or unblocks it (page.Unblock).
func New(w page.Window, d *desk.Desk, which page.Name, o Options) page.Page {
	kinds := map[page.Name]wizard.Kind{page.Verify: wizard.Verify, page.Change: wizard.Change, page.Unblock: wizard.Unblock}
	return newView(w, d, kinds[which], o)
}

// NewCertificate makes the page that asks for the PIN and then shows the
// certificate: show makes all that is seen from then on, and is forgotten when
// the page leaves.
func NewCertificate(w page.Window, d *desk.Desk, o Options, show func(*app.HolderCertificate) fyne.CanvasObject) page.Page {
	v := newView(w, d, wizard.Certificate, o)
	v.showCertificate = show
	return v
}

// view shows what the presenter says, and hands back what the person does.
type view struct {
	p       *presenter
	w       page.Window
	words   *messages.Printer
	options Options

	showCertificate func(*app.HolderCertificate) fyne.CanvasObject

	root *fyne.Container
	now  face
	on   sheet

	drawn    time.Time     // when the sheet came in sight
	patience time.Duration // until its buttons work
}

// usualPatience is longer than a finger rests on a key: what was pressed on one
// sheet must not press something on the next.
const usualPatience = 300 * time.Millisecond

// face is what is seen, as far as it makes another sheet.
type face struct {
	stage   stage
	waiting waiting
	problem *app.Problem
	state   wizard.State
	tries   wizard.Tries
}

// sheet is what one face looks like.
type sheet struct {
	content fyne.CanvasObject
	focus   fyne.Focusable // nil: the first that can have it
	calm    bool           // nothing has the focus: a key pressed twice does nothing
	primary *widgets.Button
	wipe    func()         // empties what was typed; nil: nothing was
	phases  func([]string) // shows what the card is asked now; nil elsewhere
	stop    func()         // what moves; nil: nothing does
}

func newView(w page.Window, d *desk.Desk, kind wizard.Kind, o Options) *view {
	v := &view{w: w, words: w.Words(), options: o, root: container.NewStack(), patience: usualPatience}
	v.p = &presenter{kind: kind, desk: d, do: fyne.Do, changed: v.refresh, leave: w.Go, unseen: v.tellUnseen, stage: onDesk}
	v.refresh()
	return v
}

// Content is part of page.Page.
func (v *view) Content() fyne.CanvasObject { return v.root }

// Shown is part of page.Page.
func (v *view) Shown() fyne.Focusable {
	v.p.shown()
	v.refresh()
	return v.target()
}

// Hidden is part of page.Page. Nothing that was typed or read stays.
func (v *view) Hidden() {
	v.p.hidden()
	v.drop()
	v.root.Objects = nil
	v.root.Refresh()
}

// Key is part of page.Keyed: Escape goes back, or out; Enter goes on.
func (v *view) Key(key fyne.KeyName) {
	switch key {
	case fyne.KeyEscape:
		v.pressed(v.p.back)()
	case fyne.KeyReturn, fyne.KeyEnter:
		if b := v.on.primary; b != nil && !b.Disabled() {
			b.OnTapped()
		}
	}
}

// refresh shows another sheet where there is another face. One on which somebody
// types stays as it is as long as nothing concerns it.
func (v *view) refresh() {
	next := v.face()
	if r := v.p.run; r != nil && v.on.phases != nil && next.stage == walking && samePlace(v.now, next) {
		v.now = next
		v.on.phases(r.phases)
		return
	}
	if v.on.content != nil && reflect.DeepEqual(v.now, next) {
		return
	}
	v.drop()
	v.now = next
	v.on, v.drawn = v.draw(next), time.Now()
	v.root.Objects = []fyne.CanvasObject{v.on.content}
	v.root.Refresh()
	if v.p.visible {
		v.focus()
	}
}

// samePlace says that nothing but the card's progress differs.
func samePlace(a, b face) bool {
	a.state.Phase, b.state.Phase = "", ""
	a.tries, b.tries, a.state.Tries, b.state.Tries = wizard.Tries{}, wizard.Tries{}, wizard.Tries{}, wizard.Tries{}
	a.state.Card, b.state.Card = wizard.Card{}, wizard.Card{}
	return reflect.DeepEqual(a, b)
}

// face reads the presenter.
func (v *view) face() face {
	f := face{stage: v.p.stage, tries: v.p.tries()}
	switch f.stage {
	case onDesk:
		f.tries = wizard.Tries{}
		f.waiting = waitingFor(v.p.state)
		if v.p.lent {
			f.waiting = waiting{what: saysLent}
		}
	case failed:
		f.problem = v.p.problem
	case walking:
		f.state = v.p.run.state
	case notBlocked:
	}
	return f
}

// target is what gets the focus.
func (v *view) target() fyne.Focusable {
	if v.on.focus != nil || v.on.calm {
		return v.on.focus
	}
	return widgets.First(v.on.content)
}

func (v *view) focus() {
	c := v.w.Fyne().Canvas()
	if target := v.target(); target != nil {
		c.Focus(target)
	} else {
		c.Unfocus()
	}
}

// pressed is what a button does: nothing while a key may still be down that was
// pressed on the sheet before.
func (v *view) pressed(do func()) func() {
	return func() {
		if time.Since(v.drawn) >= v.patience {
			do()
		}
	}
}

// button makes a button of a sheet.
func (v *view) button(key string, importance widget.Importance, do func()) *widgets.Button {
	return widgets.NewButton(v.text(key), importance, v.pressed(do))
}

// drop empties and stops what is on the sheet.
func (v *view) drop() {
	if v.on.wipe != nil {
		v.on.wipe()
	}
	if v.on.stop != nil {
		v.on.stop()
	}
	v.on, v.now = sheet{}, face{}
}

func (v *view) draw(f face) sheet {
	switch {
	case f.stage == notBlocked:
		return v.drawNotBlocked()
	case f.stage == failed:
		return v.drawProblem(*f.problem)
	case f.stage == onDesk:
		return v.drawWaiting(f.waiting)
	}
	switch s := f.state; s.Step {
	case wizard.LastTryGate:
		return v.drawLastTry(s)
	case wizard.PUKGate:
		return v.drawPUKGate(s)
	case wizard.TypePIN, wizard.TypePUK, wizard.TypeNewPIN, wizard.TypeAgain:
		return v.drawTyping(s)
	case wizard.Ended:
		return v.drawEnd(s)
	case wizard.Looking, wizard.Sending:
	}
	return v.drawWork(f)
}
