package card_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"

	"cientro/card"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
)

// The fault table: every operation meets every fault at every APDU it sends,
// and faultjudge_test.go says what must hold afterwards, whatever happened.
//
// CIENTRO_TEST_ALL=1 plays all of it, some 55,000 cases, in a quarter of an hour
// or so (go test -timeout 1h). By default the parts that differ in little are
// thinned, each row in other places, so that each fault and each APDU is still
// met in some row; the APDUs around the PIN are never thinned.

// maxAPDUs is more than any operation may send, however the card misbehaves.
const maxAPDUs = 400

// sharedSpecimen is parsed once: a card shares its data and changes nothing. Its
// authority, whose private exponent all clients have, has 1024 bits instead of
// 2048: a third of the table's time went into powers that are of no interest here.
// The terminal's certificate is as long as ever.
var sharedSpecimen = sync.OnceValue(func() *specimen.Data {
	d := specimen.Default()
	d.ExtAuthModulus, _ = hex.DecodeString("cbdd994b340d4f676a67205d4d7ff95bfddaf689278c7c6edddbf4cb503ca714" +
		"1258646d5a1430847776fe963782123e54c87af5761b7fce3a16760241182dc4" +
		"84560312bb490761927af0ba25a392b9753d7cc4c21a969b61d3ca057483f47c" +
		"95000e17099309d65e0676ddcee49aec8453ceb7b1c90f45180a5fbe7e88df81")
	d.ExtAuthExponent, _ = hex.DecodeString("00a1f19b8d9284aee1637b2e84498852c9c99ea96f75e3c40273f4d8f8568734" +
		"76a8765a2c2d6dfbf96ef275c2e19885ea10573b354dc67519d1e8e14eeee50d" +
		"9abacad82256ffef2d78ee88cbdf2ee1cf3b583d8481b0db97b7b7b8365bf1fa" +
		"71b32eff05e8e11ce3e22f1a3517ae0404c3e195305604838f2d7a7c19302881")
	return d
})

// operation is one row of the table.
type operation struct {
	name string
	// start is the card's state before; the PIN is rightPIN.
	pinTries int
	// code, and for which reference, is what is presented; "" for nothing.
	code string
	ref  card.Reference
	run  func(s *stand, c *card.Card, r *card.Report) error
	// looks: run needs no report and no PIN.
	looks bool
}

var errUntrue = errors.New("success that is none")

var operations = []operation{
	{name: "recognise", pinTries: 2, looks: true, run: func(_ *stand, c *card.Card, _ *card.Report) error {
		_, err := c.Recognise(ctx)
		return err
	}},
	{name: "inspect", pinTries: 2, looks: true, run: func(s *stand, c *card.Card, _ *card.Report) error {
		r, err := c.Inspect(ctx, card.PINReference, card.PUKReference)
		s.report = r
		return err
	}},
	{name: "verify right", pinTries: 2, code: rightPIN, ref: card.PINReference, run: verifyWith(rightPIN)},
	{name: "verify wrong", pinTries: 2, code: wrongPIN, ref: card.PINReference, run: verifyWith(wrongPIN)},
	{name: "change right", pinTries: 2, code: rightPIN, ref: card.PINReference, run: changeWith(rightPIN)},
	{name: "change wrong", pinTries: 2, code: wrongPIN, ref: card.PINReference, run: changeWith(wrongPIN)},
	{name: "unblock right", pinTries: 0, code: rightPUK, ref: card.PUKReference, run: unblockWith(rightPUK)},
	{name: "unblock wrong", pinTries: 0, code: wrongPUK, ref: card.PUKReference, run: unblockWith(wrongPUK)},
	{name: "certificate", pinTries: 2, code: rightPIN, ref: card.PINReference, run: holderWith(readCertificate)},
	{name: "sign", pinTries: 2, code: rightPIN, ref: card.PINReference, run: holderWith(signChallenge)},
	{name: "login", pinTries: 2, code: rightPIN, ref: card.PINReference, run: logInAndSign},
}

