package control

import "cientro/card/virtual"

// Card is what a [Server] steers; a [virtual.Card] is one.
type Card interface {
	Profile() virtual.Profile
	ATR() []byte
	Inserted() bool
	Insert() error
	Remove()
	PowerOff()
	PowerOn() ([]byte, error)
	Settings() virtual.Settings
	State() virtual.State
	Arm(faults ...virtual.Fault) error
	Disarm()
	Armed() []virtual.Fault
	Journal() []virtual.Entry
	Counters() virtual.Counters
	ClearJournal()
}

var _ Card = (*virtual.Card)(nil)

// TriesSetter is what a [Card] may also have: tries left can be set, within
// what its personalisation allows. 0 blocks.
type TriesSetter interface {
	SetTries(pin, puk int) error
}

// FactoryResetter is what a [Card] may also have: a way back to the state in
// which it was personalised, PIN, tries and all.
type FactoryResetter interface {
	ResetToFactory() error
}

// Status says how a card is doing.
type Status struct {
	Profile  string        `json:"profile"`
	ATR      string        `json:"atr"` // hexadecimal, capitals
	Inserted bool          `json:"inserted"`
	State    virtual.State `json:"state"`
}
