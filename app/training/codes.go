package training

// Codes is a state of PIN and PUK worth practising with.
type Codes string

// The states.
const (
	CodesNew        Codes = "new"         // 3 tries of the PIN, 10 of the PUK
	CodesLastPIN    Codes = "last-pin"    // one try of the PIN left
	CodesPINBlocked Codes = "pin-blocked" // the PUK unblocks it
	CodesLastPUK    Codes = "last-puk"    // PIN blocked, one try of the PUK left
	CodesPUKBlocked Codes = "puk-blocked" // nothing helps: a new card is needed
)

// AllCodes lists them, from well to lost.
func AllCodes() []Codes {
	return []Codes{CodesNew, CodesLastPIN, CodesPINBlocked, CodesLastPUK, CodesPUKBlocked}
}

// tries gives the tries left of PIN and PUK, of a card that has so many.
func (c Codes) tries(maxPIN, maxPUK int) (pin, puk int, ok bool) {
	switch c {
	case CodesNew:
		return maxPIN, maxPUK, true
	case CodesLastPIN:
		return 1, maxPUK, true
	case CodesPINBlocked:
		return 0, maxPUK, true
	case CodesLastPUK:
		return 0, 1, true
	case CodesPUKBlocked:
		return 0, 0, true
	}
	return 0, 0, false
}
