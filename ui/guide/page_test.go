package guide

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/guide"
	"cientro/app/links"
	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/qr"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

var (
	_ page.Page    = (*guidePage)(nil)
	_ page.Topical = (*guidePage)(nil)
)

func italian(t testing.TB, size fyne.Size) (*guidePage, *window) {
	t.Helper()
	return open(t, uitest.Words(t, messages.Italian), theme.Light, 1, size)
}

var small = fyne.NewSize(520, 600)

func TestItBeginsWithTheSearch(t *testing.T) {
	g, w := italian(t, usual)
	assert.Same(t, g.search, w.Canvas().Focused())
	assert.Len(t, rowsOf(g), len(ids()))
	says := w.Says()
	assert.Contains(t, says, "Guida")
	assert.Contains(t, says, "Due codici di 8 cifre", "the first topic is open")
	assert.Contains(t, says, "verifica sul sito ufficiale", "and says how old it may be")
	assert.Contains(t, says, "2017–2024")
}

func TestOpenedAtATopic(t *testing.T) {
	for _, size := range []fyne.Size{usual, small} {
		g, w := italian(t, size)
		w.Canvas().Focus(g.search)
		test.Type(g.search, "zebra")
		g.Topic("theft")
		assert.Empty(t, g.search.Text)
		assert.Contains(t, w.Says(), "Fai denuncia")
		require.NotNil(t, g.currentRow())
		assert.Equal(t, "theft", g.currentRow().Name)
		g.Topic("no-such-topic")
		assert.Contains(t, w.Says(), "Fai denuncia", "what is not there changes nothing")
		if size == small {
			assert.Same(t, g.back, g.Shown())
		} else {
			assert.Same(t, g.search, g.Shown())
		}
	}
}

func TestSearchByKeys(t *testing.T) {
	g, w := italian(t, usual)
	test.Type(g.search, "tessera sanitaria")
	require.NotEmpty(t, rowsOf(g))
	assert.Equal(t, "ts-cns", rowsOf(g)[0].Name)
	uitest.Press(w, fyne.KeyReturn)
	assert.Equal(t, "ts-cns", g.p.topic.ID)
	assert.Same(t, g.search, w.Canvas().Focused(), "one may go on typing")

	uitest.Press(w, fyne.KeyDown)
	assert.Same(t, rowsOf(g)[0], w.Canvas().Focused())
	uitest.Press(w, fyne.KeyUp)
	assert.Same(t, g.search, w.Canvas().Focused())

	g.search.SetText("zebra")
	assert.Empty(t, rowsOf(g))
	assert.Contains(t, w.Says(), "Nessun argomento parla di «zebra»")
	uitest.Press(w, fyne.KeyReturn)
	uitest.Press(w, fyne.KeyDown)
	assert.Equal(t, "ts-cns", g.p.topic.ID, "nothing was found, nothing is opened")

	g.search.SetText("")
	assert.Len(t, rowsOf(g), len(ids()))
}

func TestTheListByKeys(t *testing.T) {
	g, w := italian(t, usual)
	uitest.Press(w, fyne.KeyDown)
	for i := range ids() {
		require.Same(t, rowsOf(g)[i], w.Canvas().Focused())
		uitest.Press(w, fyne.KeyDown)
	}
	last := rowsOf(g)[len(ids())-1]
	assert.Same(t, last, w.Canvas().Focused(), "after the last one comes nothing")
	assert.Positive(t, g.listed.Offset.Y, "the list followed")
	uitest.Press(w, fyne.KeySpace)
	assert.Equal(t, last.Name, g.p.topic.ID)
	assert.Same(t, last, w.Canvas().Focused(), "the focus stays")
	uitest.Press(w, fyne.KeyF1)
	assert.Equal(t, []fyne.KeyName{fyne.KeyF1}, w.keys, "other keys are the window's")
}

func TestPageKeysScrollTheArticle(t *testing.T) {
	g, w := italian(t, usual)
	g.Topic("booking")
	settle(w)
	scroll := g.article.scroll
	for _, focus := range []fyne.Focusable{g.search, rowsOf(g)[0]} {
		w.Canvas().Focus(focus)
		uitest.Press(w, fyne.KeyPageDown)
		assert.Positive(t, scroll.Offset.Y)
		for range 20 {
			uitest.Press(w, fyne.KeyPageDown)
		}
		assert.InDelta(t, scroll.Content.MinSize().Height-scroll.Size().Height, scroll.Offset.Y, 1, "not beyond the end")
		for range 20 {
			uitest.Press(w, fyne.KeyPageUp)
		}
		assert.Zero(t, scroll.Offset.Y)
	}
	w.Canvas().Focus(rowsOf(g)[0])
	uitest.Press(w, fyne.KeyEnd)
	assert.Positive(t, scroll.Offset.Y)
	uitest.Press(w, fyne.KeyHome)
	assert.Zero(t, scroll.Offset.Y)
	assert.Empty(t, w.keys)
}

