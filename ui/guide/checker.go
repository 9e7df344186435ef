package guide

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/app/guide"
	"cientro/app/messages"
	"cientro/ui/widgets"
)

// checker tells while one types whether the booking portal takes a password.
type checker struct {
	words   *messages.Printer
	field   *secret
	clear   *widgets.Button
	count   *widgets.Text
	verdict *widgets.Text
	marks   []*mark
	object  fyne.CanvasObject
}

func newChecker(words *messages.Printer, unused func(*fyne.KeyEvent)) *checker {
	c := &checker{words: words, count: widgets.Caption(""), verdict: widgets.Strong("")}
	say := func(key string) string { return words.Text(key, nil) }
	c.field = newSecret(say("guide.password.empty"), c.check, unused)
	c.clear = widgets.NewButton(say("guide.password.clear"), widget.MediumImportance, c.field.wipe)
	c.clear.Unused = unused
	rows := widgets.Column(0)
	for i, condition := range conditions() {
		if i == 1 {
			rows.Add(widgets.Close(widgets.Caption(say("guide.password.four"))))
		}
		m := newMark(say("guide.password." + condition.name))
		c.marks = append(c.marks, m)
		rows.Add(m.object)
	}
	c.object = widgets.Card(widgets.Close(widgets.Strong(say("guide.password.label"))), c.field,
		container.NewBorder(nil, nil, nil, container.NewVBox(c.clear), widgets.Close(container.NewVBox(c.verdict, c.count))),
		rows)
	c.check(nil)
	return c
}

// condition is a line of the checker; the first one is a must.
type condition struct {
	name string
	met  func(guide.Password) bool
}

func conditions() []condition {
	return []condition{
		{"length", guide.Password.LongEnough},
		{"upper", func(p guide.Password) bool { return p.Upper }},
		{"lower", func(p guide.Password) bool { return p.Lower }},
		{"digit", func(p guide.Password) bool { return p.Digit }},
		{"special", func(p guide.Password) bool { return p.Special }},
		{"runs", func(p guide.Password) bool { return p.NoRuns }},
	}
}

// wipe forgets what was typed.
func (c *checker) wipe() { c.field.wipe() }

// check looks at what is typed and keeps nothing of it.
func (c *checker) check(typed []rune) {
	p := guide.CheckPassword(typed)
	for i, condition := range conditions() {
		c.marks[i].set(condition.met(p), c.words)
	}
	c.count.SetText(c.words.Count("guide.password.count", p.Count, nil))
	c.verdict.SetText("")
	if p.Count > 0 {
		c.verdict.SetText(c.words.Text(verdict(p), nil))
	}
}

// verdict is the key of what comes out.
func verdict(p guide.Password) string {
	switch {
	case p.Accepted():
		return "guide.password.ok"
	case !p.LongEnough():
		return "guide.password.short"
	}
	return "guide.password.kinds"
}

// mark is a condition with a sign and a word for whether it is met.
type mark struct {
	words  string
	sign   *canvas.Image
	label  *widgets.Text
	object fyne.CanvasObject
}

func newMark(words string) *mark {
	m := &mark{words: words, sign: canvas.NewImageFromResource(nil), label: widgets.Paragraph(words)}
	m.sign.FillMode = canvas.ImageFillContain
	m.sign.SetMinSize(fyne.NewSquareSize(fynetheme.Size(fynetheme.SizeNameInlineIcon)))
	m.object = widgets.Close(container.NewBorder(nil, nil, container.NewVBox(widgets.Padded(3, 0, 2, 6, m.sign)), nil, m.label))
	return m
}

func (m *mark) set(met bool, words *messages.Printer) {
	key := "guide.password.unmet"
	m.sign.Resource = fynetheme.NewThemedResource(fynetheme.RadioButtonIcon())
	if met {
		key = "guide.password.met"
		m.sign.Resource = fynetheme.NewSuccessThemedResource(fynetheme.ConfirmIcon())
	}
	m.sign.Refresh()
	m.label.SetText(m.words + ": " + words.Text(key, nil))
}
