package guide

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"cientro/app/guide"
	"cientro/app/links"
	"cientro/app/messages"
	"cientro/ui/qr"
	"cientro/ui/widgets"
)

// mostAddress is how many characters of an address are shown.
const mostAddress = 64

// links are the official addresses of the topic.
func (a *article) links() fyne.CanvasObject {
	if len(a.topic.Links) == 0 {
		return nil
	}
	all := widgets.Column(10, heading(a.words().Text("guide.links", nil)))
	for _, id := range a.topic.Links {
		if address, ok := links.Address(id); ok {
			all.Add(newLink(a, id, address).object)
		}
	}
	return all
}

// link is an address: what it is, a button to open it here, and one to carry it
// over to a phone.
type link struct {
	a       *article
	address string
	phone   *widgets.Button
	code    *fyne.Container // empty while the code is not shown
	object  fyne.CanvasObject
}

func newLink(a *article, id links.ID, address string) *link {
	l := &link{a: a, address: address, code: container.NewStack()}
	say := func(key string) string { return a.words().Text(key, nil) }
	open := a.button(say("guide.open"), widget.MediumImportance, func() { a.g.window.Open(address) })
	l.phone = a.button(say("guide.phone"), widget.MediumImportance, l.toggle)
	shown := widgets.Caption(links.Shown(address, mostAddress))
	shown.Wrapping = fyne.TextWrapBreak // an address has no words
	l.object = widgets.Card(
		widgets.Close(container.NewVBox(widgets.Strong(say("guide.link."+string(id)+".title")),
			widgets.Paragraph(say("guide.link."+string(id)+".about")), shown)),
		flow(open, l.phone), l.code)
	l.code.Hide()
	return l
}

// toggle shows the code, or hides it again.
func (l *link) toggle() {
	if l.code.Visible() {
		l.code.Objects = nil
		l.code.Hide()
		l.phone.SetText(l.a.words().Text("guide.phone", nil))
		l.a.scroll.Content.Refresh()
		return
	}
	code, err := qr.New(l.address)
	if err != nil { // no known address is too long: a test makes them all
		return
	}
	how := widgets.Paragraph(l.a.words().Text("guide.phone.how", messages.Values{"Host": links.Host(l.address)}))
	l.code.Objects = []fyne.CanvasObject{widgets.Padded(6, 2, 0, 0, widgets.Column(8, container.NewCenter(code), widgets.Close(how)))}
	l.code.Show()
	l.phone.SetText(l.a.words().Text("guide.phone.close", nil))
	l.a.scroll.Content.Refresh()
	widgets.Reveal(l.code)
}

// contacts are the help desks of the topic.
func (a *article) contacts() fyne.CanvasObject {
	if len(a.topic.Contacts) == 0 {
		return nil
	}
	all := widgets.Column(10, heading(a.words().Text("guide.contacts", nil)))
	for _, id := range a.topic.Contacts {
		if c, ok := guide.FindContact(id); ok {
			all.Add(a.contact(c))
		}
	}
	return all
}

// contact is a number or address with the year of its source, and the way to
// check it.
func (a *article) contact(c guide.Contact) fyne.CanvasObject {
	say := func(key string) string { return a.words().Text(key, nil) }
	value := widgets.Subheading(c.Value)
	value.Wrapping = fyne.TextWrapBreak
	var copied *widgets.Button
	copied = a.button(say("guide.copy"), widget.MediumImportance, func() {
		fyne.CurrentApp().Clipboard().SetContent(c.Value)
		copied.SetText(say("guide.copied"))
	})
	verify := a.button(say("guide.verify"), widget.MediumImportance, func() {
		if address, ok := links.Address(c.Verify); ok {
			a.g.window.Open(address)
		}
	})
	return widgets.Card(
		widgets.Close(container.NewVBox(widgets.Paragraph(c.Name(a.words())), value, widgets.Caption(c.Source(a.words())))),
		flow(copied, verify))
}
