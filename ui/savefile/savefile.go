package savefile

import (
	"errors"
	"io"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
)

// Words are those of the question.
type Words struct{ Title, Save, Dismiss string }

// Question is one that stands in the window.
type Question interface{ Hide() }

// Ask asks with Fyne's dialog, nearly as large as the window, under a name that is
// proposed. It calls chosen with the file open; a nil writer is a person who
// changed their mind.
func Ask(w fyne.Window, words Words, name string, chosen func(fyne.URIWriteCloser, error)) Question {
	d := dialog.NewFileSave(chosen, w)
	d.SetFileName(name)
	d.SetTitleText(words.Title)
	d.SetConfirmText(words.Save)
	d.SetDismissText(words.Dismiss)
	d.Show()
	size := w.Canvas().Size()
	d.Resize(fyne.NewSize(size.Width*0.9, size.Height*0.9))
	return d
}

// Write fills an open file and closes it. Its owner alone may read it, as far as
// the system can tell owners apart. One that cannot be filled is removed.
func Write(to fyne.URIWriteCloser, content []byte) error {
	if to.URI().Scheme() == "file" {
		if err := os.Chmod(to.URI().Path(), 0o600); err != nil && !errors.Is(err, os.ErrNotExist) {
			return errors.Join(err, Discard(to))
		}
	}
	n, err := to.Write(content)
	if err == nil && n < len(content) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return errors.Join(err, Discard(to))
	}
	return to.Close()
}

// Discard closes and removes a file.
func Discard(to fyne.URIWriteCloser) error {
	return errors.Join(to.Close(), storage.Delete(to.URI()))
}

// Place is where a file lies, for people.
func Place(at fyne.URI) string {
	if at.Scheme() == "file" {
		return at.Path()
	}
	return at.String()
}
