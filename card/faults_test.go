package card_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

// The fault table: every operation meets every fault at every APDU it sends,
// and faultjudge_test.go says what must hold afterwards, whatever happened.
//
// CIENTRO_TEST_ALL=1 plays all of it, some 55,000 cases, in a quarter of an hour
// or so (go test -timeout 1h). By default the parts that differ in little are
// thinned along the diagonal, so that each fault and each APDU is still met; the
// APDUs around the PIN are never thinned.

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
	} else if testing.Short() {
		stride *= 10
	}
	for k, fault := range faultKinds() {
		sent := all
		if fault.Kind == virtual.FaultBadMAC || fault.Kind == virtual.FaultBadSSC {
			sent = protected // only those are counted
		}
		for at := 1; at <= sent; at++ {
			if (k+at)%stride != 0 && !op.closeToPIN(sc, at) {
				continue
			}
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
}

// closeToPIN: the counter, VERIFY, and the command behind it. Reading and
// signing share theirs with "verify right".
func (o operation) closeToPIN(sc scene, at int) bool {
	return sc.warm && sc.settings == nil && at <= 3 && o.name != "certificate" && o.name != "sign"
}

// setting is a scene and an operation, with what all its cases share.
type setting struct {
	scene
	operation
	static []byte       // what a known card's record holds
	report *card.Report // what the person saw, for cold cases
}

func prepare(t *testing.T, sc scene, op operation) *setting {
	g := &setting{scene: sc, operation: op}
	s := g.stand(t, "before")
	c := s.open()
	r, err := c.Inspect(ctx, card.PINReference, card.PUKReference)
	require.NoError(t, err)
	g.report = r
	g.static, _ = s.memory.Card([]byte(specimenNIS)).Static()
	require.NotEmpty(t, g.static)
	return g
}

// learn counts the APDUs of a clean run.
func learn(t *testing.T, g *setting) (all, protected int) {
	s := g.stand(t, "clean")
	require.Empty(t, s.play(virtual.Fault{}))
	return s.sent, s.sentProtected
}

// stand is a desk whose wire is watched, for one case.
type stand struct {
	*desk
	*setting
	wire     *wire
	sameCard bool // go on with the same *Card afterwards, as a resident program does

	before    virtual.State
	bootsThen uint64 // when a PIN command was last answered
	err       error
	report    *card.Report

	sent, sentProtected int  // APDUs of the operation
	locked              bool // the card has said, under its MAC, that the PUK is blocked
}

// stand lays a card on a reader; all randomness follows from the names.
func (g *setting) stand(t testing.TB, name string) *stand {
	t.Helper()
	p, _ := virtual.ProfileByName("gemalto")
	settings := p.Defaults()
	if g.settings != nil {
		g.settings(&settings)
	}
	seed := func(side string) *rand.ChaCha8 {
		return newSeeded(side + g.scene.name + g.operation.name + name)
	}
	s := &stand{setting: g, wire: &wire{}}
	state := virtual.State{PIN: rightPIN, PINTries: g.pinTries, PUKTries: 9}
	states := &virtual.MemoryStore{}
	require.NoError(t, states.Save(state))
	chip, err := virtual.New(virtual.Config{Data: sharedSpecimen(), Profile: p, Settings: &settings, Store: states, Rand: seed("card")})
	require.NoError(t, err)
	chip.Observe(func(x virtual.Exchange) {
		if iso7816.IsPINCommand(byte(x.INS)) {
			s.bootsThen = chip.State().Boots
		}
	})
	s.desk = &desk{t: t, chip: chip, reader: virtuallink.NewReader(chip), memory: store.Memory()}
	s.o = card.Options{Store: s.memory, QueryTries: true, Rand: seed("terminal")}
	if g.known && g.static != nil {
		require.NoError(t, s.memory.Card([]byte(specimenNIS)).SetStatic(g.static))
	}
	return s
}

// open connects over the watched wire.
func (s *stand) open() *card.Card {
	link, err := s.reader.Connect()
	require.NoError(s.t, err)
	return card.New(&tap{Link: link, wire: s.wire}, s.o)
}

// play runs the case and returns what is wrong; a zero fault is a clean run.
func (s *stand) play(fault virtual.Fault) (complaints []error) {
	c := s.open()
	defer func() { _ = c.Close() }()
	r := s.setting.report
	if s.warm {
		var err error
		if r, err = c.Inspect(ctx, card.PINReference, card.PUKReference); err != nil {
			return []error{fmt.Errorf("inspect before: %w", err)}
		}
	}
	s.wire.sent = nil
	s.before = s.chip.State()
	mark := len(s.chip.Journal())
	if fault.Kind != "" {
		if err := s.chip.Arm(fault); err != nil {
			return []error{err}
		}
	}
	began := time.Now()
	s.err = s.guarded(c, r)
	s.sent, s.sentProtected = len(s.wire.sent), s.wire.protected()
	if errors.Is(s.err, errPanic) {
		return []error{s.err}
	}
	if lasted := time.Since(began); lasted > 20*time.Second {
		complaints = append(complaints, fmt.Errorf("took %v", lasted))
	}
	complaints = append(complaints, s.judge(fault, s.chip.Journal(), mark)...)
	return append(complaints, s.usableAfterwards(c)...)
}

var errPanic = errors.New("panic")

func (s *stand) guarded(c *card.Card, r *card.Report) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v\n%s", errPanic, p, debug.Stack())
		}
	}()
	return s.run(s, c, r)
}

// tap is a Link whose traffic is noted.
type tap struct {
	card.Link
	wire *wire
}

func (l *tap) Transmit(command []byte) ([]byte, error) {
	if l.wire.note(command) > maxAPDUs {
		return nil, &iso7816.LinkError{Kind: iso7816.LinkLost, Sent: true}
	}
	return l.Link.Transmit(command)
}

