package doctor

import (
	"errors"
	"fmt"
)

// ErrCode is a support code that cannot be read: mistyped, cut, or none at all.
var ErrCode = errors.New("not a support code")

// ErrNewerCode is a support code of a later version of the program.
var ErrNewerCode = errors.New("support code of a later version")

func errUnknownWay(code, name string) error { return fmt.Errorf("%s has no way %q", code, name) }
