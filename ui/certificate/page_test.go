package certificate

import (
	"context"
	"errors"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/messages"
	"cientro/ui/operations"
	"cientro/ui/page"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

// stub is the page that asks for the PIN, as far as it matters here.
type stub struct {
	page.Page
	hidden int
	keys   []fyne.KeyName
}

func (s *stub) Hidden()               { s.hidden++ }
func (s *stub) Key(name fyne.KeyName) { s.keys = append(s.keys, name) }

func TestThePageForgetsWhenItIsLeft(t *testing.T) {
	w := &window{words: words(t, messages.Italian), fyne: uitest.App(t, theme.Light, 1).NewWindow("")}
	below := &stub{}
	p := &asked{Page: below, w: w}
	p.Hidden()
	assert.Equal(t, 1, below.hidden, "nothing was read yet")

	w.fyne.SetContent(p.show(certificate(t)))
	first := p.view
	test.Tap(first.reveal)
	w.fyne.SetContent(p.show(certificate(t)))
	assert.Nil(t, first.p.c, "another card: the first is forgotten")
	second := p.view
	assert.NotContains(t, uitest.Says(w.fyne), "SPECIMEN")
	p.Hidden()
	assert.Nil(t, second.p.c)
	assert.Empty(t, uitest.Texts(w.fyne))
	assert.Equal(t, 2, below.hidden)

	p.Key(fyne.KeyEscape)
	assert.Equal(t, []fyne.KeyName{fyne.KeyEscape}, below.keys)
	(&asked{Page: w.page()}).Key(fyne.KeyEscape)
}

// page is one that has no use for keys.
func (w *window) page() page.Page { return nil }

func TestNew(t *testing.T) {
	w := &window{words: words(t, messages.Italian), fyne: uitest.App(t, theme.Light, 1).NewWindow("")}
	d := desk.New(desk.Config{Open: func(context.Context) (app.Readers, error) { return nil, errors.New("none") }})
	p := New(w, d, operations.Options{})
	require.Implements(t, (*page.Keyed)(nil), p)
	w.fyne.SetContent(p.Content())
	p.Shown()
	assert.NotEmpty(t, uitest.Texts(w.fyne))
	p.Hidden()
	assert.Empty(t, uitest.Texts(w.fyne))
}
