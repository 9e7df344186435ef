package latency

import (
	"errors"
	"fmt"
	"time"
)

// Rate is a bit rate of ISO/IEC 14443-3, by its name in kbit/s.
type Rate int

// The four rates. Cards start at Rate106; faster ones are agreed on.
const (
	Rate106 Rate = 106
	Rate212 Rate = 212
	Rate424 Rate = 424
	Rate848 Rate = 848
)

// Rates lists the four, slowest first.
func Rates() []Rate { return []Rate{Rate106, Rate212, Rate424, Rate848} }

// carrier is the frequency of the field in Hz; one elementary time unit at
// Rate106 has 128 of its periods.
const carrier = 13_560_000

// periods per bit.
func (r Rate) periods() int64 {
	return 128 * int64(Rate106) / int64(r)
}

// Operation is the dearest thing the chip does for one exchange.
type Operation int

// What costs the chip time.
const (
	Small      Operation = iota // select, read, get data, manage security environment
	Present                     // a PIN or PUK is compared, its counter written twice
	RSAPublic                   // a signature with a 2048-bit key is checked
	RSAPrivate                  // a signature with a 2048-bit key is made
	DH                          // a key pair is made and a secret agreed on, 2048 bits
	operations
)

// Model holds everything the duration of an exchange depends on.
type Model struct {
	Rate Rate

	// FrameToCard and FrameToReader are the largest frames in bytes, prologue
	// and CRC included (FSC and FSD of ISO/IEC 14443-4 section 5.1).
	FrameToCard, FrameToReader int

	// BitsPerByte on the air: 9 for type A (parity), 10 for type B (start, stop).
	BitsPerByte int

	TurnRound time.Duration // after each block, until the other side answers
	Reader    time.Duration // PC/SC, driver and USB, per APDU

	// Chip is the computing time by Operation.
	Chip [operations]time.Duration
}

// Assumed is a type A card with frames of 256 bytes at the rate given. All its
// times are assumptions: 0.6 ms turn-round and 3 ms of PC/SC and USB per APDU
// are what readers of this kind need; 350 ms for an RSA signature, 200 ms for
// the key exchange and 40 ms for the rest that computes are typical of chips of
// this generation. Replace them once a real trace exists.
func Assumed(rate Rate) Model {
	return Model{
		Rate: rate, FrameToCard: 256, FrameToReader: 256, BitsPerByte: 9,
		TurnRound: 600 * time.Microsecond, Reader: 3 * time.Millisecond,
		Chip: [operations]time.Duration{
			Small: 5 * time.Millisecond, Present: 40 * time.Millisecond, RSAPublic: 40 * time.Millisecond,
			RSAPrivate: 350 * time.Millisecond, DH: 200 * time.Millisecond,
		},
	}
}

// Validate names the first value the model cannot compute with.
func (m Model) Validate() error {
	switch {
	case m.Rate != Rate106 && m.Rate != Rate212 && m.Rate != Rate424 && m.Rate != Rate848:
		return fmt.Errorf("bit rate of %d kbit/s is none of %v", m.Rate, Rates())
	case m.FrameToCard < 16 || m.FrameToCard > 4096 || m.FrameToReader < 16 || m.FrameToReader > 4096:
		return fmt.Errorf("frame sizes %d and %d are not in 16..4096", m.FrameToCard, m.FrameToReader)
	case m.BitsPerByte != 9 && m.BitsPerByte != 10:
		return fmt.Errorf("%d bits per byte on the air is neither type A nor type B", m.BitsPerByte)
	case m.TurnRound < 0 || m.Reader < 0:
		return errors.New("a time is negative")
	}
	for op, d := range m.Chip {
		if d < 0 {
			return fmt.Errorf("time of operation %d is negative", op)
		}
	}
	return nil
}

// Exchange is one command APDU and its response. ResponseLength is 0 where no
// answer left the card.
type Exchange struct {
	CommandLength, ResponseLength int // bytes
	Operation                     Operation
}

// Duration says where the time of one exchange, or of many, goes.
type Duration struct {
	Reader, Radio, Chip time.Duration
}

// Total is the sum of the three.
func (d Duration) Total() time.Duration { return d.Reader + d.Radio + d.Chip }

// Duration computes the time of one exchange. The model must be valid.
func (m Model) Duration(e Exchange) Duration {
	d := Duration{Reader: m.Reader, Radio: m.transfer(e.CommandLength, m.FrameToCard)}
	if e.ResponseLength > 0 {
		d.Radio += m.transfer(e.ResponseLength, m.FrameToReader)
	}
	if e.Operation >= 0 && e.Operation < operations {
		d.Chip = m.Chip[e.Operation]
	}
	return d
}

// Bytes of a block beside its information field (ISO/IEC 14443-4 section 7.1):
// one of protocol control and two of CRC. An R-block has nothing else.
const blockOverhead = 3

// transfer is the time on the air of one APDU in one direction: its I-blocks,
// an R-block back for each but the last, and a turn-round after each block.
func (m Model) transfer(length, frame int) time.Duration {
	information := frame - blockOverhead
	blocks := max(1, (length+information-1)/information)
	acknowledged := blocks - 1
	bytes := length + blocks*blockOverhead + acknowledged*blockOverhead
	return m.air(bytes) + time.Duration(blocks+acknowledged)*m.TurnRound
}

// air is the time that so many bytes take on the air.
func (m Model) air(bytes int) time.Duration {
	bits := int64(bytes) * int64(m.BitsPerByte)
	return time.Duration(bits * m.Rate.periods() * int64(time.Second) / carrier)
}
