package atr

// Patterns are written as people write ATRs: upper-case hex, one space between
// bytes, ".." for a byte that may be anything. They are read in place, so a
// table needs no set-up and pattern and mask cannot disagree.

// matches reports whether data is the pattern, neither more nor less.
func matches(pattern string, data []byte) bool {
	return patternLength(pattern) == len(data) && matchesAt(pattern, data)
}

// find returns where the pattern first stands in data as contiguous bytes, or
// -1.
func find(pattern string, data []byte) int {
	for at := 0; at+patternLength(pattern) <= len(data); at++ {
		if matchesAt(pattern, data[at:]) {
			return at
		}
	}
	return -1
}

func patternLength(pattern string) int { return (len(pattern) + 1) / 3 }

func matchesAt(pattern string, data []byte) bool {
	for i := 0; i < patternLength(pattern); i++ {
		high, low := pattern[3*i], pattern[3*i+1]
		if high == '.' {
			continue
		}
		if nibble(high)<<4|nibble(low) != data[i] {
			return false
		}
	}
	return true
}

func nibble(digit byte) byte {
	if digit >= 'A' {
		return digit - 'A' + 10
	}
	return digit - '0'
}
