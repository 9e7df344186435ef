package rpc

import "fmt"

// What a client may ask for. The protocol itself knows no limits.
const (
	maxOptions    = 4 << 10 // bytes; clients send the name of a configuration
	maxBody       = 1 << 20 // bytes; the longest honest request carries a certificate
	maxAttributes = 256     // in one array
	maxDepth      = 8       // templates within templates, as p11-kit 0.26.3
	maxRoom       = 1 << 16 // bytes or handles that one answer may hold
	maxInFlight   = 64      // calls at a time; more are not read yet
	maxWaiting    = 16      // C_WaitForSlotEvent at a time; more are refused
)

// FrameTooLongError says that a client announced more than this server takes.
// The connection ends with it: what follows cannot be skipped at a bearable price.
type FrameTooLongError struct {
	Part          string // "options" or "body"
	Length, Limit uint32
}

func (e *FrameTooLongError) Error() string {
	return fmt.Sprintf("request with %d bytes of %s, at most %d are taken", e.Length, e.Part, e.Limit)
}
