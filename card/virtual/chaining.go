package virtual

// chainLimit is the most data a chain may gather, in bytes.
const chainLimit = 4096

// chain gathers the parts of a chained command (ISO 7816-4 section 5.3.3).
type chain struct {
	cla    byte // without the chaining bit
	ins    Instruction
	p1, p2 byte
	data   []byte
}

// gather adds one part. complete is true when full may be executed; otherwise sw
// is the answer to the part.
func (c *Card) gather(cmd command) (full command, sw StatusWord, complete bool) {
	more := cmd.cla&claChain != 0
	cla := cmd.cla &^ claChain
	if h := c.chain; h != nil && (h.cla != cla || h.ins != cmd.ins || h.p1 != cmd.p1 || h.p2 != cmd.p2) {
		c.chain = nil
		return command{}, swLastExpected, false
	}
	if c.chain == nil && !more {
		return cmd, swOK, true
	}
	if c.chain == nil {
		if !chainable(cmd.ins) {
			return command{}, swNoChaining, false
		}
		c.chain = &chain{cla: cla, ins: cmd.ins, p1: cmd.p1, p2: cmd.p2}
	}
	if len(c.chain.data)+len(cmd.data) > chainLimit {
		c.chain = nil
		return command{}, swWrongLength, false
	}
	c.chain.data = append(c.chain.data, cmd.data...)
	if more {
		return command{}, swOK, false
	}
	cmd.cla, cmd.data = cla, c.chain.data
	c.chain = nil
	return cmd, swOK, true
}

func chainable(ins Instruction) bool {
	switch ins {
	case insMSE, insPSO, insExternalAuth, insInternalAuth, insGetData:
		return true
	}
	return false
}
