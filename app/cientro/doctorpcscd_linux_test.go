package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/doctor"
	"cientro/card/cardtest"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtual/vpcd"
)

// These tests run where CIENTRO_TEST_PCSCD is 1, most cases only in the long form.
//
// The check-up through a real pcscd, with a card in software on its reader: the
// right verdict, fault and next step, and no command that could cost a try.

// checkedUp is what a run said.
type checkedUp struct {
	ways, verdicts, facts map[string]string
	Summary               struct{ Fault, Code, Sentence, Next string }
}

// checkUp runs the program against the private daemon.
func (p *pcscd) checkUp() checkedUp {
	p.t.Helper()
	return p.readCheckUp(p.command("", "--json", "doctor", "--card"))
}

func (p *pcscd) readCheckUp(c *exec.Cmd) checkedUp {
	p.t.Helper()
	var complaint bytes.Buffer
	c.Stderr = &complaint
	out, err := c.Output()
	require.NoError(p.t, err, complaint.String())
	var document struct {
		checkedUp
		Schema string
		Checks []struct {
			Code, Way, Verdict string
			Facts              []string
		}
	}
	require.NoError(p.t, json.Unmarshal(out, &document), string(out))
	require.Equal(p.t, doctor.Schema, document.Schema)
	d := document.checkedUp
	d.ways, d.verdicts, d.facts = map[string]string{}, map[string]string{}, map[string]string{}
	for _, c := range document.Checks {
		d.ways[c.Code], d.verdicts[c.Code], d.facts[c.Code] = c.Way, c.Verdict, strings.Join(c.Facts, ", ")
	}
	cardtest.AssertNoCanary(p.t, out, whoseMachine(p.t)...)
	return d
}

// whoseMachine is what a report must not tell: the holder of the specimen, its
// numbers, and who sits at this very computer.
func whoseMachine(t *testing.T) [][]byte {
	data := specimen.Default()
	all := [][]byte{
		[]byte(data.Holder.FiscalCode), []byte(data.Holder.DocumentNumber), []byte(data.Holder.Surname),
		data.IDServizi, data.PIN, data.PUK, data.Seriale, data.SNICC,
	}
	if host, err := os.Hostname(); err == nil && len(host) >= 6 {
		all = append(all, []byte(host))
	}
	if who, err := user.Current(); err == nil && len(who.Username) >= 6 {
		all = append(all, []byte(who.Username))
	}
	addresses, err := net.Interfaces()
	require.NoError(t, err)
	for _, i := range addresses {
		if len(i.HardwareAddr) > 0 && i.Flags&net.FlagLoopback == 0 {
			all = append(all, []byte(i.HardwareAddr), []byte(i.HardwareAddr.String()))
		}
		where, _ := i.Addrs()
		for _, a := range where {
			if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() {
				all = append(all, []byte(n.IP.String()))
			}
		}
	}
	return slices.DeleteFunc(all, func(secret []byte) bool { return len(secret) == 0 })
}

// put plugs a card into the first reader until the returned function, which waits
// until it is gone.
func (p *pcscd) put(c vpcd.Card) (take func()) {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- vpcd.Serve(ctx, p.daemon.VPCDAddr, c) }()
	p.awaitCards(1)
	return func() {
		cancel()
		<-served
		p.awaitCards(0)
	}
}

func (p *pcscd) awaitCards(n int) {
	p.t.Helper()
	require.Eventually(p.t, func() bool {
		out, _ := p.run("", "status")
		return strings.Count(out, `"present":true`) == n
	}, 20*time.Second, 50*time.Millisecond)
}

// atHome gives the program a new home, as the SOD of a card that is known is not
// read again, in which the specimen's country signer is trusted.
func (p *pcscd) atHome(t *testing.T) {
	t.Helper()
	p.environment = append(p.environment, "CIENTRO_HOME="+t.TempDir())
	csca := filepath.Join(t.TempDir(), "csca.der")
	require.NoError(t, os.WriteFile(csca, specimen.Default().CSCA, 0o600))
	out, code := p.run("", "trust", "import", csca)
	require.Zero(t, code, out)
}

// linked is a card behind a link that takes its time, and spoils answers.
type linked struct {
	*virtual.Card
	each   time.Duration
	spoils func(n int64, command []byte) bool // the n-th command, from 1
	n      atomic.Int64
}

