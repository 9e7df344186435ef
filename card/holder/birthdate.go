package holder

import (
	"strings"
	"time"
)

// birthMonths are the letters of the months, January first, and omocodiaDigits
// the letters that stand for digits where two people would have the same code
// (ministerial decree 12 March 1974, article 6).
const (
	birthMonths    = "ABCDEHLMPRST"
	omocodiaDigits = "LMNPQRSTUV"
	womenOffset    = 40
	earliestBirth  = 1850 // the code was made for the living
)

// BirthDate decodes the birth date from the fiscal code: midnight UTC of that
// day. The code has two digits for the year; the latest year that is not after
// the certificate was issued is taken. False where no code is known or it has
// no such day.
func (c *Certificate) BirthDate() (time.Time, bool) {
	year, month, day, ok := c.birthDigits()
	if !ok {
		return time.Time{}, false
	}
	latest := c.NotBefore.Year()
	year += latest / 100 * 100
	if year > latest {
		year -= 100
	}
	if year < earliestBirth {
		return time.Time{}, false
	}
	birth := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return birth, birth.Day() == day
}

// birthDigits reads the fiscal code; the year is 0 to 99.
func (c *Certificate) birthDigits() (year, month, day int, ok bool) {
	code := c.FiscalCode.Reveal()
	if len(code) != 16 {
		return 0, 0, 0, false
	}
	year = 10*fiscalDigit(code[6]) + fiscalDigit(code[7])
	month = 1 + strings.IndexByte(birthMonths, code[8])
	day = 10*fiscalDigit(code[9]) + fiscalDigit(code[10])
	if day > womenOffset {
		day -= womenOffset
	}
	return year, month, day, month >= 1 && day >= 1 && day <= 31
}

func fiscalDigit(b byte) int {
	if b >= '0' && b <= '9' {
		return int(b - '0')
	}
	return strings.IndexByte(omocodiaDigits, b)
}
