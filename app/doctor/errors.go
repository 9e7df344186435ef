package doctor

import (
	"errors"
	"fmt"
)

// ErrCode is a support code that cannot be read: none at all, or one of the two
// below, which wrap it.
var ErrCode = errors.New("not a support code")

// ErrCodeCut is a support code without its end.
var ErrCodeCut = fmt.Errorf("%w: cut short", ErrCode)

// ErrCodeMistyped is a support code with a sign that is wrong, missing or too many.
var ErrCodeMistyped = fmt.Errorf("%w: mistyped", ErrCode)

// ErrNewerCode is a support code of a later version of the program.
var ErrNewerCode = errors.New("support code of a later version")

func errUnknownWay(code, name string) error { return fmt.Errorf("%s has no way %q", code, name) }
