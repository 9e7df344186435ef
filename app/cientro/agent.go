package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"cientro/app"
	"cientro/app/logs"
	"cientro/card/iso7816"
	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
	"cientro/pkcs11module/token"
)

// endWithin is how long the agent may take to log out and reset the cards once
// its host is gone. A card that does not answer by then never will.
const endWithin = 2 * time.Second

func (p *program) agentCommand() *cobra.Command {
	var listen string
	c := p.command("agent [--listen unix:path=SOCKET]", "agent", arguments(0, 0), func(ctx context.Context, _ []string) error {
		if listen != "" {
			return p.listenAgent(ctx, listen)
		}
		return p.stdioAgent(ctx)
	})
	c.Flags().StringVar(&listen, "listen", "", p.text("flag.listen"))
	return c
}

// stdioAgent serves the program that started this one, over standard input and
// output, and ends with it.
func (p *program) stdioAgent(ctx context.Context) error {
	if term.IsTerminal(int(os.Stdin.Fd())) || term.IsTerminal(int(os.Stdout.Fd())) {
		return &app.UsageError{Reason: app.UsageByHand, Command: "cientro agent"}
	}
	harden()
	conn, err := takeStandardStreams()
	if err != nil {
		return err
	}
	a, err := p.newAgent()
	if err != nil {
		return err
	}
	// Ctrl-C in the terminal of the host is the host's: it may live on.
	ctx, stop := untilTerminated(context.WithoutCancel(ctx))
	defer stop()
	return a.serve(ctx, conn)
}

// agent is what all connections share.
type agent struct {
	readers *agentReaders
	common  token.Options
	lastTry lastTryPolicy
	log     *slog.Logger
	stderr  io.Writer
}

func (p *program) newAgent() (*agent, error) {
	log := logs.New(logs.Options{Folder: p.paths.Logs(), Level: p.chosen.LogLevel, Program: "agent"})
	for _, w := range p.warnings {
		log.Warn("settings", "detail", w.String())
	}
	p.warnings = nil
	config, err := p.config()
	if err != nil {
		// Without the signers that the user added, cards are judged by those that
		// came with the program: a browser has nobody to tell of a broken file.
		log.Error("trust", "error", err)
		p.paths.Config = ""
		if config, err = p.config(); err != nil {
			return nil, err
		}
	}
	var trace func(iso7816.Entry)
	if config.Trace != nil {
		var one sync.Mutex // several cards may talk at a time
		trace = func(e iso7816.Entry) {
			one.Lock()
			defer one.Unlock()
			config.Trace(e)
		}
	}
	return &agent{
		readers: &agentReaders{
			open: openPCSCService, virtual: newVirtualOffer(p.settings, p.paths), trace: trace, log: log,
		},
		common: token.Options{
			Store: config.Store, Anchors: config.Anchors, Rand: config.Rand, Now: config.Now,
			QueryTries: config.QueryTries, Version: libraryVersion(version), Log: log,
		},
		lastTry: newLastTryPolicy(p.settings, p.words.Language(), log),
		log:     log,
		stderr:  p.stderr,
	}, nil
}

// errHostGone ends a connection whose program does not live any more, though
// something, a child of it perhaps, still holds the connection open.
var errHostGone = errors.New("the host program has ended")

// serve serves one connection until it, its host, or ctx ends. By then the
// cards are reset, or endWithin is over.
func (a *agent) serve(ctx context.Context, conn io.ReadWriteCloser) error {
	host := peerOf(conn)
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	defer host.watch(func() { end(errHostGone) })()

	options := a.common
	options.Readers = a.readers
	options.LastTry = &lastTryConsenter{policy: a.lastTry, host: host}
	module := token.New(options)
	over := &endOfStream{ReadWriteCloser: conn, ended: make(chan struct{})}
	served := make(chan error, 1)
	go func() {
		err := rpc.Serve(ctx, over, module, rpc.Options{OnPanic: a.panicked})
		_ = module.Close()
		served <- err
	}()
	a.log.Debug("connected", "host", host.name)
	err := a.wait(ctx, over.ended, served)
	if err != nil {
		a.log.Warn("connection-ended", "host", host.name, "error", err)
	} else {
		a.log.Debug("disconnected", "host", host.name)
	}
	return err
}

// wait returns when the connection has been served to its end, or soon after
// it should have been.
func (a *agent) wait(ctx context.Context, ended <-chan struct{}, served <-chan error) error {
	var err error
	select {
	case err = <-served:
		return quiet(err)
	case <-ended:
	case <-ctx.Done():
	}
	last := time.NewTimer(endWithin)
	defer last.Stop()
	select {
	case err = <-served:
		return quiet(err)
	case <-last.C:
		return errors.New("a card or a call did not come to its end")
	}
}

// quiet leaves out the ordinary ways to end.
func quiet(err error) error {
	if errors.Is(err, errHostGone) || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// panicked tells of a fault in this program, which one call met and no other
// notices. A browser's module sends standard error nowhere; elsewhere somebody
// may read it.
func (a *agent) panicked(call rpc.CallID, fault any, stack []byte) {
	a.log.Error("panic", "call", uint32(call), "fault", fmt.Sprint(fault), "stack", string(stack))
	_, _ = fmt.Fprintln(a.stderr, "panic:", uint32(call), fault, string(stack))
}

// endOfStream tells when the other side will say nothing more.
type endOfStream struct {
	io.ReadWriteCloser
	once  sync.Once
	ended chan struct{}
}

func (e *endOfStream) Read(b []byte) (int, error) {
	n, err := e.ReadWriteCloser.Read(b)
	if err != nil {
		e.once.Do(func() { close(e.ended) })
	}
	return n, err
}

// libraryVersion makes "v1.2.3-4-gabcdef" 1.2, and what is no version 0.1.
func libraryVersion(text string) ck.Version {
	major, rest, _ := strings.Cut(strings.TrimPrefix(text, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	minor, _, _ = strings.Cut(minor, "-")
	m, err := strconv.ParseUint(major, 10, 8)
	n, err2 := strconv.ParseUint(minor, 10, 8)
	if err != nil || err2 != nil {
		return ck.Version{Minor: 1}
	}
	return ck.Version{Major: byte(m), Minor: byte(n)}
}
