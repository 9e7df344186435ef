package guide

import "unicode"

// The rule of the booking portal: so many characters, and so many of the five
// conditions.
const (
	PasswordLength     = 10
	PasswordConditions = 4
	mostEqual          = 2 // characters in a row
)

// Password is what a password fulfils.
type Password struct {
	Count                        int // characters
	Upper, Lower, Digit, Special bool
	NoRuns                       bool // never more than two equal characters in a row
}

// CheckPassword looks at a password as the booking portal does. It keeps
// nothing of it. A letter without case, as other scripts have, and a space are
// special: neither is one of the other three. Of an empty password nothing is
// fulfilled.
func CheckPassword(typed []rune) Password {
	p := Password{Count: len(typed), NoRuns: len(typed) > 0}
	equal := 0
	for i, r := range typed {
		switch {
		case unicode.IsUpper(r):
			p.Upper = true
		case unicode.IsLower(r):
			p.Lower = true
		case unicode.IsDigit(r):
			p.Digit = true
		default:
			p.Special = true
		}
		if i > 0 && r == typed[i-1] {
			equal++
		} else {
			equal = 1
		}
		if equal > mostEqual {
			p.NoRuns = false
		}
	}
	return p
}

// Met is how many of the five conditions are fulfilled.
func (p Password) Met() int {
	met := 0
	for _, condition := range []bool{p.Upper, p.Lower, p.Digit, p.Special, p.NoRuns} {
		if condition {
			met++
		}
	}
	return met
}

// LongEnough tells whether it has the characters it needs.
func (p Password) LongEnough() bool { return p.Count >= PasswordLength }

// Accepted tells whether the portal takes it.
func (p Password) Accepted() bool { return p.LongEnough() && p.Met() >= PasswordConditions }
