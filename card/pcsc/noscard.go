//go:build !cgo && !windows

package pcsc

// establish explains why this build cannot talk to PC/SC.
func establish() (scardContext, error) {
	return nil, &ServiceError{State: StateUnsupported, Reason: ReasonNoCgo}
}
