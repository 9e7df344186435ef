package guide

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/widgets"
)

// most is how many characters the field takes: more than the portal wants.
const most = 64

// secret is a field for something that nobody may see. It keeps what is typed in
// one place, which is wiped; Fyne's own field would keep strings and their
// history.
type secret struct {
	widget.BaseWidget
	typed   [most]rune
	count   int
	hint    string
	changed func(typed []rune) // valid during the call only
	unused  func(*fyne.KeyEvent)
	focused bool
}

func newSecret(hint string, changed func([]rune), unused func(*fyne.KeyEvent)) *secret {
	s := &secret{hint: hint, changed: changed, unused: unused}
	s.ExtendBaseWidget(s)
	return s
}

// wipe forgets what was typed.
func (s *secret) wipe() {
	clear(s.typed[:])
	s.count = 0
	s.tell()
}

func (s *secret) tell() {
	s.changed(s.typed[:s.count])
	s.Refresh()
}

// TypedRune is part of fyne.Focusable.
func (s *secret) TypedRune(r rune) {
	if s.count < most {
		s.typed[s.count] = r
		s.count++
		s.tell()
	}
}

// TypedKey is part of fyne.Focusable.
func (s *secret) TypedKey(event *fyne.KeyEvent) {
	switch event.Name {
	case fyne.KeyBackspace:
		if s.count > 0 {
			s.count--
			s.typed[s.count] = 0
			s.tell()
		}
	case fyne.KeyDelete:
		s.wipe()
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter: // a space comes as a character
	default:
		s.unused(event)
	}
}

// TypedShortcut is part of fyne.Shortcutable: only paste is of use here.
func (s *secret) TypedShortcut(shortcut fyne.Shortcut) {
	if _, ok := shortcut.(*fyne.ShortcutPaste); ok {
		for _, r := range fyne.CurrentApp().Clipboard().Content() {
			s.TypedRune(r)
		}
		return
	}
	widgets.PassShortcut(s, shortcut)
}

// Tapped is part of fyne.Tappable.
func (s *secret) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(s); c != nil {
		c.Focus(s)
	}
}

// FocusGained is part of fyne.Focusable.
func (s *secret) FocusGained() { s.focused = true; s.Refresh(); widgets.Reveal(s) }

// FocusLost is part of fyne.Focusable.
func (s *secret) FocusLost() { s.focused = false; s.Refresh() }

// CreateRenderer is part of fyne.Widget.
func (s *secret) CreateRenderer() fyne.WidgetRenderer {
	r := &secretRenderer{secret: s, ground: canvas.NewRectangle(color.Transparent), dots: canvas.NewText("", color.Transparent), hint: widgets.Paragraph(s.hint)}
	r.hint.Importance = widget.LowImportance
	r.all = container.NewStack(r.ground, widgets.Padded(4, 4, 8, 8, container.NewStack(widgets.Close(r.hint), container.NewVBox(layout.NewSpacer(), r.dots, layout.NewSpacer()))))
	r.WidgetRenderer = widget.NewSimpleRenderer(r.all)
	r.paint()
	return r
}

type secretRenderer struct {
	fyne.WidgetRenderer
	secret *secret
	ground *canvas.Rectangle
	dots   *canvas.Text
	hint   *widgets.Text
	all    *fyne.Container
}

func (r *secretRenderer) paint() {
	th, variant := r.secret.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.ground.FillColor = th.Color(fynetheme.ColorNameInputBackground, variant)
	r.ground.CornerRadius = th.Size(fynetheme.SizeNameInputRadius)
	r.ground.StrokeColor, r.ground.StrokeWidth = th.Color(fynetheme.ColorNameInputBorder, variant), 1
	if r.secret.focused {
		r.ground.StrokeColor, r.ground.StrokeWidth = th.Color(fynetheme.ColorNameFocus, variant), 3
	}
	r.hint.Hidden = r.secret.count > 0
	r.dots.Color = th.Color(fynetheme.ColorNameForeground, variant)
	r.dots.TextSize = th.Size(fynetheme.SizeNameText)
	r.dots.Text = strings.Repeat("•", min(r.secret.count, r.room()))
}

// room is how many dots the field shows.
func (r *secretRenderer) room() int {
	one := fyne.MeasureText("•", r.dots.TextSize, r.dots.TextStyle).Width
	return max(int((r.secret.Size().Width-24)/one), 1)
}

// MinSize does not change with what is typed.
func (r *secretRenderer) MinSize() fyne.Size {
	hidden := r.hint.Hidden
	r.hint.Hidden = false
	dots := r.dots.Text
	r.dots.Text = ""
	least := r.WidgetRenderer.MinSize()
	r.hint.Hidden, r.dots.Text = hidden, dots
	return least
}

func (r *secretRenderer) Refresh() {
	r.paint()
	r.WidgetRenderer.Refresh()
}
