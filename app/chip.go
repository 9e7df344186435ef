package app

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ChipName writes the name of a chip family, as ProfileNames has it, as its maker
// does: "gemalto" is Gemalto, "nxp" is NXP.
func ChipName(family string) string {
	family = strings.ReplaceAll(family, "_", " ")
	if len(family) <= 3 || strings.HasPrefix(family, "itj") {
		return strings.ToUpper(family)
	}
	first, size := utf8.DecodeRuneInString(family)
	return string(unicode.ToUpper(first)) + family[size:]
}
