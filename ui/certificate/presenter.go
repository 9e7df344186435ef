package certificate

import (
	"crypto/rand"
	"io"
	"strings"
	"time"

	"cientro/app"
	"cientro/app/messages"
	"cientro/ui/widgets"
)

// presenter knows what the page says. It knows no window, and is used from one
// goroutine.
type presenter struct {
	words  *messages.Printer
	c      *app.HolderCertificate // nil once it is forgotten
	now    func() time.Time
	random io.Reader

	revealed bool
}

func newPresenter(words *messages.Printer, c *app.HolderCertificate) *presenter {
	return &presenter{words: words, c: c, now: time.Now, random: rand.Reader}
}

// soon is how long before its end a certificate is talked about.
const soon = 90 * 24 * time.Hour

// remark is a notice above all else.
type remark struct {
	mood        widgets.Mood
	title, text string
}

// fact is a row: what it is called, and what it is.
type fact struct{ name, is string }

// texts are what the page shows.
type texts struct {
	remarks     []remark
	holder      []fact
	validity    []fact
	remaining   string // in words
	mayRemind   bool
	seen        []fact // what a site learns
	details     []fact
	fingerprint string // in groups
	reveal      string // what the button does now
}

func (p *presenter) text(key string) string { return p.words.Text(key, nil) }

// texts says everything; all is empty once the certificate is forgotten.
func (p *presenter) texts() texts {
	if p.c == nil {
		return texts{}
	}
	t := texts{
		remarks:     p.remarks(),
		holder:      p.holder(),
		validity:    []fact{{p.text("certificate.page.from"), p.date(p.c.NotBefore)}, {p.text("certificate.page.until"), p.date(p.c.NotAfter)}},
		remaining:   p.remaining(),
		mayRemind:   len(p.events()) > 0,
		seen:        p.seen(),
		details:     []fact{{p.text("certificate.page.issuer"), p.c.Issuer}, {p.text("certificate.page.key"), p.c.Key}},
		fingerprint: groups(p.c.Fingerprint()),
		reveal:      p.text("certificate.page.show"),
	}
	if p.revealed {
		t.reveal = p.text("certificate.page.cover")
	}
	return t
}

// remarks are what has to be known first.
func (p *presenter) remarks() []remark {
	say := func(m widgets.Mood, key string) remark {
		return remark{m, p.text(key + "title"), p.text(key + "text")}
	}
	all := []remark{say(widgets.Good, "certificate.page.proven.")}
	if !p.c.Proven {
		all[0] = say(widgets.Warning, "certificate.page.unproven.")
	}
	switch now := p.now(); {
	case now.After(p.c.NotAfter):
		all = append(all, say(widgets.Bad, "certificate.page.expired."))
	case now.Before(p.c.NotBefore):
		all = append(all, say(widgets.Warning, "certificate.page.early."))
	case p.c.NotAfter.Sub(now) < soon:
		all = append(all, say(widgets.Warning, "certificate.page.soon."))
	}
	return all
}

// personal is anything that formats as a mask and reveals itself on demand.
type personal interface {
	Known() bool
	Reveal() string
	String() string
}

// open is a personal text as it may be shown now.
func (p *presenter) open(text personal) string {
	switch {
	case !text.Known():
		return p.text("certificate.page.unknown")
	case p.revealed:
		return text.Reveal()
	}
	return strings.ReplaceAll(text.String(), "*", "•")
}

func (p *presenter) holder() []fact {
	return []fact{
		{p.text("certificate.page.surname"), p.open(p.c.Surname)},
		{p.text("certificate.page.names"), p.open(p.c.GivenNames)},
		{p.text("certificate.page.code"), p.open(p.c.FiscalCode)},
		{p.text("certificate.page.document"), p.open(p.c.DocumentNumber)},
	}
}

// date is a whole date, or its year while it is covered: the last day is the
// holder's birthday.
func (p *presenter) date(t time.Time) string {
	if !p.revealed {
		return t.Local().Format("2006")
	}
	return t.Local().Format(p.text("certificate.page.date"))
}

// remaining says how long it still lasts, in days when they are few.
func (p *presenter) remaining() string {
	left := p.c.NotAfter.Sub(p.now())
	switch {
	case left < 0, p.now().Before(p.c.NotBefore):
		return p.text("certificate.page.invalid")
	case left < soon:
		return p.words.Count("certificate.page.days", int(left/(24*time.Hour)), nil)
	}
	return p.text("certificate.page.valid")
}

// seen is what a server learns that is shown the certificate. The name is the
// one under which browsers offer it.
func (p *presenter) seen() []fact {
	all := []fact{
		{p.text("certificate.page.seen.name"), p.open(p.c.GivenNames) + " " + p.open(p.c.Surname)},
		{p.text("certificate.page.seen.code"), p.words.Text("certificate.page.seen.born", messages.Values{"Code": p.open(p.c.FiscalCode)})},
		{p.text("certificate.page.seen.document"), p.open(p.c.DocumentNumber)},
		{p.text("certificate.page.seen.until"), p.date(p.c.NotAfter)},
		{p.text("certificate.page.seen.issuer"), p.c.Issuer},
	}
	if parsed, err := p.c.X509(); err == nil {
		entry, serial := covered, covered
		if p.revealed {
			entry, serial = parsed.Subject.CommonName, parsed.SerialNumber.Text(16)
		}
		all = append(all,
			fact{p.text("certificate.page.seen.entry"), entry},
			fact{p.text("certificate.page.seen.serial"), p.words.Text("certificate.page.seen.same", messages.Values{"Serial": serial})})
	}
	return all
}

// covered stands for a text that is not shown.
const covered = "•••"

// groups sets a fingerprint of pairs with colons in groups of four digits, and
// four groups a line, where eyes find their way.
func groups(pairs string) string {
	var b strings.Builder
	for i, digit := range strings.ReplaceAll(pairs, ":", "") {
		switch {
		case i > 0 && i%16 == 0:
			b.WriteByte('\n')
		case i > 0 && i%4 == 0:
			b.WriteByte(' ')
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// forget lets go of the certificate.
func (p *presenter) forget() { p.c, p.revealed = nil, false }

// file is something to save: the name that is proposed tells nobody whose it is.
type file struct {
	name    string
	content []byte
}

func (p *presenter) pem() file { return file{p.text("certificate.page.file") + ".pem", p.c.PEM()} }

func (p *presenter) der() file { return file{p.text("certificate.page.file") + ".cer", p.c.DER()} }
