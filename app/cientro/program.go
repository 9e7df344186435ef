package main

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"cientro/app"
	"cientro/app/messages"
	"cientro/app/settings"
	"cientro/card/iso7816"
	"cientro/card/store"
)

// program is one run of the program.
type program struct {
	surroundings
	words *messages.Printer
	flags flags

	paths    settings.Paths
	settings settings.Source
	chosen   settings.Effective
	warnings []settings.Warning // of loading chosen; told where settings matter
	closers  []func()
}

// flags are the global flags.
type flags struct {
	json           bool
	reader         string
	virtual        bool
	language       string
	showPersonal   bool
	trace          string
	timeout        time.Duration
	confirmLastTry bool
	confirmPUK     int
	acceptUnproven bool
}

// choice is what the flags say about the card that is meant.
func (f flags) choice() app.Choice {
	return app.Choice{
		Reader: f.reader, AcceptUnproven: f.acceptUnproven,
		ConfirmLastTry: f.confirmLastTry, ConfirmPUK: f.confirmPUK,
	}
}

// rootCommand is the tree of commands.
func (p *program) rootCommand() *cobra.Command {
	root := p.group("cientro", "root",
		p.statusCommand(), p.cardCommand(), p.pinCommand(), p.certificateCommand(), p.signCommand(),
		p.trustCommand(), p.sodCommand(), p.virtualCommand(), p.agentCommand(), p.demoCommand(), p.browserCommand(), p.doctorCommand(), p.versionCommand(),
		p.completionCommand(), p.manCommand(),
	)
	root.SetHelpCommand(p.helpCommand())
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetIn(p.stdin)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(p.help)
	root.PersistentPreRunE = p.prepare
	f := root.PersistentFlags()
	f.SortFlags = false
	f.BoolVar(&p.flags.json, "json", false, p.text("flag.json"))
	f.StringVar(&p.flags.reader, "reader", "", p.text("flag.reader"))
	f.BoolVar(&p.flags.virtual, "virtual", false, p.text("flag.virtual"))
	f.StringVar(&p.flags.language, "lang", "", p.text("flag.lang"))
	f.BoolVar(&p.flags.showPersonal, "show-personal", false, p.text("flag.show-personal"))
	f.StringVar(&p.flags.trace, "trace", "", p.text("flag.trace"))
	f.DurationVar(&p.flags.timeout, "timeout", 0, p.text("flag.timeout"))
	f.BoolVar(&p.flags.confirmLastTry, "confirm-last-try", false, p.text("flag.confirm-last-try"))
	f.IntVar(&p.flags.confirmPUK, "confirm-puk", 0, p.text("flag.confirm-puk"))
	f.BoolVar(&p.flags.acceptUnproven, "accept-unproven-card", false, p.text("flag.accept-unproven-card"))
	f.BoolP("help", "h", false, p.text("flag.help"))
	completes(root, "lang", string(messages.Italian), string(messages.English))
	return root
}

// command makes a command whose words stand under cmd.<key> in the catalogues.
func (p *program) command(use, key string, args cobra.PositionalArgs, run func(context.Context, []string) error) *cobra.Command {
	c := p.bare(use, key)
	c.Args = args
	c.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		if p.flags.timeout > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, p.flags.timeout)
			defer cancel()
		}
		return run(ctx, args)
	}
	return c
}

// group makes a command that only has others below it.
func (p *program) group(use, key string, children ...*cobra.Command) *cobra.Command {
	c := p.bare(use, key)
	c.AddCommand(children...)
	c.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return &app.UsageError{Reason: app.UsageUnknownCommand, Subject: typed(args[0]), Command: cmd.CommandPath()}
		}
		return nil
	}
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		if cmd.HasParent() || p.flags.json {
			return &app.UsageError{Reason: app.UsageTooFew, Subject: cmd.CommandPath(), Command: cmd.CommandPath()}
		}
		return cmd.Help()
	}
	return c
}

func (p *program) bare(use, key string) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: p.text("cmd." + key + ".short"), Long: p.text("cmd." + key + ".long"),
		DisableFlagsInUseLine: true,
	}
}

// prepare checks the global flags.
func (p *program) prepare(cmd *cobra.Command, _ []string) error {
	bad := func(flag string) error {
		return &app.UsageError{Reason: app.UsageFlagValue, Subject: "--" + flag, Command: cmd.CommandPath()}
	}
	if _, ok := messages.ParseLanguage(p.flags.language); !ok && p.flags.language != "" {
		return bad("lang")
	}
	if p.flags.timeout < 0 {
		return bad("timeout")
	}
	if cmd.Flags().Changed("confirm-puk") && p.flags.confirmPUK < 1 {
		return bad("confirm-puk")
	}
	return nil
}

// service makes the use cases, over the readers the flags ask for.
func (p *program) service(ctx context.Context) (*app.Service, error) {
	config, err := p.config()
	if err != nil {
		return nil, err
	}
	if p.flags.virtual {
		config.Readers = app.VirtualReaders(p.virtualCard())
	} else if config.Readers, err = p.surroundings.readers(ctx); err != nil {
		return nil, err
	}
	p.closers = append(p.closers, func() { _ = config.Readers.Close() })
	return app.New(config), nil
}

// config is all of a Service but its readers.
func (p *program) config() (app.Config, error) {
	for _, w := range p.warnings {
		p.note("note.settings", messages.Values{"Detail": w.String()})
	}
	trust, err := p.trust()
	if err != nil {
		return app.Config{}, err
	}
	known := p.store() // first: it may decide what else is chosen
	config := app.Config{
		Store: known, Anchors: trust.Anchors(), Rand: p.rand, Now: p.now,
		QueryTries: p.chosen.TriesQuery, TraceBodies: p.flags.virtual,
	}
	if p.flags.trace != "" {
		config.Trace, err = p.traceFile()
	}
	return config, err
}

// store opens what this computer remembers of cards. Without a place for it
// the programs work and forget.
func (p *program) store() *store.Store {
	s, kept := app.OpenStore(p.paths.Cards(), p.paths.Portable, p.now)
	if !kept {
		p.chosen.TriesQuery = p.chosen.TriesQuery && p.flags.virtual
	}
	p.closers = append(p.closers, func() {
		for _, n := range s.Notices() {
			p.note("note.store", messages.Values{"Detail": n.String()})
		}
		_ = s.Close()
	})
	return s
}

func (p *program) trust() (*app.Trust, error) {
	trust, err := app.OpenTrust(p.paths.Trust())
	if err == nil && trust.Damaged != "" {
		p.note("note.trust", messages.Values{"File": trust.Damaged})
	}
	return trust, err
}

func (p *program) virtualCard() *app.VirtualCard { return app.NewVirtualCard(p.paths.VirtualCard()) }

// traceFile opens the file of --trace, for its owner only.
func (p *program) traceFile() (func(iso7816.Entry), error) {
	f, err := os.OpenFile(p.flags.trace, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, &app.FileError{Op: app.FileWrite, Path: p.flags.trace, Err: err}
	}
	p.closers = append(p.closers, func() { _ = f.Close() })
	return iso7816.WriteTrace(io.Writer(f)), nil
}

// close gives back what the run took, last first.
func (p *program) close() {
	for i := len(p.closers) - 1; i >= 0; i-- {
		p.closers[i]()
	}
	p.closers = nil
}