// logInAndSign is what an application does with the agent, to the end.
func logInAndSign(s *stand, c *card.Card, r *card.Report) error {
	err := c.Login(ctx, s.pin(rightPIN), agreed(r, card.PINReference))
	if err == nil {
		err = c.Use(ctx, signChallenge)
	}
	_ = c.Logout()
	return err
}

func verifyWith(pin string) func(*stand, *card.Card, *card.Report) error {
	return func(s *stand, c *card.Card, r *card.Report) error {
		_, err := c.VerifyPIN(ctx, s.pin(pin), agreed(r, card.PINReference))
		return err
	}
}

func changeWith(pin string) func(*stand, *card.Card, *card.Report) error {
	return func(s *stand, c *card.Card, r *card.Report) error {
		_, err := c.ChangePIN(ctx, s.pin(pin), s.pin(newPIN), agreed(r, card.PINReference))
		return err
	}
}

func unblockWith(puk string) func(*stand, *card.Card, *card.Report) error {
	return func(s *stand, c *card.Card, r *card.Report) error {
		_, err := c.UnblockPIN(ctx, s.puk(puk), s.pin(newPIN), agreed(r, card.PUKReference))
		return err
	}
}

func holderWith(use func(*card.Holder) error) func(*stand, *card.Card, *card.Report) error {
	return func(s *stand, c *card.Card, r *card.Report) error {
		return c.WithPIN(ctx, s.pin(rightPIN), agreed(r, card.PINReference), use)
	}
}

func readCertificate(h *card.Holder) error {
	certificate, err := h.Certificate(ctx)
	if err == nil && string(certificate.DER()) != string(sharedSpecimen().CertCIE) {
		return errUntrue
	}
	return err
}

func signChallenge(h *card.Holder) error {
	digest := sha256.Sum256([]byte("a challenge"))
	info, err := card.DigestInfo(crypto.SHA256, digest[:])
	if err != nil {
		return err
	}
	signature, err := h.Sign(ctx, info)
	if err != nil {
		return err
	}
	if rsa.VerifyPKCS1v15(&sharedSpecimen().HolderKey.PublicKey, crypto.SHA256, digest[:], signature) != nil {
		return errUntrue
	}
	return nil
}

// words are the status words a card may come up with, one a class, and those
// that mean something to a PIN command.
var words = []virtual.StatusWord{
	0x6110, 0x6282, 0x6300, 0x63C0, 0x63C1, 0x63C2, 0x63C3, 0x6581, 0x6700, 0x6883, 0x6982, 0x6983, 0x6984,
	0x6985, 0x6987, 0x6988, 0x6A80, 0x6A82, 0x6A86, 0x6A88, 0x6B00, 0x6C10, 0x6D00, 0x6E00, 0x6F00, 0x9000,
}

// faultKinds lists what may go wrong at an APDU; At is set by the table.
func faultKinds() []virtual.Fault {
	var all []virtual.Fault
	for _, kind := range []virtual.FaultKind{virtual.FaultRemove, virtual.FaultRemoveAfter, virtual.FaultReset,
		virtual.FaultResetAfter, virtual.FaultLostBefore, virtual.FaultLostAfter, virtual.FaultBadMAC,
		virtual.FaultBadSSC, virtual.FaultOversized, virtual.FaultRandom} {
		all = append(all, virtual.Fault{Kind: kind})
	}
	for _, length := range []int{0, 1, 2, 5} {
		all = append(all, virtual.Fault{Kind: virtual.FaultTruncated, Length: length})
	}
	for _, sw := range words {
		all = append(all, virtual.Fault{Kind: virtual.FaultStatusPlain, StatusWord: sw},
			virtual.Fault{Kind: virtual.FaultStatusInner, StatusWord: sw})
	}
	// What never ends: a card that went mad, a program that resets for ever.
	for _, kind := range []virtual.FaultKind{virtual.FaultReset, virtual.FaultResetAfter, virtual.FaultLostBefore, virtual.FaultRandom} {
		all = append(all, virtual.Fault{Kind: kind, Repeat: true})
	}
	for _, sw := range []virtual.StatusWord{0x6110, 0x6282, 0x6700, 0x6C10, 0x6F00, 0x9000} {
		all = append(all, virtual.Fault{Kind: virtual.FaultStatusPlain, StatusWord: sw, Repeat: true},
			virtual.Fault{Kind: virtual.FaultStatusInner, StatusWord: sw, Repeat: true})
	}
	return all
}

