package operations

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cientro/app/wizard"
	"cientro/ui/pinfield"
	"cientro/ui/widgets"
)

// drawTyping is a page on which a code is typed: one code, with the tries in
// sight and what the code is.
func (v *view) drawTyping(s wizard.State) sheet {
	on := v.p.run
	var block *pinfield.Block
	enter := func() {
		if code := block.Field.Take(); code != nil {
			on.wizard.Enter(s.Step, code)
		}
	}
	primary := v.button("operations.enter."+v.doing(s), widget.HighImportance, enter)
	primary.Disable()
	block = pinfield.NewBlock(pinfield.Options{
		Words: v.words, Code: fieldCode(s.Step), Shuffle: v.options.Shuffle != nil && v.options.Shuffle(),
		OnChanged: func(count int) {
			on.wizard.Touch()
			if count == pinfield.Length {
				primary.Enable()
			} else {
				primary.Disable()
			}
		},
		OnSubmitted: enter,
	})
	parts := []fyne.CanvasObject{v.which(s.Card)}
	parts = append(parts, v.minded(s.Card)...)
	if s.Step == wizard.TypePUK {
		parts = append(parts, v.tenth())
	}
	parts = append(parts, paragraph(v.text("operations.lead."+v.doing(s))))
	if s.Refused != wizard.RefusedNothing {
		parts = append(parts, v.refused(s.Refused))
	}
	parts = append(parts, block.Content())
	return sheet{
		content: lay(v.step(s), v.text("operations.heading."+v.doing(s)), parts, v.below(s.Tries, v.typingActions(s, primary))),
		focus:   block.Field, primary: primary, wipe: block.Clear,
	}
}

// doing names a step of a kind of wizard where its words are its own.
func (v *view) doing(s wizard.State) string { return string(s.Kind) + "." + string(s.Step) }

func fieldCode(s wizard.Step) pinfield.Code {
	switch s {
	case wizard.TypePUK:
		return pinfield.PUK
	case wizard.TypeNewPIN, wizard.TypeAgain:
		return pinfield.NewPIN
	}
	return pinfield.PIN
}

func (v *view) typingActions(s wizard.State, primary *widgets.Button) fyne.CanvasObject {
	cancel := v.cancelButton()
	if !s.MayGoBack {
		return widgets.Actions(cancel, primary)
	}
	back := v.button("operations.back", widget.MediumImportance, v.p.back)
	return widgets.Actions(cancel, back, primary)
}

func (v *view) cancelButton() *widgets.Button {
	return v.button("operations.cancel", widget.MediumImportance, v.p.cancel)
}

// refused says why what was typed was not taken, and that nothing was sent.
func (v *view) refused(r wizard.Refusal) fyne.CanvasObject {
	return widgets.Notice(widgets.Warning, v.text("operations.refused."+string(r)),
		widgets.Paragraph(v.text("operations.refused")))
}

// tenth is always said where the PUK is typed.
func (v *view) tenth() fyne.CanvasObject {
	return widgets.Notice(widgets.Warning, v.text("operations.tenth.title"),
		widgets.Paragraph(v.text("operations.tenth.text")))
}
