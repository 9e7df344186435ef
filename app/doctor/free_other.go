//go:build !linux

package doctor

import "errors"

// freeBytes is not asked for here.
func freeBytes(string) (uint64, error) { return 0, errors.ErrUnsupported }
