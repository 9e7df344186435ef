package browsers

import (
	"path/filepath"
	"slices"
	"strings"

	"cientro/app"
	"cientro/app/browsers"
	"cientro/app/messages"
	"cientro/ui/widgets"
)

// phase is what the page is about.
type phase int

const (
	looking  phase = iota // at what is there
	status                // what is there
	planning              // what would be changed
	working               // it is being changed
	finished              // what became of it
)

// model is what the page knows.
type model struct {
	phase  phase
	remove bool // what is planned or done is a removal
	config browsers.Config
	places []browsers.Place
	done   []browsers.Done // a plan, or what was done
	err    error           // why all of it was refused
}

// presenter knows what the page says. It knows no widget but the moods of a
// notice.
type presenter struct{ words *messages.Printer }

func (p presenter) text(key string) string { return p.words.Text(key, nil) }

// texts are what the page says at this moment.
type texts struct {
	waiting string // all there is to say
	mood    widgets.Mood
	verdict string
	more    []string
	parts   []part
	try     bool   // the login can be tried now
	lead    string // above the command
	command string // for an administrator

	install, remove   bool // offered
	mainInstall       bool // registering is what helps most
	confirm           bool // what is planned can be done
	doIt              string
	again, back, home bool
}

// part is a card.
type part struct {
	title  string
	rows   []row
	advice []string
}

// row is a place.
type row struct {
	mood  widgets.Mood
	faint bool // neither good nor bad
	name  string
	lines []string
	path  string
}

func (p presenter) texts(m model) texts {
	switch m.phase {
	case looking:
		return texts{waiting: p.text("browsers.looking"), home: true}
	case working:
		return texts{waiting: p.text("browsers.working")}
	case planning:
		return p.plan(m)
	case finished:
		return p.outcome(m)
	}
	return p.status(m)
}

// refused is where nothing can be done at all.
func (p presenter) refused(c browsers.Config, err error) texts {
	s := p.problem(c, err)
	return texts{mood: widgets.Bad, verdict: s.Title, more: kept(s.What, s.Next), home: true, again: true}
}

// problem says why something cannot be done.
func (p presenter) problem(c browsers.Config, err error) app.Sentences {
	problem := app.ProblemOf(app.BrowsersOf(err))
	problem.Facts.File = shortened(c, problem.Facts.File)
	return problem.SentencesInWindow(p.words)
}

func kept(sentences ...string) []string {
	return slices.DeleteFunc(sentences, func(s string) bool { return s == "" })
}

// status is what is there.
func (p presenter) status(m model) texts {
	if m.err != nil {
		return p.refused(m.config, m.err)
	}
	over, lacking := browsers.Overall(m.places)
	t := texts{home: true, again: true, verdict: p.text("browsers.verdict." + string(over))}
	switch over {
	case browsers.AllKnow:
		t.mood, t.try, t.more = widgets.Good, true, []string{p.text("browsers.verdict.all.more")}
	case browsers.SomeKnow:
		t.mood, t.more = widgets.Warning, []string{p.words.Count("browsers.verdict.some.more", lacking, nil)}
	case browsers.NoneKnows:
		t.mood, t.more = widgets.Warning, []string{p.text("browsers.verdict.none.more")}
	case browsers.FirefoxKnows:
		t.mood, t.try, t.more = widgets.Good, true, []string{p.text("browsers.verdict.firefox.more")}
	case browsers.NoneCan:
		t.mood, t.more = widgets.Warning, []string{p.text("browsers.verdict.unable.more")}
	case browsers.OnlyInBoxes:
		t.mood, t.more = widgets.Warning, []string{p.text("browsers.verdict.boxes.more")}
	default:
		t.more = []string{p.text("browsers.verdict.no-browser.more")}
	}
	t.parts = p.statusParts(m)
	for _, place := range m.places {
		switch {
		case place.System || place.Packaging != browsers.Native:
		case place.State == browsers.Absent:
			t.install = true
		case place.State == browsers.Elsewhere:
			t.install, t.remove = true, true
		case place.State == browsers.Present:
			t.remove = true
		}
	}
	t.mainInstall = t.install && lacking > 0
	t.lead, t.command = p.command(m.config)
	return t
}

