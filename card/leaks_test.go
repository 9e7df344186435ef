package card_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/cardtest"
	"cientro/card/holder"
	"cientro/card/ias"
	"cientro/card/iso7816"
	"cientro/card/securemessaging"
	"cientro/card/virtual"
)

// Secrets and personal data must not come out of this package in any way in
// which programs print, log or store values. The test first shows that it sees
// a leak.

// printed is every dress in which a program may let v out. Values are also put
// behind unexported fields, where fmt cannot ask them to redact themselves.
func printed(t testing.TB, v any) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, holder := range []any{v, &v, []any{v}, map[string]any{"k": v}, struct{ V any }{v}, struct{ v any }{v}, &struct{ v any }{v}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%t", "%c", "%U", "%p", "%w"} {
			_, _ = fmt.Fprintf(&out, verb+"\n", holder)
		}
		_, _ = fmt.Fprintln(&out, holder)
		if text, err := json.Marshal(holder); err == nil {
			out.Write(text)
		}
		for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(handler).Info("m", "k", holder, slog.Group("g", "k", holder))
		}
	}
	if err, ok := v.(error); ok {
		_, _ = fmt.Fprintf(&out, "%v %+v", errors.Join(err, io.EOF), fmt.Errorf("wrapped: %w", err))
		for ; err != nil; err = errors.Unwrap(err) {
			_, _ = fmt.Fprintf(&out, "%v %+v %#v %q", err, err, err, err)
		}
	}
	return out.Bytes()
}

// canaries are all that must stay inside.
func canaries() map[string][]byte {
	data := sharedSpecimen()
	return map[string][]byte{
		"PIN": []byte(rightPIN), "new PIN": []byte(newPIN), "wrong PIN": []byte(wrongPIN),
		"PUK": []byte(rightPUK), "wrong PUK": []byte(wrongPUK),
		"NIS": data.IDServizi, "fiscal code": []byte(data.Holder.FiscalCode),
		"document number": data.Seriale, "certificate": data.CertCIE[100:140],
	}
}

func assertSilent(t testing.TB, what string, text []byte, canaries map[string][]byte) {
	t.Helper()
	for name, canary := range canaries {
		if dress := cardtest.FindCanary(text, canary); dress != "" {
			t.Errorf("%s: the %s leaks as %s", what, name, dress)
		}
	}
}

// TestCanariesAreFound: a program that leaks on purpose is caught, in each way.
func TestCanariesAreFound(t *testing.T) {
	type careless struct {
		PIN    []byte
		hidden string
	}
	for name, secret := range canaries() {
		for what, leak := range map[string]any{
			"text": string(secret), "bytes": secret, "error": fmt.Errorf("card said %s", secret),
			"field": careless{PIN: secret}, "hidden field": careless{hidden: string(secret)},
			"only its length": len(secret),
		} {
			found := cardtest.FindCanary(printed(t, leak), secret) != ""
			assert.Equal(t, what != "only its length", found, "%s as %s", name, what)
		}
	}
}

// watched is a link that keeps the card's public key and the terminal's random
// numbers, from which the session keys follow.
type watched struct {
	card.Link
	*seen // a pointer: what the test found out is not the Card's to hide
}

type seen struct {
	random bytes.Buffer
	answer []byte // of the last GET DATA, collected over GET RESPONSE
}

