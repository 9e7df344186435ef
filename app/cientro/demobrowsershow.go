package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"cientro/app"
	"cientro/app/browserdemo"
	"cientro/app/messages"
	"cientro/app/settings"
	"cientro/card/pcsc/daemon"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
)

// placeAgent: the card lies in the module's agent, because there is no PC/SC
// daemon to put it on.
const placeAgent demoPlace = "agent"

// browserShow is one run of `demo browser`. Whatever it makes lies in dir.
type browserShow struct {
	*program
	flags    demoBrowserFlags
	kind     browserdemo.Kind
	path     string // of the browser
	module   string
	dir      string
	document demoBrowserDocument

	data    *specimen.Data
	card    *virtual.Card // nil where it lies in the agent
	server  *browserdemo.Server
	profile *browserdemo.Profile
	display *browserdemo.Display // nil where a person looks
	closers []func()
	steps   int
	// environment is the browser's, beside this process's.
	environment []string
}

func (b *browserShow) close() {
	for i := len(b.closers) - 1; i >= 0; i-- {
		b.closers[i]()
	}
	b.closers = nil
}

// step says the next thing that is done.
func (b *browserShow) step(key string, v messages.Values) {
	b.steps++
	b.say("demo.step", messages.Values{"Number": b.steps, "Title": b.words.Text("demo.browser."+key+".title", v)})
	b.tell("demo.browser."+key+".text", v)
}

func (b *browserShow) run(ctx context.Context) error {
	if err := b.prepare(ctx); err != nil {
		return err
	}
	browser := b.kindName()
	switch {
	case b.flags.selfTest:
		b.step("test", values("Browser", browser))
		return b.selfTest(ctx)
	case b.flags.tls13:
		b.step("tls13", messages.Values{"Browser": browser, "PIN": string(b.data.PIN)})
	default:
		b.step("person", messages.Values{"Browser": browser, "PIN": string(b.data.PIN)})
		if b.kind == browserdemo.Chromium {
			b.tell("demo.browser.choose", nil)
		}
	}
	return b.person(ctx)
}

// prepare makes card, server and profile, and says so.
func (b *browserShow) prepare(ctx context.Context) (err error) {
	home := filepath.Join(b.dir, "cientro")
	if err := b.layCard(ctx, home); err != nil {
		return err
	}
	b.server, err = browserdemo.Start(browserdemo.ServerOptions{
		Roots: [][]byte{b.data.HolderRoot}, Between: [][]byte{b.data.HolderCA}, TLS13: b.flags.tls13, Now: b.now,
	})
	if err != nil {
		return err
	}
	b.closers = append(b.closers, func() { _ = b.server.Close() })
	version := "1.2"
	if b.flags.tls13 {
		version = "1.3"
	}
	b.step("server", messages.Values{"URL": b.server.URL(), "TLS": version})
	b.environment = append(b.environment, settings.HomeVariable+"="+home)
	if b.flags.selfTest {
		if b.display, err = browserdemo.StartDisplay(ctx); err != nil {
			return demoError(err)
		}
		b.closers = append(b.closers, b.display.Close)
		b.environment = append(b.environment, b.display.Environment()...)
	}
	return b.makeProfile(ctx)
}

func (b *browserShow) makeProfile(ctx context.Context) (err error) {
	dir := filepath.Join(b.dir, "browser")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	b.profile, err = browserdemo.NewProfile(ctx, browserdemo.ProfileOptions{
		Kind: b.kind, Dir: dir, Module: b.module, Authority: b.server.Authority(), Environment: b.environment,
	})
	if err != nil {
		return demoError(err)
	}
	b.step("profile", messages.Values{"Browser": b.kindName(), "Dir": dir, "Module": b.module})
	return nil
}

// layCard makes a card and puts it where the module will find it: on a reader
// of PC/SC, else into the agent itself.
func (b *browserShow) layCard(ctx context.Context, home string) error {
	b.say("demo.hello", nil)
	data, err := specimen.Generate(b.rand, specimen.Options{Now: b.now()})
	if err != nil {
		return err
	}
	profile, _ := virtual.ProfileByName(demoProfile)
	c, err := virtual.New(virtual.Config{Data: data, Profile: profile, Rand: b.rand})
	if err != nil {
		return err
	}
	b.data, b.card = data, c
	// Not the system's PC/SC: a real card there would be offered beside ours,
	// and a PIN that is typed into its window is a try of it.
	s, err := b.privateStage(ctx, c)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		s = &stage{place: placeAgent, reason: err.Error(), reader: app.VirtualReaderName}
		b.card = nil
		b.environment = append(b.environment, daemon.SocketVariable+"="+filepath.Join(b.dir, "no-pcscd"))
		if b.data, err = cardInAgent(home); err != nil {
			return err
		}
	}
	b.closers = append(b.closers, s.close)
	b.document.Place, b.document.Reason, b.document.Reader = s.place, stringOrNil(s.reason), s.reader
	b.sayStage(s)
	return nil
}

