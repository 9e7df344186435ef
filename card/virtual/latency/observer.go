package latency

import (
	"time"

	"cientro/card/virtual"
)

// Instructions that compare a PIN or PUK (ISO 7816-4 sections 11.5.6 to 11.5.10).
const (
	insVerify     = 0x20
	insChange     = 0x24
	insResetRetry = 0x2C
)

// ExchangeOf takes what the virtual card tells its observers.
func ExchangeOf(x virtual.Exchange) Exchange {
	e := Exchange{CommandLength: x.CommandLength, ResponseLength: x.ResponseLength}
	switch x.Operation {
	case virtual.OperationRSAPublic:
		e.Operation = RSAPublic
	case virtual.OperationRSAPrivate:
		e.Operation = RSAPrivate
	case virtual.OperationDH:
		e.Operation = DH
	default:
		switch x.INS {
		case insVerify, insChange, insResetRetry:
			e.Operation = Present
		}
	}
	return e
}

// Observer returns an observer that adds every exchange to the meter.
func (m *Meter) Observer() virtual.Observer {
	return func(x virtual.Exchange) { m.Add(ExchangeOf(x)) }
}

// Delay returns an observer that makes every exchange last as long as the model
// says, by calling sleep ([time.Sleep], or a test's own) before the answer is
// handed out. An error if the model is not valid.
func Delay(m Model, sleep func(time.Duration)) (virtual.Observer, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	return func(x virtual.Exchange) { sleep(m.Duration(ExchangeOf(x)).Total()) }, nil
}
