package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cientro/app"
	"cientro/app/browsers"
	"cientro/app/messages"
)

// browserDocument is what `browser …` prints with --json.
type browserDocument struct {
	Schema    string               `json:"schema"`
	Operation string               `json:"operation"`
	System    bool                 `json:"system"`
	Module    string               `json:"module"`
	Browsers  []browserJSON        `json:"browsers"`
	Places    []browserPlace       `json:"places"`
	Checks    []browserCheck       `json:"checks,omitempty"`   // of test
	SelfTest  *demoBrowserDocument `json:"selfTest,omitempty"` // of test
	Result    string               `json:"result"`
	Error     *errorJSON           `json:"error,omitempty"`
}

type browserJSON struct {
	Name      string             `json:"name"`
	Family    browsers.Family    `json:"family"`
	Packaging browsers.Packaging `json:"packaging"`
}

type browserPlace struct {
	Kind      browsers.Kind      `json:"kind"`
	Packaging browsers.Packaging `json:"packaging"`
	Browsers  []string           `json:"browsers"`
	Profile   string             `json:"profile,omitempty"`
	Default   bool               `json:"default,omitempty"`
	System    bool               `json:"system"`
	File      string             `json:"file"`
	State     browsers.State     `json:"state"`
	Library   string             `json:"library,omitempty"` // where it is another's folder
	Running   bool               `json:"running"`
	Outcome   *browsers.Outcome  `json:"outcome,omitempty"` // of install and remove
	Error     *errorJSON         `json:"error,omitempty"`
}

type browserCheck struct {
	ID     string `json:"id"`
	Result string `json:"result"`
	Found  string `json:"found"`
	Do     string `json:"do,omitempty"`
}

const browserSchema = "cientro.browser/1"

// browserFlags are those of the commands below `browser`.
type browserFlags struct {
	system          bool
	module, browser string
}

func (p *program) browserCommand() *cobra.Command {
	var f browserFlags
	status := p.command("status", "browser.status", arguments(0, 0),
		func(context.Context, []string) error { return p.browserStatus(f) })
	install := p.command("install [--system]", "browser.install", arguments(0, 0),
		func(ctx context.Context, _ []string) error {
			return p.browserChange(ctx, f, "install", browsers.Config.Install)
		})
	remove := p.command("remove [--system]", "browser.remove", arguments(0, 0),
		func(ctx context.Context, _ []string) error {
			return p.browserChange(ctx, f, "remove", browsers.Config.Remove)
		})
	for _, c := range []*cobra.Command{status, install, remove} {
		c.Flags().StringVar(&f.module, "module", "", p.text("flag.module"))
	}
	for _, c := range []*cobra.Command{install, remove} {
		c.Flags().BoolVar(&f.system, "system", false, p.text("flag.system"))
	}
	return p.group("browser", "browser", status, install, remove, p.browserTestCommand(&f))
}

// browserConfig is this user's, with the module beside this program or the one
// given.
func (p *program) browserConfig(f browserFlags) (browsers.Config, error) {
	agent, err := os.Executable()
	if err == nil {
		agent, err = filepath.EvalSymlinks(agent)
	}
	if err != nil {
		return browsers.Config{}, err
	}
	c, err := browsers.Computer()
	if err != nil {
		return c, err
	}
	c.Module, c.Agent, c.System = filepath.Join(filepath.Dir(agent), moduleFile()), agent, f.system
	c.State = filepath.Join(p.paths.State, "browsers")
	if f.system {
		c.State = c.SystemState()
	}
	if f.module != "" {
		if c.Module, err = filepath.Abs(f.module); err != nil {
			return c, err
		}
	}
	if !filepath.IsAbs(c.State) {
		return c, app.BrowsersOf(browsers.ErrLedger) // nowhere to keep what is to be put back
	}
	return c, nil
}

// moduleFile is the name of the library that browsers load.
func moduleFile() string {
	module, _ := browsers.ProgramNames()
	return module
}

func (p *program) browserDocument(c browsers.Config, operation string) *browserDocument {
	d := &browserDocument{
		Schema: browserSchema, Operation: operation, System: c.System, Module: c.Module,
		Browsers: []browserJSON{}, Places: []browserPlace{}, Result: resultOK,
	}
	for _, b := range c.Browsers() {
		d.Browsers = append(d.Browsers, browserJSON{b.Name, b.Family, b.Packaging})
	}
	return d
}

