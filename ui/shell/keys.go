package shell

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cientro/ui/page"
	"cientro/ui/widgets"
)

// The keys that work everywhere; ui/about tells people of them. Those with a
// letter or number want Ctrl (on a Mac Command), so that they work while
// something is being typed.

// pageKeys are the numbers of the lines of the navigation.
func pageKeys() []fyne.KeyName {
	return []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6, fyne.Key7, fyne.Key8, fyne.Key9}
}

// shortcut is a key with Ctrl, and what it does.
type shortcut struct {
	key fyne.KeyName
	do  func()
}

func (s *Shell) shortcuts() []shortcut {
	all := []shortcut{{fyne.KeyQ, s.quit}, {fyne.KeyW, s.closing}}
	for i, e := range entries() {
		all = append(all, shortcut{pageKeys()[i], func() { s.goByKey(e.name) }})
	}
	return all
}

func (s *Shell) takeKeys() {
	c := s.window.Canvas()
	for _, k := range s.shortcuts() {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: k.key, Modifier: fyne.KeyModifierShortcutDefault},
			func(fyne.Shortcut) { k.do() })
	}
	c.SetOnTypedKey(s.keyOutside)
}

// goByKey goes to a page that the navigation has.
func (s *Shell) goByKey(name page.Name) {
	if s.c.Pages[name] != nil && s.current != page.Welcome {
		s.Go(name, "")
	}
}

// keyOutside takes the keys that nothing in the window has a use for.
func (s *Shell) keyOutside(event *fyne.KeyEvent) {
	switch event.Name {
	case fyne.KeyF1:
		s.goByKey(page.Guide)
	case fyne.KeyF6:
		s.otherSide()
	case fyne.KeyF10:
		s.menuByKey()
	case fyne.KeyEscape:
		s.escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		s.keyToPage(event.Name)
	default:
		if !s.menu {
			widgets.ScrollByKey(s.stage, event.Name)
		}
	}
}

// escape closes the menu; else it is the page's.
func (s *Shell) escape() {
	if s.menu {
		s.closeMenu()
		s.window.Canvas().Focus(widgets.First(s.stage))
		return
	}
	s.keyToPage(fyne.KeyEscape)
}

// keyToPage hands a key to the page in sight, where it wants any.
func (s *Shell) keyToPage(key fyne.KeyName) {
	if s.shown == nil || s.menu {
		return
	}
	if keyed, ok := s.shown.Page.(page.Keyed); ok {
		keyed.Key(key)
	}
}

// otherSide moves the focus between the navigation and the page.
func (s *Shell) otherSide() {
	c := s.window.Canvas()
	if !s.sides.wide {
		s.menuByKey()
		return
	}
	if i, ok := c.Focused().(*widgets.Way); ok && slices.Contains(s.nav.items, i) {
		c.Focus(widgets.First(s.stage))
		return
	}
	if i := s.nav.of(s.current); i != nil {
		c.Focus(i)
	}
}

// menuByKey opens the menu of a narrow window.
func (s *Shell) menuByKey() {
	if !s.sides.wide && s.current != page.Welcome {
		s.toggleMenu()
	}
}

// quit ends the app, whatever closing the window means.
func (s *Shell) quit() {
	s.leave()
	if s.c.Quit == nil {
		s.c.App.Quit()
		return
	}
	s.c.Quit()
}
