package specimen

import "encoding/hex"

// issuerNumber is the made-up issuer part of a specimen's serial number.
const issuerNumber = "380000"

// serialNumber builds EF.SN (D003): 5A 0A, 3 bytes issuer number, 6 bytes NIS,
// check digit and filler F, all BCD. The check digit is computed as ISO/IEC
// 7812-1 annex B does for card numbers; that real cards do so is assumed.
func serialNumber(nis string) []byte {
	digits := issuerNumber + nis
	bcd, err := hex.DecodeString(digits + string('0'+luhn(digits)) + "F")
	if err != nil { // nis passed Holder.Check: 12 decimal digits
		return nil
	}
	return append([]byte{0x5A, byte(len(bcd))}, bcd...)
}

// serialOfChip is SN.ICC of device authentication: the last 8 bytes of EF.SN
// (IAS ECC; assumed for this card, no client compares the two).
func serialOfChip(efsn []byte) []byte {
	return append([]byte(nil), efsn[len(efsn)-8:]...)
}

func luhn(digits string) rune {
	sum := 0
	for i := range digits {
		v := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			v *= 2
			if v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return rune((10 - sum%10) % 10)
}
