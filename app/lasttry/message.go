package lasttry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
)

// Schema names the form of a request.
const Schema = "cientro.ask/1"

const (
	maxLine = 16 << 10 // bytes, the line feed included
	maxText = 512      // characters of a name or a path

	// DefaultTimeout is how long a person has to answer.
	DefaultTimeout = 60 * time.Second
	maxTimeout     = 10 * time.Minute
)

// Request is what the person has to know to decide.
type Request struct {
	Schema string `json:"schema"`
	Host   Host   `json:"host"`
	Tries  Tries  `json:"tries"`
	// Reader is the name of the reader that the card is in.
	Reader string `json:"reader"`
	// Demo: the card is one in software, nothing can be lost.
	Demo bool `json:"demo"`
	// TimeoutSeconds is how long the answer is waited for.
	TimeoutSeconds int `json:"timeout_s"`
	// Language of the window: "it" or "en"; empty is the system's.
	Language string `json:"lang"`
}

// Host is the program that wants to log in.
type Host struct {
	PID int `json:"pid"`
	// Program is its file, as the system names it; empty where it does not.
	Program string `json:"program"`
	// Name is a short name for it.
	Name string `json:"name"`
}

// Tries are the PIN tries of the card.
type Tries struct {
	Left   int    `json:"left"` // 0 where Source is SourceUnknown
	Max    int    `json:"max"`
	Source Source `json:"source"`
}

// Source says how the tries are known.
type Source string

// The card told them just now, this computer remembers them, or nobody knows.
const (
	SourceCard     Source = "card"
	SourceLastSeen Source = "last-seen"
	SourceUnknown  Source = "unknown"
)

// Answer is what the person said.
type Answer string

// Answers. The zero Answer is none, and counts as Deny.
const (
	Consent Answer = "consent"
	Deny    Answer = "deny"
)

// ErrMessage says that what came over the channel is not of this protocol.
var ErrMessage = errors.New("not a message of this protocol")

// Timeout is how long the answer is waited for.
func (r Request) Timeout() time.Duration { return time.Duration(r.TimeoutSeconds) * time.Second }

// check refuses what no agent of ours asks.
func (r Request) check() error {
	switch {
	case r.Schema != Schema:
		return fmt.Errorf("%w: schema %.40q", ErrMessage, r.Schema)
	case r.Timeout() <= 0 || r.Timeout() > maxTimeout:
		return fmt.Errorf("%w: timeout of %d s", ErrMessage, r.TimeoutSeconds)
	case r.Language != "" && r.Language != "it" && r.Language != "en":
		return fmt.Errorf("%w: language %.40q", ErrMessage, r.Language)
	case r.Tries.Max < 1 || r.Tries.Max > 15 || r.Tries.Left < 0 || r.Tries.Left > r.Tries.Max:
		return fmt.Errorf("%w: %d of %d tries", ErrMessage, r.Tries.Left, r.Tries.Max)
	case r.Host.PID < 0:
		return fmt.Errorf("%w: process %d", ErrMessage, r.Host.PID)
	}
	switch r.Tries.Source {
	case SourceCard, SourceLastSeen:
		if r.Tries.Left == 0 {
			return fmt.Errorf("%w: no try to ask about", ErrMessage)
		}
		return nil
	case SourceUnknown:
		return nil
	}
	return fmt.Errorf("%w: source %.40q", ErrMessage, r.Tries.Source)
}

// shown returns the request with texts that are fit to be shown: a file's name
// may hold line feeds, or turn the direction of writing around and read as
// another's.
func (r Request) shown() Request {
	for _, text := range []*string{&r.Host.Program, &r.Host.Name, &r.Reader} {
		*text = printable(*text)
	}
	return r
}

func printable(text string) string {
	clean := []rune(strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return unicode.ReplacementChar
		}
		return c
	}, text))
	if len(clean) > maxText {
		clean = append(clean[:maxText-1], '…')
	}
	return string(clean)
}

// WriteRequest sends a request. Schema and timeout have their usual values where
// they are zero.
func WriteRequest(w io.Writer, r Request) error {
	if r.Schema == "" {
		r.Schema = Schema
	}
	if r.TimeoutSeconds == 0 {
		r.TimeoutSeconds = int(DefaultTimeout / time.Second)
	}
	if err := r.check(); err != nil {
		return err
	}
	return writeLine(w, r.shown())
}

// ReadRequest returns the request that is next on the channel, its texts fit to
// be shown. It is an error that is [ErrMessage] if it is none.
func ReadRequest(from io.Reader) (Request, error) {
	var r Request
	if err := readLine(from, &r); err != nil {
		return Request{}, err
	}
	if err := r.check(); err != nil {
		return Request{}, err
	}
	return r.shown(), nil
}

type answer struct {
	Answer Answer `json:"answer"`
}

// WriteAnswer sends the answer; all but [Consent] is sent as [Deny].
func WriteAnswer(w io.Writer, a Answer) error {
	if a != Consent {
		a = Deny
	}
	return writeLine(w, answer{a})
}

// ReadAnswer returns the answer that is next on the channel. With an error it is
// always [Deny].
func ReadAnswer(from io.Reader) (Answer, error) {
	var a answer
	if err := readLine(from, &a); err != nil {
		return Deny, err
	}
	if a.Answer != Consent && a.Answer != Deny {
		return Deny, fmt.Errorf("%w: answer %.40q", ErrMessage, a.Answer)
	}
	return a.Answer, nil
}

func writeLine(w io.Writer, message any) error {
	line, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if len(line) >= maxLine {
		return fmt.Errorf("%w: %d bytes", ErrMessage, len(line))
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

// readLine reads one line and nothing behind it.
func readLine(from io.Reader, message any) error {
	line := make([]byte, 0, 512)
	var one [1]byte
	for {
		if _, err := io.ReadFull(from, one[:]); err != nil {
			return fmt.Errorf("read message: %w", err)
		}
		if one[0] == '\n' {
			break
		}
		if len(line) == maxLine {
			return fmt.Errorf("%w: too long", ErrMessage)
		}
		line = append(line, one[0])
	}
	if !bytes.HasPrefix(line, []byte("{")) { // null would pass, and mean nothing
		return fmt.Errorf("%w: not an object", ErrMessage)
	}
	if err := json.Unmarshal(line, message); err != nil {
		return fmt.Errorf("%w: %w", ErrMessage, err)
	}
	return nil
}
