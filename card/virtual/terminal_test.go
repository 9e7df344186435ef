package virtual

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"io"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"cientro/card/virtual/specimen"
)

// newCard makes a card of a family; adjust changes its settings.
func newCard(t testing.TB, data *specimen.Data, profile string, adjust func(*Settings), random io.Reader) *Card {
	t.Helper()
	p, ok := ProfileByName(profile)
	require.True(t, ok)
	s := p.Defaults()
	if adjust != nil {
		adjust(&s)
	}
	card, err := New(Config{Data: data, Profile: p, Settings: &s, Rand: random})
	require.NoError(t, err)
	return card
}

func transmit(t testing.TB, card *Card, raw []byte) []byte {
	t.Helper()
	out, err := card.Transmit(raw)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(out), 2)
	return out
}

// send transmits hexadecimal digits and returns hexadecimal digits.
func send(t testing.TB, card *Card, digits string) string {
	t.Helper()
	return hex.EncodeToString(transmit(t, card, unhex(t, digits)))
}

// whole sends a command and collects 61xx answers.
func whole(t testing.TB, card *Card, raw []byte) ([]byte, StatusWord) {
	t.Helper()
	var body []byte
	for {
		out := transmit(t, card, raw)
		n := len(out) - 2
		body = append(body, out[:n]...)
		sw := StatusWord(out[n])<<8 | StatusWord(out[n+1])
		if sw>>8 != 0x61 {
			return body, sw
		}
		cla := byte(0)
		if card.settings.GetResponseCLA == GetResponse0C && raw[0]&claSM != 0 {
			cla = claSM
		}
		raw = []byte{cla, 0xC0, 0, 0, byte(sw)}
	}
}

// testTerminal is the other side, written for these tests from the sheets. Its
// primitives are the card's, which the vectors pin.
type testTerminal struct {
	t       testing.TB
	card    *Card
	s       *channel
	private *big.Int
	public  []byte
	chip    []byte // the card's DH public key
	rndICC  []byte
	rndIFD  []byte
	outer   StatusWord // of the last answer
	body    []byte     // of the last answer, still protected
}

func newTerminal(t testing.TB, card *Card) *testTerminal {
	return &testTerminal{t: t, card: card, rndIFD: []byte{1, 2, 3, 4, 5, 6, 7, 8}}
}

// agree runs the key exchange.
func (x *testTerminal) agree() *testTerminal {
	x.t.Helper()
	g := x.card.group
	x.private = new(big.Int).SetBytes(bytes.Repeat([]byte{0x37}, 31))
	x.public = new(big.Int).Exp(g.g, x.private, g.p).FillBytes(make([]byte, g.size))
	data := append(unhex(x.t, "80019B8301819182")[:8], 0x01, 0x00)
	data = append(data, x.public...)
	require.Equal(x.t, "9000", send(x.t, x.card, "102241A6FF"+hex.EncodeToString(data[:255])))
	require.Equal(x.t, "9000", send(x.t, x.card, "002241A60B"+hex.EncodeToString(data[255:])))
	answer, sw := whole(x.t, x.card, unhex(x.t, "00CB3FFF064D04A6029100"))
	require.Equal(x.t, swOK, sw)
	require.Equal(x.t, unhex(x.t, "A682010491820100"), answer[:8])
	x.chip = answer[8:]
	secret := new(big.Int).Exp(new(big.Int).SetBytes(x.chip), x.private, g.p).FillBytes(make([]byte, g.size))
	s, err := newChannel(deriveKey(secret, 1), deriveKey(secret, 2), 1)
	require.NoError(x.t, err)
	x.s = s
	return x
}

// protect wraps a clear command.
func (x *testTerminal) protect(raw []byte) []byte {
	x.t.Helper()
	cmd, ok := parseCommand(raw)
	require.True(x.t, ok)
	x.s.ssc++
	var objects []byte
	odd := byte(cmd.ins)&1 == 1
	switch {
	case len(cmd.data) == 0:
	case odd:
		objects = tlv(doCryptogramOdd, cbc(x.s.encryption, pad8(cmd.data), true))
	default:
		objects = tlv(doCryptogram, []byte{1}, cbc(x.s.encryption, pad8(cmd.data), true))
	}
	if cmd.ne > 0 {
		objects = append(objects, tlv(doLe, []byte{byte(cmd.ne)})...)
	}
	header := []byte{cmd.cla | claSM, byte(cmd.ins), cmd.p1, cmd.p2}
	input := pad8(append(binary.BigEndian.AppendUint64(nil, x.s.ssc), header...))
	if len(objects) > 0 {
		input = pad8(append(input, objects...))
	}
	body := append(objects, tlv(doMAC, x.s.mac.sum(input))...)
	return append(append(append(header, byte(len(body))), body...), 0)
}

// do sends one command under secure messaging and opens the answer.
func (x *testTerminal) do(digits string) (string, StatusWord) {
	x.t.Helper()
	data, sw := x.raw(unhex(x.t, digits))
	return hex.EncodeToString(data), sw
}

func (x *testTerminal) raw(clear []byte) ([]byte, StatusWord) {
	x.t.Helper()
	x.body, x.outer = whole(x.t, x.card, x.protect(clear))
	if len(x.body) == 0 {
		return nil, 0
	}
	return x.open(x.body)
}

