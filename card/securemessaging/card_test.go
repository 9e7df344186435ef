package securemessaging_test

import (
	"encoding/binary"
	"encoding/hex"

	"cientro/card/iso7816"
	"cientro/card/securemessaging"
	"cientro/card/tlv"
)

// smCard is the card's side of a channel, as small as tests need it: it counts,
// and protects the answers it is told to give. It does not check commands; what
// was sent is compared with the vectors.
type smCard struct {
	kEnc, kMac []byte
	ssc        uint64
	sent       []string
	// reply gives the clear answer to the nth command (from 0) and may change
	// the protected one; nil answers 9000.
	reply func(n int) (clear iso7816.ResponseAPDU, change func(body []byte) []byte)
}

func newCard(kEnc, kMac []byte, ssc uint64) *smCard { return &smCard{kEnc: kEnc, kMac: kMac, ssc: ssc} }

func (c *smCard) Transmit(command []byte) ([]byte, error) {
	n := len(c.sent)
	c.sent = append(c.sent, hex.EncodeToString(command))
	clear, change := iso7816.ResponseAPDU{SW: iso7816.SWSuccess}, (func([]byte) []byte)(nil)
	if c.reply != nil {
		clear, change = c.reply(n)
	}
	c.ssc += 2
	answer := append(c.protect(command[1], clear), 0x90, 0x00)
	if change != nil {
		answer = change(answer)
	}
	return answer, nil
}

// protect is the answer's data field for the card's counter.
func (c *smCard) protect(ins byte, r iso7816.ResponseAPDU) []byte {
	var objects []byte
	if len(r.Data) > 0 {
		cryptogram := must(securemessaging.EncryptCBC(c.kEnc, securemessaging.Pad(r.Data, 8)))
		if ins&1 == 1 {
			objects = tlv.Encode(0x85, cryptogram)
		} else {
			objects = tlv.Encode(0x87, []byte{0x01}, cryptogram)
		}
	}
	objects = append(objects, tlv.Encode(0x99, []byte{byte(r.SW >> 8), byte(r.SW)})...)
	return append(objects, tlv.Encode(0x8E, c.macOf(objects))...)
}

func (c *smCard) macOf(objects []byte) []byte {
	input := binary.BigEndian.AppendUint64(nil, c.ssc)
	return must(securemessaging.RetailMAC(c.kMac, securemessaging.Pad(append(input, objects...), 8)))
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
