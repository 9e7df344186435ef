package operations

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"cientro/app/messages"
	"cientro/app/wizard"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// drawLastTry is the second, explicit yes: a box that is ticked and a button that
// then works. The way out has the focus.
func (v *view) drawLastTry(s wizard.State) sheet {
	on := v.p.run
	form := "last"
	switch {
	case !s.Tries.Known:
		form = "unknown"
	case s.Tries.Left > 1 || !s.Tries.Seen.IsZero():
		form = "maybe"
	}
	primary := v.button("operations.lasttry.go", widget.MediumImportance, on.confirmLastTry)
	primary.Disable()
	sure := widgets.NewCheck(v.text("operations.lasttry.sure"), func(sure bool) {
		if sure {
			primary.Enable()
		} else {
			primary.Disable()
		}
	})
	out := v.button("operations.lasttry.stop", widget.HighImportance, v.p.cancel)
	parts := append([]fyne.CanvasObject{v.which(s.Card)}, v.minded(s.Card)...)
	parts = append(parts,
		widgets.Notice(widgets.Warning, v.text("operations.lasttry.title."+form),
			widgets.Paragraph(v.text("operations.lasttry.text."+form))),
		paragraph(v.text("operations.lasttry.advice")),
		container.NewHBox(sure))
	return sheet{
		content: lay(v.step(s), v.text("operations.lasttry.heading."+form), parts,
			v.below(s.Tries, widgets.Actions(v.whereButton(), primary, out))),
		focus: out, primary: out,
	}
}

// whereButton leads to the guide, where the codes are.
func (v *view) whereButton() *widgets.Button {
	return v.button("operations.where", widget.MediumImportance, func() { v.p.leave(page.Guide, topicHalves) })
}

// drawPUKGate wants the number of tries typed by hand.
func (v *view) drawPUKGate(s wizard.State) sheet {
	on := v.p.run
	number := widgets.NewEntry("")
	number.Validator = nil
	goOn := func() { on.confirmPUK(numberIn(number.Text)) }
	primary := v.button("operations.pukgate.go", widget.MediumImportance, goOn)
	primary.Disable()
	number.OnChanged = func(text string) {
		if numberIn(text) > 0 {
			primary.Enable()
		} else {
			primary.Disable()
		}
	}
	number.OnSubmitted = func(text string) {
		if numberIn(text) > 0 {
			goOn()
		}
	}
	form := "known"
	if !s.Tries.Known {
		form = "unknown"
	}
	values := messages.Values{"Number": s.Confirm}
	out := v.button("operations.lasttry.stop", widget.HighImportance, v.p.cancel)
	parts := append([]fyne.CanvasObject{v.which(s.Card), v.tenth()}, v.minded(s.Card)...)
	parts = append(parts, paragraph(v.words.Text("operations.pukgate.text."+form, values)))
	if s.Refused != wizard.RefusedNothing {
		parts = append(parts, v.refused(s.Refused))
	}
	parts = append(parts, widgets.Close(container.NewVBox(widgets.Strong(v.words.Text("operations.pukgate.ask", values)), narrowed(number))))
	return sheet{
		content: lay(v.step(s), v.text("operations.pukgate.heading."+form), parts,
			v.below(s.Tries, widgets.Actions(v.whereButton(), primary, out))),
		focus: number, primary: primary,
	}
}

// numberIn reads a number as people write it; 0 where it is none.
func numberIn(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// narrowed keeps a line for a number from being as wide as the page.
func narrowed(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(numberWide{}, o)
}

// numberWide is as wide as a few digits want.
type numberWide struct{}

func (numberWide) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(3*objects[0].MinSize().Height, objects[0].MinSize().Height)
}

func (n numberWide) Layout(objects []fyne.CanvasObject, _ fyne.Size) {
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(n.MinSize(objects))
}
