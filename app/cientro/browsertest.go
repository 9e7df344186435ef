package main

import (
	"context"
	"os"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"cientro/app"
	"cientro/app/browserdemo"
	"cientro/app/browsers"
	"cientro/app/logintest"
	"cientro/app/messages"
)

func (p *program) browserTestCommand(f *browserFlags) *cobra.Command {
	c := p.command("test [--browser NAME]", "browser.test", arguments(0, 0),
		func(ctx context.Context, _ []string) error { return p.browserTest(ctx, *f) })
	c.Flags().StringVar(&f.browser, "browser", "", p.text("flag.browser"))
	c.Flags().StringVar(&f.module, "module", "", p.text("flag.module"))
	completes(c, "browser", string(browserdemo.Firefox), string(browserdemo.Chromium))
	return c
}

// browserTest says what is ready in the default browser, and then logs in with a
// profile that is thrown away: what no login of a person's own needs a PIN for.
func (p *program) browserTest(ctx context.Context, f browserFlags) error {
	c, err := p.browserConfig(f)
	if err != nil {
		return err
	}
	d := p.browserDocument(c, "test")
	for _, place := range c.Places() {
		d.Places = append(d.Places, placeJSON(place))
	}
	if c.Windows() || runtime.GOOS == "darwin" {
		return p.browserTestByHand(d)
	}
	test := logintest.New(logintest.Config{Version: version, Paths: p.paths, Executable: os.Executable})
	test.Look(ctx)
	for _, check := range test.State().Checks {
		if check.Result == logintest.Waiting {
			continue // the login tells, or a card on the desk, which is not looked at here
		}
		found, do := check.Found.Say(p.words), check.Do.Say(p.words)
		d.Checks = append(d.Checks, browserCheck{ID: string(check.ID), Result: string(check.Result), Found: found, Do: do})
		p.tell("browser.test.found", messages.Values{"Mark": p.text("browser.mark." + string(check.Result)), "What": found + " " + do})
	}
	show, err := p.newBrowserShow(demoBrowserFlags{selfTest: true, browser: f.browser, module: f.module}, "cientro browser test")
	if err != nil {
		return p.endBrowser(d, err)
	}
	defer show.close()
	err = show.run(ctx)
	if err != nil {
		show.document.Result = resultError
		e := p.describe(app.ProblemOf(err))
		show.document.Error = &e
	}
	d.SelfTest = &show.document
	return p.endBrowser(d, err)
}

// browserTestByHand says of each profile whether it is ready, where no browser can
// be driven: the login itself is the person's.
func (p *program) browserTestByHand(d *browserDocument) error {
	lacking := false
	for _, place := range d.Places {
		if place.Kind != browsers.FirefoxProfile {
			continue
		}
		check := browserCheck{ID: "module", Result: string(logintest.OK)}
		if !slices.Contains([]browsers.State{browsers.Present, browsers.ByPolicy}, place.State) {
			check.Result, check.Do = string(logintest.Problem), p.text("browser.next.install")
		}
		check.Found = p.words.Text("browser.state."+string(place.State), messages.Values{"Path": place.Library})
		d.Checks = append(d.Checks, check)
		p.tell("browser.test.profile", messages.Values{"Mark": p.text("browser.mark." + check.Result), "Profile": place.Profile, "What": check.Found})
		lacking = lacking || check.Do != ""
	}
	if lacking {
		p.tell("browser.next.install", nil)
	}
	p.tell("browser.test.by-hand", nil)
	return p.endBrowser(d, nil)
}
