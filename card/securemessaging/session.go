package securemessaging

import (
	"errors"
	"fmt"

	"cientro/card/iso7816"
)

// Session is a secure channel to a card: keys, counter and the Transmitter
// underneath. It belongs to one goroutine. While it lives, nothing else may
// send to the card: a plain command ends the channel on the card's side.
//
// The text forms of a Session show neither keys nor counter.
type Session struct {
	t    iso7816.Transmitter
	keys *keys // nil once the session is lost
	ssc  uint64
	why  string // what ended the session, for the next caller
}

// New opens a session over keys of 16 bytes each and the counter after key
// exchange; it is incremented before each use. The keys are expanded, not kept:
// the caller may wipe his own. Keys of another length give a session that is
// lost from the start.
func New(t iso7816.Transmitter, kEnc, kMac []byte, ssc uint64) *Session {
	k, err := newKeys(kEnc, kMac)
	if err != nil {
		return &Session{why: err.Error()}
	}
	return &Session{t: t, keys: k, ssc: ssc}
}

// Lost says that the channel is gone; every further Send fails with [ErrLost].
func (s *Session) Lost() bool { return s.keys == nil }

// SSC is the send sequence counter as last used.
func (s *Session) SSC() uint64 { return s.ssc }

// SetSSC sets the counter after device authentication has replaced it.
func (s *Session) SetSSC(ssc uint64) { s.ssc = ssc }

// Wipe zeroes the key schedules; the session is lost. It may be called again.
func (s *Session) Wipe() { s.lose("closed") }

// Close is Wipe, as an io.Closer.
func (s *Session) Close() error {
	s.Wipe()
	return nil
}

func (s *Session) lose(why string) {
	if s.keys == nil {
		return
	}
	s.keys.wipe()
	s.keys, s.ssc, s.why = nil, 0, why
}

// Send protects a command, sends it, and opens the answer; the status word is
// the protected one. More than [MaxData] bytes go out as a chain of parts, each
// protected and answered on its own; if the card refuses one, its answer is
// returned and the rest is not sent. A protected 6Cxx is repeated once with the
// Ne the card names, and only for commands that cannot spend a try.
//
// A plain status word, without a protected answer, ends the session. If it
// reports a failure it is returned, for its sake: 63Cx there still says how
// many tries are left, though nobody vouches for it. Callers that must know ask
// [Session.Lost]. A plain success is never believed.
//
// Errors are [*Error] (the session is lost) or iso7816.ErrCommand (nothing was
// sent, the session lives).
func (s *Session) Send(c iso7816.CommandAPDU) (iso7816.ResponseAPDU, error) {
	if s.Lost() {
		return iso7816.ResponseAPDU{}, &Error{Kind: ErrLost, Err: errors.New(s.why)}
	}
	if err := wrappable(c); err != nil {
		return iso7816.ResponseAPDU{}, err
	}
	r, err := s.chain(c)
	if err != nil || s.Lost() {
		return r, err
	}
	if le, ok := r.SW.CorrectLe(); ok && iso7816.Repeatable(c.INS) && len(c.Data) <= MaxData {
		c.Ne = le
		return s.chain(c)
	}
	return r, nil
}

// chain sends a command in as many parts as it needs.
func (s *Session) chain(c iso7816.CommandAPDU) (iso7816.ResponseAPDU, error) {
	before := false // parts of this command have reached the card
	for len(c.Data) > MaxData {
		part := c
		part.CLA |= iso7816.CLAChaining
		part.Data, part.Ne = c.Data[:MaxData], 0
		r, err := s.exchange(part, before)
		if err != nil || s.Lost() || r.SW != iso7816.SWSuccess {
			return r, err
		}
		c.Data, before = c.Data[MaxData:], true
	}
	return s.exchange(c, before)
}

// exchange is one protected command and its answer.
func (s *Session) exchange(c iso7816.CommandAPDU, before bool) (iso7816.ResponseAPDU, error) {
	s.ssc++
	r, failure := s.transmit(s.keys.wrap(s.ssc, c))
	if failure != nil {
		failure.Sent = failure.Sent || before
		return s.fail(failure)
	}
	if len(r.Data) == 0 {
		return s.plain(r.SW)
	}
	s.ssc++
	opened, err := s.keys.unwrap(s.ssc, c.INS, r.Data)
	if err != nil {
		return s.fail(&Error{Kind: ErrIntegrity, Sent: true, Err: err})
	}
	if endsChannel(opened.SW) {
		s.lose(opened.SW.Error())
	}
	return opened, nil
}

// transmit carries a protected command; GET RESPONSE stays outside the channel
// and moves no counter.
func (s *Session) transmit(command []byte) (iso7816.ResponseAPDU, *Error) {
	answer, err := s.t.Transmit(command)
	if err != nil {
		return iso7816.ResponseAPDU{}, &Error{Kind: ErrLost, Sent: iso7816.Reached(err), Err: err}
	}
	r, err := iso7816.ParseResponse(answer)
	if err == nil {
		r, err = iso7816.Fetch(s.t, r)
	}
	switch {
	case err == nil:
		return r, nil
	case errors.Is(err, iso7816.ErrResponse), errors.Is(err, iso7816.ErrEndless):
		return iso7816.ResponseAPDU{}, &Error{Kind: ErrIntegrity, Sent: true, Err: err}
	default:
		// The command itself was answered, whatever became of the rest.
		return iso7816.ResponseAPDU{}, &Error{Kind: ErrLost, Sent: true, Err: err}
	}
}

// plain ends the session on a status word that nothing protects.
func (s *Session) plain(sw iso7816.StatusWord) (iso7816.ResponseAPDU, error) {
	if believed := sw != iso7816.SWSuccess && sw&0xFF00 != iso7816.SWWarning; !believed {
		return s.fail(&Error{Kind: ErrIntegrity, Sent: true, Err: fmt.Errorf("plain %04X", uint16(sw))})
	}
	s.lose("plain " + sw.Error())
	return iso7816.ResponseAPDU{SW: sw}, nil
}

func (s *Session) fail(e *Error) (iso7816.ResponseAPDU, error) {
	s.lose(e.Err.Error())
	return iso7816.ResponseAPDU{}, e
}

// endsChannel are the words by which a card says that it has dropped the keys.
func endsChannel(sw iso7816.StatusWord) bool {
	switch sw {
	case iso7816.SWSMMissing, iso7816.SWSMIncorrect, iso7816.SWSMUnsupported, iso7816.SWLastPartExpected:
		return true
	}
	return false
}

// String says whether the session lives. The text forms have value receivers so
// that a Session printed by value is covered as well.
func (s Session) String() string {
	if s.keys == nil {
		return "secure messaging (lost)"
	}
	return "secure messaging (open)"
}

// GoString is String.
func (s Session) GoString() string { return s.String() }

// Format writes String for every verb.
func (s Session) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }
