package virtual

// keyReference names a private key of the card.
type keyReference byte

const (
	keyHolder   keyReference = 0x81
	keyChip     keyReference = 0x82
	keyServices keyReference = 0x83
)

// Algorithm identifiers of the security environment.
const (
	algorithmRSAPKCS1   = 0x02
	algorithmISO9796    = 0x41
	algorithmDHwithAuth = 0x9B
)

// session is everything that a reset forgets.
type session struct {
	agreement *agreement
	channel   *channel

	// Device authentication, terminal side: certificate, selected key, challenge.
	certificateKeySet bool
	terminal          *terminal
	terminalSelected  bool
	challenge         []byte // 8 bytes, consumed by one EXTERNAL AUTHENTICATE
	provenChallenge   []byte // the one the terminal proved itself with

	internalKey         keyReference // of the security environment, 0 if unset
	deviceAuthenticated bool
	pinVerified         bool
	pukVerified         bool
}

// endChannel forgets keys, authentication and PIN states.
func (c *Card) endChannel() {
	c.session = session{}
	c.chain, c.pending = nil, nil
}

// leaveChannel decides what a plain command does to a running session. Only the
// repeated request for the public key that opened the channel leaves it alone.
func (c *Card) leaveChannel(cmd command) {
	if c.session.channel == nil {
		return
	}
	if a := c.session.agreement; a != nil && !a.used && asksChipKey(cmd) {
		return
	}
	if cmd.ins == insSelect || c.settings.ForeignCommand == ForeignCommandEnds {
		chain := c.chain
		c.endChannel()
		c.chain = chain // an interrupted chain still answers 6883
	}
}

// asksChipKey recognises GET DATA for the card's DH public key.
func asksChipKey(cmd command) bool {
	list, _, ok := readObject(cmd.data)
	return ok && cmd.ins == insGetData && list.tag == tagHeaderList && len(list.value) > 0 && list.value[0] == byte(tagKeyAgreement)
}