// TestOneAtATime: where there is no room for both, list and article take turns.
func TestOneAtATime(t *testing.T) {
	g, w := italian(t, small)
	assert.False(t, g.panes.wide)
	assert.NotContains(t, w.Says(), "Due codici di 8 cifre")
	w.Canvas().Focus(rowsOf(g)[3])
	uitest.Press(w, fyne.KeyReturn)
	assert.Contains(t, w.Says(), "Tre PIN sbagliati si rimediano")
	assert.NotContains(t, w.Says(), "Cerca nella guida")
	assert.Same(t, g.back, w.Canvas().Focused())
	uitest.Press(w, fyne.KeyReturn)
	assert.Contains(t, w.Says(), "Tutto quello che serve sapere")
	assert.Same(t, rowsOf(g)[3], w.Canvas().Focused(), "back where it came from")

	w.Resize(usual)
	assert.True(t, g.panes.wide)
	assert.False(t, g.back.Visible())
	assert.Contains(t, w.Says(), "Tre PIN sbagliati si rimediano")
	assert.Contains(t, w.Says(), "Tutto quello che serve sapere")
}

// TestNextByKeys: the focus does not get lost with the article that had it.
func TestNextByKeys(t *testing.T) {
	for _, size := range []fyne.Size{usual, small} {
		g, w := italian(t, size)
		g.Topic("pin-puk")
		next := last(t, g)
		assert.Equal(t, "halves", next.Name)
		w.Canvas().Focus(next)
		uitest.Press(w, fyne.KeyReturn)
		assert.Equal(t, "halves", g.p.topic.ID)
		if size == usual {
			assert.Same(t, g.currentRow(), w.Canvas().Focused())
		} else {
			assert.Same(t, g.back, w.Canvas().Focused())
		}
	}
	g, w := italian(t, usual)
	test.Type(g.search, "smarrimento")
	w.Canvas().Focus(last(t, g))
	uitest.Press(w, fyne.KeyReturn)
	assert.Same(t, g.search, w.Canvas().Focused(), "its line is not in the list")
}

// TestSeeAlso: each topic leads to those that go on from it.
func TestSeeAlso(t *testing.T) {
	g, _ := italian(t, usual)
	for _, topic := range guide.Topics() {
		g.Topic(topic.ID)
		var ways []string
		for _, f := range uitest.Focusables(g.article.scroll) {
			if r, ok := f.(*widgets.Way); ok {
				ways = append(ways, r.Name)
			}
		}
		assert.Equal(t, append(slices.Clone(topic.See), g.p.next().ID), ways, topic.ID)
	}
	g.Topic("blocked")
	for _, f := range uitest.Focusables(g.article.scroll) {
		if r, ok := f.(*widgets.Way); ok && r.Name == "lost-codes" {
			test.Tap(r)
			break
		}
	}
	assert.Equal(t, "lost-codes", g.p.topic.ID)
}

// last is the way on at the end of the article.
func last(t testing.TB, g *guidePage) *widgets.Way {
	t.Helper()
	found := uitest.Focusables(g.article.scroll)
	r, ok := found[len(found)-1].(*widgets.Way)
	require.True(t, ok)
	return r
}

// TestEveryButtonByKeys: Tab comes to each link, QR code, contact and page of
// each topic, and each does what it says.
func TestEveryButtonByKeys(t *testing.T) {
	g, w := italian(t, usual)
	for _, topic := range guide.Topics() {
		g.Topic(topic.ID)
		w.Opened, w.Went = nil, nil
		var wantOpened []string
		for _, id := range topic.Contacts {
			c, _ := guide.FindContact(id)
			address, _ := links.Address(c.Verify)
			wantOpened = append(wantOpened, address)
		}
		for _, id := range topic.Links {
			address, _ := links.Address(id)
			wantOpened = append(wantOpened, address)
		}
		var wantWent []page.Name
		for _, name := range topic.Pages {
			wantWent = append(wantWent, page.Name(name))
		}
		reached := map[fyne.Focusable]bool{}
		w.Canvas().Unfocus()
		for range 300 {
			uitest.Press(w, fyne.KeyTab)
			at := w.Canvas().Focused()
			if reached[at] {
				break
			}
			reached[at] = true
		}
		for _, f := range uitest.Focusables(g.article.scroll) {
			assert.True(t, reached[f], "%s: Tab does not come to %v", topic.ID, f)
			if b, ok := f.(*widgets.Button); ok {
				w.Canvas().Focus(b)
				uitest.Press(w, fyne.KeyReturn)
			}
		}
		assert.Equal(t, wantOpened, w.Opened, topic.ID)
		assert.Equal(t, wantWent, w.Went, topic.ID)
		for _, address := range w.Opened {
			require.NoError(t, links.Check(address))
		}
		for _, name := range w.Went {
			assert.Contains(t, []page.Name{page.Home, page.Verify, page.Change, page.Unblock, page.Certificate, page.Browsers, page.TryLogin, page.Doctor, page.Training}, name)
		}
	}
}

