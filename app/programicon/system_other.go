//go:build !linux

package programicon

import (
	"context"
	"image"
)

// Find returns [ErrNone]: where this system keeps icons is not known here.
func Find(context.Context, string, func(string) string) (image.Image, error) {
	return nil, ErrNone
}
