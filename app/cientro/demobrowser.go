package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"cientro/app"
	"cientro/app/browserdemo"
	"cientro/app/messages"
)

// demoBrowserDocument is what `demo browser --json` prints. Of the person it
// says what the page says.
type demoBrowserDocument struct {
	Schema   string           `json:"schema"`
	Browser  string           `json:"browser"`
	Version  *string          `json:"version"`
	Module   string           `json:"module"`
	Place    demoPlace        `json:"place"`
	Reason   *string          `json:"reason"`
	Reader   string           `json:"reader"`
	SelfTest bool             `json:"selfTest"`
	Login    *demoLoginJSON   `json:"login"`
	Prompts  *int             `json:"prompts"` // null: a person answered them
	Cost     *demoBrowserCost `json:"cost"`    // null: the card was not in this process
	Result   string           `json:"result"`
	Error    *errorJSON       `json:"error,omitempty"`
}

type demoLoginJSON struct {
	GivenNames string `json:"givenNames"`
	Surname    string `json:"surname"`
	FiscalCode string `json:"fiscalCode"`
	TLS        string `json:"tls"`
}

// demoBrowserCost is what reached the card.
type demoBrowserCost struct {
	APDUs        int     `json:"apdus"`
	Verify       int     `json:"verify"`
	Wrong        int     `json:"wrong"`
	Milliseconds float64 `json:"milliseconds"` // from the browser's start to the page
}

// demoBrowserFlags are the command's own.
type demoBrowserFlags struct {
	selfTest, tls13 bool
	browser, module string
}

// selfTestWithin bounds a login with nobody there, browser's start included.
const selfTestWithin = 2 * time.Minute

func (p *program) demoBrowserCommand() *cobra.Command {
	var f demoBrowserFlags
	c := p.command("browser [--self-test] [--browser NAME] [--tls13] [--module FILE]", "demo.browser", arguments(0, 0),
		func(ctx context.Context, _ []string) error { return p.demoBrowser(ctx, f) })
	c.Flags().BoolVar(&f.selfTest, "self-test", false, p.text("flag.self-test"))
	c.Flags().StringVar(&f.browser, "browser", "", p.text("flag.browser"))
	c.Flags().BoolVar(&f.tls13, "tls13", false, p.text("flag.tls13"))
	c.Flags().StringVar(&f.module, "module", "", p.text("flag.module"))
	completes(c, "browser", string(browserdemo.Firefox), string(browserdemo.Chromium))
	return c
}

// demoBrowser logs in to a server of its own with a browser, a person at it or
// not.
func (p *program) demoBrowser(ctx context.Context, f demoBrowserFlags) error {
	const command = "cientro demo browser"
	if f.selfTest && f.tls13 {
		return conflict(command, "--self-test", "--tls13")
	}
	show, err := p.newBrowserShow(f, command)
	if err != nil {
		return err
	}
	defer show.close()
	return show.end(show.run(ctx))
}

// newBrowserShow finds what it takes, and makes a folder that goes when the show
// is closed.
func (p *program) newBrowserShow(f demoBrowserFlags, command string) (*browserShow, error) {
	module, err := findModule(f.module)
	if err != nil {
		return nil, err
	}
	kind, path, err := chooseBrowser(f.browser, command)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "cientro-demo-")
	if err != nil {
		return nil, err
	}
	return &browserShow{
		program: p, flags: f, kind: kind, path: path, module: module, dir: dir,
		closers: []func(){func() { _ = browserdemo.Remove(dir) }},
		document: demoBrowserDocument{
			Schema: "cientro.demo-browser/1", Browser: string(kind), Version: stringOrNil(browserdemo.Version(path)),
			Module: module, SelfTest: f.selfTest, Result: resultOK,
		},
	}, nil
}

// findModule takes the file given, or the one that was built or installed
// beside this program.
func findModule(given string) (string, error) {
	path := given
	if path == "" {
		program, err := os.Executable()
		if err != nil {
			return "", err
		}
		if program, err = filepath.EvalSymlinks(program); err != nil {
			return "", err
		}
		path = filepath.Join(filepath.Dir(program), moduleFile())
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", &app.DemoMissingError{What: path, From: "make build", Err: err}
	}
	return path, nil
}

// chooseBrowser takes the one asked for, or the first that there is.
func chooseBrowser(name, command string) (browserdemo.Kind, string, error) {
	kinds := browserdemo.Kinds()
	if name != "" {
		kind, ok := browserdemo.ParseKind(name)
		if !ok {
			return "", "", &app.UsageError{Reason: app.UsageFlagValue, Subject: "--browser", Command: command}
		}
		kinds = []browserdemo.Kind{kind}
	}
	var first error
	for _, kind := range kinds {
		path, err := browserdemo.Find(kind)
		if err == nil {
			return kind, path, nil
		}
		if first == nil {
			first = err
		}
	}
	return "", "", demoError(first)
}

// demoError says in the program's words what the demonstration lacks.
func demoError(err error) error {
	var missing *browserdemo.MissingError
	switch {
	case errors.As(err, &missing):
		return &app.DemoMissingError{What: missing.What, From: "apt install " + missing.Package, Err: err}
	case errors.Is(err, browserdemo.ErrConfined):
		return &app.DemoMissingError{What: string(browserdemo.Firefox), From: "https://support.mozilla.org/kb/install-firefox-linux", Err: err}
	case err == nil, errors.Is(err, context.Canceled):
		return err
	}
	return &app.DemoLoginError{Err: err}
}

// end tells how it went.
func (b *browserShow) end(err error) error {
	if err != nil {
		b.document.Result = resultError
		e := b.describe(app.ProblemOf(err))
		b.document.Error = &e
		err = &toldError{err}
	}
	if b.program.flags.json {
		b.printJSON(b.document)
	}
	return err
}

// values is a shorthand for the one thing a sentence wants.
func values(name string, value any) messages.Values { return messages.Values{name: value} }
