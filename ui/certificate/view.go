package certificate

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/app"
	"cientro/ui/page"
	"cientro/ui/savefile"
	"cientro/ui/widgets"
)

// View shows one certificate.
type View struct {
	p *presenter
	w page.Window

	content                         *fyne.Container
	remarks, holder, validity, seen *fyne.Container // what changes when it is shown or covered
	reveal, remind, pem, der, back  *widgets.Button
	said                            *fyne.Container // what became of saving
	dialog                          savefile.Question
	choose                          chooser
}

// NewView makes the view of a certificate, covered.
func NewView(w page.Window, c *app.HolderCertificate) *View {
	v := &View{p: newPresenter(w.Words(), c), w: w}
	v.choose = v.chooseFile
	v.remarks, v.holder, v.validity, v.seen, v.said = widgets.Column(gap), widgets.Column(0), widgets.Column(0), widgets.Column(0), widgets.Column(0)
	button := func(key string, icon fyne.Resource, tapped func()) *widgets.Button {
		b := widgets.NewButton(v.p.text(key), widget.MediumImportance, tapped)
		b.Icon = icon
		return b
	}
	v.reveal = button("certificate.page.show", fynetheme.VisibilityIcon(), v.turn)
	v.remind = button("certificate.page.remind", fynetheme.CalendarIcon(), v.saveReminder)
	v.pem = button("certificate.page.pem", fynetheme.DocumentSaveIcon(), func() { v.save(v.p.pem()) })
	v.der = button("certificate.page.der", fynetheme.DocumentSaveIcon(), func() { v.save(v.p.der()) })
	v.back = button("certificate.page.back", fynetheme.NavigateBackIcon(), func() { v.w.Go(page.Home, "") })
	v.content = container.NewStack(v.build())
	v.refresh()
	return v
}

const gap = 14

// Content is what is seen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Forget lets go of the certificate, of all that was shown of it, and of a
// question where to save it.
func (v *View) Forget() {
	v.hideDialog()
	v.p.forget()
	for _, c := range []*fyne.Container{v.remarks, v.holder, v.validity, v.seen, v.said, v.content} {
		c.RemoveAll()
	}
}

func (v *View) build() fyne.CanvasObject {
	t := v.p.texts()
	title := func(key string) fyne.CanvasObject { return widgets.Close(widgets.Subheading(v.p.text(key))) }
	line := func(key string) fyne.CanvasObject { return widgets.Close(widgets.Paragraph(v.p.text(key))) }
	fingerprint := widgets.Paragraph(t.fingerprint)
	fingerprint.TextStyle.Monospace = true
	details := widgets.NewFacts()
	addFacts(details, t.details)
	details.AddObject(v.p.text("certificate.page.sha256"), fingerprint)
	return widgets.Frame(v.p.text("certificate.page.title"), widgets.Column(gap,
		v.remarks,
		widgets.Card(title("certificate.page.holder"), v.holder, widgets.Aligned(widgets.Flow(v.reveal))),
		widgets.Card(title("certificate.page.validity"), v.validity, widgets.Aligned(widgets.Flow(v.remind))),
		widgets.Card(title("certificate.page.seen"), line("certificate.page.seen.lead"), v.seen, line("certificate.page.seen.not")),
		widgets.Card(title("certificate.page.details"), details.Object(), line("certificate.page.compare")),
		widgets.Card(title("certificate.page.save"), line("certificate.page.save.lead"), widgets.Aligned(widgets.Flow(v.pem, v.der)), v.said),
	), widgets.Actions(v.back))
}

func addFacts(f *widgets.Facts, all []fact) {
	for _, row := range all {
		f.Add(row.name, row.is)
	}
}

// refresh shows what the presenter says now.
func (v *View) refresh() {
	t := v.p.texts()
	fill := func(c *fyne.Container, all ...fyne.CanvasObject) {
		c.Objects = all
		c.Refresh()
	}
	table := func(all []fact) fyne.CanvasObject {
		f := widgets.NewFacts()
		addFacts(f, all)
		return f.Object()
	}
	var remarks []fyne.CanvasObject
	for _, r := range t.remarks {
		remarks = append(remarks, widgets.Notice(r.mood, r.title, widgets.Paragraph(r.text)))
	}
	fill(v.remarks, remarks...)
	fill(v.holder, table(t.holder))
	fill(v.validity, table(t.validity), widgets.Close(widgets.Paragraph(t.remaining)))
	fill(v.seen, table(t.seen))
	if v.reveal.Text != t.reveal {
		v.reveal.SetText(t.reveal)
	}
	if !t.mayRemind {
		v.remind.Hide()
	}
}

// turn shows what was covered, or covers it again.
func (v *View) turn() {
	v.p.revealed = !v.p.revealed
	v.reveal.Icon = fynetheme.VisibilityIcon()
	if v.p.revealed {
		v.reveal.Icon = fynetheme.VisibilityOffIcon()
	}
	v.refresh()
}
