package vpcd

// Card is what is plugged into the reader. Its methods are called from one
// goroutine at a time.
type Card interface {
	// Transmit answers one command APDU. An error, or no bytes at all, means
	// that the card gave no answer: the link to the reader is then broken.
	Transmit(command []byte) (response []byte, err error)
	// PowerOn makes the card ready for commands, with new volatile state, and
	// returns its answer to reset. An error breaks the link, as in Transmit.
	PowerOn() ([]byte, error)
	// PowerOff takes the power; volatile state is gone.
	PowerOff()
	// Reset is PowerOff and PowerOn at once.
	Reset() ([]byte, error)
	// ATR is the answer to reset, 2 to 33 bytes (ISO 7816-3 section 8).
	ATR() []byte
}

// Presence is what a [Card] may also have: it can be taken off the reader and
// put back. Inserted is asked from another goroutine, some 20 times a second.
type Presence interface {
	Inserted() bool
}

// Control codes of the reader, messages of one byte.
const (
	controlPowerOff = 0x00
	controlPowerOn  = 0x01
	controlReset    = 0x02
	controlATR      = 0x04
)
