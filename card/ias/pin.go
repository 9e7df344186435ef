package ias

import (
	"errors"
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

// Counter is a retry counter as the card keeps it; Max is 0 where it does not
// tell.
type Counter struct{ Max, Left int }

// ErrNoCounter: the card answered with something that is no retry counter.
var ErrNoCounter = errors.New("no retry counter in the answer")

// mostTries is the highest value a retry counter can have (63Cx has room for
// no more).
const mostTries = 15

// ReadCounter reads the retry counter of a reference by GET DATA: a read, that
// cannot spend a try (IAS ECC SDO class 01, tags 9A and 9B). A card that does
// not tell gives a *StepError or ErrNoCounter.
func ReadCounter(send Sender, reference byte) (Counter, error) {
	const name = "read retry counter"
	object := reference &^ 0x80 // local object number
	data, err := step(send, name, iso7816.GetData([]byte{0x4D, 0x08, 0x70, 0x06, 0xBF, 0x81, object, 0x02, 0xA0, 0x80}, 256))
	if err != nil {
		return Counter{}, err
	}
	path := []tlv.Tag{tagTemplate, 0xBF8100 | tlv.Tag(object), 0xA0}
	left, told := smallNumber(data, append(path, 0x9B)...)
	highest, hasMax := smallNumber(data, append(path, 0x9A)...)
	// Values no retry counter can have say that this is something else.
	if !told || left > mostTries || hasMax && (highest > mostTries || left > highest) {
		return Counter{}, fmt.Errorf("%s: %w", name, ErrNoCounter)
	}
	return Counter{Max: highest, Left: left}, nil
}

// smallNumber is a value of one byte.
func smallNumber(data []byte, path ...tlv.Tag) (int, bool) {
	value, err := findValue(data, path...)
	if err != nil || len(value) != 1 {
		return 0, false
	}
	return int(value[0]), true
}

// Ping makes sure that the channel stands, by a command without effect (GET
// CHALLENGE).
func Ping(send Sender) error {
	_, err := step(send, "try the channel", iso7816.GetChallenge(challengeSize))
	return err
}
