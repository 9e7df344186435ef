package shell

import (
	"errors"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	fynewidget "fyne.io/fyne/v2/widget"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// stand is a page that tells what happened to it.
type stand struct {
	name   page.Name
	diary  *[]string
	wants  bool // the focus, for its second button
	topics []string
	asked  int // for its content

	first, second *widgets.Button
	content       fyne.CanvasObject
}

func (p *stand) Content() fyne.CanvasObject {
	p.asked++
	return p.content
}

func (p *stand) Shown() fyne.Focusable {
	*p.diary = append(*p.diary, string(p.name)+" shown")
	if p.wants {
		return p.second
	}
	return nil
}

func (p *stand) Hidden() { *p.diary = append(*p.diary, string(p.name)+" hidden") }

func (p *stand) Topic(topic string) { p.topics = append(p.topics, topic) }

// stage is a shell and what happened on it.
type stage struct {
	*Shell
	diary  []string
	made   map[page.Name][]*stand
	opened []string
	closed int
}

func open(t testing.TB, a fyne.App, w *messages.Printer, change func(*Config)) *stage {
	t.Helper()
	s := &stage{made: map[page.Name][]*stand{}}
	c := Config{App: a, Words: w, Pages: map[page.Name]Maker{}, Open: func(address string) error {
		s.opened = append(s.opened, address)
		return nil
	}}
	for _, name := range []page.Name{
		page.Home, page.Verify, page.Change, page.Unblock, page.Certificate, page.Browsers, page.TryLogin, page.Doctor,
		page.Guide, page.Training, page.Settings, page.About, page.Welcome,
	} {
		c.Pages[name] = func(w page.Window) page.Page {
			p := &stand{name: name, diary: &s.diary, wants: name == page.Verify}
			p.first = widgets.NewButton("one", fynewidget.MediumImportance, func() { w.Go(page.Guide, "pin") })
			p.second = widgets.NewButton("two", fynewidget.MediumImportance, func() {})
			p.content = widgets.Frame(string(name), widgets.Column(4, p.first, widgets.Card(p.second)), nil)
			s.made[name] = append(s.made[name], p)
			return p
		}
	}
	if change != nil {
		change(&c)
	}
	s.Shell = New(c)
	s.window.Show()
	return s
}

func italian(t testing.TB) *stage {
	t.Helper()
	return open(t, uitest.App(t, theme.Light, 1), uitest.Words(t, messages.Italian), nil)
}

// key presses Ctrl and a key. Fyne's canvas without a screen takes no shortcuts;
// with one, the tests of the program press them.
func (s *stage) key(name fyne.KeyName) {
	for _, k := range s.shortcuts() {
		if k.key == name {
			k.do()
		}
	}
}

func TestLifeOfPages(t *testing.T) {
	s := italian(t)
	assert.Equal(t, page.Home, s.Current())
	assert.Len(t, s.made, 1, "a page is made when it is first wanted")
	s.Go(page.Verify, "")
	s.Go(page.Home, "")
	s.Go(page.Verify, "")
	s.Go(page.Guide, "puk")
	assert.Equal(t, []string{
		"home shown", "home hidden", "verify shown", "verify hidden", "home shown",
		"home hidden", "verify shown", "verify hidden", "guide shown",
	}, s.diary)
	assert.Len(t, s.made[page.Home], 1, "stays")
	assert.Equal(t, 1, s.made[page.Home][0].asked, "the content is asked for once")
	assert.Len(t, s.made[page.Verify], 2, "an operation begins anew")
	assert.Equal(t, []string{"puk"}, s.made[page.Guide][0].topics)
	s.Go(page.Guide, "")
	assert.Equal(t, []string{"puk"}, s.made[page.Guide][0].topics, "no topic is no topic")
	s.Go("no such page", "")
	assert.Equal(t, page.Home, s.Current())
}

func TestPagesThatHoldSecretsDoNotStay(t *testing.T) {
	for _, name := range []page.Name{page.Verify, page.Change, page.Unblock, page.Certificate, page.TryLogin} {
		assert.False(t, stays(name), name)
	}
	s := italian(t)
	assert.True(t, s.Quiet())
	s.Go(page.Change, "")
	assert.False(t, s.Quiet())
}

func TestLockLeavesWhatIsNobodysBusiness(t *testing.T) {
	s := italian(t)
	for _, name := range []page.Name{page.Verify, page.Change, page.Unblock, page.Certificate} {
		s.Go(name, "")
		s.diary = nil
		s.Lock()
		assert.Equal(t, page.Home, s.Current(), name)
		assert.Equal(t, []string{string(name) + " hidden", "home shown"}, s.diary)
	}
	for _, name := range []page.Name{page.Guide, page.Training, page.Settings, page.Welcome} {
		s.Go(name, "")
		s.Lock()
		assert.Equal(t, name, s.Current())
	}
}

func TestLanguageMakesPagesAnew(t *testing.T) {
	s := italian(t)
	s.Go(page.Settings, "")
	s.diary = nil
	s.Speak(uitest.Words(t, messages.English))
	assert.Equal(t, page.Settings, s.Current())
	assert.Equal(t, []string{"settings hidden", "settings shown"}, s.diary)
	assert.Len(t, s.made[page.Settings], 2)
	assert.Equal(t, messages.English, s.Words().Language())
	assert.Contains(t, uitest.Says(s.window), "Try the login")
	assert.NotContains(t, uitest.Says(s.window), "Prova")
	assert.True(t, s.nav.of(page.Settings).Current())
}

func TestTheCurrentPageIsMarked(t *testing.T) {
	s := italian(t)
	for _, e := range entries() {
		test.Tap(s.nav.of(e.name))
		assert.Equal(t, e.name, s.Current())
		for _, i := range s.nav.items {
			assert.Equal(t, i.Name == string(e.name), i.Current(), "%s on %s", i.Name, e.name)
		}
	}
	s.Go(page.Change, "")
	assert.True(t, s.nav.of(page.Home).Current(), "operations belong to Home")
}

func TestTheWindowIsCalledAsItsPage(t *testing.T) {
	s := italian(t)
	for name, title := range map[page.Name]string{
		page.Home: "CIEntro", page.Welcome: "CIEntro", page.Verify: "CIEntro – Verifica il PIN",
		page.Guide: "CIEntro – Guida", page.TryLogin: "CIEntro – Prova l'accesso",
	} {
		s.Go(name, "")
		assert.Equal(t, title, s.Fyne().Title())
	}
	s.Go(page.Unblock, "")
	s.Speak(uitest.Words(t, messages.English))
	assert.Equal(t, "CIEntro – Unblock with the PUK", s.Fyne().Title())
}

func TestOnlyPagesThatAreThereCanBeReached(t *testing.T) {
	s := open(t, uitest.App(t, theme.Light, 1), uitest.Words(t, messages.Italian), func(c *Config) { delete(c.Pages, page.TryLogin) })
	assert.NotContains(t, uitest.Says(s.window), "Prova l'accesso")
	s.key(fyne.Key4)
	assert.Equal(t, page.Home, s.Current())
	s.key(fyne.Key6)
	assert.Equal(t, page.Guide, s.Current())
}

func TestKeys(t *testing.T) {
	s := italian(t)
	for i, e := range entries() {
		s.key(pageKeys()[i])
		assert.Equal(t, e.name, s.Current())
	}
	assert.Len(t, pageKeys(), len(entries()))

	uitest.Press(s.window, fyne.KeyF1)
	assert.Equal(t, page.Guide, s.Current(), "with nothing focused")
	s.Go(page.Home, "")
	s.window.Canvas().Focus(s.made[page.Home][0].first)
	uitest.Press(s.window, fyne.KeyF1)
	assert.Equal(t, page.Guide, s.Current(), "a button leaves it to the window")
}

func TestF6ChangesSides(t *testing.T) {
	s := italian(t)
	home := s.made[page.Home][0]
	uitest.Press(s.window, fyne.KeyF6)
	assert.Same(t, s.nav.of(page.Home), s.window.Canvas().Focused())
	uitest.Press(s.window, fyne.KeyF6)
	assert.Same(t, home.first, s.window.Canvas().Focused())
	uitest.Press(s.window, fyne.KeyF6)
	assert.Same(t, s.nav.of(page.Home), s.window.Canvas().Focused())
}

func TestArrowsWalkTheNavigation(t *testing.T) {
	s := italian(t)
	s.window.Canvas().Focus(s.nav.items[0])
	uitest.Press(s.window, fyne.KeyUp)
	assert.Same(t, s.nav.items[0], s.window.Canvas().Focused())
	for _, i := range s.nav.items[1:] {
		uitest.Press(s.window, fyne.KeyDown)
		assert.Same(t, i, s.window.Canvas().Focused())
	}
	uitest.Press(s.window, fyne.KeyDown)
	assert.Same(t, s.nav.items[len(s.nav.items)-1], s.window.Canvas().Focused())
	assert.Equal(t, page.Home, s.Current(), "walking is not going")
	uitest.Press(s.window, fyne.KeyReturn)
	assert.Equal(t, page.About, s.Current())
}

// TestTabComesEverywhere: the lines of the navigation first, then the page.
func TestTabComesEverywhere(t *testing.T) {
	s := italian(t)
	var order []fyne.Focusable
	for range len(s.nav.items) + 2 {
		uitest.Press(s.window, fyne.KeyTab)
		order = append(order, s.window.Canvas().Focused())
	}
	for n, i := range s.nav.items {
		assert.Same(t, i, order[n])
	}
	assert.Same(t, s.made[page.Home][0].first, order[len(order)-2])
	assert.Same(t, s.made[page.Home][0].second, order[len(order)-1])
}

func TestFocusFollowsWhoWorksWithKeys(t *testing.T) {
	s := italian(t)
	s.Go(page.Guide, "")
	assert.Nil(t, s.window.Canvas().Focused(), "the pointer needs none")
	s.window.Canvas().Focus(s.nav.of(page.Home))
	uitest.Press(s.window, fyne.KeySpace)
	assert.Same(t, s.made[page.Home][0].first, s.window.Canvas().Focused())
	s.Go(page.Verify, "")
	assert.Same(t, s.made[page.Verify][0].second, s.window.Canvas().Focused(), "the page knows better")
}

func TestNarrowWindow(t *testing.T) {
	s := italian(t)
	assert.True(t, s.sides.wide)
	s.window.Resize(fyne.NewSize(560, 700))
	assert.False(t, s.sides.wide)
	assert.False(t, s.sides.beside.Visible())
	assert.NotContains(t, uitest.Says(s.window), "Impostazioni")
	assert.Contains(t, uitest.Says(s.window), "Menu")

	uitest.Press(s.window, fyne.KeyF10)
	assert.Contains(t, uitest.Says(s.window), "Impostazioni")
	assert.Same(t, s.menuNav.of(page.Home), s.window.Canvas().Focused())
	uitest.Press(s.window, fyne.KeyDown)
	uitest.Press(s.window, fyne.KeyEscape)
	assert.NotContains(t, uitest.Says(s.window), "Impostazioni")
	assert.Equal(t, page.Home, s.Current())
	uitest.Press(s.window, fyne.KeyF6)
	test.Tap(s.menuNav.of(page.Guide))
	assert.Equal(t, page.Guide, s.Current())
	assert.NotContains(t, uitest.Says(s.window), "Impostazioni")

	uitest.Press(s.window, fyne.KeyF10)
	s.window.Resize(fyne.NewSize(1000, 700))
	assert.True(t, s.sides.wide)
	assert.False(t, s.menu)
	assert.Contains(t, uitest.Says(s.window), "Impostazioni")
}

func TestWelcomeStandsAlone(t *testing.T) {
	s := open(t, uitest.App(t, theme.Light, 1), uitest.Words(t, messages.Italian), func(c *Config) { c.First = page.Welcome })
	assert.Equal(t, page.Welcome, s.Current())
	assert.NotContains(t, uitest.Says(s.window), "Impostazioni")
	s.key(fyne.Key4)
	uitest.Press(s.window, fyne.KeyF1)
	uitest.Press(s.window, fyne.KeyF10)
	assert.Equal(t, page.Welcome, s.Current())
	s.Go(page.Home, "")
	assert.Contains(t, uitest.Says(s.window), "Impostazioni")
}

func TestClosingWipesFirst(t *testing.T) {
	s := open(t, uitest.App(t, theme.Light, 1), uitest.Words(t, messages.Italian), nil)
	s.c.Close = func() {
		s.closed++
		s.diary = append(s.diary, "closed")
	}
	s.Go(page.Change, "")
	s.diary = nil
	s.closing()
	assert.Equal(t, []string{"change hidden", "closed"}, s.diary)
	s.Hide()
	assert.Equal(t, page.Home, s.Current(), "what it comes back with")
	s.Show()
	s.Go(page.Change, "")
	s.diary = nil
	s.End()
	s.End()
	assert.Equal(t, []string{"change hidden"}, s.diary, "told once")
}

func TestAddressesThatDoNotOpen(t *testing.T) {
	s := italian(t)
	s.Open("https://www.cartaidentita.interno.gov.it")
	assert.Equal(t, []string{"https://www.cartaidentita.interno.gov.it"}, s.opened)
	assert.Nil(t, s.window.Canvas().Overlays().Top())
	s.c.Open = func(string) error { return errors.New("no browser") }
	s.Open("https://www.cartaidentita.interno.gov.it")
	require.NotNil(t, s.window.Canvas().Overlays().Top())
}

func TestDemoBand(t *testing.T) {
	real := desk.Place{Reader: app.Reader{Name: "R", Present: true}}
	empty := desk.Place{Reader: app.Reader{Name: "R"}}
	demo := desk.Place{Reader: app.Reader{Name: "D", Present: true}, Demo: true}
	tests := []struct {
		state desk.State
		want  Demo
		says  string
	}{
		{desk.State{}, DemoNone, ""},
		{desk.State{Places: []desk.Place{real}, Chosen: "R"}, DemoNone, ""},
		{desk.State{Places: []desk.Place{real, demo}, Chosen: "D"}, DemoChosen, "Nessuna carta vera"},
		{desk.State{Places: []desk.Place{real, demo}, Chosen: "R"}, DemoBeside, "accanto a una carta vera"},
		{desk.State{Places: []desk.Place{real, demo}}, DemoBeside, "accanto a una carta vera"},
		{desk.State{Places: []desk.Place{empty, demo}}, DemoChosen, "Nessuna carta vera"},
	}
	s := italian(t)
	for _, tt := range tests {
		assert.Equal(t, tt.want, DemoOf(tt.state))
		s.Tell(tt.state)
		if tt.says == "" {
			assert.NotContains(t, uitest.Says(s.window), "DEMO")
		} else {
			assert.Contains(t, uitest.Says(s.window), tt.says)
		}
		assert.InDelta(t, s.band.Size().Height, s.root.Position().Y, 0.1, "the rest begins below the band")
		assert.Equal(t, tt.says != "", s.band.Size().Height > 20)
	}
	for _, name := range []page.Name{page.Welcome, page.Verify, page.Guide} {
		s.Go(name, "")
		assert.Contains(t, uitest.Says(s.window), "DEMO", "on each page")
	}
	s.Speak(uitest.Words(t, messages.English))
	assert.Contains(t, uitest.Says(s.window), "No real card is touched")
}

func TestNothingIsClipped(t *testing.T) {
	for _, form := range uitest.AllForms(t) {
		s := open(t, form.App(t), form.Words, nil)
		s.Tell(desk.State{Places: []desk.Place{{Demo: true}}})
		form.Readable(t, s.window, "shell")
		if !s.sides.wide {
			s.toggleMenu()
			form.Readable(t, s.window, "shell-menu")
		}
	}
}

// TestThePageScrollsWithNothingInFocus: by the keys that people know for it.
func TestThePageScrollsWithNothingInFocus(t *testing.T) {
	lines := widgets.Column(10)
	for range 60 {
		lines.Add(widgets.Paragraph("words"))
	}
	scroll := container.NewVScroll(lines)
	s := open(t, uitest.App(t, theme.Light, 1), uitest.Words(t, messages.Italian), func(c *Config) {
		c.Pages[page.Guide] = func(page.Window) page.Page { return &stand{name: page.Guide, diary: new([]string), content: scroll} }
	})
	s.Go(page.Guide, "")
	s.window.Canvas().Unfocus()
	uitest.Press(s.window, fyne.KeyPageDown)
	assert.Positive(t, scroll.Offset.Y)
	uitest.Press(s.window, fyne.KeyHome)
	assert.Zero(t, scroll.Offset.Y)
	s.End()
}

// keyed is a page with a use for keys.
type keyed struct {
	stand
	keys []fyne.KeyName
}

func (p *keyed) Key(key fyne.KeyName) { p.keys = append(p.keys, key) }

func TestKeysThatNothingTakesAreThePages(t *testing.T) {
	p := &keyed{}
	s := open(t, uitest.App(t, theme.Light, 1), uitest.Words(t, messages.Italian), func(c *Config) {
		c.Pages[page.Verify] = func(page.Window) page.Page {
			p.diary, p.content = new([]string), widgets.Paragraph("words")
			return p
		}
	})
	s.Go(page.Verify, "")
	for _, key := range []fyne.KeyName{fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyF6, fyne.KeyA} {
		s.window.Canvas().Unfocus()
		uitest.Press(s.window, key)
	}
	assert.Equal(t, []fyne.KeyName{fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter}, p.keys)
	s.window.Resize(fyne.NewSize(500, 700))
	s.window.Canvas().Unfocus()
	uitest.Press(s.window, fyne.KeyF10)
	s.window.Canvas().Unfocus()
	uitest.Press(s.window, fyne.KeyReturn)
	assert.Len(t, p.keys, 3, "not while the menu is in front of it")
	s.End()
	uitest.Press(s.window, fyne.KeyEscape)
	uitest.Press(s.window, fyne.KeyEscape)
}

func TestThePointerIsSeenInTheNavigation(t *testing.T) {
	s := italian(t)
	i := s.nav.of(page.Guide)
	before := i.Hovered()
	i.MouseIn(nil)
	assert.NotEqual(t, before, i.Hovered())
	i.MouseMoved(nil)
	i.MouseOut()
	assert.Equal(t, before, i.Hovered())
	assert.Equal(t, desktop.PointerCursor, i.Cursor())
	i.TypedRune('x')
}