func (l *linked) Transmit(command []byte) ([]byte, error) {
	time.Sleep(l.each) // the subject of the test
	if n := l.n.Add(1); l.spoils != nil && l.spoils(n, command) {
		return []byte{0x6F, 0x00}, nil // as readers answer for a card that they did not hear
	}
	return l.Card.Transmit(command)
}

// isFreeRead is the command that the field is judged by.
func isFreeRead(command []byte) bool { return bytes.HasPrefix(command, []byte{0x00, 0xB0, 0x81, 0x00}) }

// onReader is one thing on the reader, and what is to be said of it.
type onReader struct {
	name string
	card func(t *testing.T) vpcd.Card
	ways map[string]string
	// fault and code are of the last sentence; next is a part of its next step.
	fault      doctor.Fault
	code, next string
	short      bool // in the short form too
}

func cieOnReader(profile string, prepare func(*testing.T, *virtual.Card)) func(*testing.T) vpcd.Card {
	return func(t *testing.T) vpcd.Card {
		known, found := virtual.ProfileByName(profile)
		require.True(t, found, profile)
		c, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: known})
		require.NoError(t, err)
		if prepare != nil {
			prepare(t, c)
		}
		return c
	}
}

// newChip announces itself by a letter that nobody has seen.
func newChip(t *testing.T) vpcd.Card {
	profile, found := virtual.ProfileByName("bit4id2023")
	require.True(t, found)
	profile.ATR = fromHex("3B8F80018031806549544A345A120FFF82900093")
	c, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile})
	require.NoError(t, err)
	return c
}

// silentChip tells its tries only to a VERIFY, which nobody risks here.
func silentChip(t *testing.T) vpcd.Card {
	profile, found := virtual.ProfileByName("gemalto")
	require.True(t, found)
	settings := profile.Defaults()
	settings.CountersByGetData = false
	c, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile, Settings: &settings})
	require.NoError(t, err)
	return c
}

func withTries(pin, puk int) func(*testing.T) vpcd.Card {
	return cieOnReader("gemalto", func(t *testing.T, c *virtual.Card) { require.NoError(t, c.SetTries(pin, puk)) })
}

func withFault(faults ...virtual.Fault) func(*testing.T) vpcd.Card {
	return cieOnReader("gemalto", func(t *testing.T, c *virtual.Card) { require.NoError(t, c.Arm(faults...)) })
}

func behindLink(each time.Duration, spoils func(int64, []byte) bool) func(*testing.T) vpcd.Card {
	return func(t *testing.T) vpcd.Card {
		return &linked{Card: cieOnReader("gemalto", nil)(t).(*virtual.Card), each: each, spoils: spoils}
	}
}

// foreign is a card with an ATR of the field, as cardtest has them in atrs.tsv,
// and the applications that such cards have.
func foreign(name string) func(*testing.T) vpcd.Card {
	return func(t *testing.T) vpcd.Card {
		profile, found := virtual.ForeignProfileByName(name)
		require.True(t, found, name)
		return profile.Card()
	}
}

// deaf has an answer to reset that is longer than any (ISO/IEC 7816-3 section 8.2):
// the driver gives up, and to pcscd there is a card that does not answer.
func deaf(*testing.T) vpcd.Card { return virtual.NewForeign(bytes.Repeat([]byte{0x3B}, 40), nil) }