func (l *tap) Begin(ctx context.Context) (bool, error) { return l.Link.Begin(ctx) }

// wire is what a program sent, headers only.
type wire struct{ sent []sent }

// sent is one command; full says that it carried data.
type sent struct {
	cla, ins, p2 byte
	full         bool
}

func (w *wire) note(command []byte) int {
	c := sent{cla: command[0], ins: command[1], p2: command[3]}
	switch {
	case c.cla&iso7816.CLASecured == 0:
		c.full = len(command) > 5
	case len(command) > 5: // a protected command without data begins with its Le
		c.full = command[5] == 0x87 || command[5] == 0x85
	}
	w.sent = append(w.sent, c)
	return len(w.sent)
}

func (w *wire) protected() (n int) {
	for _, c := range w.sent {
		if c.cla&iso7816.CLASecured != 0 {
			n++
		}
	}
	return n
}

// tally counts outcomes over the table, to show that it is not all one.
type tally struct {
	mu    sync.Mutex
	cases map[string]int
	began time.Time
}

func newTally() *tally { return &tally{cases: map[string]int{}, began: time.Now()} }

func (n *tally) add(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cases["all"]++
	n.cases[classOf(err)]++
}

func (n *tally) String() string {
	return fmt.Sprintf("%v in %.1f s", n.cases, time.Since(n.began).Seconds())
}

// TestUnblockPINWithoutARecognisedCard: the very first APDU fails, so that not
// even the card's number is known.
func TestUnblockPINWithoutARecognisedCard(t *testing.T) {
	d := newDesk(t, "gemalto")
	require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultLostBefore}))
	require.NotPanics(t, func() {
		_, err := d.open().UnblockPIN(ctx, d.puk(rightPUK), d.pin(newPIN), card.Consent{})
		require.ErrorIs(t, err, iso7816.ErrLost)
	})
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	require.NotPanics(t, func() {
		_, err := d.open().UnblockPIN(cancelled, d.puk(rightPUK), d.pin(newPIN), card.Consent{})
		require.ErrorIs(t, err, context.Canceled)
	})
	require.Equal(t, counts{}, d.counted())
}

// TestUnprotectedBlockedIsNoVerdictForEver: a status word that no MAC protects
// may be believed for a moment. It must not keep a PUK from its card for ever.
func TestUnprotectedBlockedIsNoVerdictForEver(t *testing.T) {
	for _, sw := range []virtual.StatusWord{0x63C0, 0x6983, 0x6984} {
		t.Run(sw.String(), func(t *testing.T) {
			d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyRefused))
			require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultStatusPlain, INS: iso7816.INSVerify, StatusWord: sw, At: 1}))
			c := d.open()
			d.o.QueryTries = false
			r, err := c.Inspect(ctx, card.PUKReference)
			require.NoError(t, err)
			_, err = c.UnblockPIN(ctx, d.puk(rightPUK), d.pin(newPIN), agreed(r, card.PUKReference))
			require.Error(t, err)
			require.Equal(t, 10, d.chip.State().PUKTries, "the card never saw it")
			_, err = d.unblock(rightPUK, newPIN)
			require.NoError(t, err)
		})
	}
}

// TestPassingFaultIsNoVerdict: a read that failed once must not make a card
// count as not genuine for as long as the program runs.
func TestPassingFaultIsNoVerdict(t *testing.T) {
	for name, fault := range map[string]virtual.Fault{
		"chip out of order for once":   {Kind: virtual.FaultStatusPlain, StatusWord: 0x6F00, INS: iso7816.INSInternalAuthenticate},
		"a spoiled byte in a key file": {Kind: virtual.FaultTamperedFile, File: "1005", Offset: 40},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "gemalto")
			require.NoError(t, d.chip.Arm(fault))
			c := d.open()
			_, _ = c.Inspect(ctx) // a refusal or an error, as the fault is
			d.chip.Disarm()
			r, err := c.Inspect(ctx, card.PINReference)
			require.NoError(t, err)
			require.Nil(t, r.Refusal)
			_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
			require.NoError(t, err)
		})
	}
}

// TestOnePlainAnswerDoesNotHideTheCounters: a word that no MAC protects must
// not teach this computer for good that the card has no counters to read. They
// are what keeps a consent honest, and what spares the card an empty VERIFY.
func TestOnePlainAnswerDoesNotHideTheCounters(t *testing.T) {
	for _, sw := range []virtual.StatusWord{0x6300, 0x6700, 0x6883, 0x6A80, 0x6A88, 0x6F00} {
		t.Run(sw.String(), func(t *testing.T) {
			d := newDesk(t, "gemalto")
			known := d.inspect(card.PINReference, card.PUKReference)
			require.Equal(t, card.SourceCard, known.PUK.Source)
			// The last but one APDU of a known card's Inspect asks for the PIN's counter.
			clean := d.apdus
			d.inspect(card.PINReference, card.PUKReference)
			clean = d.apdus - clean
			require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultStatusPlain, StatusWord: sw, At: clean - 1}))
			_, _ = d.open().Inspect(ctx, card.PINReference, card.PUKReference)
			require.Empty(t, d.chip.Armed(), "the fault struck")
			for range 2 {
				r := d.inspect(card.PINReference, card.PUKReference)
				require.Equal(t, card.SourceCard, r.PIN.Source)
				require.Equal(t, card.SourceCard, r.PUK.Source)
			}
		})
	}
}

// newSeeded is randomness that is the same each time.
func newSeeded(name string) *rand.ChaCha8 { return rand.NewChaCha8(sha256.Sum256([]byte(name))) }
