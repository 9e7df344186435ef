package browserdemo

import (
	"bytes"
	_ "embed"
	"errors"
	"html/template"
	"net/http"

	"cientro/app/messages"
)

//go:embed page.html
var pageHTML string

// page is what the server shows, in each language in turn.
type page struct {
	layout   *template.Template
	printers []*messages.Printer
}

func newPage(languages ...messages.Language) (*page, error) {
	layout, err := template.New("page").Parse(pageHTML)
	if err != nil {
		return nil, err
	}
	p := &page{layout: layout}
	for _, l := range languages {
		printer, err := messages.New(l)
		if err != nil {
			return nil, err
		}
		p.printers = append(p.printers, printer)
	}
	return p, nil
}

// part is the page in one language.
type part struct {
	Language, Heading, Lead string
	Facts                   []fact
	Notes                   []string
}

type fact struct{ Name, Value string }

type content struct {
	Title string
	Good  bool
	Code  string
	Parts []part
}

func (p *page) welcome(l *Login) content {
	c := content{Good: true, Code: l.Code}
	for _, w := range p.printers {
		c.Title += w.Text("browserdemo.in.title", nil) + " · "
		values := messages.Values{"GivenNames": l.GivenNames, "Surname": l.Surname}
		c.Parts = append(c.Parts, part{
			Language: string(w.Language()),
			Heading:  w.Text("browserdemo.in.heading", nil),
			Lead:     w.Text("browserdemo.in.lead", values),
			Facts: []fact{
				{w.Text("browserdemo.fact.name", nil), l.GivenNames + " " + l.Surname},
				{w.Text("browserdemo.fact.code", nil), l.FiscalCode},
				{w.Text("browserdemo.fact.connection", nil), l.Version + ", " + l.CipherSuite},
			},
			Notes: []string{
				w.Text("browserdemo.in.proof", nil), w.Text("browserdemo.in.pin", nil), w.Text("browserdemo.in.local", nil),
			},
		})
	}
	return c
}

func (p *page) refusal(why error) content {
	c := content{}
	lead := "browserdemo.out.lead"
	switch {
	case errors.Is(why, ErrNotCIE):
		lead = "browserdemo.any.not-cie"
	case errors.Is(why, ErrExpired):
		lead = "browserdemo.any.expired"
	}
	for _, w := range p.printers {
		c.Title += w.Text("browserdemo.out.title", nil) + " · "
		c.Parts = append(c.Parts, part{
			Language: string(w.Language()),
			Heading:  w.Text("browserdemo.out.heading", nil),
			Lead:     w.Text(lead, nil),
			Notes:    []string{w.Text("browserdemo.in.local", nil)},
		})
	}
	return c
}

func (s *Server) handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		login, err := s.judge(r.TLS)
		shown, status, event := s.page.refusal(err), http.StatusForbidden, Event{Kind: EventRefused, Err: err}
		if err == nil {
			shown, status, event = s.page.welcome(login), http.StatusOK, Event{Kind: EventLogin, Login: login}
		}
		var body bytes.Buffer
		if err := s.page.layout.Execute(&body, shown); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		header := w.Header()
		header.Set("Content-Type", "text/html; charset=utf-8")
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'")
		header.Set("Cache-Control", "no-store")
		header.Set("Referrer-Policy", "no-referrer")
		w.WriteHeader(status)
		_, _ = w.Write(body.Bytes())
		s.journal.add(event)
	})
}
