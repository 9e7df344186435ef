package specimen

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// The Italian codice fiscale: decree of the Ministry of Finance of 23 December
// 1976, articles 2 to 8. 3 letters of the surname, 3 of the given names, year,
// month letter, day (40 more for a woman), place of birth, check letter.

var fiscalCodeForm = regexp.MustCompile(`^[A-Z]{6}[0-9]{2}[ABCDEHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]$`)

const (
	fiscalMonths = "ABCDEHLMPRST"
	fiscalPlace  = "H501" // Roma
)

// fiscalOdd is the value of 0…9 or A…J at an odd position, then of K…Z.
var fiscalOdd = [26]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

// fiscalCode makes the code of a man born in Rome on birth.
func fiscalCode(surname, givenNames string, birth time.Time) string {
	code := fiscalLetters(surname, false) + fiscalLetters(givenNames, true) +
		fmt.Sprintf("%02d%c%02d", birth.Year()%100, fiscalMonths[birth.Month()-1], birth.Day()) + fiscalPlace
	return code + string(fiscalCheck(code))
}

// fiscalLetters takes three letters of a name: consonants, then vowels, then
// X. Of given names with four or more consonants the second is left out.
func fiscalLetters(name string, given bool) string {
	var consonants, vowels []byte
	for _, c := range []byte(strings.ToUpper(name)) {
		switch {
		case strings.IndexByte("AEIOU", c) >= 0:
			vowels = append(vowels, c)
		case c >= 'A' && c <= 'Z':
			consonants = append(consonants, c)
		}
	}
	if given && len(consonants) >= 4 {
		consonants = append(consonants[:1], consonants[2:]...)
	}
	return string(append(append(consonants, vowels...), "XXX"...)[:3])
}

// fiscalCheck computes the check letter over the first 15 characters.
func fiscalCheck(code string) byte {
	sum := 0
	for i, c := range []byte(code[:15]) {
		v := int(c - 'A')
		if c <= '9' {
			v = int(c - '0')
		}
		if i%2 == 0 { // the first position is odd
			v = fiscalOdd[v]
		}
		sum += v
	}
	return byte('A' + sum%26)
}

func checkFiscalCode(code string) error {
	if !fiscalCodeForm.MatchString(code) {
		return errors.New("not of the form SPCPRV80A01H501M")
	}
	if code[15] != fiscalCheck(code) {
		return fmt.Errorf("check letter is %c, want %c", code[15], fiscalCheck(code))
	}
	return nil
}