// open verifies an answer and fails the test if it is not right.
func (x *testTerminal) open(body []byte) ([]byte, StatusWord) {
	x.t.Helper()
	x.s.ssc++
	objects, ok := readObjects(body)
	require.True(x.t, ok)
	signed := body[:len(body)-10]
	require.Equal(x.t, objects[doMAC], x.s.mac.sum(pad8(append(binary.BigEndian.AppendUint64(nil, x.s.ssc), signed...))))
	var data []byte
	if c := objects[doCryptogram]; c != nil {
		data, ok = unpad(cbc(x.s.encryption, c[1:], false))
		require.True(x.t, ok)
	}
	if c := objects[doCryptogramOdd]; c != nil {
		data, ok = unpad(cbc(x.s.encryption, c, false))
		require.True(x.t, ok)
	}
	return data, StatusWord(objects[doStatus][0])<<8 | StatusWord(objects[doStatus][1])
}

// chained sends data in parts of 231 bytes.
func (x *testTerminal) chained(ins, p1, p2 byte, data []byte) StatusWord {
	x.t.Helper()
	for len(data) >= 231 {
		_, sw := x.raw(append([]byte{claChain, ins, p1, p2, 231}, data[:231]...))
		if sw != swOK {
			return sw
		}
		data = data[231:]
	}
	_, sw := x.raw(append([]byte{0, ins, p1, p2, byte(len(data))}, data...))
	return sw
}

var terminalSerial = []byte{0x20, 0, 0, 0, 0, 0, 0, 1}

// certificate reads the published terminal certificate.
func certificate(t testing.TB) []byte {
	var d dappVectors
	readVectors(t, "dapp.json", &d)
	return d.Certificate.Object
}

func terminalKey(t testing.TB) *rsaKey {
	n, d := clientConstant(t, "IFD_AUT_N"), clientConstant(t, "IFD_AUT_D")
	k, err := newRSAKey(privateVector{n, d}.key())
	require.NoError(t, err)
	return k
}

// proveTerminal runs the terminal's half of device authentication.
func (x *testTerminal) proveTerminal() *testTerminal {
	x.t.Helper()
	_, sw := x.do("002281B606800141830184")
	require.Equal(x.t, swOK, sw)
	require.Equal(x.t, swOK, x.chained(0x2A, 0, 0xAE, certificate(x.t)))
	_, sw = x.do("002281A40E830C000000002000000000000001")
	require.Equal(x.t, swOK, sw)
	x.rndICC, sw = x.raw(unhex(x.t, "0084000008"))
	require.Equal(x.t, swOK, sw)
	require.Equal(x.t, swOK, x.chained(0x82, 0, 0, x.externalData()))
	return x
}

func (x *testTerminal) externalData() []byte { return x.externalDataOf(terminalSerial) }

func (x *testTerminal) externalDataOf(serial []byte) []byte {
	x.t.Helper()
	d := x.card.data
	prnd := bytes.Repeat([]byte{0x5A}, 222)
	hash := hashOf(prnd, x.public, serial, x.rndICC, x.chip, d.DHGenerator, d.DHPrime, d.DHOrder)
	signature := terminalKey(x.t).private(recoveryBlock(prnd, hash))
	return append(append([]byte(nil), serial...), signature...)
}

// challengeChip runs the chip's half and returns whether its signature held.
func (x *testTerminal) challengeChip() bool {
	x.t.Helper()
	_, sw := x.do("002241A40684018280019B")
	require.Equal(x.t, swOK, sw)
	answer, sw := x.raw(append(unhex(x.t, "0088000008"), x.rndIFD...))
	require.Equal(x.t, swOK, sw)
	require.Len(x.t, answer, 264)
	x.s.ssc = binary.BigEndian.Uint64(append(append([]byte(nil), x.rndICC[4:]...), x.rndIFD[4:]...))
	d := x.card.data
	modulus, _, _ := readObject(x.card.content(efIntKpub))
	integer, _, _ := readObject(modulus.value)
	prnd, hash, ok := openRecovery(new(big.Int).SetBytes(integer.value), big.NewInt(65537), answer[8:])
	return ok && bytes.Equal(hash, hashOf(prnd, x.chip, answer[:8], x.rndIFD, x.public, d.DHGenerator, d.DHPrime, d.DHOrder))
}

// connect selects the application and runs everything up to the PIN.
func connect(t testing.TB, card *Card) *testTerminal {
	t.Helper()
	require.Equal(t, "9000", send(t, card, "00A4040C06A00000000039"))
	x := newTerminal(t, card).agree().proveTerminal()
	require.True(t, x.challengeChip())
	return x
}

// login connects and verifies the PIN.
func login(t testing.TB, card *Card) *testTerminal {
	t.Helper()
	x := connect(t, card)
	_, sw := x.do("00200081083132333435363738")
	require.Equal(t, swOK, sw)
	return x
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// counterReader is a deterministic, endless random source.
type counterReader struct{ n uint64 }

func (r *counterReader) Read(p []byte) (int, error) {
	for i := range p {
		r.n = r.n*6364136223846793005 + 1442695040888963407
		p[i] = byte(r.n >> 56)
	}
	return len(p), nil
}
