//go:build !linux

package session

import (
	"context"
	"errors"
)

// HasTray returns true: Windows and macOS always have one.
func HasTray(context.Context) bool { return true }

// WatchLock returns an error: nobody tells.
func WatchLock(context.Context, func()) error { return errors.ErrUnsupported }
