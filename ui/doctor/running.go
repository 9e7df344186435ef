package doctor

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"cientro/app/doctor"
	"cientro/ui/widgets"
)

// intro says what the check-up is for, and what it looks at.
func intro(p presenter) fyne.CanvasObject {
	points := widgets.Column(4)
	for _, key := range []string{"checkup.intro.free", "checkup.intro.local", "checkup.intro.still", "checkup.intro.again"} {
		points.Add(container.NewBorder(nil, nil, beside(widgets.Sign(widgets.Good, signSize()*0.9)), nil, widgets.Paragraph(p.text(key))))
	}
	groups := widgets.Column(4, widgets.Strong(p.text("checkup.looks")))
	for _, g := range doctor.Groups() {
		image := canvas.NewImageFromResource(fynetheme.NewPrimaryThemedResource(iconOf(g)))
		image.FillMode = canvas.ImageFillContain
		image.SetMinSize(fyne.NewSquareSize(signSize()))
		groups.Add(container.NewBorder(nil, nil, beside(image), nil, widgets.Paragraph(p.group(g))))
	}
	return widgets.Column(gap,
		widgets.Close(widgets.Paragraph(p.text("checkup.lead"))),
		widgets.Close(points),
		widgets.Card(widgets.Close(groups)))
}

// running is a run under way.
type running struct {
	object fyne.CanvasObject
	line   *widgets.Text
	bar    *widgets.TimeBar
	names  []*widgets.Text
	signs  []*canvas.Image
}

// newRunning makes what is seen of a run.
func newRunning(p presenter, t texts) *running {
	r := &running{line: widgets.Paragraph(""), bar: widgets.NewTimeBar()}
	lines := widgets.Column(4)
	for range t.running.steps {
		name, image := widgets.Paragraph(""), canvas.NewImageFromResource(fynetheme.RadioButtonIcon())
		image.FillMode = canvas.ImageFillContain
		image.SetMinSize(fyne.NewSquareSize(signSize()))
		r.names, r.signs = append(r.names, name), append(r.signs, image)
		lines.Add(container.NewBorder(nil, nil, beside(image), nil, name))
	}
	all := widgets.Column(gap)
	if t.demo {
		all.Add(demo(p))
	}
	all.Add(widgets.Card(widgets.Close(widgets.Subheading(p.text("checkup.progress.title"))), r.bar,
		widgets.Close(widgets.Column(2, r.line, widgets.Paragraph(p.text("checkup.progress.still"))))))
	all.Add(widgets.Card(widgets.Close(lines)))
	r.object = all
	return r
}

// tell shows how far the run has come. What is done, what is looked at and what
// comes later have signs of different form, and the one of now is in bold.
func (r *running) tell(t progress) {
	r.bar.SetLeft(t.part)
	r.line.SetText(t.line)
	for i, s := range t.steps {
		icon := fyne.Resource(fynetheme.NewDisabledResource(fynetheme.RadioButtonIcon()))
		switch s.stage {
		case done:
			icon = fynetheme.NewSuccessThemedResource(fynetheme.ConfirmIcon())
		case now:
			icon = fynetheme.NewPrimaryThemedResource(fynetheme.NavigateNextIcon())
		}
		if bold := s.stage == now; r.names[i].Text != s.name || r.names[i].TextStyle.Bold != bold {
			r.names[i].TextStyle.Bold = bold
			r.names[i].SetText(s.name)
		}
		if r.signs[i].Resource.Name() != icon.Name() {
			r.signs[i].Resource = icon
			r.signs[i].Refresh()
		}
	}
}

// demo says that nothing of this is about a real card.
func demo(p presenter) fyne.CanvasObject {
	return widgets.Notice(widgets.Warning, p.text("checkup.demo.title"), widgets.Paragraph(p.text("checkup.demo.text")))
}

func signSize() float32 { return fynetheme.Size(fynetheme.SizeNameInlineIcon) }

// beside sets a sign at the height of the first line of words that follow it.
func beside(sign fyne.CanvasObject) fyne.CanvasObject {
	return container.NewVBox(widgets.Padded(3, 0, 2, 8, sign))
}

func iconOf(g doctor.Group) fyne.Resource {
	switch g {
	case doctor.GroupSystem:
		return fynetheme.ComputerIcon()
	case doctor.GroupService:
		return fynetheme.SettingsIcon()
	case doctor.GroupReaders:
		return fynetheme.StorageIcon()
	case doctor.GroupCard:
		return fynetheme.AccountIcon()
	case doctor.GroupCertificate:
		return fynetheme.DocumentIcon()
	case doctor.GroupBrowsers:
		return fynetheme.LoginIcon()
	case doctor.GroupModule:
		return fynetheme.FileApplicationIcon()
	}
	return fynetheme.FolderIcon()
}
