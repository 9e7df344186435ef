package main

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"cientro/app"
	"cientro/app/messages"
	"cientro/app/settings"
	"cientro/card/virtual"
	"cientro/card/virtual/control"
	"cientro/card/virtual/vpcd"
)

// virtualDocument describes a card in software. Its secrets are a specimen's:
// a trainer has to hand them out.
type virtualDocument struct {
	Schema         string        `json:"schema"`
	Operation      string        `json:"operation"`
	Made           bool          `json:"made"`
	File           string        `json:"file"`
	Profile        string        `json:"profile"`
	ATR            *string       `json:"atr"`
	Description    string        `json:"description"`
	SOD            string        `json:"sod"`
	Holder         specimenJSON  `json:"holder"`
	PIN            specimenTries `json:"pin"`
	PUK            specimenTries `json:"puk"`
	BlockedForEver bool          `json:"blockedForEver"`
	Boots          uint64        `json:"boots"`
	Offered        bool          `json:"offered"`
	VPCD           string        `json:"vpcd,omitempty"`
	Control        string        `json:"control,omitempty"`
}

type specimenJSON struct {
	Surname        string `json:"surname"`
	GivenNames     string `json:"givenNames"`
	FiscalCode     string `json:"fiscalCode"`
	DocumentNumber string `json:"documentNumber"`
	NIS            string `json:"nis"`
}

type specimenTries struct {
	Code      string `json:"code"`
	TriesLeft int    `json:"triesLeft"`
	TriesMax  int    `json:"triesMax"`
}

func (p *program) virtualCommand() *cobra.Command {
	return p.group("virtual", "virtual",
		p.virtualNew(),
		p.command("show", "virtual.show", arguments(0, 0), func(context.Context, []string) error {
			return p.virtualTell("show")(p.virtualCard().Show())
		}),
		p.command("reset", "virtual.reset", arguments(0, 0), func(context.Context, []string) error {
			info, err := p.virtualCard().Reset()
			if err == nil {
				p.forget(info)
			}
			return p.virtualTell("reset")(info, err)
		}),
		p.virtualServe(),
		p.virtualOffer("enable", true),
		p.virtualOffer("disable", false),
	)
}

func (p *program) virtualNew() *cobra.Command {
	var o app.VirtualOptions
	var variant, settingsFile string
	c := p.command("new [--profile NAME] [--fresh]", "virtual.new", arguments(0, 0), func(context.Context, []string) error {
		o.SOD, o.Rand, o.Now = virtual.SODVariant(variant), p.rand, p.now()
		if settingsFile != "" {
			var err error
			if o.Settings, err = os.ReadFile(settingsFile); err != nil {
				return &app.FileError{Op: app.FileRead, Path: settingsFile, Err: err}
			}
		}
		info, err := p.virtualCard().Create(o)
		if err != nil {
			return virtualUsage(err)
		}
		p.forget(info)
		return p.virtualTell("new")(info, nil)
	})
	c.Flags().StringVar(&o.Profile, "profile", "", p.words.Text("flag.profile", messages.Values{"Profiles": strings.Join(app.ProfileNames(), ", ")}))
	c.Flags().StringVar(&variant, "sod", "", p.text("flag.sod"))
	c.Flags().BoolVar(&o.Fresh, "fresh", false, p.text("flag.fresh"))
	c.Flags().StringVar(&settingsFile, "settings", "", p.text("flag.settings"))
	completes(c, "profile", app.ProfileNames()...)
	completes(c, "sod", string(virtual.SODSHA256), string(virtual.SODSHA512))
	return c
}

// virtualUsage: what is wrong with a new card is a flag.
func virtualUsage(err error) error {
	usage := &app.UsageError{Reason: app.UsageFlagValue, Command: "cientro virtual new", Err: err}
	var profile *app.UnknownProfileError
	switch {
	case errors.As(err, &profile):
		usage.Subject = "--profile"
	case errors.Is(err, virtual.ErrSettings):
		usage.Subject = "--settings, --sod"
	default:
		return err
	}
	return usage
}

// forget drops what this computer remembered of a card that was made anew: its
// counters and chip data are no longer true.
func (p *program) forget(info app.VirtualInfo) {
	known := p.store()
	for _, record := range info.Records {
		if err := known.Forget(record); err != nil {
			p.note("note.store", messages.Values{"Detail": err.Error()})
		}
	}
}

func (p *program) virtualTell(operation string) func(app.VirtualInfo, error) error {
	return func(info app.VirtualInfo, err error) error {
		if err != nil {
			return err
		}
		if p.flags.json {
			p.printJSON(p.virtualJSON(operation, info))
			return nil
		}
		p.sayVirtual(info)
		return nil
	}
}

