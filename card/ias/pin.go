package ias

import (
	"fmt"

	"cientro/card/iso7816"
	"cientro/card/tlv"
)

// Reference data of the CIE application (P2 of the PIN commands).
const (
	ReferencePIN = 0x81
	ReferencePUK = 0x82
)

// resetWithNewData is P1 of RESET RETRY COUNTER: the data field holds the new
// reference data only, a verified PUK being the permission.
const resetWithNewData = 0x02

// The PIN commands. Each sends exactly one command, once. They return the
// card's status word whatever it is; an error means that the answer was lost
// or cannot be trusted, and then a try may be spent. digits are not kept.
// ISO/IEC 7816-4 sections 11.5.6, 11.5.7 and 11.5.10.

// Verify presents digits for the reference.
func Verify(send Sender, reference byte, digits []byte) (iso7816.StatusWord, error) {
	return status(send, iso7816.Verify(reference, digits))
}

// Change replaces the reference data: old and new digits together.
func Change(send Sender, reference byte, old, new []byte) (iso7816.StatusWord, error) {
	data := make([]byte, 0, len(old)+len(new))
	data = append(append(data, old...), new...)
	defer clear(data)
	return status(send, iso7816.ChangeReferenceData(reference, data))
}

// ResetRetryCounter gives the reference new digits; the PUK must have been
// verified in this session.
func ResetRetryCounter(send Sender, reference byte, new []byte) (iso7816.StatusWord, error) {
	return status(send, iso7816.ResetRetryCounter(resetWithNewData, reference, new))
}

// QueryTries sends an empty VERIFY, which asks for the counter (ISO/IEC 7816-4
// section 11.5.6). By the standard it costs nothing; no CIE was seen to prove
// that, so the caller keeps count. It must never be sent for the PUK.
func QueryTries(send Sender) (iso7816.StatusWord, error) {
	return status(send, iso7816.Verify(ReferencePIN, nil))
}

func status(send Sender, c iso7816.CommandAPDU) (iso7816.StatusWord, error) {
	r, err := send(c)
	return r.SW, err
}

// Counter is a retry counter as the card keeps it.
type Counter struct{ Max, Left int }

// ReadCounter reads the retry counter of a reference by GET DATA: a read, that
// cannot spend a try. ok is false where the card does not tell (IAS ECC SDO
// class 01, tags 9A and 9B).
func ReadCounter(send Sender, reference byte) (c Counter, ok bool, err error) {
	object := reference &^ 0x80 // local object number
	r, err := send(iso7816.GetData([]byte{0x4D, 0x08, 0x70, 0x06, 0xBF, 0x81, object, 0x02, 0xA0, 0x80}, 256))
	if err != nil {
		return Counter{}, false, fmt.Errorf("read retry counter: %w", err)
	}
	if r.SW != iso7816.SWSuccess {
		return Counter{}, false, nil
	}
	path := []tlv.Tag{tagTemplate, 0xBF8100 | tlv.Tag(object), 0xA0}
	left, err := findValue(r.Data, append(path, 0x9B)...)
	if err != nil || len(left) != 1 {
		return Counter{}, false, nil
	}
	c.Left = int(left[0])
	if highest, err := findValue(r.Data, append(path, 0x9A)...); err == nil && len(highest) == 1 {
		c.Max = int(highest[0])
	}
	// Values no retry counter can have say that this is something else.
	if c.Left > 15 || c.Max > 15 || c.Max != 0 && c.Left > c.Max {
		return Counter{}, false, nil
	}
	return c, true, nil
}