func onTheReader() []onReader {
	well := map[string]string{
		"DOC-PCSC-004": "ok", "DOC-READ-004": "ok", "DOC-READ-007": "ok", "DOC-CARD-001": "ok", "DOC-CARD-002": "ok", "DOC-CARD-003": "ok",
		"DOC-CARD-004": "ok", "DOC-CARD-006": "ok", "DOC-CARD-007": "ok", "DOC-CARD-008": "ok", "DOC-CARD-009": "ok", "DOC-CARD-010": "ok",
	}
	but := func(more map[string]string) map[string]string {
		all := map[string]string{}
		for code, way := range well {
			all[code] = way
		}
		for code, way := range more {
			all[code] = way
		}
		return all
	}
	alike := map[string]string{"DOC-CARD-004": "other", "DOC-CARD-006": "alike", "DOC-CARD-007": "none"}
	every := func(n int64) func(int64, []byte) bool {
		return func(i int64, _ []byte) bool { return i%n == 0 }
	}
	freeReads := func(n int64) func(int64, []byte) bool {
		var seen atomic.Int64
		return func(_ int64, command []byte) bool { return isFreeRead(command) && seen.Add(1)%n == 0 }
	}
	return []onReader{
		{"a CIE", cieOnReader("nxp", nil), well, doctor.FaultNone, "", "", true},
		{"another chip", cieOnReader("actalis2023", nil), well, doctor.FaultNone, "", "", false},
		{"a new chip", newChip, but(map[string]string{"DOC-CARD-005": "unknown"}), doctor.FaultNone, "", "", false},
		{"a chip that keeps its tries to itself", silentChip, but(map[string]string{"DOC-CARD-007": "unknown", "DOC-CARD-008": "unknown"}), doctor.FaultNone, "", "", true},
		{"PIN at 2", withTries(2, 10), but(map[string]string{"DOC-CARD-007": "fewer"}), doctor.FaultNone, "DOC-CARD-007", "8 cifre", false},
		{"PIN at 1", withTries(1, 10), but(map[string]string{"DOC-CARD-007": "last"}), doctor.FaultNone, "DOC-CARD-007", "Fermati", true},
		{"PIN blocked", withTries(0, 10), but(map[string]string{"DOC-CARD-007": "blocked"}), doctor.FaultCard, "DOC-CARD-007", "PUK", true},
		{"PUK low", withTries(3, 2), but(map[string]string{"DOC-CARD-008": "few"}), doctor.FaultNone, "DOC-CARD-008", "a caso", false},
		{"PUK dead", withTries(3, 0), but(map[string]string{"DOC-CARD-008": "blocked"}), doctor.FaultCard, "DOC-CARD-008", "Comune", false},
		{"both dead", withTries(0, 0), but(map[string]string{"DOC-CARD-007": "lost", "DOC-CARD-008": "blocked"}), doctor.FaultCard, "DOC-CARD-007", "Comune", false},
		{
			"a fake chip", withFault(virtual.Fault{Kind: virtual.FaultFailedAuthentication, Repeat: true}),
			map[string]string{"DOC-CARD-004": "ok", "DOC-CARD-007": "none", "DOC-CARD-009": "fake"}, doctor.FaultCard, "DOC-CARD-009", "Non scrivere il PIN", true,
		},
		{
			"a chip with a key of its own", withFault(virtual.Fault{Kind: virtual.FaultForeignChipKey}),
			map[string]string{"DOC-CARD-004": "ok", "DOC-CARD-010": "failed"}, doctor.FaultCard, "DOC-CARD-010", "Non scrivere il PIN", false,
		},
		{
			"a SOD tampered with", withFault(virtual.Fault{Kind: virtual.FaultTamperedFile, Offset: -20}),
			map[string]string{"DOC-CARD-004": "ok", "DOC-CARD-009": "ok", "DOC-CARD-010": "failed"}, doctor.FaultCard, "DOC-CARD-010", "Non scrivere il PIN", false,
		},
		{"TS-CNS by its contacts", foreign("ts-cns"), map[string]string{"DOC-CARD-004": "cns", "DOC-CARD-007": "none"}, doctor.FaultCard, "DOC-CARD-004", "ASL", false},
		{"TS-CNS without contacts", foreign("ts-cns-nfc"), map[string]string{"DOC-CARD-004": "cns", "DOC-CARD-007": "none"}, doctor.FaultCard, "DOC-CARD-004", "ASL", true},
		{"a services card that loose matchers take", foreign("ts-cns-actalis"), map[string]string{"DOC-CARD-004": "cns"}, doctor.FaultCard, "DOC-CARD-004", "ASL", false},
		{"a passport with the ATR of a CIE", foreign("passport"), map[string]string{"DOC-CARD-004": "passport"}, doctor.FaultCard, "DOC-CARD-004", "carta d'identità", false},
		{"an Italian passport", foreign("passport-it"), map[string]string{"DOC-CARD-004": "passport"}, doctor.FaultCard, "DOC-CARD-004", "carta d'identità", false},
		{"a Mifare", foreign("mifare-classic"), map[string]string{"DOC-CARD-004": "other"}, doctor.FaultCard, "DOC-CARD-004", "carta d'identità elettronica", false},
		{"a bank card", foreign("bank-card"), map[string]string{"DOC-CARD-004": "other"}, doctor.FaultCard, "DOC-CARD-004", "carta d'identità elettronica", false},
		{"a company's badge", foreign("badge"), map[string]string{"DOC-CARD-004": "other"}, doctor.FaultCard, "DOC-CARD-004", "carta d'identità elettronica", false},
		{"a DESFire badge", foreign("desfire"), map[string]string{"DOC-CARD-004": "other"}, doctor.FaultCard, "DOC-CARD-004", "carta d'identità elettronica", false},
		{"a driving licence with the ATR of a CIE", foreign("driving-licence"), alike, doctor.FaultCard, "DOC-CARD-004", "carta d'identità elettronica", false},
		{"an identity card of Luxembourg", foreign("luxembourg"), map[string]string{"DOC-CARD-006": "alike", "DOC-CARD-007": "none"}, doctor.FaultCard, "DOC-CARD-004", "", false},
		{"a card that goes silent", foreign("silent"), map[string]string{"DOC-CARD-007": "none"}, doctor.FaultReader, "DOC-CARD-004", "Riappoggia la carta", false},
		{"a mute card", deaf, map[string]string{"DOC-CARD-003": "mute", "DOC-CARD-004": "none"}, doctor.FaultReader, "DOC-CARD-003", "altre carte", false},
		{"a link of 20 ms", behindLink(20*time.Millisecond, nil), well, doctor.FaultNone, "", "", false},
		{"a link of 200 ms", behindLink(200*time.Millisecond, nil), but(map[string]string{"DOC-CARD-011": "slow"}), doctor.FaultNone, "DOC-CARD-011", "punto", false},
		{"one read in 15 lost", behindLink(0, freeReads(15)), but(map[string]string{"DOC-CARD-011": "shaky"}), doctor.FaultNone, "DOC-CARD-011", "piatta", false},
		{"one read in 4 lost", behindLink(0, freeReads(4)), but(map[string]string{"DOC-CARD-011": "lossy"}), doctor.FaultReader, "DOC-CARD-011", "altro lettore", false},
		{"one command in 7 lost", behindLink(0, every(7)), map[string]string{"DOC-CARD-001": "ok", "DOC-CARD-007": "none"}, doctor.FaultReader, "", "", false},
	}
}