// cardInAgent makes the user's virtual card of a home folder, and offers it to
// the agent.
func cardInAgent(home string) (*specimen.Data, error) {
	paths := settings.Paths{
		Config: filepath.Join(home, "config"), Cache: filepath.Join(home, "cache"), State: filepath.Join(home, "state"), Portable: true,
	}
	if _, err := app.NewVirtualCard(paths.VirtualCard()).Create(app.VirtualOptions{Profile: demoProfile}); err != nil {
		return nil, err
	}
	source := settings.System(paths)
	_, err := source.Update(func(s *settings.Settings) { s.VirtualCard = true })
	return specimen.Default(), err
}

// selfTest is the login with nobody there. It wants one prompt, one VERIFY,
// and the page.
func (b *browserShow) selfTest(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, selfTestWithin)
	defer cancel()
	before := b.counters()
	test := browserdemo.SelfTest{Server: b.server, Display: b.display, Profile: b.profile, Browser: b.path, PIN: b.data.PIN}
	outcome, err := test.Run(limited)
	b.document.Prompts = &outcome.Prompts
	b.count(before, outcome.Shown)
	b.in(outcome.Login)
	switch cost := b.document.Cost; {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return demoError(err)
	case outcome.Prompts != 1 || cost != nil && (cost.Verify != 1 || cost.Wrong != 0):
		return &app.DemoLoginError{Err: errStory}
	}
	b.sayCost()
	b.say("demo.browser.end", nil)
	return nil
}

// person opens the browser and tells what happens until it is closed.
func (b *browserShow) person(ctx context.Context) error {
	began, before := time.Now(), b.counters()
	browser, err := browserdemo.Run(b.profile.Command(b.path, b.server.URL()))
	if err != nil {
		return err
	}
	defer browser.End()
	watching, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-browser.Done():
		case <-watching.Done():
		}
		stop()
	}()
	event, err := b.server.Await(watching, browserdemo.EventLogin, 1)
	if err != nil {
		return b.noLogin(ctx)
	}
	b.count(before, time.Since(began))
	b.in(event.Login)
	b.sayCost()
	b.tell("demo.browser.close", nil)
	<-watching.Done()
	b.say("demo.browser.end", nil)
	return nil
}

// noLogin is said when the browser was closed without a login: what the user
// wanted to see with --tls13, a change of mind else.
func (b *browserShow) noLogin(ctx context.Context) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case b.flags.tls13 && b.server.Count(browserdemo.EventFailed) > 0:
		b.tell("demo.browser.tls13.failed", nil)
		b.say("demo.browser.end", nil)
		return nil
	case b.server.Count(browserdemo.EventHello) == 0:
		return &app.DemoLoginError{Err: browserdemo.ErrEnded}
	}
	return &app.CancelledError{Err: errors.Join(context.Canceled, browserdemo.ErrEnded)}
}

func (b *browserShow) in(l *browserdemo.Login) {
	if l == nil {
		return
	}
	b.document.Login = &demoLoginJSON{GivenNames: l.GivenNames, Surname: l.Surname, FiscalCode: l.FiscalCode, TLS: l.Version}
	b.step("in", messages.Values{"GivenNames": l.GivenNames, "Surname": l.Surname, "TLS": l.Version})
}

func (b *browserShow) counters() virtual.Counters {
	if b.card == nil {
		return virtual.Counters{}
	}
	return b.card.Counters()
}

// count notes what reached the card since before.
func (b *browserShow) count(before virtual.Counters, took time.Duration) {
	if b.card == nil {
		return
	}
	const pin = 0x81
	now := b.counters()
	b.document.Cost = &demoBrowserCost{
		APDUs: now.APDUs - before.APDUs, Verify: now.Verify[pin] - before.Verify[pin], Wrong: now.Wrong[pin] - before.Wrong[pin],
		Milliseconds: float64(took.Microseconds()) / 1000,
	}
}

func (b *browserShow) sayCost() {
	if b.document.Prompts != nil {
		if !b.program.flags.json {
			_, _ = fmt.Fprintln(b.stdout, b.words.Count("demo.browser.prompts", *b.document.Prompts, nil))
		}
	}
	if c := b.document.Cost; c != nil {
		b.say("demo.browser.cost", messages.Values{
			"APDUs": b.words.Count("demo.commands", c.APDUs, nil), "Verify": c.Verify, "Wrong": c.Wrong, "Milliseconds": int(c.Milliseconds),
		})
	}
}

func (b *browserShow) kindName() string {
	if b.document.Version != nil {
		return *b.document.Version
	}
	return string(b.kind)
}