func button(t testing.TB, g *guidePage, words string, number int) *widgets.Button {
	t.Helper()
	for _, f := range uitest.Focusables(g.article.scroll) {
		if b, ok := f.(*widgets.Button); ok && b.Text == words {
			if number == 0 {
				return b
			}
			number--
		}
	}
	t.Fatalf("no button %q", words)
	return nil
}

func TestOnThePhone(t *testing.T) {
	g, w := italian(t, usual)
	g.Topic("addresses")
	settle(w)
	assert.Empty(t, uitest.Find[*qr.Code](g.article.scroll), "no code before one asks")
	addresses, _ := guide.Find("addresses")
	for i, id := range addresses.Links {
		address, _ := links.Address(id)
		b := button(t, g, "Continua sul telefono", 0) // those before say "Nascondi"
		test.Tap(b)
		settle(w)
		shown := uitest.Find[*qr.Code](g.article.scroll)
		require.Len(t, shown, i+1)
		assert.Equal(t, address, shown[i].Text())
		assert.GreaterOrEqual(t, shown[i].Size().Width, shown[i].MinSize().Width, "not squeezed")
		assert.Equal(t, "Nascondi il codice", b.Text)
		assert.Contains(t, w.Says(), "la stessa pagina di "+links.Host(address))
		assert.Empty(t, uitest.Clipped(w), id)
	}
	for range addresses.Links {
		test.Tap(button(t, g, "Nascondi il codice", 0))
	}
	assert.Empty(t, uitest.Find[*qr.Code](g.article.scroll))
	assert.Empty(t, w.Opened, "a code opens nothing here")
}

// TestThePhoneReadsIt: an independent reader finds the address in the picture of
// the page, in each look.
func TestThePhoneReadsIt(t *testing.T) {
	for _, look := range []theme.Look{theme.Light, theme.Dark, theme.HighContrast} {
		g, w := open(t, uitest.Words(t, messages.Italian), look, 1, usual)
		scenes()["code"](g, w)
		address, _ := links.Address(links.PUKHelp)
		said, able := uitest.ReadCodes(t, w.Canvas().Capture())
		if !able {
			t.Skip("zbarimg is not installed, so nobody independent can read the codes")
		}
		assert.Equal(t, []string{address}, said, look)
	}
}

func TestCopyANumber(t *testing.T) {
	g, _ := italian(t, usual)
	g.Topic("contacts")
	b := button(t, g, "Copia", 1)
	test.Tap(b)
	assert.Equal(t, "cie.cittadini@interno.it", fyne.CurrentApp().Clipboard().Content())
	assert.Equal(t, "Copiato", b.Text)
}

// TestEveryNumberSaysHowOldItIs: beside each number stand the year of its source
// and the way to check it.
func TestEveryNumberSaysHowOldItIs(t *testing.T) {
	g, w := italian(t, usual)
	for _, topic := range guide.Topics() {
		if len(topic.Contacts) == 0 {
			continue
		}
		g.Topic(topic.ID)
		says := w.Says()
		for _, id := range topic.Contacts {
			c, _ := guide.FindContact(id)
			assert.Contains(t, says, c.Value)
			assert.Contains(t, says, c.Value+" "+c.Source(w.Words()), topic.ID)
		}
		assert.Contains(t, says, "Verifica sul sito")
	}
}

func TestTheRowFeelsThePointer(t *testing.T) {
	g, _ := italian(t, usual)
	r := rowsOf(g)[2]
	r.MouseIn(nil)
	r.MouseMoved(nil)
	assert.True(t, r.Hovered())
	r.MouseOut()
	assert.False(t, r.Hovered())
	assert.NotNil(t, r.Cursor())
	test.Tap(r)
	assert.Equal(t, r.Name, g.p.topic.ID)
	r.TypedRune('x')
}
