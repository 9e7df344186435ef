package about

import (
	"runtime"
	"runtime/debug"
	"strings"

	"cientro/app/messages"
	"cientro/assets/licences"
)

// Part is a part of the page: what it can be opened at.
type Part string

// The parts; the first is the page itself.
const (
	Front         Part = ""
	Privacy       Part = "privacy"
	Accessibility Part = "accessibility"
	Keys          Part = "keys"
	Licences      Part = "licences"
)

// parts lists those that have a tile.
func parts() []Part { return []Part{Privacy, Accessibility, Keys, Licences} }

// presenter knows what the page says. It knows no widget.
type presenter struct {
	version string
	words   *messages.Printer
	built   *debug.BuildInfo // nil where the program was built without
}

func newPresenter(version string, words *messages.Printer) *presenter {
	built, _ := debug.ReadBuildInfo()
	return &presenter{version, words, built}
}

// fact is a name and what it is.
type fact struct{ name, is string }

func (p *presenter) text(key string) string { return p.words.Text(key, nil) }

// versions are what the help-desk asks for first.
func (p *presenter) versions() []fact {
	facts := []fact{
		{p.text("about.version"), p.version},
		{p.text("about.system"), runtime.GOOS + " " + runtime.GOARCH},
		{p.text("about.go"), strings.TrimPrefix(runtime.Version(), "go")},
	}
	if fyne := p.module("fyne.io/fyne/v2"); fyne != "" {
		facts = append(facts, fact{p.text("about.fyne"), fyne})
	}
	return facts
}

// module returns the version of a module in this program, or "".
func (p *presenter) module(path string) string {
	if p.built == nil {
		return ""
	}
	for _, m := range p.built.Deps {
		if m.Path == path {
			return strings.TrimPrefix(m.Version, "v")
		}
	}
	return ""
}

// sentences are those of a part, in order.
func (p *presenter) sentences(part Part) []string {
	numbers := []string{"1", "2", "3", "4", "5"}
	all := make([]string, len(numbers))
	for i, n := range numbers {
		all[i] = p.text("about." + string(part) + "." + n)
	}
	return all
}

// statement are the parts of the accessibility statement, in the order of the
// form that AgID gives for it.
func (p *presenter) statement() []fact {
	var all []fact
	for _, s := range []string{"status", "lacks", "alternative", "prepared", "feedback"} {
		all = append(all, fact{p.text("about.accessibility.title." + s), p.text("about.accessibility.text." + s)})
	}
	return all
}

// keys are the keys that work everywhere.
func (p *presenter) keys() []fact {
	key := func(key, does string) fact { return fact{p.text("about.key." + key), p.text("about.does." + does)} }
	return []fact{
		key("tab", "tab"), key("space", "space"), key("arrows", "arrows"), key("escape", "escape"),
		key("numbers", "numbers"), key("f1", "f1"), key("f6", "f6"), key("f10", "f10"),
		key("close", "close"), key("quit", "quit"),
	}
}

// licence is one in words.
type licence struct{ module, kinds, text string }

// licences are those of this program's modules, with their versions, or of all
// programs where nobody can tell.
func (p *presenter) licences() []licence {
	var all []licence
	for _, l := range licences.All() {
		version := p.module(l.Module)
		name := l.Module
		switch {
		case l.Module == "go":
			name = "Go " + strings.TrimPrefix(runtime.Version(), "go")
		case version != "":
			name += " " + version
		case p.built != nil && len(p.built.Deps) > 0:
			continue // part of another program, or of this one on another system
		}
		all = append(all, licence{name, strings.Join(l.Kinds, ", "), l.Text})
	}
	return all
}
