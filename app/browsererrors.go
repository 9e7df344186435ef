package app

import (
	"errors"
	"fmt"
	"io/fs"

	"cientro/app/browsers"
)

// BrowserError: a browser could not be set up as asked. No card was touched.
type BrowserError struct {
	Path string // of the file meant
	Err  error
}

func (e *BrowserError) Error() string { return fmt.Sprintf("set up browser: %v", e.Err) }

// Unwrap gives the cause.
func (e *BrowserError) Unwrap() error { return e.Err }

// BrowsersOf turns an error of package browsers into a *BrowserError; nil and what
// has another meaning (a context's end) stay.
func BrowsersOf(err error) error {
	var place *browsers.PlaceError
	var missing *browsers.MissingError
	switch {
	case errors.As(err, &place):
		return &BrowserError{Path: place.Place.File, Err: err}
	case errors.As(err, &missing):
		return &BrowserError{Path: missing.Path, Err: err}
	case errors.Is(err, browsers.ErrForeignHome), errors.Is(err, browsers.ErrLedger), errors.Is(err, browsers.ErrUnsupported):
		return &BrowserError{Err: err}
	case errors.Is(err, fs.ErrPermission):
		var path *fs.PathError
		_ = errors.As(err, &path) // where it is not one, the file stays unnamed
		b := &BrowserError{Err: err}
		if path != nil {
			b.Path = path.Path
		}
		return b
	}
	return err
}

func describeBrowser(err error) (string, Facts, *int) {
	var browser *BrowserError
	var missing *browsers.MissingError
	if !errors.As(err, &browser) {
		return "", Facts{}, nil
	}
	facts := Facts{File: browser.Path}
	switch {
	case errors.Is(err, browsers.ErrRunning):
		return "browser_running", facts, nil
	case errors.Is(err, fs.ErrPermission):
		return "browser_denied", facts, nil
	case errors.Is(err, browsers.ErrManaged):
		return "browser_managed", facts, nil
	case errors.Is(err, browsers.ErrBinaryList):
		return "browser_binary", facts, nil
	case errors.Is(err, browsers.ErrNotUnderstood):
		return "browser_not_understood", facts, nil
	case errors.As(err, &missing):
		return "browser_no_module", facts, nil
	case errors.Is(err, browsers.ErrForeignHome):
		return "browser_foreign_home", facts, nil
	case errors.Is(err, browsers.ErrUnsupported):
		return "browser_unsupported", facts, nil
	case errors.Is(err, browsers.ErrLedger):
		return "browser_ledger", facts, nil
	case errors.Is(err, browsers.ErrChangedMeanwhile):
		return "browser_changed", facts, nil
	}
	return "browser_write", facts, nil
}
