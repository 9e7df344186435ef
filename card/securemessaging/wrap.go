package securemessaging

import (
	"fmt"

	"cientro/card/iso7816"
	"cientro/card/tlv"
)

// Tags of the data objects, ISO 7816-4 section 10.2.
const (
	tagCryptogramOdd tlv.Tag = 0x85 // cryptogram of an odd INS, no padding indicator
	tagCryptogram    tlv.Tag = 0x87 // padding indicator and cryptogram
	tagLe            tlv.Tag = 0x97
	tagStatus        tlv.Tag = 0x99
	tagMAC           tlv.Tag = 0x8E
)

// paddingISO is the padding indicator for 80 00…00.
const paddingISO = 0x01

// MaxData is the largest data field one protected short command carries: 231
// bytes become an object of 235, with Le and MAC 248. Longer data is chained.
const MaxData = 231

// Wrap protects one command and returns its bytes. ssc is the counter that
// enters the MAC, already incremented. The chaining bit of the class is kept.
// A command with neither data nor Le carries an Le object of 00, as every known
// client does and every CIE expects. An odd INS puts its data into 85, an even
// one into 87 with the padding indicator. Ne above 256 asks for 256.
// Data longer than [MaxData], a class that is secured already and keys that are
// not 16 bytes are errors.
func Wrap(kEnc, kMac []byte, ssc uint64, c iso7816.CommandAPDU) ([]byte, error) {
	k, err := newKeys(kEnc, kMac)
	if err != nil {
		return nil, err
	}
	defer k.wipe()
	if err := wrappable(c); err != nil {
		return nil, err
	}
	if len(c.Data) > MaxData {
		return nil, fmt.Errorf("protect %v: more than %d bytes: %w", c, MaxData, iso7816.ErrCommand)
	}
	return k.wrap(ssc, c), nil
}

// wrappable refuses what has no protected form before anything is sent.
func wrappable(c iso7816.CommandAPDU) error {
	if c.CLA&iso7816.CLASecured != 0 || c.Ne < 0 || c.Ne > iso7816.MaxExtendedNe || len(c.Data) > iso7816.MaxExtendedData {
		return fmt.Errorf("protect %v: %w", c, iso7816.ErrCommand)
	}
	return nil
}

// wrap builds the protected command in one buffer and encrypts inside it, so no
// clear copy of the data is ever made that would have to be found and wiped.
func (k *keys) wrap(ssc uint64, c iso7816.CommandAPDU) []byte {
	const header = 5 // class to Lc
	b := make([]byte, header, header+iso7816.MaxShortData+1)
	b[0], b[1], b[2], b[3] = c.CLA|iso7816.CLASecured, c.INS, c.P1, c.P2

	if len(c.Data) > 0 {
		b = k.appendCryptogram(b, c.INS, c.Data)
	}
	if c.Ne > 0 || len(c.Data) == 0 {
		b = append(b, byte(tagLe), 1, byte(min(c.Ne, iso7816.MaxShortNe)))
	}
	mac := k.commandMAC(ssc, b[:4], b[header:])
	b = append(b, byte(tagMAC), blockSize)
	b = append(b, mac[:]...)
	b[4] = byte(len(b) - header)
	return append(b, 0x00)
}

func (k *keys) appendCryptogram(b []byte, ins byte, data []byte) []byte {
	size := padded(len(data), blockSize)
	tag, indicator := tagCryptogram, 1
	if odd(ins) {
		tag, indicator = tagCryptogramOdd, 0
	}
	b = append(b, byte(tag))
	if n := size + indicator; n < 0x80 {
		b = append(b, byte(n))
	} else {
		b = append(b, 0x81, byte(n)) // never more than E9
	}
	if indicator > 0 {
		b = append(b, paddingISO)
	}
	start := len(b)
	b = append(b, data...)
	b = append(b, 0x80)
	b = append(b, make([]byte, start+size-len(b))...)
	encryptCBC(k.enc, b[start:])
	return b
}

func odd(ins byte) bool { return ins&1 == 1 }
