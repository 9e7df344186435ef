package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/assets/icons"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// Memory is what the page remembers while it is made anew, as after a change of
// language: what was touched last. One belongs to a window.
type Memory struct{ touched string }

// view is the page.
type view struct {
	p      *presenter
	window page.Window
	memory *Memory

	said    *fyne.Container // what came of the last thing that was done
	content fyne.CanvasObject
	focus   map[string]fyne.Focusable // by setting
	checks  map[string]*widgets.Check
}

// New makes the page.
func New(w page.Window, house House, memory *Memory) page.Page {
	v := &view{window: w, memory: memory, focus: map[string]fyne.Focusable{}, checks: map[string]*widgets.Check{}, said: widgets.Column(0)}
	v.p = &presenter{house: house, words: w.Words(), tell: v.tell}
	v.content = widgets.Frame(v.text("settings.heading"), v.parts(), nil)
	return v
}

// Content is part of page.Page.
func (v *view) Content() fyne.CanvasObject { return v.content }

// Shown is part of page.Page: whoever changed a setting goes on from there.
func (v *view) Shown() fyne.Focusable {
	touched := v.memory.touched
	v.memory.touched = ""
	if f, ok := v.focus[touched]; ok {
		return f
	}
	return nil
}

// Hidden is part of page.Page. What was said is old by the next time.
func (v *view) Hidden() {
	v.said.RemoveAll()
	v.said.Refresh()
}

func (v *view) text(key string) string { return v.p.words.Text(key, nil) }

// tell shows what came of something.
func (v *view) tell(s said) {
	mood := widgets.Good
	if s.bad {
		mood = widgets.Bad
	}
	v.said.Objects = []fyne.CanvasObject{widgets.Notice(mood, "", widgets.Paragraph(s.text))}
	v.said.Refresh()
	v.content.Refresh()
}

func (v *view) parts() fyne.CanvasObject {
	all := widgets.Column(14, v.said)
	for _, w := range v.p.warnings() {
		all.Add(widgets.Notice(widgets.Warning, "", widgets.Paragraph(w)))
	}
	all.Add(v.part("settings.part.looks", v.selection(language()), v.selection(look()), v.selection(textSize())))
	all.Add(v.part("settings.part.pin", v.toggle(padShuffle()), v.toggle(triesQuery()), v.radios(finalTry())))
	all.Add(v.part("settings.part.background", v.toggle(tray()), v.toggle(autostart())))
	all.Add(v.part("settings.part.log", v.selection(logLevel()), v.logButtons()))
	all.Add(v.part("settings.part.back", v.backButtons()))
	return all
}

// part is what belongs together, with a title.
func (v *view) part(title string, rows ...fyne.CanvasObject) fyne.CanvasObject {
	lines := widgets.Column(14, widgets.Close(widgets.Subheading(v.text(title))))
	for _, row := range rows {
		lines.Add(row)
	}
	return widgets.Card(lines)
}

// explained sets below a control what it means, with a lock where it is decided.
func (v *view) explained(name string, control fyne.CanvasObject) fyne.CanvasObject {
	more := v.p.more(name)
	if !v.p.locked(name) {
		return widgets.Column(2, control, widgets.Close(widgets.Caption(more)))
	}
	return widgets.Column(4, control, widgets.Padded(0, 0, widgets.TextEdge, 0, lock(more)))
}

// lock is the sign of the administrator, and words.
func lock(words string) fyne.CanvasObject {
	sign := widget.NewIcon(fynetheme.NewThemedResource(fyne.NewStaticResource(icons.LockName, icons.Lock)))
	return widgets.Close(container.NewBorder(nil, nil, container.NewVBox(sign), nil, widgets.Strong(words)))
}

func (v *view) selection(c choice) fyne.CanvasObject {
	s := widgets.NewSelect(v.p.options(c), v.p.chosen(c), func(number int) {
		v.memory.touched = c.name
		v.p.choose(c, number)
	})
	s.Name = v.p.title(c.name)
	if v.p.locked(c.name) {
		s.Disable()
	} else {
		v.focus[c.name] = s
	}
	title := widgets.Close(widgets.Strong(v.p.title(c.name)))
	return widgets.Column(4, title, v.explained(c.name, container.New(short{}, s)))
}

