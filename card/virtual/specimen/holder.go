package specimen

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ErrNotSpecimen means that a holder's name does not contain the word
// SPECIMEN: this package makes no card in the name of a real person.
var ErrNotSpecimen = errors.New("the holder's name does not contain SPECIMEN")

// Holder is the invented person of a specimen card.
type Holder struct {
	Surname        string // upper case, "SPECIMEN"
	GivenNames     string // upper case, "PROVA"
	FiscalCode     string // 16 characters
	DocumentNumber string // 9 characters, as printed: CA00000AA
	NIS            string // 12 digits, Numero Identificativo per i Servizi
}

var (
	documentNumberForm = regexp.MustCompile(`^[A-Z]{2}[0-9]{5}[A-Z]{2}$`)
	nisForm            = regexp.MustCompile(`^[0-9]{12}$`)
	nameForm           = regexp.MustCompile(`^[A-Z][A-Z' ]{0,63}$`)
)

// Check returns an error that names the first field which is malformed;
// [ErrNotSpecimen] where the name could be a real person's.
func (h Holder) Check() error {
	switch {
	case !nameForm.MatchString(h.Surname):
		return errors.New("the surname is not 1 to 64 capital letters, spaces and apostrophes")
	case !nameForm.MatchString(h.GivenNames):
		return errors.New("the given names are not 1 to 64 capital letters, spaces and apostrophes")
	case !strings.Contains(h.Surname+" "+h.GivenNames, "SPECIMEN"):
		return ErrNotSpecimen
	case !documentNumberForm.MatchString(h.DocumentNumber):
		return errors.New("the document number is not of the form CA00000AA")
	case !nisForm.MatchString(h.NIS):
		return errors.New("the NIS is not 12 digits")
	}
	if err := checkFiscalCode(h.FiscalCode); err != nil {
		return fmt.Errorf("fiscal code: %w", err)
	}
	return nil
}
