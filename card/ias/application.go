package ias

import (
	"fmt"

	"cientro/card/iso7816"
)

// Sender sends one command and returns its answer, whatever the status word.
// An error means that there is no answer to trust. Both iso7816.Send over a
// plain Transmitter and securemessaging.Session.Send fit.
type Sender func(iso7816.CommandAPDU) (iso7816.ResponseAPDU, error)

// Plain returns a Sender that talks to t without secure messaging.
func Plain(t iso7816.Transmitter) Sender {
	return func(c iso7816.CommandAPDU) (iso7816.ResponseAPDU, error) { return iso7816.Send(t, c) }
}

// Application identifiers (ISO/IEC 7816-4 section 8.2.1.2).
var (
	aidIAS  = []byte{0xA0, 0x00, 0x00, 0x00, 0x30, 0x80, 0x00, 0x00, 0x00, 0x09, 0x81, 0x60, 0x01}
	aidCIE  = []byte{0xA0, 0x00, 0x00, 0x00, 0x00, 0x39}
	aidICAO = []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}
	aidCNS  = []byte{0xA0, 0x00, 0x00, 0x05, 0x30, 0x00, 0x0B, 0x10, 0x40, 0x01, 0x02, 0x1A}
	aidPPSE = []byte("2PAY.SYS.DDF01")
)

// Root is the way that led to the root of a card.
type Root string

// By the IAS application's identifier, or by selecting the master file.
const (
	RootIAS Root = "ias-aid"
	RootMF  Root = "mf"
)

// SelectRoot selects the root, where EF.SN and EF.DH live, trying the hinted
// way first and the other if that one answers an error. A card that knows
// neither is not an error: ok is false.
func SelectRoot(send Sender, hint Root) (root Root, ok bool, err error) {
	ways := []Root{RootIAS, RootMF}
	if hint == RootMF {
		ways = []Root{RootMF, RootIAS}
	}
	for _, way := range ways {
		command := iso7816.SelectAID(aidIAS, iso7816.SelectNoData)
		if way == RootMF {
			command = iso7816.SelectMF()
		}
		r, err := send(command)
		if err != nil {
			return "", false, fmt.Errorf("select root: %w", err)
		}
		if r.SW == iso7816.SWSuccess {
			return way, true, nil
		}
	}
	return "", false, nil
}

// SelectCIE selects the CIE application. It is what makes a card a CIE: ok is
// false where the card does not know it.
func SelectCIE(send Sender) (ok bool, err error) { return selects(send, aidCIE) }

// Applications of other cards, probed by SELECT alone to give them a name.
func SelectICAO(send Sender) (ok bool, err error) { return selects(send, aidICAO) }

// SelectCNS selects the application of a TS-CNS (contact or NFC).
func SelectCNS(send Sender) (ok bool, err error) { return selects(send, aidCNS) }

// SelectPPSE selects the contactless payment directory of bank cards (EMV).
func SelectPPSE(send Sender) (ok bool, err error) { return selects(send, aidPPSE) }

func selects(send Sender, aid []byte) (bool, error) {
	r, err := send(iso7816.SelectAID(aid, iso7816.SelectNoData))
	if err != nil {
		return false, fmt.Errorf("select application: %w", err)
	}
	return r.SW == iso7816.SWSuccess, nil
}

// StepError: the card answered a step of the protocol with a status word that
// stops it. It unwraps to the StatusWord.
type StepError struct {
	Step string
	SW   iso7816.StatusWord
}

func (e *StepError) Error() string { return e.Step + ": " + e.SW.Error() }
func (e *StepError) Unwrap() error { return e.SW }

// step sends c and demands 9000.
func step(send Sender, name string, c iso7816.CommandAPDU) ([]byte, error) {
	r, err := send(c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if r.SW != iso7816.SWSuccess {
		return nil, &StepError{Step: name, SW: r.SW}
	}
	return r.Data, nil
}
