package virtual

import (
	"crypto/cipher"
	"crypto/des"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
)

// Secure messaging data objects (ISO 7816-4 section 10.3).
const (
	doCryptogram    = 0x87 // padding indicator 01 and cryptogram, even INS
	doCryptogramOdd = 0x85 // cryptogram alone, odd INS
	doLe            = 0x97
	doStatus        = 0x99
	doMAC           = 0x8E
)

// channel is the card's end of secure messaging.
type channel struct {
	encryption cipher.Block
	mac        retailMAC
	ssc        uint64
}

// deriveKey is the first half of SHA-256(secret, counter); counter 1 is for
// encryption, 2 for the MAC. Parity bits stay as they come.
func deriveKey(secret []byte, counter uint32) []byte {
	h := sha256.Sum256(binary.BigEndian.AppendUint32(append([]byte(nil), secret...), counter))
	return h[:keySize]
}

func newChannel(encryptionKey, macKey []byte, ssc uint64) (*channel, error) {
	e, err := newTripleDES(encryptionKey)
	if err != nil {
		return nil, err
	}
	m, err := newRetailMAC(macKey)
	return &channel{e, m, ssc}, err
}

// unwrap verifies and opens a protected command; sw is 9000, or the plain status
// word after which the session must end.
func (s *channel) unwrap(cmd command) (command, StatusWord) {
	s.ssc++ // modulo 2^64, as the 8 bytes do
	objects, signed, sw := parseProtected(cmd)
	if sw != swOK {
		return command{}, sw
	}
	header := []byte{cmd.cla, byte(cmd.ins), cmd.p1, cmd.p2}
	input := pad8(append(binary.BigEndian.AppendUint64(nil, s.ssc), header...))
	if len(signed) > 0 {
		input = pad8(append(input, signed...))
	}
	if subtle.ConstantTimeCompare(s.mac.sum(input), objects.mac) != 1 {
		return command{}, swSMWrong
	}
	inner := command{cla: cmd.cla &^ claSM, ins: cmd.ins, p1: cmd.p1, p2: cmd.p2, ne: objects.ne}
	if objects.cryptogram != nil {
		var ok bool
		if inner.data, ok = unpad(cbc(s.encryption, objects.cryptogram, false)); !ok {
			return command{}, swSMWrong
		}
	}
	return inner, swOK
}

// protectedObjects are the parts of a protected command's data field.
type protectedObjects struct {
	cryptogram []byte
	ne         int
	mac        []byte
}

// parseProtected insists on cryptogram, Le and MAC in this order, each at most
// once, MAC last. signed is everything before the MAC.
func parseProtected(cmd command) (o protectedObjects, signed []byte, sw StatusWord) {
	rest, last := cmd.data, uint32(0)
	for len(rest) > 0 && o.mac == nil {
		before := len(cmd.data) - len(rest)
		item, tail, ok := readObject(rest)
		if !ok || !o.take(item, byte(cmd.ins)&1 == 1, last) {
			return o, nil, swSMWrong
		}
		if o.mac != nil {
			signed = cmd.data[:before]
		}
		rest, last = tail, item.tag
	}
	if o.mac == nil {
		return o, nil, swSMMissing
	}
	if len(rest) > 0 {
		return o, nil, swSMWrong
	}
	return o, signed, swOK
}

func (o *protectedObjects) take(item object, odd bool, last uint32) bool {
	v := item.value
	switch item.tag {
	case doCryptogram:
		if odd || last != 0 || len(v) < 1 || v[0] != 0x01 {
			return false
		}
		v = v[1:]
	case doCryptogramOdd:
		if !odd || last != 0 {
			return false
		}
	case doLe:
		if last == doLe || len(v) < 1 || len(v) > 2 {
			return false
		}
		o.ne = expected(int(v[0]), maxShort)
		if len(v) == 2 {
			o.ne = expected(int(v[0])<<8|int(v[1]), maxExtended)
		}
		return true
	case doMAC:
		o.mac = v
		return len(v) == des.BlockSize
	default:
		return false
	}
	o.cryptogram = v
	return len(v) > 0 && len(v)%des.BlockSize == 0
}

// wrap protects an answer: cryptogram if there are data, status, MAC.
func (s *channel) wrap(data []byte, sw StatusWord, odd bool) []byte {
	s.ssc++
	var body []byte
	switch {
	case len(data) == 0:
	case odd:
		body = tlv(doCryptogramOdd, cbc(s.encryption, pad8(data), true))
	default:
		body = tlv(doCryptogram, []byte{0x01}, cbc(s.encryption, pad8(data), true))
	}
	body = append(body, tlv(doStatus, sw.bytes())...)
	input := pad8(append(binary.BigEndian.AppendUint64(nil, s.ssc), body...))
	return append(body, tlv(doMAC, s.mac.sum(input))...)
}