func (w *watched) Transmit(command []byte) ([]byte, error) {
	answer, err := w.Link.Transmit(command)
	switch {
	case err != nil || command[0] != 0:
	case command[1] == iso7816.INSGetDataOdd:
		w.answer = bytes.Clone(answer[:len(answer)-2])
	case command[1] == iso7816.INSGetResponse:
		w.answer = append(w.answer, answer[:len(answer)-2]...)
	}
	return answer, err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// keys derives the session keys of the last agreement.
func (w *watched) keys(t *testing.T) map[string][]byte {
	data := sharedSpecimen()
	p, q := new(big.Int).SetBytes(data.DHPrime), new(big.Int).SetBytes(data.DHOrder)
	x := new(big.Int).SetBytes(w.random.Bytes()[:(q.BitLen()+7)/8])
	require.Positive(t, q.Cmp(x), "first draw was usable")
	_, chipKey, found := bytes.Cut(w.answer, []byte{0x91, 0x82, 0x01, 0x00})
	require.True(t, found)
	secret := new(big.Int).Exp(new(big.Int).SetBytes(chipKey), x, p).FillBytes(make([]byte, len(data.DHPrime)))
	encryption, mac := securemessaging.DeriveKeys(secret)
	return map[string][]byte{"encryption key": encryption, "MAC key": mac, "DH secret": secret[:32], "DH exponent": x.Bytes()}
}

// TestNothingLeaks goes through operations, good and bad, and prints whatever
// a program could get hold of, as it is handed out: a Card or a certificate is
// a pointer, codes and reports may be copied.
func TestNothingLeaks(t *testing.T) {
	d := newDesk(t, "gemalto")
	secrets := canaries()
	var trail bytes.Buffer
	d.o.Trace = func(e iso7816.Entry) { trail.Write(printed(t, e)) }
	d.o.Progress = func(p card.Phase) { trail.Write(printed(t, p)) }
	link, err := d.reader.Connect()
	require.NoError(t, err)
	w := &watched{link, &seen{}}
	source := newSeeded("leaks")
	d.o.Rand = readerFunc(func(p []byte) (int, error) { // a function: what it drew is not ours to hide
		n, err := source.Read(p)
		w.random.Write(p[:n])
		return n, err
	})
	c := card.New(w, d.o)

	show := func(what string, values ...any) {
		t.Helper()
		for _, v := range values {
			assertSilent(t, fmt.Sprintf("%s: %T", what, v), printed(t, v), secrets)
		}
	}
	r, err := c.Inspect(ctx, card.PINReference, card.PUKReference)
	require.NoError(t, err)
	for name, key := range w.keys(t) {
		secrets[name] = key
	}
	pin, puk := d.pin(rightPIN), d.puk(rightPUK)
	show("before", r, *r, r.NIS, r.SOD, r.Recognition, r.Consent(card.PINReference), pin, &pin, puk, &puk, c)
	require.Equal(t, string(sharedSpecimen().IDServizi), r.NIS.Reveal(), "the canary is really in there")

	require.NoError(t, c.WithPIN(ctx, pin, agreed(r, card.PINReference), func(h *card.Holder) error {
		certificate, err := h.Certificate(ctx)
		require.NoError(t, err)
		show("inside", h, certificate, certificate.FiscalCode, c)
		_, err = h.Sign(ctx, bytes.Repeat([]byte{1}, 200))
		show("too long to sign", err)
		return nil
	}))
	r, err = c.Inspect(ctx, card.PINReference, card.PUKReference)
	require.NoError(t, err)
	require.NotNil(t, r.Certificate)
	show("with a certificate", r, *r, c)

	_, err = c.VerifyPIN(ctx, d.pin(wrongPIN), agreed(r, card.PINReference))
	show("wrong PIN", err)
	r, err = c.Inspect(ctx, card.PINReference, card.PUKReference)
	require.NoError(t, err)
	_, err = c.UnblockPIN(ctx, d.puk(wrongPUK), d.pin(newPIN), agreed(r, card.PUKReference))
	show("wrong PUK", err)
	_, err = c.ChangePIN(ctx, pin, d.pin(newPIN), r.Consent(card.PUKReference))
	show("no consent", err)
	_, err = c.ChangePIN(ctx, pin, pin, r.Consent(card.PINReference))
	show("weak", err)
	_, err = c.ChangePIN(ctx, pin, d.pin(newPIN), agreed(r, card.PINReference))
	require.NoError(t, err)
	for _, digits := range []string{rightPIN + "1", rightPUK[:7], rightPIN[:7] + "x"} {
		_, err = card.ParsePIN([]byte(digits))
		show("malformed", err)
		assert.NotContains(t, string(printed(t, err)), digits[:7])
	}
	assertSilent(t, "trace and progress", trail.Bytes(), secrets)
	require.NotEmpty(t, trail.Bytes())
}

// TestErrorsLeakNothing: the errors and traces of every fault around the PIN.
func TestErrorsLeakNothing(t *testing.T) {
	met := newTally()
	t.Run("every fault", func(t *testing.T) {
		for _, op := range operations {
			if !op.looks {
				t.Run(op.name, func(t *testing.T) {
					t.Parallel()
					searchErrors(t, op, met)
				})
			}
		}
	})
	sorts := 7
	if raceDetector {
		sorts = 5 // of the few faults played under it
	}
	assert.GreaterOrEqual(t, len(met.cases), sorts, "many sorts of errors were met: %v", met)
}

// searchErrors meets each kind of fault once; the table has them at every APDU.
func searchErrors(t *testing.T, op operation, met *tally) {
	secrets := canaries()
	g := prepare(t, scene{name: "leaks", known: true, warm: true}, op)
	for k, fault := range faultKinds() {
		if raceDetector && k%5 != 0 {
			continue
		}
		fault.At = 1 + k%3
		s := g.stand(t, nameOf(fault))
		var trail bytes.Buffer
		s.o.Trace = iso7816.WriteTrace(&trail)
		c := s.open()
		r, err := c.Inspect(ctx, op.ref)
		require.NoError(t, err)
		require.NoError(t, s.chip.Arm(fault))
		if err = s.guarded(c, r); err == nil {
			continue
		}
		met.add(err)
		what := op.name + " under " + nameOf(fault)
		assertSilent(t, what, printed(t, err), secrets)
		assertSilent(t, what+": trace", trail.Bytes(), secrets)
	}
}

// TestTypedErrorsLeakNothing: the ones that faults do not bring about.
func TestTypedErrorsLeakNothing(t *testing.T) {
	d := newDesk(t, "gemalto")
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	for _, err := range []error{
		&card.NotCIEError{Recognition: r.Recognition}, &card.NotGenuineError{Step: card.StepSODHash, Err: r.SOD.Err()},
		&card.ConfirmationError{Reason: card.ReasonLastTry, Now: r.PIN}, &card.BlockedError{Reference: card.PUKReference},
		&card.OutcomeError{Command: "VERIFY", Now: &r.PIN, Err: &card.ChannelError{Err: ias.ErrChip}},
		&card.RefusedError{SW: 0x6985, Now: &r.PIN}, &card.WeakPINError{Weakness: card.WeakBirthDate}, card.ErrOtherCard,
		context.Canceled,
	} {
		assertSilent(t, fmt.Sprintf("%T", err), printed(t, err), canaries())
	}
	certificate, err := holder.Parse(sharedSpecimen().CertCIE)
	require.NoError(t, err)
	require.Equal(t, sharedSpecimen().Holder.FiscalCode, certificate.FiscalCode.Reveal(), "the canary is really in there")
	assertSilent(t, "certificate", printed(t, certificate), canaries())
}

// digitsOf reaches around the types to the memory of a code: it is one function
// that knows where the digits are.
func digitsOf[T card.PIN | card.PUK](code *T) *[8]byte {
	return (*(*func() *[8]byte)(unsafe.Pointer(code)))()
}

// TestWipeReachesTheMemory looks at the digits themselves.
func TestWipeReachesTheMemory(t *testing.T) {
	pin, err := card.ParsePIN([]byte(rightPIN))
	require.NoError(t, err)
	puk, err := card.ParsePUK([]byte(rightPUK))
	require.NoError(t, err)
	copied := pin
	pinDigits, pukDigits := digitsOf(&pin), digitsOf(&puk)
	require.Equal(t, unsafe.Sizeof(uintptr(0)), unsafe.Sizeof(pin))
	require.Equal(t, rightPIN, string(pinDigits[:]))
	require.Equal(t, rightPUK, string(pukDigits[:]))
	copied.Wipe()
	puk.Wipe()
	assert.Equal(t, [8]byte{}, *pinDigits)
	assert.Equal(t, [8]byte{}, *pukDigits)
	pin.Wipe() // again is harmless
	(card.PIN{}).Wipe()
}

// TestOperationLeavesTheDigitsToTheirOwner: the digits belong to who parsed them.
func TestOperationLeavesTheDigitsToTheirOwner(t *testing.T) {
	d := newDesk(t, "gemalto")
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	pin := d.pin(wrongPIN)
	_, err = c.VerifyPIN(ctx, pin, agreed(r, card.PINReference))
	require.Error(t, err)
	digits := digitsOf(&pin)
	assert.Equal(t, wrongPIN, string(digits[:]))
}

// TestJournalKeepsHeadersOnly: nor does the virtual card write codes down.
func TestJournalKeepsHeadersOnly(t *testing.T) {
	d := newDesk(t, "gemalto")
	_, err := d.change(rightPIN, newPIN)
	require.NoError(t, err)
	var text strings.Builder
	require.NoError(t, json.NewEncoder(&text).Encode(d.chip.Journal()))
	require.NoError(t, json.NewEncoder(&text).Encode(virtual.Fault{}))
	assertSilent(t, "journal", []byte(text.String()), canaries())
}
