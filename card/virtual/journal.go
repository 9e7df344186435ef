package virtual

import "maps"

// journalLimit bounds the journal of a long-running card; the counters go on.
const journalLimit = 8192

// Entry is one exchange as a technician may see it: headers and status words.
// Data fields never enter the journal, so neither do PIN, PUK and keys.
type Entry struct {
	// Number counts exchanges since the journal was cleared, from 1.
	Number int `json:"number"`
	// CLA, INS, P1, P2 as sent; zero when the command was shorter than 4 bytes.
	CLA byte        `json:"cla"`
	INS Instruction `json:"ins"`
	P1  byte        `json:"p1"`
	P2  byte        `json:"p2"`
	// Protected: secure messaging was asked for. Accepted: its MAC was right.
	Protected bool `json:"protected,omitempty"`
	Accepted  bool `json:"accepted,omitempty"`
	// InnerCLA is the class byte without the secure messaging bits.
	InnerCLA byte `json:"innerCLA"`
	// DataPresent: a data field was there (the unprotected one, if Accepted).
	DataPresent bool `json:"dataPresent,omitempty"`
	// PINReference is 81 or 82 for VERIFY, CHANGE and RESET RETRY, else 0.
	PINReference Reference `json:"pinReference,omitempty"`
	// StatusWord is the outer one, InnerStatusWord that in tag 99; zero if none was given.
	StatusWord      StatusWord `json:"statusWord"`
	InnerStatusWord StatusWord `json:"innerStatusWord,omitempty"`
	// Failure says why no answer left; empty when one did.
	Failure string `json:"failure,omitempty"`
	// Fault names the fault that fired.
	Fault FaultKind `json:"fault,omitempty"`
}

// Counters count what matters for a card's safety, by PIN reference (81, 82).
// They count commands that reached the card, refused ones included.
type Counters struct {
	APDUs        int `json:"apdus"`
	Plain        int `json:"plain"`
	Protected    int `json:"protected"`
	Selects      int `json:"selects"`
	GetResponses int `json:"getResponses"`

	Verify      map[Reference]int `json:"verify"`      // VERIFY with data
	EmptyVerify map[Reference]int `json:"emptyVerify"` // VERIFY without data
	Change      map[Reference]int `json:"change"`
	Reset       map[Reference]int `json:"reset"`
	// Presentations counts how often a try was spent, that is the retry counter
	// was written down before a comparison; Wrong counts those that were wrong.
	Presentations map[Reference]int `json:"presentations"`
	Wrong         map[Reference]int `json:"wrong"`
}

func newCounters() Counters {
	return Counters{
		Verify: map[Reference]int{}, EmptyVerify: map[Reference]int{}, Change: map[Reference]int{}, Reset: map[Reference]int{},
		Presentations: map[Reference]int{}, Wrong: map[Reference]int{},
	}
}

func (n Counters) clone() Counters {
	n.Verify, n.EmptyVerify = maps.Clone(n.Verify), maps.Clone(n.EmptyVerify)
	n.Change, n.Reset = maps.Clone(n.Change), maps.Clone(n.Reset)
	n.Presentations, n.Wrong = maps.Clone(n.Presentations), maps.Clone(n.Wrong)
	return n
}

// Operation is the dearest thing the card computed for one exchange.
type Operation int

const (
	OperationNone       Operation = iota
	OperationRSAPublic            // a certificate or a terminal's signature was checked
	OperationRSAPrivate           // a signature was made
	OperationDH                   // a key pair was made and a secret agreed on
)

// Exchange is what an Observer learns: sizes and kind, never content.
type Exchange struct {
	CommandLength  int // bytes of the command APDU
	ResponseLength int // bytes of the response APDU, 0 if none left the card
	INS            Instruction
	Protected      bool
	Operation      Operation
	Failure        *Error // why no answer left, nil if one did
}

// Observer is called after every exchange, before Transmit returns, in order. It
// may sleep to imitate a radio; it must not call Transmit.
type Observer func(Exchange)

// Observe adds an observer.
func (c *Card) Observe(o Observer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.observers = append(c.observers, o)
}

// Journal returns the last entries (at most 8192), oldest first.
func (c *Card) Journal() []Entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Entry(nil), c.journal...)
}

// Counters returns a copy of the counters.
func (c *Card) Counters() Counters {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counters.clone()
}

// ClearJournal empties the journal and sets all counters to zero.
func (c *Card) ClearJournal() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.journal, c.counters = nil, newCounters()
}

// open starts the entry of one command.
func (c *Card) open(raw []byte) {
	c.counters.APDUs++
	c.entry = Entry{Number: c.counters.APDUs}
	if len(raw) < 4 {
		return
	}
	e := &c.entry
	e.CLA, e.INS, e.P1, e.P2 = raw[0], Instruction(raw[1]), raw[2], raw[3]
	e.InnerCLA = e.CLA
	e.Protected = protectedClass(e.CLA)
	e.DataPresent = len(raw) > 5
	if e.Protected {
		e.InnerCLA &^= claSM
		c.counters.Protected++
	} else {
		c.counters.Plain++
	}
	switch e.INS {
	case insSelect:
		c.counters.Selects++
	case insGetResponse:
		c.counters.GetResponses++
	}
}

// close ends the entry and counts PIN commands.
func (c *Card) close(response []byte, failure *Error) {
	e := &c.entry
	if failure != nil {
		e.Failure = failure.Kind().String()
	}
	if n := len(response); n >= 2 {
		e.StatusWord = StatusWord(response[n-2])<<8 | StatusWord(response[n-1])
	}
	if e.INS == insVerify || e.INS == insChange || e.INS == insResetRetry {
		e.PINReference = Reference(e.P2)
		c.countPINCommand(e)
	}
	if len(c.journal) == journalLimit {
		c.journal = append(c.journal[:0], c.journal[1:]...)
	}
	c.journal = append(c.journal, *e)
}

func (c *Card) countPINCommand(e *Entry) {
	switch {
	case e.INS == insChange:
		c.counters.Change[e.PINReference]++
	case e.INS == insResetRetry:
		c.counters.Reset[e.PINReference]++
	case e.DataPresent:
		c.counters.Verify[e.PINReference]++
	default:
		c.counters.EmptyVerify[e.PINReference]++
	}
}
