package certificate

import (
	"fyne.io/fyne/v2"

	"cientro/app"
	"cientro/app/messages"
	"cientro/ui/savefile"
	"cientro/ui/widgets"
)

// chooser asks where to save a file under a name that is proposed, and calls
// chosen with it open; a nil writer is a person who changed their mind.
type chooser func(name string, chosen func(fyne.URIWriteCloser, error))

// chooseFile asks with Fyne's dialog.
func (v *View) chooseFile(name string, chosen func(fyne.URIWriteCloser, error)) {
	v.dialog = savefile.Ask(v.w.Fyne(), savefile.Words{
		Title: v.p.text("certificate.page.save.where"), Save: v.p.text("certificate.page.save.do"),
		Dismiss: v.p.text("certificate.page.save.dont"),
	}, name, chosen)
}

func (v *View) hideDialog() {
	if v.dialog != nil {
		v.dialog.Hide()
		v.dialog = nil
	}
}

func (v *View) saveReminder() {
	if v.p.c == nil {
		return
	}
	f, err := v.p.reminder()
	if err != nil {
		v.say(f.name, err)
		return
	}
	v.save(f)
}

// save asks where, and writes the file there for its owner alone, as far as the
// system can tell owners apart.
func (v *View) save(f file) {
	v.choose(f.name, func(to fyne.URIWriteCloser, err error) {
		v.dialog = nil
		switch {
		case v.p.c == nil: // left meanwhile
			if to != nil {
				_ = savefile.Discard(to) // there is nobody left to tell
			}
		case err != nil:
			v.say(f.name, err)
		case to != nil:
			v.say(savefile.Place(to.URI()), savefile.Write(to, f.content))
		}
	})
}

// say tells what became of saving.
func (v *View) say(where string, err error) {
	notice := widgets.Notice(widgets.Good, v.p.text("certificate.page.saved"),
		widgets.Paragraph(v.p.words.Text("certificate.page.saved.text", messages.Values{"File": where})))
	if err != nil {
		s := app.ProblemOf(&app.FileError{Op: app.FileWrite, Path: where, Err: err}).Sentences(v.p.words)
		notice = widgets.Notice(widgets.Bad, s.Title, widgets.Paragraph(s.What), widgets.Paragraph(s.Next))
	}
	v.said.Objects = []fyne.CanvasObject{widgets.Padded(8, 0, 0, 0, notice)}
	v.said.Refresh()
	widgets.Reveal(notice)
}
