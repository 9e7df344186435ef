package operations

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/app/wizard"
	"cientro/ui/widgets"
)

// drawWork is the card at work: what it is asked, one line after the other, and
// that it must not be moved.
func (v *view) drawWork(f face) sheet {
	s := f.state
	heading := "operations.work.looking"
	if s.Step == wizard.Sending {
		heading = "operations.work." + string(s.Kind)
	}
	activity := widget.NewActivity()
	activity.Start()
	turning := container.NewGridWrap(fyne.NewSquareSize(fynetheme.Size(fynetheme.SizeNameInlineIcon)), activity)
	lines := container.NewVBox()
	show := func(phases []string) {
		lines.RemoveAll()
		for i, phase := range phases {
			lines.Add(v.phase(phase, i == len(phases)-1, turning))
		}
		lines.Refresh()
	}
	show(v.p.run.phases)
	cancel := v.button("operations.stop", widget.MediumImportance, v.p.cancel)
	still := widgets.Notice(widgets.Warning, v.text("progress.keep-still"), widgets.Paragraph(v.text("operations.work.still."+string(s.Step))))
	return sheet{
		content: lay(v.step(s), v.text(heading), []fyne.CanvasObject{v.which(s.Card), still, widgets.Close(lines)},
			v.below(f.tries, widgets.Actions(cancel))),
		calm: true, phases: show, stop: activity.Stop,
	}
}

// phase is one line: done, or being done.
func (v *view) phase(phase string, now bool, turning fyne.CanvasObject) fyne.CanvasObject {
	words := widgets.Line(v.text("phase." + phase))
	if !now {
		return container.NewHBox(widget.NewIcon(fynetheme.NewSuccessThemedResource(fynetheme.ConfirmIcon())), words)
	}
	words.TextStyle.Bold = true
	return container.NewHBox(widget.NewIcon(fynetheme.NewPrimaryThemedResource(fynetheme.NavigateNextIcon())), words, container.NewCenter(turning))
}
