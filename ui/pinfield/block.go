package pinfield

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/widgets"
)

// Block is a field with all that belongs to it: a button that shows the digits,
// the keys on the screen behind another, and the notice that stands before
// pasting.
type Block struct {
	Field *Field

	pad           *Pad
	reveal, open  *widgets.Button
	notice        fyne.CanvasObject
	paste         func() // what the notice asks about
	doPaste, dont *widgets.Button
	content       *fyne.Container
}

// NewBlock makes a field and what belongs to it. It brings its own
// Options.MayPaste where there is none.
func NewBlock(o Options) *Block {
	b := &Block{}
	if o.MayPaste == nil {
		o.MayPaste = b.ask
	}
	changed := o.OnChanged
	o.OnChanged = func(count int) {
		b.tell()
		if changed != nil {
			changed(count)
		}
	}
	b.Field = New(o)
	b.pad = NewPad(b.Field, o.Shuffle)
	b.pad.Hide()
	b.reveal = widgets.NewButton("", widget.MediumImportance, func() {
		b.Field.Reveal(!b.Field.Revealed())
		b.tell()
	})
	b.open = widgets.NewButton("", widget.MediumImportance, b.turnPad)
	b.open.Icon = fynetheme.GridIcon()
	b.reveal.Pointed, b.open.Pointed = b.Field.focus, b.Field.focus // to go on typing
	b.makeNotice()
	b.content = widgets.Column(10, b.Field, b.notice,
		beside(widgets.Flow(b.reveal, b.open)), beside(container.NewHBox(b.pad)))
	b.tell()
	return b
}

// beside brings what stands below the boxes to where they begin.
func beside(o fyne.CanvasObject) fyne.CanvasObject { return widgets.Padded(0, 0, edge, 0, o) }

// Content is what is seen.
func (b *Block) Content() fyne.CanvasObject { return b.content }

// Clear wipes the digits and puts away what was opened beside them.
func (b *Block) Clear() {
	b.closeNotice()
	b.Field.Clear()
	b.tell()
}

// SetUnused says where keys go that nothing here has a use for.
func (b *Block) SetUnused(unused func(*fyne.KeyEvent)) {
	b.Field.Unused, b.reveal.Unused, b.open.Unused = unused, unused, unused
	b.doPaste.Unused, b.dont.Unused = unused, unused
}

// tell gives the buttons the words of what they do now.
func (b *Block) tell() {
	words := b.Field.o.Words
	reveal, eye := words.Text("pinfield.show", nil), fynetheme.VisibilityIcon()
	if b.Field.Revealed() {
		reveal, eye = words.Text("pinfield.cover", nil), fynetheme.VisibilityOffIcon()
	}
	open := words.Text("pinfield.pad.open", nil)
	if b.pad.Visible() {
		open = words.Text("pinfield.pad.close", nil)
	}
	if b.reveal.Text != reveal {
		b.reveal.SetIcon(eye)
		b.reveal.SetText(reveal)
	}
	if b.open.Text != open {
		b.open.SetText(open)
	}
}

func (b *Block) turnPad() {
	if b.pad.Visible() {
		b.pad.Hide()
	} else {
		b.pad.Show()
	}
	b.tell()
	b.content.Refresh()
	if b.pad.Visible() {
		widgets.Reveal(b.pad)
	}
}

func (b *Block) makeNotice() {
	words := b.Field.o.Words
	b.doPaste = widgets.NewButton(words.Text("pinfield.paste.do", nil), widget.HighImportance, func() {
		paste := b.paste
		b.closeNotice()
		if paste != nil {
			paste()
		}
	})
	b.dont = widgets.NewButton(words.Text("pinfield.paste.dont", nil), widget.MediumImportance, b.closeNotice)
	b.notice = widgets.Notice(widgets.Warning, words.Text("pinfield.paste.title", nil),
		widgets.Paragraph(words.Text("pinfield.paste.text", nil)),
		widgets.Padded(6, 4, 3, 3, widgets.Actions(nil, b.dont, b.doPaste)))
	b.notice.Hide()
}

// ask opens the notice; paste waits for the answer.
func (b *Block) ask(paste func()) {
	b.paste = paste
	b.notice.Show()
	b.content.Refresh()
	// The field knows its canvas; what was never drawn does not yet.
	if c := fyne.CurrentApp().Driver().CanvasForObject(b.Field); c != nil {
		c.Focus(b.doPaste)
	}
}

func (b *Block) closeNotice() {
	b.paste = nil
	if b.notice.Visible() {
		b.notice.Hide()
		b.content.Refresh()
		b.Field.focus()
	}
}
