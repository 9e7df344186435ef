package pinfield

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
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
	b.reveal = widgets.NewButton("", widget.LowImportance, func() {
		b.Field.Reveal(!b.Field.Revealed())
		b.tell()
	})
	b.open = widgets.NewButton("", widget.LowImportance, b.turnPad)
	b.makeNotice()
	b.content = widgets.Column(8, b.Field, b.notice,
		widgets.Actions(nil, b.reveal, b.open), container.NewHBox(b.pad, layout.NewSpacer()))
	b.tell()
	return b
}

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
	reveal, open := "pinfield.show", "pinfield.pad.open"
	if b.Field.Revealed() {
		reveal = "pinfield.cover"
	}
	if b.pad.Visible() {
		open = "pinfield.pad.close"
	}
	b.reveal.SetText(b.Field.o.Words.Text(reveal, nil))
	b.open.SetText(b.Field.o.Words.Text(open, nil))
}

func (b *Block) turnPad() {
	if b.pad.Visible() {
		b.pad.Hide()
	} else {
		b.pad.Show()
	}
	b.tell()
	b.content.Refresh()
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
	if c := fyne.CurrentApp().Driver().CanvasForObject(b.doPaste); c != nil {
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