func placeJSON(p browsers.Place) browserPlace {
	if p.Browsers == nil {
		p.Browsers = []string{}
	}
	return browserPlace{
		Kind: p.Kind, Packaging: p.Packaging, Browsers: p.Browsers, Profile: p.Profile, Default: p.Default,
		System: p.System, File: p.File, State: p.State, Library: p.Library, Running: p.Running,
	}
}

func (p *program) browserStatus(f browserFlags) error {
	c, err := p.browserConfig(f)
	if err != nil {
		return err
	}
	d := p.browserDocument(c, "status")
	p.sayBrowsers(d)
	places := c.Places()
	absent := false
	for _, place := range places {
		d.Places = append(d.Places, placeJSON(place))
		what := messages.Values{"Path": place.Library}
		p.sayPlace(place, p.words.Text("browser.state."+string(place.State), what))
		if place.Running {
			p.tell("browser.running", nil)
		}
		absent = absent || !place.System && (place.State == browsers.Absent || place.State == browsers.Elsewhere)
	}
	p.sayBoxes(places)
	if absent {
		p.tell("browser.next.install", nil)
	}
	if p.flags.json {
		p.printJSON(d)
	}
	return nil
}

// browserChange installs or removes, and tells place by place what became of it.
// The first that was refused decides about the exit code.
func (p *program) browserChange(ctx context.Context, f browserFlags, operation string,
	change func(browsers.Config, context.Context) ([]browsers.Done, error),
) error {
	c, err := p.browserConfig(f)
	if err != nil {
		return err
	}
	d := p.browserDocument(c, operation)
	done, err := change(c, ctx)
	if err != nil && len(done) == 0 {
		return app.BrowsersOf(err)
	}
	p.sayBrowsers(d)
	changed := false
	var places []browsers.Place
	for _, one := range done {
		j := placeJSON(one.Place)
		j.Outcome = &one.Outcome
		if one.Err != nil {
			e := p.describe(app.ProblemOf(app.BrowsersOf(one.Err)))
			j.Error = &e
			if err == nil {
				err = one.Err
			}
		}
		d.Places, places = append(d.Places, j), append(places, one.Place)
		what := p.text("browser.outcome." + string(one.Outcome))
		if one.Outcome == browsers.Skipped && one.Place.State == browsers.NoModules {
			what = p.text("browser.state." + string(one.Place.State))
		}
		p.sayPlace(one.Place, what)
		changed = changed || one.Outcome != browsers.Unchanged && one.Outcome != browsers.Skipped && one.Outcome != browsers.Refused
	}
	p.sayBoxes(places)
	if changed {
		p.tell("browser.next.restart", nil)
	}
	return p.endBrowser(d, app.BrowsersOf(err))
}

// endBrowser prints the document, with the error in it.
func (p *program) endBrowser(d *browserDocument, err error) error {
	if err != nil {
		d.Result = resultError
		e := p.describe(app.ProblemOf(err))
		d.Error = &e
		err = &toldError{err}
	}
	if p.flags.json {
		p.printJSON(d)
	}
	return err
}

func (p *program) sayBrowsers(d *browserDocument) {
	var names []string
	for _, b := range d.Browsers {
		name := b.Name
		if b.Packaging != browsers.Native {
			name += " [" + string(b.Packaging) + "]"
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		p.tell("browser.none", nil)
	} else {
		p.tell("browser.found", values("Names", strings.Join(names, ", ")))
	}
	p.say("browser.module", values("Path", d.Module))
}

// sayPlace tells one place and what is with it.
func (p *program) sayPlace(place browsers.Place, what string) {
	names := strings.Join(place.Browsers, ", ")
	if names == "" {
		names = p.text("browser.names.nobody")
	}
	title := p.words.Text("browser.place."+string(place.Kind), messages.Values{"Profile": place.Profile, "Names": names})
	if place.Packaging != browsers.Native {
		title = p.words.Text("browser.place.box", messages.Values{"Place": title, "Box": string(place.Packaging)})
	}
	p.say("browser.line", messages.Values{"Place": title, "What": what})
	if place.File != "" {
		p.say("browser.file", values("Path", place.File))
	}
}

// sayBoxes says once what is with boxes.
func (p *program) sayBoxes(places []browsers.Place) {
	for _, box := range []browsers.Packaging{browsers.Snap, browsers.Flatpak} {
		if slices.ContainsFunc(places, func(place browsers.Place) bool { return place.Packaging == box }) {
			p.tell("browser.confined."+string(box), nil)
		}
	}
}
