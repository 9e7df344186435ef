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
	uitest.App(t, theme.Light, 1)
	w := uitest.NewWindow(t, uitest.Words(t, messages.Italian))
	below := &stub{}
	p := &asked{Page: below, w: w}
	p.Hidden()
	assert.Equal(t, 1, below.hidden, "nothing was read yet")

	w.SetContent(p.show(certificate(t)))
	first := p.view
	test.Tap(first.reveal)
	w.SetContent(p.show(certificate(t)))
	assert.Nil(t, first.p.c, "another card: the first is forgotten")
	second := p.view
	assert.NotContains(t, w.Says(), "SPECIMEN")
	p.Hidden()
	assert.Nil(t, second.p.c)
	assert.Empty(t, uitest.Texts(w))
	assert.Equal(t, 2, below.hidden)

	p.Key(fyne.KeyEscape)
	assert.Equal(t, []fyne.KeyName{fyne.KeyEscape}, below.keys)
	(&asked{}).Key(fyne.KeyEscape) // of a page that has no use for keys
}

func TestNew(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	w := uitest.NewWindow(t, uitest.Words(t, messages.Italian))
	d := desk.New(desk.Config{Open: func(context.Context) (app.Readers, error) { return nil, errors.New("none") }})
	p := New(w, d, operations.Options{})
	require.Implements(t, (*page.Keyed)(nil), p)
	w.SetContent(p.Content())
	p.Shown()
	assert.NotEmpty(t, uitest.Texts(w))
	p.Hidden()
	assert.Empty(t, uitest.Texts(w))
}