func nameOf(f virtual.Fault) string {
	name := string(f.Kind)
	if f.StatusWord != 0 {
		name += "-" + f.StatusWord.String()
	}
	if f.Kind == virtual.FaultTruncated {
		name += fmt.Sprint("-", f.Length)
	}
	if f.Repeat {
		name += "-repeated"
	}
	return name
}

// scene is where the operations are played.
type scene struct {
	name  string
	known bool // this computer has seen the card
	// warm: the channel of Inspect stands and faults begin after it. Else the
	// operation builds the channel itself, as after a reset while a person typed.
	warm     bool
	settings func(*virtual.Settings)
	plays    func(operation) bool
	stride   int // every stride-th case, unless CIENTRO_TEST_ALL is set
}

var scenes = []scene{
	{name: "warm", known: true, warm: true, stride: 5, plays: func(o operation) bool { return !o.looks }},
	{name: "silent counters", known: true, warm: true, stride: 11, settings: silent(virtual.EmptyVerifyFree),
		plays: func(o operation) bool { return o.ref != 0 }},
	{name: "known card", known: true, stride: 7, plays: func(o operation) bool { return o.looks }},
	{name: "unknown card", stride: 17, plays: func(o operation) bool { return o.looks }},
	{name: "known card cold", known: true, stride: 53, plays: func(o operation) bool { return !o.looks }},
	{name: "unknown card cold", stride: 199, plays: func(o operation) bool { return !o.looks }},
}

// TestFaultTable plays the table.
func TestFaultTable(t *testing.T) {
	played := newTally()
	t.Cleanup(func() { t.Log(played) })
	for _, sc := range scenes {
		for _, op := range operations {
			if sc.plays(op) {
				t.Run(sc.name+", "+op.name, func(t *testing.T) {
					t.Parallel()
					playRow(t, sc, op, played)
				})
			}
		}
	}
}

func playRow(t *testing.T, sc scene, op operation, played *tally) {
	setting := prepare(t, sc, op)
	all, protected := learn(t, setting)
	stride := sc.stride
	if os.Getenv("CIENTRO_TEST_ALL") != "" {
		stride = 1
	} else if raceDetector || testing.Short() {
		stride *= 5
	}
	row := slices.IndexFunc(operations, func(o operation) bool { return o.name == op.name })
	cases := 0
	for k, fault := range faultKinds() {
		sent := all
		if fault.Kind == virtual.FaultBadMAC || fault.Kind == virtual.FaultBadSSC {
			sent = protected // only those are counted
		}
		for at := 1; at <= sent; at++ {
			thinned := (k*all+at+row)%stride != 0
			if thinned && (raceDetector || !op.closeToPIN(sc, at)) {
				continue
			}
			cases++
			fault.At = at
			name := fmt.Sprintf("%s at %d", nameOf(fault), at)
			s := setting.stand(t, name)
			s.sameCard = (k+at)%2 == 0
			if complaints := s.play(fault); len(complaints) > 0 {
				t.Errorf("%s: %v", name, errors.Join(complaints...))
			}
			played.add(s.err)
		}
	}
	if cases == 0 {
		t.Errorf("of %d APDUs none met a fault: the stride is too long", all)
	}
}

// closeToPIN: the counter, VERIFY, and the command behind it. Reading and
// signing share theirs with "verify right".
func (o operation) closeToPIN(sc scene, at int) bool {
	return sc.warm && sc.settings == nil && at <= 3 && o.name != "certificate" && o.name != "sign"
}
