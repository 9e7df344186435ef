package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"cientro/app"
	"cientro/app/messages"
	"cientro/app/settings"
)

// run is the whole program but for the process around it: it returns the exit
// code of the contract.
func run(args []string, around surroundings) int {
	first := preview(args)
	paths, err := settings.Locate()
	if err != nil {
		paths = settings.Paths{} // nothing is kept
	}
	source := settings.System(paths)
	chosen, warnings := source.Load()
	words, err := messages.New(chooseLanguage(first.language, chosen.Language, around))
	if err != nil {
		panic(err) // the catalogues are part of the program and have their tests
	}
	p := &program{surroundings: around, words: words, paths: paths, settings: source, chosen: chosen, warnings: warnings}
	defer p.close() // whatever happens, the terminal shows again what is typed
	ctx, stop := interruptible(context.Background())
	defer stop()
	root := p.rootCommand()
	root.SetArgs(args)
	err = root.ExecuteContext(ctx)
	p.close()
	if err == nil {
		return app.ExitOK
	}
	if errors.Is(err, errFindings) {
		return app.ExitUnexpected // the report has said all
	}
	p.flags.json = p.flags.json || first.json // flags may not have got that far
	return p.report(err)
}

// preview looks for what has to be known before flags are parsed: the language
// of the help, and whether a script is listening, which must get JSON even when
// the flags are wrong.
func preview(args []string) (found struct {
	json     bool
	language string
}) {
	for i, arg := range args {
		switch {
		case arg == "--":
			return found
		case arg == "--json" || arg == "--json=true":
			found.json = true
		case arg == "--lang" && i+1 < len(args):
			found.language = args[i+1]
		case strings.HasPrefix(arg, "--lang="):
			found.language = strings.TrimPrefix(arg, "--lang=")
		}
	}
	return found
}

// chooseLanguage: the flag, else the user's setting, else the system's.
func chooseLanguage(flag string, chosen settings.Language, around surroundings) messages.Language {
	for _, name := range []string{flag, string(chosen)} {
		if l, ok := messages.ParseLanguage(name); ok {
			return l
		}
	}
	return messages.FromLocale(around.getenv)
}

// interruptible ends the context at the first Ctrl-C. The program then stops
// between two commands to the card; further ones are ignored meanwhile, as
// there is nothing that could be stopped sooner without losing an outcome.
func interruptible(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-signals:
				cancel()
			case <-done:
				return
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(done)
		cancel()
	}
}

// report tells an error and returns the exit code.
func (p *program) report(err error) int {
	problem := app.ProblemOf(err)
	var told *toldError
	switch {
	case errors.As(err, &told):
		// It is part of the document that is out already.
		if !p.flags.json {
			p.explain(problem)
		}
	case p.flags.json:
		p.printJSON(errorDocument{Schema: "cientro.error/1", Error: p.describe(problem)})
	default:
		p.explain(problem)
	}
	return problem.Exit()
}

// toldError is an error that a command's own JSON document contains.
type toldError struct{ error }

func (e *toldError) Unwrap() error { return e.error }
