package securemessaging

import (
	"crypto/subtle"
	"errors"

	"cientro/card/iso7816"
	"cientro/card/tlv"
)

// Unwrap checks and opens the data field of one answer. ssc is the counter that
// enters the MAC, already incremented; ins is the instruction the answer
// belongs to.
//
// The form is taken strictly: an optional cryptogram (87, or 85 after an odd
// INS), the status 99 of two bytes, the MAC 8E of eight, in this order, each
// once, nothing after. The MAC is compared in constant time before anything is
// decrypted. The status word returned is the protected one. Every failure is
// [ErrIntegrity] and tells no status word.
func Unwrap(kEnc, kMac []byte, ssc uint64, ins byte, body []byte) (iso7816.ResponseAPDU, error) {
	k, err := newKeys(kEnc, kMac)
	if err != nil {
		return iso7816.ResponseAPDU{}, err
	}
	defer k.wipe()
	r, err := k.unwrap(ssc, ins, body)
	if err != nil {
		return iso7816.ResponseAPDU{}, &Error{Kind: ErrIntegrity, Sent: true, Err: err}
	}
	return r, nil
}

// What can be wrong with an answer; texts for the log, callers see ErrIntegrity.
var (
	errForm       = errors.New("answer is not cryptogram, status and MAC")
	errMAC        = errors.New("MAC does not match")
	errCryptogram = errors.New("cryptogram does not open")
)

// answer is the parsed form of a protected data field.
type answer struct {
	cryptogram []byte // without padding indicator, nil if none
	status     []byte // two bytes
	mac        []byte // eight bytes
	covered    []byte // the objects before the MAC, as received
}

func (k *keys) unwrap(ssc uint64, ins byte, body []byte) (iso7816.ResponseAPDU, error) {
	a, err := parseAnswer(ins, body)
	if err != nil {
		return iso7816.ResponseAPDU{}, err
	}
	mac := k.responseMAC(ssc, a.covered)
	if subtle.ConstantTimeCompare(mac[:], a.mac) != 1 {
		return iso7816.ResponseAPDU{}, errMAC
	}
	r := iso7816.ResponseAPDU{SW: iso7816.StatusWord(a.status[0])<<8 | iso7816.StatusWord(a.status[1])}
	if a.cryptogram == nil {
		return r, nil
	}
	plain := make([]byte, len(a.cryptogram))
	decryptCBC(k.enc, plain, a.cryptogram)
	if r.Data, err = Unpad(plain); err != nil {
		return iso7816.ResponseAPDU{}, errCryptogram
	}
	return r, nil
}

func parseAnswer(ins byte, body []byte) (answer, error) {
	var a answer
	o, rest, err := tlv.ParseFirst(body)
	if err != nil {
		return answer{}, errForm
	}
	if o.Tag == tagCryptogram || o.Tag == tagCryptogramOdd {
		if a.cryptogram, err = cryptogram(ins, o); err != nil {
			return answer{}, err
		}
		if o, rest, err = tlv.ParseFirst(rest); err != nil {
			return answer{}, errForm
		}
	}
	if o.Tag != tagStatus || len(o.Value) != 2 {
		return answer{}, errForm
	}
	a.status = o.Value
	a.covered = body[:len(body)-len(rest)]
	if o, rest, err = tlv.ParseFirst(rest); err != nil || o.Tag != tagMAC || len(o.Value) != blockSize || len(rest) != 0 {
		return answer{}, errForm
	}
	a.mac = o.Value
	return a, nil
}

// cryptogram takes the encrypted bytes out of an 87 or 85 object.
func cryptogram(ins byte, o tlv.Object) ([]byte, error) {
	c := o.Value
	if o.Tag == tagCryptogramOdd {
		if !odd(ins) {
			return nil, errForm
		}
	} else {
		if len(c) == 0 || c[0] != paddingISO {
			return nil, errForm
		}
		c = c[1:]
	}
	if len(c) == 0 || len(c)%blockSize != 0 {
		return nil, errForm
	}
	return c, nil
}
