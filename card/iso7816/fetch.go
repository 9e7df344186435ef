package iso7816

import (
	"errors"
	"fmt"
)

const (
	// maxAnswer bounds a collected answer; no file or key of a card is larger.
	maxAnswer = 65536
	// maxRounds bounds GET RESPONSE commands: twice what the largest answer
	// needs in parts of 256.
	maxRounds = 512
)

// ErrEndless: the card keeps announcing more data beyond every bound, or
// announces it and hands over none.
var ErrEndless = errors.New("card announces data without end")

// Fetch collects the rest of an answer that ended in 61xx by GET RESPONSE
// (ISO 7816-4 section 11.7.1) and returns everything under the last status
// word; any other answer comes back as it is.
//
// It is the form for answers under secure messaging: GET RESPONSE itself stays
// outside the channel (class 00), and on 6E00 or 68xx it is sent once more
// with class 0C, as some cards want. The error is [ErrEndless], [ErrResponse],
// or what the Transmitter returned.
func Fetch(t Transmitter, r ResponseAPDU) (ResponseAPDU, error) { return fetch(t, r, true) }

func fetch(t Transmitter, r ResponseAPDU, secured bool) (ResponseAPDU, error) {
	more, ok := r.SW.MoreData()
	if !ok {
		return r, nil
	}
	cla := byte(0x00)
	// A copy: r.Data may be a slice of the Transmitter's buffer.
	all := ResponseAPDU{Data: append(make([]byte, 0, len(r.Data)+more), r.Data...), SW: r.SW}
	for round := 0; ok; round++ {
		if round == maxRounds {
			return ResponseAPDU{}, fmt.Errorf("%d times GET RESPONSE: %w", round, ErrEndless)
		}
		part, err := getResponse(t, cla, more)
		if err != nil {
			return ResponseAPDU{}, err
		}
		if secured && cla == 0x00 && wantsSecuredClass(part.SW) {
			cla = CLASecured
			if part, err = getResponse(t, cla, more); err != nil {
				return ResponseAPDU{}, err
			}
		}
		all.Data, all.SW = append(all.Data, part.Data...), part.SW
		if more, ok = part.SW.MoreData(); ok && len(part.Data) == 0 {
			return ResponseAPDU{}, fmt.Errorf("GET RESPONSE brought nothing: %w", ErrEndless)
		}
		if len(all.Data) > maxAnswer {
			return ResponseAPDU{}, fmt.Errorf("more than %d bytes: %w", maxAnswer, ErrEndless)
		}
	}
	return all, nil
}

// getResponse is one GET RESPONSE, repeated once if the card names another Le.
func getResponse(t Transmitter, cla byte, n int) (ResponseAPDU, error) {
	c := GetResponse(n)
	c.CLA = cla
	r, err := exchange(t, c)
	if err != nil {
		return ResponseAPDU{}, err
	}
	if le, ok := r.SW.CorrectLe(); ok {
		c.Ne = le
		return exchange(t, c)
	}
	return r, nil
}

func wantsSecuredClass(sw StatusWord) bool { return sw == SWCLAUnsupported || sw&0xFF00 == 0x6800 }