func TestDoctorThroughPCSCD(t *testing.T) {
	p := startPCSCD(t)
	d := p.checkUp()
	assert.Equal(t, "ok", d.ways["DOC-PCSC-004"])
	assert.Equal(t, "none-there", d.ways["DOC-CARD-001"])
	assert.Equal(t, []string{"none", "DOC-CARD-001"}, []string{d.Summary.Fault, d.Summary.Code})
	assert.Contains(t, d.Summary.Next, "Appoggia")

	for _, c := range onTheReader() {
		if !c.short && os.Getenv("CIENTRO_TEST_ALL") == "" {
			continue
		}
		t.Run(c.name, func(t *testing.T) { p.judge(t, c) })
	}

	require.NoError(t, p.daemon.Stop())
	d = p.checkUp()
	assert.Contains(t, []string{"stopped", "missing"}, d.ways["DOC-PCSC-004"])
	assert.Equal(t, []string{"service", "DOC-PCSC-009"}, []string{d.Summary.Fault, d.Summary.Code}, "the variable leads nowhere")
}

// judge puts the card down, and wants what is said of it.
func (p *pcscd) judge(t *testing.T, c onReader) {
	on := c.card(t)
	chip, isChip := on.(*virtual.Card)
	if behind, ok := on.(*linked); ok {
		chip, isChip = behind.Card, true
	}
	require.True(t, isChip)
	p.atHome(t)
	take := p.put(on)
	before := chip.State()
	d := p.checkUp()
	for code, way := range c.ways {
		assert.Equal(t, way, d.ways[code], "%s: %s", code, d.facts[code])
	}
	assert.Equal(t, string(c.fault), d.Summary.Fault, d.Summary.Sentence)
	if c.code != "" {
		assert.Equal(t, c.code, d.Summary.Code)
	}
	assert.Contains(t, d.Summary.Next, c.next)
	assert.Equal(t, map[doctor.Fault]string{
		doctor.FaultNone: "Non si è trovato nessun guasto.", doctor.FaultCard: "Il problema è la carta.", doctor.FaultReader: "Il problema è il lettore.",
	}[c.fault], d.Summary.Sentence)
	for code, verdict := range d.verdicts {
		if c.fault == doctor.FaultNone {
			assert.NotEqual(t, string(doctor.Problem), verdict, "%s %s", code, d.ways[code])
		}
	}
	take()
	n := chip.Counters()
	assert.Empty(t, n.Presentations, "a try was spent")
	assert.Zero(t, sum(n.Verify)+sum(n.EmptyVerify)+sum(n.Change)+sum(n.Reset), "a PIN command went out")
	for _, e := range chip.Journal() {
		assert.NotContains(t, []virtual.Instruction{0x20, 0x24, 0x2C}, e.INS, "in the journal")
	}
	after := chip.State()
	assert.Equal(t, []int{before.PINTries, before.PUKTries}, []int{after.PINTries, after.PUKTries})
}

