package shell

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/app/messages"
	"cientro/assets/icons"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// entry is a line of the navigation. Those of the house stand apart, below.
type entry struct {
	name  page.Name
	icon  fyne.Resource
	house bool
}

// entries lists the navigation in its order, which is that of the shortcuts.
func entries() []entry {
	return []entry{
		{page.Home, fynetheme.HomeIcon(), false},
		{page.Certificate, fynetheme.AccountIcon(), false},
		{page.Browsers, fynetheme.DesktopIcon(), false},
		{page.TryLogin, fynetheme.LoginIcon(), false},
		{page.Doctor, fynetheme.SearchIcon(), false},
		{page.Guide, fynetheme.HelpIcon(), false},
		{page.Training, fynetheme.ComputerIcon(), false},
		{page.Settings, fynetheme.SettingsIcon(), true},
		{page.About, fynetheme.InfoIcon(), true},
	}
}

// under tells which line of the navigation a page belongs to.
func under(name page.Name) page.Name {
	switch name {
	case page.Verify, page.Change, page.Unblock:
		return page.Home
	}
	return name
}

// navigation is the lines and what is seen of them.
type navigation struct {
	items  []*widgets.Way
	object fyne.CanvasObject
}

// newNavigation makes the lines; goes is called with the page of the one that was
// pressed, and keys gets what the lines have no use for.
func (s *Shell) newNavigation(keys func(*fyne.KeyEvent)) *navigation {
	n := &navigation{}
	pages, house := widgets.Column(2), widgets.Column(2)
	for _, e := range entries() {
		if s.c.Pages[e.name] == nil {
			continue
		}
		i := newItem(e.name, e.icon, s.words.Text("shell.nav."+string(e.name), nil), func() { s.Go(e.name, "") })
		i.Step, i.Unused = n.step, keys
		n.items = append(n.items, i)
		if e.house {
			house.Add(i)
		} else {
			pages.Add(i)
		}
	}
	n.object = container.NewBorder(pages, house, nil, nil)
	return n
}

// step moves the focus to a neighbour.
func (n *navigation) step(from *widgets.Way, by int) {
	for at, i := range n.items {
		if to := at + by; i == from && to >= 0 && to < len(n.items) {
			if c := fyne.CurrentApp().Driver().CanvasForObject(i); c != nil {
				c.Focus(n.items[to])
			}
			return
		}
	}
}

// of returns the line of a page, nil where it has none.
func (n *navigation) of(name page.Name) *widgets.Way {
	for _, i := range n.items {
		if i.Name == string(under(name)) {
			return i
		}
	}
	return nil
}

// mark marks the line of the page in sight, and names the page in the window's
// frame: lists of windows and screen readers tell it from there.
func (s *Shell) mark() {
	s.window.SetTitle(s.title())
	for _, n := range []*navigation{s.nav, s.menuNav} {
		for _, i := range n.items {
			i.Mark(i.Name == string(under(s.current)))
		}
	}
}

// title is what the window is called.
func (s *Shell) title() string {
	name := "shell.nav." + string(s.current)
	switch s.current {
	case "", page.Home, page.Welcome:
		return s.words.Text("shell.title", nil)
	case page.Verify, page.Change, page.Unblock:
		name = "shell.title." + string(s.current)
	}
	return s.words.Text("shell.titled", messages.Values{"Page": s.words.Text(name, nil)})
}

// dress builds what is around the page, in the words and looks of now.
func (s *Shell) dress() {
	s.nav, s.menuNav = s.newNavigation(s.keyOutside), s.newNavigation(s.keyOutside)
	s.sides = &sides{
		beside: s.beside(), above: s.above(), page: s.stage, wide: true,
		changed: func(wide bool) {
			if wide {
				s.closeMenu()
			}
		},
	}
	s.sides.above.Hide()
	s.root = container.New(s.sides, s.sides.beside, s.sides.above, s.stage)
	s.all = container.New(banded{s.band, s.root}, s.band, s.root)
	s.tellDemo()
	s.window.SetContent(s.all)
}

// beside is the navigation beside the page: the sign of the house, and the lines.
func (s *Shell) beside() fyne.CanvasObject {
	const edge = 10
	name := canvas.NewText(s.words.Text("shell.name", nil), nil)
	name.TextStyle.Bold = true
	name.TextSize = fynetheme.Size(fynetheme.SizeNameSubHeadingText)
	name.Color = themed(fynetheme.ColorNameForeground)
	sign := canvas.NewImageFromResource(fyne.NewStaticResource(icons.Name, icons.PNG))
	sign.FillMode = canvas.ImageFillContain
	sign.SetMinSize(fyne.NewSquareSize(fynetheme.Size(fynetheme.SizeNameInlineIcon) * 1.6))
	brand := container.NewHBox(sign, container.NewCenter(name))
	inside := container.NewBorder(widgets.Padded(8, 14, 6, 6, brand), nil, nil, nil, s.nav.object)
	ground := canvas.NewRectangle(themed(fynetheme.ColorNameHeaderBackground))
	line := canvas.NewRectangle(themed(fynetheme.ColorNameSeparator))
	line.SetMinSize(fyne.NewSize(1, 0))
	return container.NewStack(ground, container.NewBorder(nil, nil, nil, line,
		container.NewVScroll(widgets.Padded(edge, edge, edge, edge, inside))))
}

// above is the bar of a narrow window.
func (s *Shell) above() fyne.CanvasObject {
	menu := widgets.NewButton(s.words.Text("shell.menu", nil), widget.MediumImportance, s.toggleMenu)
	menu.Icon = fynetheme.MenuIcon()
	ground := canvas.NewRectangle(themed(fynetheme.ColorNameHeaderBackground))
	line := canvas.NewRectangle(themed(fynetheme.ColorNameSeparator))
	line.SetMinSize(fyne.NewSize(0, 1))
	return container.NewStack(ground, container.NewBorder(nil, line, nil, nil,
		widgets.Padded(6, 6, 10, 10, container.NewHBox(menu, layout.NewSpacer()))))
}

func themed(name fyne.ThemeColorName) color.Color {
	return fynetheme.Color(name)
}

// toggleMenu shows the navigation in place of the page, or the page again.
func (s *Shell) toggleMenu() {
	if s.menu {
		s.closeMenu()
		return
	}
	s.menu = true
	s.place(container.NewVScroll(widgets.Padded(14, 14, 18, 18, s.menuNav.object)))
	c := s.window.Canvas()
	if i := s.menuNav.of(s.current); i != nil {
		c.Focus(i)
	}
}

// closeMenu shows the page again.
func (s *Shell) closeMenu() {
	if !s.menu {
		return
	}
	s.menu = false
	if s.shown != nil {
		s.place(s.shown.content)
	}
}
