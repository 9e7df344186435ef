package doctor

import (
	"context"
	"path"
	"strings"
	"sync"
	"time"

	"cientro/app"
	"cientro/card/sod"
	"cientro/card/store"
)

// Options are what a run needs from its program.
type Options struct {
	System  System
	Version string // of this program
	// Groups are those that are looked at; none is all of them.
	Groups []Group
	// Reader says which card is meant, as [app.Choice] does.
	Reader string
	// Virtual: the readers are in software, and the smart card service is not
	// needed.
	Virtual bool
	// Store is what this computer remembers of cards, and whose key makes
	// pseudonyms; nil is memory.
	Store *store.Store
	// Anchors are the country signers that a card is judged by. TrustDamaged: the
	// user's list could not be read and the shipped one holds.
	Anchors      *sod.Anchors
	AnchorCount  int
	TrustDamaged bool
	// Progress is told before each check; nil is nobody. It must not block.
	Progress func(Progress)
}

// Progress is how far a run has come.
type Progress struct {
	Group       Group // that is looked at now
	Done, Total int   // checks
}

// look is one run: the system, and what was found out about it by then. Checks
// ask it for what they judge; each thing is looked at once.
type look struct {
	Options
	ctx context.Context
	sys System

	usb        func() []usbDevice
	running    func() []process
	pcsc       func() pcscState
	cards      func() cardState
	browserSet func() browserSet
	p11        func() []p11Module
	family     string
	opened     bool // the smart card service was asked
}

// answerWithin is how long the smart card service may take to be opened.
const answerWithin = 3 * time.Second

func newLook(ctx context.Context, o Options) *look {
	if o.Store == nil {
		o.Store = store.Memory()
	}
	l := &look{Options: o, ctx: ctx, sys: o.System}
	l.usb = sync.OnceValue(l.usbDevices)
	l.running = sync.OnceValue(l.processes)
	l.pcsc = sync.OnceValue(l.openPCSC)
	l.cards = sync.OnceValue(l.lookAtCards)
	l.browserSet = sync.OnceValue(l.findBrowsers)
	l.p11 = sync.OnceValue(l.p11Modules)
	l.family = l.distribution()
	return l
}

func (l *look) linux() bool { return l.sys.OS() == "linux" }

// pseudonym shows that two things are the same without saying which.
func (l *look) pseudonym(kind, value string) Fact {
	return Fact{l.Store.Pseudonym(kind, []byte(value))}
}

func (l *look) exists(file string) bool {
	_, err := l.sys.Stat(file)
	return err == nil
}

// first is the first of these files that is there, "" if none is.
func (l *look) first(files ...string) string {
	for _, f := range files {
		if l.exists(f) {
			return f
		}
	}
	return ""
}

// home is a path below the user's home folder; "" where there is none.
func (l *look) home(below string) string {
	if l.sys.Home() == "" {
		return ""
	}
	return path.Join(l.sys.Home(), below)
}

// distribution is the family of Linux distributions, as in packagers; "" where
// unknown (os-release, ID and ID_LIKE).
func (l *look) distribution() string {
	raw, err := l.sys.Read("/etc/os-release")
	if err != nil {
		return ""
	}
	values := keyValues(raw, "=")
	for _, id := range strings.Fields(unquoted(values["ID"]) + " " + unquoted(values["ID_LIKE"])) {
		switch id {
		case "debian", "ubuntu", "linuxmint":
			return "debian"
		case "fedora", "rhel", "centos":
			return "fedora"
		case "arch", "manjaro":
			return "arch"
		case "suse", "opensuse":
			return "suse"
		}
	}
	return ""
}

func unquoted(s string) string { return strings.Trim(s, `"'`) }

// pcscState is what the smart card service says.
type pcscState struct {
	readers app.Readers
	state   app.ServiceState
	list    []app.Reader
	silent  bool // no answer in time
}

// openPCSC opens the smart card service. One that hangs is left alone.
func (l *look) openPCSC() pcscState {
	l.opened = true
	ctx, cancel := context.WithTimeout(l.ctx, answerWithin)
	defer cancel()
	answer := make(chan pcscState, 1)
	go func() {
		readers, err := l.sys.Readers(ctx)
		if err != nil {
			answer <- pcscState{state: stateOf(err)}
			return
		}
		list, err := readers.Readers(ctx)
		if err != nil {
			_ = readers.Close()
			answer <- pcscState{state: stateOf(err)}
			return
		}
		answer <- pcscState{readers: patientReaders{readers}, state: app.ServiceRunning, list: list}
	}()
	select {
	case s := <-answer:
		return s
	case <-ctx.Done():
		go func() { // whoever answers too late finds nobody
			if late := <-answer; late.readers != nil {
				_ = late.readers.Close()
			}
		}()
		return pcscState{state: app.ServiceStopped, silent: true}
	}
}

func stateOf(err error) app.ServiceState {
	if s := app.StateOf(err); s != "" {
		return s
	}
	return app.ServiceStopped
}

// closeWithin is how long the readers may take to be given back: PC/SC does not
// let go while a call waits for another program's transaction.
const closeWithin = time.Second

// close gives back the readers. What waits is left behind, and ends with the
// program or with the transaction.
func (l *look) close() {
	if !l.opened || l.pcsc().readers == nil {
		return
	}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = l.pcsc().readers.Close()
	}()
	select {
	case <-closed:
	case <-time.After(closeWithin):
	}
}
