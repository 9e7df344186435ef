package virtual

// pending is the part of an answer that waits for GET RESPONSE.
type pending struct {
	rest      []byte
	sw        StatusWord
	protected bool
}

// answer fits body and status word into what the command allows; the rest waits
// behind 61xx (ISO 7816-4 section 5.3.4).
func (c *Card) answer(body []byte, sw StatusWord, cmd command, protected bool) []byte {
	limit := cmd.ne
	switch {
	case len(body) == 0:
		return sw.bytes()
	case cmd.ne == 0 && c.settings.NoLe == NoLe61xx:
		limit = 0
	case cmd.ne == 0:
		limit = maxShort
	case len(body) > cmd.ne && cmd.ne < maxShort && !protected && c.settings.ShortLe == ShortLeWrong:
		return swWrongLe.withLength(len(body)).bytes()
	}
	if len(body) <= limit {
		return append(append([]byte(nil), body...), sw.bytes()...)
	}
	c.pending = &pending{rest: body[limit:], sw: sw, protected: protected}
	more := StatusWord(0x6100).withLength(len(body) - limit)
	return append(append([]byte(nil), body[:limit]...), more.bytes()...)
}

// getResponse hands out what is pending. It is never protected itself, moves no
// counter and ends no session.
func (c *Card) getResponse(cmd command) []byte {
	p := c.pending
	if p == nil {
		if c.chain != nil {
			c.chain = nil
			return swLastExpected.bytes()
		}
		return swConditions.bytes()
	}
	switch {
	case !c.getResponseClass(cmd.cla, p.protected):
		return swClass.bytes()
	case cmd.p1p2() != 0:
		return swWrongP1P2.bytes()
	case len(cmd.data) > 0:
		return swWrongLength.bytes()
	}
	ne := cmd.ne
	if ne == 0 {
		ne = maxShort
	}
	if ne > len(p.rest) && ne < maxShort {
		return swWrongLe.withLength(len(p.rest)).bytes()
	}
	n := min(ne, len(p.rest))
	out := append([]byte(nil), p.rest[:n]...)
	p.rest = p.rest[n:]
	if len(p.rest) > 0 {
		return append(out, StatusWord(0x6100).withLength(len(p.rest)).bytes()...)
	}
	c.pending = nil
	return append(out, p.sw.bytes()...)
}

func (c *Card) getResponseClass(cla byte, protected bool) bool {
	if !protected {
		return cla == 0
	}
	switch c.settings.GetResponseCLA {
	case GetResponse00:
		return cla == 0
	case GetResponse0C:
		return cla == claSM
	}
	return cla == 0 || cla == claSM
}
