package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"
)

// guardSchema is the version of the guard's JSON.
const guardSchema = 1

// mostTriesLeft is what a status word 63Cx can carry (ISO 7816-4 section 5.6).
const mostTriesLeft = 15

// errNewer says that the content follows a schema this program does not know.
var errNewer = errors.New("written by a newer version")

// Safety says what asking a card for its PIN tries by an empty VERIFY costs.
type Safety string

// An empty VERIFY may be free, or count as a wrong PIN on some chips.
const (
	SafetyUnknown Safety = ""
	SafetyFree    Safety = "free"
	SafetyUnsafe  Safety = "unsafe"
	// SafetyAsked: it was asked and not shown to be free, or the program that
	// asked did not live to tell.
	SafetyAsked Safety = "asked"
)

// TriesUnknown stands for a counter that no card told.
const TriesUnknown = -1

// Seen is a retry counter as a card told it, and what happened since.
type Seen struct {
	// TriesLeft is 0 (blocked) to 15, or TriesUnknown.
	TriesLeft int `json:"triesLeft"`
	// At is when the card told it.
	At time.Time `json:"at"`
	// FailedSince is true when a presentation of ours failed and none has
	// succeeded since.
	FailedSince bool `json:"failedSince,omitempty"`
}

// guard is what protects one card.
type guard struct {
	counters map[byte]Seen
	safety   Safety
	override bool
	epoch    uint64
	verified bool
}

// guardFile is the guard as JSON. References are written in hexadecimal, as
// the standard writes them.
type guardFile struct {
	Schema   int             `json:"schema"`
	Counters map[string]Seen `json:"counters,omitempty"`
	Safety   Safety          `json:"query,omitempty"`
	Override bool            `json:"override,omitempty"`
	Epoch    uint64          `json:"epoch,omitempty"`
	Verified bool            `json:"verified,omitempty"`
}

// clone returns a guard that shares nothing with g.
func (g guard) clone() guard {
	g.counters = maps.Clone(g.counters)
	if g.counters == nil {
		g.counters = map[byte]Seen{}
	}
	return g
}

// encode returns the guard as versioned JSON.
func (g guard) encode() ([]byte, error) {
	file := guardFile{guardSchema, map[string]Seen{}, g.safety, g.override, g.epoch, g.verified}
	for reference, seen := range g.counters {
		file.Counters[fmt.Sprintf("%02X", reference)] = seen
	}
	return json.Marshal(file)
}

// parseGuard is the inverse of encode. Content with a value out of its range
// is refused whole: half a guard would be a guess.
func parseGuard(content []byte) (guard, error) {
	if err := checkSchema(content, guardSchema); err != nil {
		return guard{}, err
	}
	var file guardFile
	if err := json.Unmarshal(content, &file); err != nil {
		return guard{}, fmt.Errorf("parse guard: %w", err)
	}
	g := guard{map[byte]Seen{}, file.Safety, file.Override, file.Epoch, file.Verified}
	switch file.Safety {
	case SafetyUnknown, SafetyFree, SafetyUnsafe, SafetyAsked:
	default:
		return guard{}, fmt.Errorf("parse guard: query safety %q", file.Safety)
	}
	for text, seen := range file.Counters {
		reference, err := strconv.ParseUint(text, 16, 8)
		if err != nil || len(text) != 2 {
			return guard{}, fmt.Errorf("parse guard: reference %q", text)
		}
		if seen.TriesLeft < TriesUnknown || seen.TriesLeft > mostTriesLeft {
			return guard{}, fmt.Errorf("parse guard: %d tries left", seen.TriesLeft)
		}
		g.counters[byte(reference)] = seen
	}
	return g, nil
}

// checkSchema tells content of another version from damaged content.
func checkSchema(content []byte, known int) error {
	var head struct {
		Schema int `json:"schema"`
	}
	if err := json.Unmarshal(content, &head); err != nil {
		return fmt.Errorf("parse schema: %w", err)
	}
	switch {
	case head.Schema > known:
		return fmt.Errorf("schema %d: %w", head.Schema, errNewer)
	case head.Schema < 1:
		return fmt.Errorf("schema %d", head.Schema)
	}
	return nil
}