func (v *view) radios(c choice) fyne.CanvasObject {
	options := make([]widgets.Option, len(c.values))
	for i, words := range v.p.options(c) {
		options[i] = widgets.Option{Title: words, More: v.text("settings.more." + c.name + "." + c.values[i])}
	}
	r := widgets.NewChoice(options, v.p.chosen(c), func(number int) { v.p.choose(c, number) })
	if v.p.locked(c.name) {
		r.Disable()
	}
	return widgets.Column(2, v.explained(c.name, widgets.Close(widgets.Strong(v.p.title(c.name)))), r.Object())
}

func (v *view) toggle(t toggle) fyne.CanvasObject {
	check := widgets.NewCheck(v.p.title(t.name), nil)
	check.Checked = t.get(v.p.now().Settings)
	check.OnChanged = func(on bool) {
		v.p.toggle(t, on)
		v.refresh()
	}
	v.checks[t.name], v.focus[t.name] = check, check
	if v.p.locked(t.name) || !v.p.available(t.name) {
		check.Disable()
	}
	return v.explained(t.name, check)
}

// refresh shows what a choice changed in others.
func (v *view) refresh() {
	for _, t := range toggles() {
		check := v.checks[t.name]
		check.Checked = t.get(v.p.now().Settings)
		if v.p.locked(t.name) || !v.p.available(t.name) {
			check.Disable()
		} else {
			check.Enable()
		}
		check.Refresh()
	}
}

func (v *view) logButtons() fyne.CanvasObject {
	open := widgets.NewButton(v.text("settings.open-logs"), widget.MediumImportance, v.p.openLogs)
	open.Icon = fynetheme.FolderOpenIcon()
	remove := widgets.NewButton(v.text("settings.clear-logs"), widget.MediumImportance, v.p.clearLogs)
	remove.Icon = fynetheme.DeleteIcon()
	if v.p.house.LogFolder() == "" {
		open.Disable()
		remove.Disable()
	}
	return widgets.Aligned(widgets.Flow(open, remove))
}

func (v *view) backButtons() fyne.CanvasObject {
	forget := widgets.NewButton(v.text("settings.forget"), widget.MediumImportance, func() {
		v.sure("settings.forget.sure", v.p.forgetCards)
	})
	reset := widgets.NewButton(v.text("settings.reset"), widget.MediumImportance, func() {
		v.sure("settings.reset.sure", v.p.reset)
	})
	return widgets.Column(8, widgets.Close(widgets.Paragraph(v.text("settings.back.more"))), widgets.Aligned(widgets.Flow(forget, reset)))
}

// sure asks before something is lost.
func (v *view) sure(question string, do func()) {
	d := dialog.NewCustomConfirm(v.text("settings.sure"), v.text("settings.sure.yes"), v.text("settings.sure.no"),
		widgets.Paragraph(v.text(question)), func(yes bool) {
			if yes {
				do()
			}
		}, v.window.Fyne())
	size := v.window.Fyne().Canvas().Size()
	d.Resize(fyne.NewSize(min(size.Width*0.8, 560), d.MinSize().Height))
	d.Show()
}

// short keeps a list to a width that suits its words.
type short struct{}

func (short) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	const usual = 300
	for _, o := range objects {
		width := max(o.MinSize().Width, usual*fynetheme.Size(fynetheme.SizeNameText)/14)
		o.Move(fyne.NewPos(widgets.TextEdge, 0))
		o.Resize(fyne.NewSize(min(width, size.Width-widgets.TextEdge), size.Height))
	}
}

func (short) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := fyne.NewSize(0, 0)
	for _, o := range objects {
		least = least.Max(o.MinSize())
	}
	return least.AddWidthHeight(widgets.TextEdge, 0)
}