// statusParts are the places, those of the person first.
func (p presenter) statusParts(m model) (parts []part) {
	own := part{title: p.text("browsers.own.title")}
	others := part{title: p.text("browsers.others.title")}
	boxes := part{title: p.text("browsers.boxes.title")}
	all := part{title: p.text("browsers.admin.title")}
	for _, place := range m.places {
		to := &own
		switch {
		case place.System:
			to = &all
		case place.Packaging != browsers.Native:
			to = &boxes
		case place.Kind == browsers.P11Kit:
			to = &others
		}
		to.rows = append(to.rows, p.row(m, place))
	}
	for _, box := range []browsers.Packaging{browsers.Snap, browsers.Flatpak} {
		if slices.ContainsFunc(m.places, func(place browsers.Place) bool { return place.Packaging == box }) {
			boxes.advice = append(boxes.advice, p.text("browsers.boxes."+string(box)))
		}
	}
	for _, one := range []part{own, boxes, others, all} {
		if len(one.rows) > 0 {
			parts = append(parts, one)
		}
	}
	return parts
}

// row is what is true of a place.
func (p presenter) row(m model, place browsers.Place) row {
	r := row{name: p.name(place), path: shortened(m.config, place.File)}
	r.lines = []string{p.words.Text("browsers.state."+string(place.State), messages.Values{"Path": shortened(m.config, place.Library)})}
	switch place.State {
	case browsers.Present, browsers.ByPolicy:
		r.mood = widgets.Good
	case browsers.NoModules:
		r.mood, r.faint = widgets.Warning, true
	case browsers.Absent, browsers.ThroughP11Kit:
		r.mood = widgets.Warning
		r.faint = place.System || place.Kind == browsers.P11Kit || place.State == browsers.ThroughP11Kit
	case browsers.NotUnderstood, browsers.Unreadable:
		r.mood = widgets.Bad
	default:
		r.mood = widgets.Warning
	}
	if len(place.Browsers) == 0 && place.Kind != browsers.P11Kit {
		r.lines, r.faint = append(r.lines, p.text("browsers.nobody")), true
	}
	if place.Running && place.Packaging == browsers.Native {
		r.lines = append(r.lines, p.text("browsers.running"))
	}
	return r
}

// name is what people call a place.
func (p presenter) name(place browsers.Place) string {
	key := "browsers.place." + string(place.Kind)
	switch {
	case place.Kind == browsers.FirefoxProfile && place.Profile == "":
		key += ".unnamed"
	case place.Kind == browsers.Database && len(place.Browsers) == 0:
		key += ".nobody"
	}
	name := p.words.Text(key, messages.Values{"Profile": place.Profile, "Names": strings.Join(place.Browsers, ", ")})
	if place.Packaging != browsers.Native {
		name = p.words.Text("browsers.box", messages.Values{"Place": name, "Box": string(place.Packaging)})
	}
	return name
}

// shortened says a path as people do, from their home folder on.
func shortened(c browsers.Config, path string) string {
	if below, ok := strings.CutPrefix(path, c.Home+string(filepath.Separator)); ok && c.Home != "" {
		return filepath.Join("~", below)
	}
	return path
}

// programFolders are those in which a program is found by its name alone, or is
// linked from one.
func programFolders() []string {
	return []string{"/usr/bin", "/usr/local/bin", "/usr/lib/cientro", "/usr/local/lib/cientro"}
}

