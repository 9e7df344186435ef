package iso7816

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
)

// Entry is one exchange as [Trace] saw it. It holds no body unless the Trace
// was told to keep it.
type Entry struct {
	CLA, INS, P1, P2 byte
	Lc, Ne           int           // bytes sent, bytes expected
	Length           int           // bytes of the answer without SW
	SW               StatusWord    // 0 if no answer came
	Duration         time.Duration // of the Transmit alone
	Err              error         // from the Transmitter
	// Command and Response are the data fields, nil unless shown.
	Command, Response []byte
}

// Trace is a Transmitter that tells about each exchange: header, lengths,
// status and duration, never the data.
//
// Bodies adds the data of plain commands, for development. Even then it hides
// what could cost a person something: PIN commands, secured commands, and
// every GET RESPONSE that continues one. Only Virtual, which says that the
// card behind is the one in software and holds nobody's data, shows those too;
// without Bodies it has no effect.
type Trace struct {
	Next    Transmitter
	Emit    func(Entry)
	Bodies  bool
	Virtual bool
	// Clock stands in for time.Now in tests; nil means time.Now.
	Clock func() time.Time

	hidden bool // the last command that was not GET RESPONSE had to be hidden
}

// Transmit passes the command on unchanged and emits one Entry.
func (t *Trace) Transmit(command []byte) ([]byte, error) {
	now := t.Clock
	if now == nil {
		now = time.Now
	}
	start := now()
	response, err := t.Next.Transmit(command)
	if t.Emit != nil {
		t.Emit(t.entry(command, response, err, now().Sub(start)))
	}
	return response, err
}

func (t *Trace) entry(command, response []byte, err error, d time.Duration) Entry {
	e := Entry{Duration: d, Err: err}
	c, bad := ParseCommand(command)
	if bad == nil {
		e.CLA, e.INS, e.P1, e.P2, e.Lc, e.Ne = c.CLA, c.INS, c.P1, c.P2, len(c.Data), c.Ne
	}
	r, badResponse := ParseResponse(response)
	if badResponse == nil {
		e.Length, e.SW = len(r.Data), r.SW
	} else if err == nil {
		e.Err = badResponse
	}
	// What does not parse is not looked at: it may be anything.
	if c.INS != INSGetResponse || c.CLA&CLASecured != 0 || bad != nil {
		t.hidden = bad != nil || IsPINCommand(c.INS) || c.CLA&CLASecured != 0
	}
	if t.Bodies && (t.Virtual || !t.hidden) {
		e.Command = append([]byte(nil), c.Data...)
		e.Response = append([]byte(nil), r.Data...)
	}
	return e
}

// instructions are the names of ISO 7816-4 and 7816-8 for readers of a trace.
var instructions = map[byte]string{
	INSVerify: "VERIFY", INSMSE: "MSE", INSChangeReferenceData: "CHANGE REFERENCE DATA", INSPSO: "PSO",
	INSResetRetryCounter: "RESET RETRY COUNTER", INSExternalAuthenticate: "EXTERNAL AUTHENTICATE",
	INSGetChallenge: "GET CHALLENGE", INSInternalAuthenticate: "INTERNAL AUTHENTICATE", INSSelect: "SELECT",
	INSReadBinary: "READ BINARY", INSReadBinaryOdd: "READ BINARY", INSGetResponse: "GET RESPONSE",
	INSGetData: "GET DATA", INSGetDataOdd: "GET DATA",
}

// String is one line:
//
//	00 A4 04 0C  SELECT  Lc 13 -> 0 bytes 9000  12.3ms
//
// Shown bodies follow on lines of their own.
func (e Entry) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%02X %02X %02X %02X", e.CLA, e.INS, e.P1, e.P2)
	if name, ok := instructions[e.INS]; ok {
		fmt.Fprintf(&s, "  %s", name)
	}
	if e.CLA&CLASecured == CLASecured {
		s.WriteString("  secured")
	}
	if e.CLA&CLAChaining != 0 {
		s.WriteString("  chained")
	}
	if e.Lc > 0 {
		fmt.Fprintf(&s, "  Lc %d", e.Lc)
	}
	if e.Ne > 0 {
		fmt.Fprintf(&s, "  Ne %d", e.Ne)
	}
	if e.SW != 0 {
		fmt.Fprintf(&s, " -> %d bytes %04X", e.Length, uint16(e.SW))
	}
	if e.Err != nil {
		fmt.Fprintf(&s, " -> %v", e.Err)
	}
	fmt.Fprintf(&s, "  %.1fms", float64(e.Duration.Microseconds())/1000)
	if len(e.Command) > 0 {
		fmt.Fprintf(&s, "\n  > % X", e.Command)
	}
	if len(e.Response) > 0 {
		fmt.Fprintf(&s, "\n  < % X", e.Response)
	}
	return s.String()
}

// LogValue is a group for log/slog, without bodies in any case.
func (e Entry) LogValue() slog.Value {
	a := []slog.Attr{
		slog.String("header", fmt.Sprintf("%02X%02X%02X%02X", e.CLA, e.INS, e.P1, e.P2)),
		slog.Int("lc", e.Lc), slog.Int("ne", e.Ne), slog.Int("length", e.Length),
		slog.String("sw", fmt.Sprintf("%04X", uint16(e.SW))),
		slog.Duration("duration", e.Duration),
	}
	if e.Err != nil {
		a = append(a, slog.String("err", e.Err.Error()))
	}
	return slog.GroupValue(a...)
}

// WriteTrace is an Emit that writes one line an exchange. What the writer does
// with it is not allowed to disturb the card, so its errors are dropped.
func WriteTrace(w io.Writer) func(Entry) {
	return func(e Entry) { _, _ = fmt.Fprintln(w, e.String()) }
}
