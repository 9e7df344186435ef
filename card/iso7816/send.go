package iso7816

import "fmt"

// Send carries a command to the card and brings back the whole answer.
//
// The command goes out in the short form. More than 255 data bytes are sent by
// command chaining (ISO 7816-4 section 5.3.3), parts of 255, in clear. An Ne
// above 256 asks for 256, the rest comes by GET RESPONSE. 61xx is followed by
// GET RESPONSE until the answer is complete. 6Cxx is repeated once with the Ne
// the card names, and only for commands that cannot spend a try.
//
// A status word other than 9000 is no error here: it is in the response, and
// the caller decides. If the card refuses a part of a chain, its answer is the
// response and the rest is not sent. Errors are [ErrCommand] (nothing was
// sent), [ErrResponse], [ErrEndless], or what the Transmitter returned.
func Send(t Transmitter, c CommandAPDU) (ResponseAPDU, error) {
	if len(c.Data) > MaxExtendedData || c.Ne < 0 || c.Ne > MaxExtendedNe {
		return ResponseAPDU{}, fmt.Errorf("%v: %w", c, ErrCommand)
	}
	c.Ne = min(c.Ne, MaxShortNe)
	parts := len(c.Data) > MaxShortData
	if parts {
		refused, r, err := sendParts(t, &c)
		if refused || err != nil {
			return r, err
		}
	}
	r, err := exchange(t, c)
	if err != nil {
		return ResponseAPDU{}, reached(parts, err)
	}
	if le, ok := r.SW.CorrectLe(); ok && Repeatable(c.INS) && !parts {
		c.Ne = le
		if r, err = exchange(t, c); err != nil {
			return ResponseAPDU{}, reached(true, err)
		}
	}
	r, err = fetch(t, r, false)
	return r, reached(true, err)
}

// reached keeps the knowledge that parts of the command were answered before
// the failure.
func reached(before bool, err error) error {
	if err == nil || !before {
		return err
	}
	return afterAnswer{err}
}

// sendParts sends all but the last part of a long command and leaves the last
// one in c. refused means that the card refused a part, with the response r.
func sendParts(t Transmitter, c *CommandAPDU) (refused bool, r ResponseAPDU, err error) {
	for before := false; len(c.Data) > MaxShortData; before = true {
		part := *c
		part.CLA |= CLAChaining
		part.Data, part.Ne = c.Data[:MaxShortData], 0
		if r, err = exchange(t, part); err != nil {
			return false, ResponseAPDU{}, reached(before, err)
		}
		// 61xx to a part carries nothing that is needed; fetching it would break
		// the chain on some readers.
		if _, more := r.SW.MoreData(); r.SW != SWSuccess && !more {
			return true, r, nil
		}
		c.Data = c.Data[MaxShortData:]
	}
	return false, ResponseAPDU{}, nil
}

// exchange is one APDU out and one in.
func exchange(t Transmitter, c CommandAPDU) (ResponseAPDU, error) {
	b, err := c.Bytes()
	if err != nil {
		return ResponseAPDU{}, err
	}
	answer, err := t.Transmit(b)
	if err != nil {
		return ResponseAPDU{}, fmt.Errorf("%02X %02X: %w", c.CLA, c.INS, err)
	}
	return ParseResponse(answer)
}

// Repeatable says whether a command may be sent again when the card names a
// better Le: it only reads, so a second one changes nothing and spends no try.
func Repeatable(ins byte) bool {
	switch ins {
	case INSReadBinary, INSReadBinaryOdd, INSGetData, INSGetDataOdd, INSGetResponse, INSGetChallenge:
		return true
	}
	return false
}