// command is what an administrator types, and what to say of it.
func (p presenter) command(c browsers.Config) (lead, command string) {
	if c.Windows() {
		// In either of the shells that a terminal of Windows may open.
		program := "'" + strings.ReplaceAll(c.Agent, "'", "''") + "'"
		words := []string{"powershell", "-Command", `"&`, program, "browser", "install", `--system"`}
		return p.text("browsers.admin.command.windows"), strings.Join(words, " ")
	}
	program := "'" + strings.ReplaceAll(c.Agent, "'", `'\''`) + "'"
	if folder := filepath.Dir(c.Agent); slices.Contains(programFolders(), folder) {
		program = filepath.Base(c.Agent)
	} else if !strings.ContainsAny(c.Agent, " '\"\\$`!*?&;|<>(){}[]~#") {
		program = c.Agent
	}
	return p.text("browsers.admin.command"), strings.Join([]string{"sudo", program, "browser", "install", "--system"}, " ")
}

// changes tells the outcomes by which a file becomes another one.
func changes(o browsers.Outcome) bool {
	switch o {
	case browsers.Added, browsers.Corrected, browsers.Restored, browsers.TakenOut:
		return true
	}
	return false
}

// plan is what would be changed.
func (p presenter) plan(m model) texts {
	if m.err != nil {
		return p.refused(m.config, m.err)
	}
	t := texts{back: true, doIt: p.text("browsers.install.do"), verdict: p.text("browsers.plan.install")}
	lead := "browsers.plan.lead"
	if m.remove {
		t.verdict, t.doIt, lead = p.text("browsers.plan.remove"), p.text("browsers.remove.do"), "browsers.plan.remove.lead"
	}
	var will, waits part
	waits.title = p.text("browsers.plan.waits")
	for _, d := range m.done {
		r := row{name: p.name(d.Place), path: shortened(m.config, d.Place.File)}
		switch {
		case changes(d.Outcome):
			r.lines = []string{p.text("browsers.change." + string(d.Outcome))}
			will.rows = append(will.rows, r)
		case d.Err != nil:
			waits.rows = append(waits.rows, p.refusal(m.config, r, d.Err))
		}
	}
	if len(will.rows) > 0 {
		t.confirm, t.more = true, []string{p.words.Count(lead, len(will.rows), nil), p.text("browsers.plan.rest")}
		t.parts = append(t.parts, will)
	} else {
		t.more = []string{p.text("browsers.plan.none")}
	}
	if len(waits.rows) > 0 {
		t.parts = append(t.parts, waits)
	}
	return t
}

// refusal says why a place is not touched, and what to do about it.
func (p presenter) refusal(c browsers.Config, r row, err error) row {
	s := p.problem(c, err)
	r.mood, r.lines = widgets.Warning, kept(s.What, s.Next)
	if strings.Contains(s.What, r.path) {
		r.path = ""
	}
	return r
}

// outcome is what became of it.
func (p presenter) outcome(m model) texts {
	if m.err != nil && len(m.done) == 0 {
		return p.refused(m.config, m.err)
	}
	t := texts{mood: widgets.Good, home: true, again: true}
	var all part
	changed, refused := false, m.err != nil
	for _, d := range m.done {
		r := row{name: p.name(d.Place), path: shortened(m.config, d.Place.File), mood: widgets.Good}
		if d.Err != nil {
			all.rows, refused = append(all.rows, p.refusal(m.config, r, d.Err)), true
			continue
		}
		r.lines = []string{p.text("browsers.outcome." + string(d.Outcome))}
		if d.Outcome == browsers.Skipped && d.Place.State == browsers.NoModules {
			r.lines = []string{p.text("browsers.state." + string(d.Place.State))}
		}
		switch {
		case changes(d.Outcome):
			changed = true
		default:
			r.faint = true
		}
		all.rows = append(all.rows, r)
	}
	t.parts = []part{all}
	switch {
	case refused:
		t.mood, t.verdict = widgets.Warning, p.text("browsers.done.partly")
	case !changed:
		t.mood, t.verdict = widgets.Plain, p.text("browsers.done.nothing")
	case m.remove:
		t.verdict = p.text("browsers.done.remove")
	default:
		t.verdict = p.text("browsers.done.install")
	}
	if m.err != nil {
		s := p.problem(m.config, m.err)
		t.more = kept(s.What, s.Next)
	}
	if changed {
		t.more = append(t.more, p.text("browsers.done.restart"))
		t.try = !m.remove
	}
	return t
}
