package ask

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"cientro/app/lasttry"
	"cientro/app/messages"
	"cientro/ui/uitest"
)

// clock is a time that tests move.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func (c *clock) pass(d time.Duration) { c.Time = c.Add(d) }

func request() lasttry.Request {
	return lasttry.Request{
		Schema:         lasttry.Schema,
		Host:           lasttry.Host{PID: 4711, Program: "/usr/lib/firefox-esr/firefox-esr", Name: "Firefox"},
		Tries:          lasttry.Tries{Left: 1, Max: 3, Source: lasttry.SourceCard},
		Reader:         "ACS ACR1252 1S CL Reader PICC 00 00",
		TimeoutSeconds: 60,
	}
}

// asked is a presenter, its clock and what it answered.
type asked struct {
	*presenter
	clock   *clock
	answers []lasttry.Answer
}

func ask(t testing.TB, r lasttry.Request, l messages.Language) *asked {
	t.Helper()
	a := &asked{clock: &clock{time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}}
	a.presenter = newPresenter(r, uitest.Words(t, l), a.clock.Add(r.Timeout()), a.clock.now,
		func(said lasttry.Answer) { a.answers = append(a.answers, said) })
	return a
}

func TestConsentWantsToBeSure(t *testing.T) {
	a := ask(t, request(), messages.Italian)
	a.consent()
	assert.Empty(t, a.answers, "nobody was sure")
	a.tellSure(true)
	a.tellSure(false)
	a.consent()
	assert.Empty(t, a.answers, "sure no longer")
	a.tellSure(true)
	a.consent()
	assert.Equal(t, []lasttry.Answer{lasttry.Consent}, a.answers)
}

func TestTheFirstAnswerStands(t *testing.T) {
	a := ask(t, request(), messages.Italian)
	a.tellSure(true)
	a.deny()
	assert.False(t, a.mayConsent())
	a.consent()
	a.deny()
	a.clock.pass(time.Hour)
	assert.False(t, a.tick())
	assert.Equal(t, []lasttry.Answer{lasttry.Deny}, a.answers)

	b := ask(t, request(), messages.Italian)
	b.tellSure(true)
	b.consent()
	b.deny()
	b.clock.pass(time.Hour)
	b.tick()
	assert.Equal(t, []lasttry.Answer{lasttry.Consent}, b.answers)
}

func TestSilenceIsNo(t *testing.T) {
	a := ask(t, request(), messages.Italian)
	a.tellSure(true)
	a.clock.pass(60*time.Second - time.Nanosecond)
	assert.True(t, a.tick())
	assert.Empty(t, a.answers)
	a.clock.pass(time.Nanosecond)
	a.consent()
	assert.Empty(t, a.answers, "the time is over, also before a tick has seen it")
	assert.False(t, a.tick())
	assert.Equal(t, []lasttry.Answer{lasttry.Deny}, a.answers)
}

func TestCountdown(t *testing.T) {
	tests := []struct {
		passed  time.Duration
		part    float64
		italian string
		english string
	}{
		{0, 1, "Senza risposta, tra 60 secondi si rinuncia all'invio.", "Without an answer, nothing is sent: 60 seconds left."},
		{500 * time.Millisecond, 59.5 / 60, "Senza risposta, tra 60 secondi si rinuncia all'invio.", "Without an answer, nothing is sent: 60 seconds left."},
		{30 * time.Second, 0.5, "Senza risposta, tra 30 secondi si rinuncia all'invio.", "Without an answer, nothing is sent: 30 seconds left."},
		{59 * time.Second, 1.0 / 60, "Senza risposta, tra 1 secondo si rinuncia all'invio.", "Without an answer, nothing is sent: 1 second left."},
		{time.Hour, 0, "Senza risposta, tra 0 secondi si rinuncia all'invio.", "Without an answer, nothing is sent: 0 seconds left."},
	}
	for _, tt := range tests {
		for l, want := range map[messages.Language]string{messages.Italian: tt.italian, messages.English: tt.english} {
			a := ask(t, request(), l)
			a.clock.pass(tt.passed)
			part, words := a.left()
			assert.InDelta(t, tt.part, part, 0.0001, tt.passed)
			assert.Equal(t, want, words)
		}
	}
	late := newPresenter(request(), uitest.Words(t, messages.English), time.Unix(0, 0), func() time.Time { return time.Unix(9, 0) }, nil)
	part, _ := late.left()
	assert.Zero(t, part, "a question that comes after its time")
}

