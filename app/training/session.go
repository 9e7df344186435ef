package training

import (
	"sync"
	"time"

	"cientro/app"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/latency"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

// ReaderName is the name of the reader. It is the same in every language, as
// readers' names are.
const ReaderName = "CIEntro " + "DEMO 00 00"

// usualPause is how long a card is off the reader when another one, or the same
// one changed, is laid there: long enough for whoever watches readers to see it.
const usualPause = 700 * time.Millisecond

// Config is what a Session needs from its program; all of it may be left out.
type Config struct {
	// Attach puts the reader among the others, and takes it away: nil. It is
	// called outside all locks of the session.
	Attach func(app.Readers)
	// Prefer says that the card on the reader of this name is the one meant, as
	// there may be real ones on others.
	Prefer func(reader string)
	// Instant leaves out the time that a real card takes, until SetRealistic.
	Instant bool
	// Pause is how long a card stays off the reader when it is exchanged; 0 is
	// the usual.
	Pause time.Duration
}

// Session is one course: a reader, the card on it, and what was said to it. All
// methods may be called from any goroutine.
type Session struct {
	attach func(app.Readers)
	prefer func(reader string)
	pause  time.Duration

	wire sync.Mutex // one exchange at a time; taken before mu
	mu   sync.Mutex // everything below

	data      *specimen.Data
	running   bool
	name      CardName
	family    string
	card      *virtual.Card // nil until started
	reader    *virtuallink.Reader
	onReader  bool
	stay      int         // counts how often a card was laid or taken away
	returning *time.Timer // nil: the card does not come back by itself
	fault     Fault
	store     *store.Store // what is remembered of the card
	realistic bool
	journal   journal

	listeners map[int]func() // of anything
	watchers  map[int]func() // of readers and cards
	last      int            // key of the last listener
}

// New makes a session that is not running.
func New(c Config) *Session {
	s := &Session{
		attach: c.Attach, prefer: c.Prefer, pause: c.Pause, realistic: !c.Instant,
		name: CardCIE, family: DefaultFamily,
		listeners: map[int]func(){}, watchers: map[int]func(){}, store: store.Memory(),
	}
	if s.attach == nil {
		s.attach = func(app.Readers) {}
	}
	if s.prefer == nil {
		s.prefer = func(string) {}
	}
	if s.pause <= 0 {
		s.pause = usualPause
	}
	return s
}

// Start begins a course: the reader appears, with a fresh CIE on it.
func (s *Session) Start() error {
	s.mu.Lock()
	if s.running {
		s.mu.Unlock()
		return nil
	}
	if s.data == nil {
		s.data = specimen.Default()
	}
	if err := s.change(CardCIE, DefaultFamily); err != nil {
		s.mu.Unlock()
		return err
	}
	s.journal.clear()
	s.running = true
	s.lay()
	s.mu.Unlock()
	s.attach(s)
	s.tellWatchers()
	return nil
}

// Stop ends the course: card and reader are gone, and all that was done to them.
func (s *Session) Stop() {
	s.mu.Lock()
	if !s.running {
		s.mu.Unlock()
		return
	}
	s.lift()
	s.running, s.card, s.fault = false, nil, FaultNone
	s.mu.Unlock()
	s.tellWatchers()
	s.attach(nil)
}

// Prefer makes the practice card the one that is meant.
func (s *Session) Prefer() {
	if s.State().Running {
		s.prefer(ReaderName)
	}
}

// State returns what the panel shows.
func (s *Session) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := State{
		Running: s.running, Card: s.name, Family: s.family, OnReader: s.onReader, Moving: s.returning != nil,
		Fault: s.fault, Realistic: s.realistic,
		Commands: s.journal.commands, CodesPresented: s.journal.presented, CodesWrong: s.journal.wrong,
	}
	if s.running && s.name == CardCIE {
		now := s.card.State()
		state.PIN, state.PINLeft, state.PINMax = now.PIN, now.PINTries, s.data.PINTries
		state.PUK, state.PUKLeft, state.PUKMax = string(s.data.PUK), now.PUKTries, s.data.PUKTries
	}
	return state
}

// Journal returns the lines since the last ClearJournal, oldest first; the
// oldest of a very long course are dropped.
func (s *Session) Journal() []Line {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.journal.copy()
}

// ClearJournal empties the journal and sets its counts to zero.
func (s *Session) ClearJournal() {
	s.mu.Lock()
	s.journal.clear()
	s.mu.Unlock()
	s.tell()
}

// Store is where programs remember the card: its tries when last seen, and what
// was decided about it. It is forgotten with the card, as a fresh one has the same
// number.
func (s *Session) Store() *store.Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store
}

// Listen has changed called after each change of the state or the journal, from
// whatever goroutine made it, until stop. It must not block.
func (s *Session) Listen(changed func()) (stop func()) { return s.listen(s.listeners, changed) }

func (s *Session) listen(among map[int]func(), changed func()) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	key := s.last
	among[key] = changed
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(among, key)
	}
}

// tell calls the listeners, outside the lock.
func (s *Session) tell() { s.call(s.listeners) }

// tellWatchers says that readers or cards are not what they were, which is a
// change of the state, too.
func (s *Session) tellWatchers() {
	s.call(s.watchers)
	s.call(s.listeners)
}

func (s *Session) call(those map[int]func()) {
	s.mu.Lock()
	all := make([]func(), 0, len(those))
	for _, f := range those {
		all = append(all, f)
	}
	s.mu.Unlock()
	for _, f := range all {
		f()
	}
}

// change puts another card into the trainer's hand. The caller holds mu, and
// has lifted the one before.
func (s *Session) change(name CardName, family string) error {
	c, err := makeCard(name, family, s.data)
	if err != nil {
		return err
	}
	delay, err := latency.Delay(latency.Assumed(latency.Rate106), s.sleep)
	if err != nil {
		return err
	}
	c.Observe(delay)
	s.card, s.name, s.family, s.fault = c, name, family, FaultNone
	s.store = store.Memory()
	return nil
}

// sleep makes an exchange last as long as a real one. It runs in the middle of
// an exchange, with mu free.
func (s *Session) sleep(d time.Duration) {
	s.mu.Lock()
	realistic := s.realistic
	s.mu.Unlock()
	if realistic {
		time.Sleep(d)
	}
}
