package securemessaging_test

import (
	"bytes"
	"errors"
	"testing"

	"cientro/card/iso7816"
	"cientro/card/securemessaging"
)

// FuzzUnwrap holds: nothing panics, every failure is ErrIntegrity without
// content, and what is accepted is exactly what the card's side would make of
// the content: without the keys nobody gets through with anything else.
func FuzzUnwrap(f *testing.F) {
	v := loadUnwrap(f)
	for _, c := range v.Cases {
		f.Add(ins(c.Name), []byte(c.Body))
	}
	f.Add(byte(0xB0), []byte{})
	f.Fuzz(func(t *testing.T, ins byte, body []byte) {
		r, err := securemessaging.Unwrap(v.KEnc, v.KMac, 3, ins, body)
		if err != nil {
			if !errors.Is(err, securemessaging.ErrIntegrity) || r.Data != nil || r.SW != 0 {
				t.Fatalf("%v with %v", err, r)
			}
			return
		}
		for _, even := range []byte{ins, ins &^ 1} { // an odd INS may be answered either way
			if bytes.Equal(newCard(v.KEnc, v.KMac, 3).protect(even, r), body) {
				return
			}
		}
		t.Fatalf("accepted %x", body)
	})
}

// FuzzSend holds, against a card that answers anything: one Send, one command
// besides GET RESPONSE, and a session that is lost whenever the answer was not
// a proper one.
func FuzzSend(f *testing.F) {
	v := loadUnwrap(f)
	for _, c := range v.Cases {
		f.Add(append(bytes.Clone(c.Body), 0x90, 0x00))
	}
	f.Add([]byte{0x63, 0xC2})
	f.Add([]byte{0x61, 0x08})
	f.Add([]byte{0x90, 0x00})
	f.Fuzz(func(t *testing.T, answer []byte) {
		sent := 0
		card := transmit(func(c []byte) ([]byte, error) {
			if c[1] != iso7816.INSGetResponse {
				sent++
			}
			return answer, nil
		})
		s := securemessaging.New(card, v.KEnc, v.KMac, 1)
		r, err := s.Send(iso7816.Verify(0x81, []byte("12345678")))
		if sent != 1 {
			t.Fatalf("%d commands", sent)
		}
		if err != nil && (!s.Lost() || !iso7816.Reached(err)) {
			t.Fatalf("%v and the session lives", err)
		}
		if err == nil && r.SW == iso7816.SWSuccess && s.Lost() {
			t.Fatal("a success that nothing protects")
		}
	})
}

type transmit func([]byte) ([]byte, error)

func (t transmit) Transmit(c []byte) ([]byte, error) { return t(c) }

func BenchmarkWrap(b *testing.B) {
	v := loadWrap(b)
	c := iso7816.InternalAuthenticate(make([]byte, 230), 256)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := securemessaging.Wrap(v.KEnc, v.KMac, 2, c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnwrap(b *testing.B) {
	body := newCard(kEnc, kMac, 3).protect(0xB0, iso7816.ResponseAPDU{Data: make([]byte, 224), SW: 0x9000})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := securemessaging.Unwrap(kEnc, kMac, 3, 0xB0, body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSession is one protected read of 224 bytes, both directions, without
// the card's own work.
func BenchmarkSession(b *testing.B) {
	answer := append(newCard(kEnc, kMac, 3).protect(0xB0, iso7816.ResponseAPDU{Data: make([]byte, 224), SW: 0x9000}), 0x90, 0x00)
	s := securemessaging.New(transmit(func([]byte) ([]byte, error) { return answer, nil }), kEnc, kMac, 1)
	c := iso7816.ReadBinary(0, 224)
	b.ReportAllocs()
	for b.Loop() {
		s.SetSSC(1)
		if _, err := s.Send(c); err != nil {
			b.Fatal(err)
		}
	}
}
