package virtual

// Class byte bits (ISO 7816-4 section 5.4.1).
const (
	claSM    byte = 0x0C // secure messaging with authenticated header
	claChain byte = 0x10 // more parts follow
)

// Largest answers of a short and of an extended command.
const (
	maxShort    = 256
	maxExtended = 65536
)

// command is a parsed command APDU. ne is the number of answer bytes allowed, 0
// when there is no Le field.
type command struct {
	cla    byte
	ins    Instruction
	p1, p2 byte
	data   []byte
	ne     int
}

// parseCommand takes apart the seven cases of ISO 7816-4 section 5.1.
func parseCommand(raw []byte) (command, bool) {
	if len(raw) < 4 {
		return command{}, false
	}
	cmd := command{cla: raw[0], ins: Instruction(raw[1]), p1: raw[2], p2: raw[3]}
	body := raw[4:]
	switch {
	case len(body) == 0:
		return cmd, true
	case len(body) == 1:
		cmd.ne = expected(int(body[0]), maxShort)
		return cmd, true
	case body[0] != 0:
		return cmd, cmd.takeShort(body)
	default:
		return cmd, cmd.takeExtended(body)
	}
}

func (c *command) takeShort(body []byte) bool {
	lc := int(body[0])
	switch len(body) {
	case 1 + lc:
	case 2 + lc:
		c.ne = expected(int(body[1+lc]), maxShort)
	default:
		return false
	}
	c.data = body[1 : 1+lc]
	return true
}

func (c *command) takeExtended(body []byte) bool {
	if len(body) < 3 {
		return false
	}
	n := int(body[1])<<8 | int(body[2])
	if len(body) == 3 {
		c.ne = expected(n, maxExtended)
		return true
	}
	switch {
	case n == 0:
		return false
	case len(body) == 3+n:
	case len(body) == 5+n:
		c.ne = expected(int(body[3+n])<<8|int(body[4+n]), maxExtended)
	default:
		return false
	}
	c.data = body[3 : 3+n]
	return true
}

func expected(le, most int) int {
	if le == 0 {
		return most
	}
	return le
}

// p1p2 joins the two parameter bytes.
func (c command) p1p2() uint16 { return uint16(c.p1)<<8 | uint16(c.p2) }

// protectedClass says whether the class byte asks for secure messaging.
func protectedClass(cla byte) bool { return cla&0xEC == claSM }

// checkClass refuses classes other than 00, 10, 0C and 1C; 0 means accepted.
func checkClass(cla byte) StatusWord {
	switch {
	case cla&0xE0 != 0:
		return swClass
	case cla&0x03 != 0:
		return swNoChannel
	case cla&claSM != 0 && cla&claSM != claSM:
		return swNoSM
	}
	return 0
}
