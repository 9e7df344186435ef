package certificate

import (
	"fyne.io/fyne/v2"

	"cientro/app"
	"cientro/app/desk"
	"cientro/ui/operations"
	"cientro/ui/page"
)

// New makes the page of the certificate: first what asks for the PIN, then what
// the card gave. Leaving it forgets that.
func New(w page.Window, d *desk.Desk, o operations.Options) page.Page {
	p := &asked{w: w}
	p.Page = operations.NewCertificate(w, d, o, p.show)
	return p
}

// asked is the page of package operations that knows when to forget.
type asked struct {
	page.Page
	w    page.Window
	view *View
}

func (p *asked) show(c *app.HolderCertificate) fyne.CanvasObject {
	p.forget()
	p.view = NewView(p.w, c)
	return p.view.Content()
}

// Hidden is part of page.Page.
func (p *asked) Hidden() {
	p.Page.Hidden()
	p.forget()
}

func (p *asked) forget() {
	if p.view != nil {
		p.view.Forget()
		p.view = nil
	}
}

// Key is part of page.Keyed.
func (p *asked) Key(key fyne.KeyName) {
	if keyed, ok := p.Page.(page.Keyed); ok {
		keyed.Key(key)
	}
}