func (p *program) virtualJSON(operation string, info app.VirtualInfo) virtualDocument {
	effective, _ := p.settings.Load()
	return virtualDocument{
		Schema: "cientro.virtual/1", Operation: operation, Made: info.Made, File: p.paths.VirtualCard(),
		Profile: info.Profile.Name, ATR: hexOrNil(info.Profile.ATR), Description: info.Profile.Description,
		SOD: string(info.Settings.SODVariant), Holder: specimenJSON(info.Holder),
		PIN:            specimenTries{info.State.PIN, info.State.PINTries, info.PINMax},
		PUK:            specimenTries{info.PUK, info.State.PUKTries, info.PUKMax},
		BlockedForEver: info.State.BlockedForEver, Boots: info.State.Boots, Offered: effective.VirtualCard,
	}
}

func (p *program) sayVirtual(info app.VirtualInfo) {
	p.say("virtual.card", messages.Values{"Profile": info.Profile.Name, "SOD": info.Settings.SODVariant})
	p.say("virtual.holder", messages.Values{
		"GivenNames": info.Holder.GivenNames, "Surname": info.Holder.Surname, "DocumentNumber": info.Holder.DocumentNumber,
	})
	p.say("virtual.pin", messages.Values{
		"Code": info.State.PIN, "Tries": p.words.Count("tries.of", info.State.PINTries, messages.Values{"Max": info.PINMax}),
	})
	p.say("virtual.puk", messages.Values{
		"Code": info.PUK, "Tries": p.words.Count("tries.of", info.State.PUKTries, messages.Values{"Max": info.PUKMax}),
	})
	p.say("virtual.specimen", nil)
	if !info.Made {
		p.say("virtual.not-made", nil)
	}
	if effective, _ := p.settings.Load(); effective.VirtualCard {
		p.say("virtual.offered", nil)
	} else {
		p.say("virtual.not-offered", nil)
	}
}

func (p *program) virtualOffer(name string, offered bool) *cobra.Command {
	return p.command(name, "virtual."+name, arguments(0, 0), func(context.Context, []string) error {
		if _, err := p.settings.Update(func(s *settings.Settings) { s.VirtualCard = offered }); err != nil {
			return err
		}
		info, err := p.virtualCard().Show()
		if err != nil {
			return err
		}
		if p.flags.json {
			p.printJSON(p.virtualJSON(name, info))
			return nil
		}
		p.tell("virtual.done."+name, messages.Values{"Reader": app.VirtualReaderName, "PIN": info.State.PIN})
		if offered {
			p.say("virtual.enable.undo", nil)
		}
		return nil
	})
}

// virtualServe plugs the card into a vpcd reader until Ctrl-C, which is the
// ordinary way to take it off again.
func (p *program) virtualServe() *cobra.Command {
	var address, socket string
	c := p.command("serve --vpcd HOST:PORT [--control SOCKET]", "virtual.serve", arguments(0, 0), func(ctx context.Context, _ []string) error {
		shelf := p.virtualCard()
		c, release, err := shelf.Hold()
		if err != nil {
			return err
		}
		defer release()
		info, err := shelf.Show()
		if err != nil {
			return err
		}
		document := p.virtualJSON("serve", info)
		document.VPCD, document.Control = address, socket
		told := false
		return p.serve(ctx, c, address, socket, func() {
			if told {
				return
			}
			told = true
			if p.flags.json {
				p.printJSON(document)
				return
			}
			p.sayVirtual(info)
			p.say("virtual.serving", messages.Values{"Address": address})
		})
	})
	c.Flags().StringVar(&address, "vpcd", vpcd.DefaultAddr, p.text("flag.vpcd"))
	c.Flags().StringVar(&socket, "control", "", p.text("flag.control"))
	return c
}

// serve returns when ctx ends or the reader goes. The control socket lives as
// long as the card is served.
func (p *program) serve(ctx context.Context, c *virtual.Card, address, socket string, connected func()) error {
	ctx, cancel := context.WithCancel(ctx)
	controlled := make(chan error, 1)
	controlled <- nil
	defer func() {
		cancel()
		<-controlled //nolint:errcheck // only its end matters
	}()
	if socket != "" {
		listener, err := control.Listen(socket)
		if err != nil {
			return &app.FileError{Op: app.FileWrite, Path: socket, Err: err}
		}
		<-controlled //nolint:errcheck // only its end matters
		go func() { controlled <- control.Serve(ctx, listener, c) }()
	}
	err := (&vpcd.Server{Addr: address, Card: c, Connected: connected}).Serve(ctx)
	switch {
	case errors.Is(err, context.Canceled):
		return nil
	case errors.Is(err, vpcd.ErrNoReader), errors.Is(err, vpcd.ErrReaderGone):
		return &app.VirtualReaderError{Address: address, Err: err}
	}
	return err
}
