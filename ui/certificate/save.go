package certificate

import (
	"errors"
	"io"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"

	"cientro/app"
	"cientro/app/messages"
	"cientro/ui/widgets"
)

// chooser asks where to save a file under a name that is proposed, and calls
// chosen with it open; a nil writer is a person who changed their mind.
type chooser func(name string, chosen func(fyne.URIWriteCloser, error))

// chooseFile asks with Fyne's dialog, nearly as large as the window.
func (v *View) chooseFile(name string, chosen func(fyne.URIWriteCloser, error)) {
	w := v.w.Fyne()
	d := dialog.NewFileSave(chosen, w)
	d.SetFileName(name)
	d.SetTitleText(v.p.text("certificate.page.save.where"))
	d.SetConfirmText(v.p.text("certificate.page.save.do"))
	d.SetDismissText(v.p.text("certificate.page.save.dont"))
	v.dialog = d
	d.Show()
	size := w.Canvas().Size()
	d.Resize(fyne.NewSize(size.Width*0.9, size.Height*0.9))
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
				_ = discard(to) // there is nobody left to tell
			}
		case err != nil:
			v.say(f.name, err)
		case to != nil:
			v.say(place(to.URI()), write(to, f.content))
		}
	})
}

// write fills an open file and closes it. One that cannot be filled is removed.
func write(to fyne.URIWriteCloser, content []byte) error {
	if to.URI().Scheme() == "file" {
		if err := os.Chmod(to.URI().Path(), 0o600); err != nil && !errors.Is(err, os.ErrNotExist) {
			return errors.Join(err, discard(to))
		}
	}
	n, err := to.Write(content)
	if err == nil && n < len(content) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return errors.Join(err, discard(to))
	}
	return to.Close()
}

func discard(to fyne.URIWriteCloser) error {
	return errors.Join(to.Close(), storage.Delete(to.URI()))
}

// place is where a file lies, for people.
func place(at fyne.URI) string {
	if at.Scheme() == "file" {
		return at.Path()
	}
	return at.String()
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