// TestDoctorNamesWhoHoldsTheReader: a program of another maker takes the reader for
// itself, or begins a transaction that it does not end.
func TestDoctorNamesWhoHoldsTheReader(t *testing.T) {
	if os.Getenv("CIENTRO_TEST_ALL") == "" {
		t.Skip("only in the long form")
	}
	p := startPCSCD(t)
	holder := filepath.Join(t.TempDir(), "pkcs11-tool")
	flags, err := exec.Command("pkg-config", "--cflags", "--libs", "libpcsclite").Output()
	require.NoError(t, err)
	out, err := exec.Command("cc", slices.Concat([]string{"-o", holder, "testdata/hold.c"}, strings.Fields(string(flags)))...).CombinedOutput()
	require.NoError(t, err, string(out))
	chip := cieOnReader("gemalto", nil)(t).(*virtual.Card)
	defer p.put(chip)()
	for _, way := range []string{"exclusive", "transaction"} {
		t.Run(way, func(t *testing.T) {
			c := exec.Command(holder, way)
			c.Env = p.environment
			in, err := c.StdinPipe()
			require.NoError(t, err)
			said, err := c.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, c.Start())
			line, err := bufio.NewReader(said).ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, "held\n", line)
			d := p.checkUp()
			assert.Equal(t, "known", d.ways["DOC-READ-007"])
			assert.Contains(t, d.facts["DOC-READ-007"], "pkcs11-tool")
			assert.Equal(t, []string{"reader", "DOC-READ-007"}, []string{d.Summary.Fault, d.Summary.Code})
			assert.Contains(t, d.Summary.Next, "Chiudi i programmi")
			answer, err := p.command("", "card").CombinedOutput() // does not wait without end
			require.Error(t, err, string(answer))
			assert.Contains(t, string(answer), "Un altro programma")
			require.NoError(t, in.Close())
			require.NoError(t, c.Wait())
			assert.Equal(t, "ok", p.checkUp().ways["DOC-READ-007"], "as soon as it is free")
		})
	}
	assert.Zero(t, sum(chip.Counters().Verify)+sum(chip.Counters().EmptyVerify))
}

// TestDoctorAtTheDoorOfPCSCD: the system's own socket, in a mount namespace of the
// program: alive, left behind by a service that died, and missing.
func TestDoctorAtTheDoorOfPCSCD(t *testing.T) {
	if os.Getenv("CIENTRO_TEST_ALL") == "" {
		t.Skip("only in the long form")
	}
	p := startPCSCD(t)
	environment := slices.DeleteFunc(slices.Clone(p.environment), func(v string) bool { return strings.HasPrefix(v, p.daemon.Environment()[0]) })
	dead := t.TempDir()
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dead, "pcscd.comm"), Net: "unix"})
	require.NoError(t, err)
	listener.SetUnlinkOnClose(false)
	require.NoError(t, listener.Close())
	for _, c := range []struct {
		name, folder        string
		socket, fault, code string
		next                string
	}{
		{"alive", filepath.Dir(p.daemon.Socket), "ok", "none", "DOC-CARD-001", "Appoggia"},
		{"dead", dead, "dead", "service", "DOC-PCSC-003", "Riavvia il servizio"},
		{"missing", t.TempDir(), "missing", "service", "DOC-PCSC-003", "Avvia il servizio"},
	} {
		t.Run(c.name, func(t *testing.T) {
			arguments := []string{"--mount"}
			if os.Geteuid() != 0 {
				arguments = append(arguments, "--user", "--map-root-user")
			}
			const script = `mount -t tmpfs none /run && mkdir /run/pcscd && mount --bind "$0" /run/pcscd && exec -a cientro-pcsc "$@"`
			arguments = append(arguments, "bash", "-c", script, c.folder, os.Args[0], "--json", "doctor", "--card")
			command := exec.Command("unshare", arguments...)
			command.Env = environment
			d := p.readCheckUp(command)
			assert.Equal(t, c.socket, d.ways["DOC-PCSC-003"])
			assert.Equal(t, []string{c.fault, c.code}, []string{d.Summary.Fault, d.Summary.Code})
			assert.Contains(t, d.Summary.Next, c.next)
		})
	}
}