func TestTriesAreToldTruthfully(t *testing.T) {
	tests := []struct {
		tries                    lasttry.Tries
		heading, triesAre, warns string
		marks                    int
	}{
		{lasttry.Tries{Left: 1, Max: 3, Source: lasttry.SourceCard}, "Ultimo tentativo per il PIN", "resta 1 tentativo su 3",
			"Resta un solo tentativo: se il PIN che hai scritto è sbagliato, il PIN si blocca e servirà il PUK.", 3},
		{lasttry.Tries{Left: 1, Max: 3, Source: lasttry.SourceLastSeen}, "Forse è l'ultimo tentativo per il PIN",
			"1 su 3 l'ultima volta", "L'ultima volta restava un solo tentativo", 3},
		{lasttry.Tries{Max: 3, Source: lasttry.SourceUnknown}, "Tentativi rimasti: sconosciuti", "sconosciuti",
			"La carta non dice quanti tentativi restano. Potrebbe essere l'ultimo", 0},
		{lasttry.Tries{Left: 2, Max: 3, Source: lasttry.SourceCard}, "Conferma prima di inviare il PIN", "restano 2 tentativi su 3",
			"Restano 2 tentativi: un PIN sbagliato ne spende uno.", 3},
	}
	for _, tt := range tests {
		r := request()
		r.Tries = tt.tries
		got := ask(t, r, messages.Italian).texts()
		assert.Equal(t, tt.heading, got.heading)
		assert.Equal(t, tt.triesAre, got.triesAre)
		assert.Contains(t, got.warning, tt.warns)
		assert.Equal(t, tt.marks, got.triesMax)
	}
}

func TestTheProgramIsNamed(t *testing.T) {
	got := ask(t, request(), messages.English).texts()
	assert.Equal(t, "Firefox wants to send the card the PIN that you typed. Nothing has been sent so far.", got.asks)
	assert.Equal(t, "Firefox", got.programIs)
	assert.Equal(t, "/usr/lib/firefox-esr/firefox-esr", got.fileIs)
	assert.Empty(t, got.demo)

	r := request()
	r.Host, r.Demo = lasttry.Host{PID: 7}, true
	got = ask(t, r, messages.English).texts()
	assert.Equal(t, "A program without a name wants to send the card the PIN that you typed. Nothing has been sent so far.", got.asks)
	assert.Equal(t, "without a name (process 7)", got.programIs)
	assert.Empty(t, got.fileIs)
	assert.Equal(t, "DEMO · virtual card, no real card", got.demo)
}

// TestNoNameFillsTheWindow: texts from outside are cut before they are shown.
func TestNoNameFillsTheWindow(t *testing.T) {
	r := request()
	long := strings.Repeat("Mario-", 100)
	r.Host.Name, r.Host.Program, r.Reader = long, "/"+long+"/end", long
	got := ask(t, r, messages.Italian).texts()
	assert.Equal(t, maxName, utf8.RuneCountInString(got.programIs))
	assert.Equal(t, maxFile, utf8.RuneCountInString(got.fileIs))
	assert.True(t, strings.HasPrefix(got.fileIs, "/Mario-") && strings.HasSuffix(got.fileIs, "/end"), got.fileIs)
	assert.Equal(t, maxReader, utf8.RuneCountInString(got.readerIs))
	assert.Less(t, utf8.RuneCountInString(got.asks), 150)
}

func TestShortened(t *testing.T) {
	for text, want := range map[string]string{
		"":             "",
		"12345678":     "12345678",
		"123456789":    "123…6789",
		"àèìòùàèìòùàè": "àèì…òùàè",
	} {
		assert.Equal(t, want, shortened(text, 8))
	}
}
