package guide

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"

	"cientro/app/guide"
	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

func typing(t testing.TB) (*guidePage, *window, *checker) {
	t.Helper()
	g, w := italian(t, usual)
	g.Topic("password")
	settle(w)
	w.Canvas().Focus(g.article.checker.field)
	return g, w, g.article.checker
}

func TestChecking(t *testing.T) {
	_, w, c := typing(t)
	assert.Empty(t, c.verdict.Text, "nothing typed, nothing to say")
	steps := []struct{ more, verdict string }{
		{"Abcd", "guide.password.short"},
		{"efgh", "guide.password.short"},
		{"ij", "guide.password.kinds"}, // ten, three conditions
		{"1", "guide.password.ok"},
	}
	for _, s := range steps {
		test.Type(c.field, s.more)
		assert.Equal(t, w.Words().Text(s.verdict, nil), c.verdict.Text, s.more)
	}
	assert.Equal(t, "11 caratteri", c.count.Text)
	says := w.Says()
	assert.Contains(t, says, "Una lettera maiuscola: sì")
	assert.Contains(t, says, "Un carattere speciale, come ! o ?: no")
	assert.NotContains(t, says, "Abcd")
	assert.Contains(t, says, "•••••••••••")
	assert.Empty(t, uitest.Clipped(w))

	uitest.Press(w, fyne.KeyBackspace)
	assert.Equal(t, "10 caratteri", c.count.Text)
	uitest.Press(w, fyne.KeyDelete)
	assert.Equal(t, "0 caratteri", c.count.Text)
	uitest.Press(w, fyne.KeyBackspace)
	assert.Empty(t, c.verdict.Text)
	test.Type(c.field, "x y")
	assert.Equal(t, "3 caratteri", c.count.Text, "a space is a character")
	test.Tap(c.clear)
	assert.Equal(t, "0 caratteri", c.count.Text)
}

// TestVerdictsAreThoseOfTheRule: for each password of the rule's own kind.
func TestVerdictsAreThoseOfTheRule(t *testing.T) {
	for _, typed := range []string{"", "a", "Abcdefgh1!", "Abcdefg1!", "abcdefghij", "aaaaaaaaaa", "Abcccfghi1"} {
		p := guide.CheckPassword([]rune(typed))
		assert.Equal(t, p.Accepted(), verdict(p) == "guide.password.ok", typed)
	}
}

// isWiped tells whether no character is left in the field's memory.
func isWiped(s *secret) bool { return s.typed == [most]rune{} && s.count == 0 }

// TestNothingIsKept: leaving the topic or the page, and clearing, wipe the memory.
func TestNothingIsKept(t *testing.T) {
	leave := map[string]func(*guidePage, *window, *checker){
		"another topic":     func(g *guidePage, _ *window, _ *checker) { g.Topic("theft") },
		"the same topic":    func(g *guidePage, _ *window, _ *checker) { g.Topic("password") },
		"a row of the list": func(g *guidePage, _ *window, _ *checker) { test.Tap(rowsOf(g)[0]) },
		"another page":      func(g *guidePage, _ *window, _ *checker) { g.Hidden() },
		"the button":        func(_ *guidePage, _ *window, c *checker) { test.Tap(c.clear) },
		"delete":            func(_ *guidePage, w *window, _ *checker) { uitest.Press(w, fyne.KeyDelete) },
		"each character": func(_ *guidePage, w *window, c *checker) {
			for range c.field.count {
				uitest.Press(w, fyne.KeyBackspace)
			}
		},
	}
	for how, do := range leave {
		g, w, c := typing(t)
		test.Type(c.field, "Specimen-1")
		assert.False(t, isWiped(c.field))
		do(g, w, c)
		assert.True(t, isWiped(c.field), how)
	}
	g, _ := italian(t, usual)
	g.Hidden() // a topic without the field
}

func TestTheFieldHasAnEnd(t *testing.T) {
	_, w, c := typing(t)
	for range 3 * most {
		c.field.TypedRune('x')
	}
	assert.Equal(t, most, c.field.count)
	settle(w)
	assert.Empty(t, uitest.Clipped(w), "more dots than there is room for")
}

func TestPaste(t *testing.T) {
	_, w, c := typing(t)
	fyne.CurrentApp().Clipboard().SetContent("Abcdefgh1!")
	c.field.TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
	assert.Equal(t, w.Words().Text("guide.password.ok", nil), c.verdict.Text)
	c.field.TypedShortcut(&fyne.ShortcutSelectAll{})
	assert.Equal(t, 10, c.field.count)
}

func TestKeysOfTheField(t *testing.T) {
	g, w, c := typing(t)
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter} {
		uitest.Press(w, key)
	}
	assert.Zero(t, c.field.count)
	uitest.Press(w, fyne.KeyEscape)
	assert.Equal(t, []fyne.KeyName{fyne.KeyEscape}, w.keys)
	g.article.scroll.ScrollToTop()
	uitest.Press(w, fyne.KeyPageDown)
	assert.Positive(t, g.article.scroll.Offset.Y)

	w.Canvas().Unfocus()
	assert.False(t, c.field.focused)
	test.Tap(c.field)
	assert.True(t, c.field.focused)
}

// TestTheFieldDoesNotMove: what is typed changes neither its size nor that of
// the line below.
func TestTheFieldDoesNotMove(t *testing.T) {
	_, w, c := typing(t)
	before := c.field.MinSize()
	test.Type(c.field, "Abcdefgh1!")
	settle(w)
	assert.Equal(t, before, c.field.MinSize())
}

func TestEnglish(t *testing.T) {
	g, w := open(t, uitest.Words(t, messages.English), theme.Dark, 1, usual)
	g.Topic("password")
	test.Type(g.article.checker.field, "a")
	assert.Contains(t, w.Says(), "1 character ")
	assert.Contains(t, w.Says(), "A lower-case letter: yes")
	var _ page.Page = g
}
