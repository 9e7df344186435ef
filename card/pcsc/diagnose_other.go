//go:build !linux

package pcsc

import "runtime"

// diagnose names what is wrong with the service. WinSCard and PCSC.framework
// come with the system, so there is nothing to look for.
func diagnose(err error) *ServiceError {
	switch code(err) {
	case CodeNoService, CodeServiceStopped:
		reason := ReasonNotRunning
		if runtime.GOOS == "windows" {
			reason = ReasonServiceStopped
		}
		return &ServiceError{State: StateStopped, Reason: reason, Err: err}
	case CodeSecurityViolation:
		return &ServiceError{State: StateDenied, Reason: ReasonOther, Err: err}
	}
	return &ServiceError{State: StateStopped, Reason: ReasonOther, Err: err}
}
