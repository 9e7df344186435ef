package certificate

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/messages"
	"cientro/card/holder"
	"cientro/card/virtual/specimen"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// certificate is the specimen's, valid from 1 June 2025 to 1 June 2035.
func certificate(t testing.TB) *app.HolderCertificate {
	t.Helper()
	c, err := holder.Parse(specimen.Default().CertCIE)
	require.NoError(t, err)
	return &app.HolderCertificate{Certificate: c, Proven: true}
}

var today = time.Date(2026, 3, 1, 9, 30, 15, 500, time.UTC)

func at(t testing.TB, l messages.Language, now time.Time) *presenter {
	t.Helper()
	p := newPresenter(uitest.Words(t, l), certificate(t))
	p.now = func() time.Time { return now }
	return p
}

// personalData is what must not be seen, said or written by itself.
var personalData = []string{"SPECIMEN", "PROVA", "SPCPRV80A01H501M", "CA000", "C1758C8AFE8F7A95", "6a018a4d29"}

func all(t texts) string {
	var b strings.Builder
	for _, facts := range [][]fact{t.holder, t.validity, t.seen, t.details} {
		for _, f := range facts {
			b.WriteString(f.name + ": " + f.is + "\n")
		}
	}
	for _, r := range t.remarks {
		b.WriteString(r.title + ". " + r.text + "\n")
	}
	b.WriteString(t.remaining + "\n" + t.fingerprint + "\n" + t.reveal)
	return b.String()
}

func TestCoveredUntilAskedFor(t *testing.T) {
	p := at(t, messages.Italian, today)
	said := all(p.texts())
	for _, secret := range append(personalData, "01/06", "1 giugno") {
		assert.NotContains(t, said, secret)
	}
	assert.Contains(t, said, "Valido fino al: 2035", "the year is no birthday")
	assert.Contains(t, said, "Numero della carta: •••••00AA")
	assert.Contains(t, said, "Mostra i dati")
	assert.NotContains(t, said, "[")

	p.revealed = true
	said = all(p.texts())
	for _, want := range []string{
		"Cognome: SPECIMEN", "Nome: PROVA", "Codice fiscale: SPCPRV80A01H501M\n", "Numero della carta: CA00000AA",
		"Valido dal: 01/06/2025", "Valido fino al: 01/06/2035", "Nome e cognome: PROVA SPECIMEN",
		"Nel browser si chiama: SPCPRV80A01H501M/C1758C8AFE8F7A95.TEST", "6a018a4d29 – sempre lo stesso",
		"SPCPRV80A01H501M – contiene data e luogo di nascita", "Nascondi i dati",
		"CN=TEST Authentication CA", "Chiave: RSA 2048",
	} {
		assert.Contains(t, said, want)
	}
}

func TestFingerprint(t *testing.T) {
	p := at(t, messages.Italian, today)
	sum := sha256.Sum256(specimen.Default().CertCIE)
	shown := p.texts().fingerprint
	assert.Equal(t, strings.ToUpper(hex.EncodeToString(sum[:])), strings.Join(strings.Fields(shown), ""))
	assert.Len(t, strings.Fields(shown), 16)
	for _, group := range strings.Fields(shown) {
		assert.Len(t, group, 4)
	}
	assert.Len(t, strings.Split(shown, "\n"), 4)
	assert.Equal(t, "ABCD EF", groups("AB:CD:EF"))
	assert.Equal(t, "ABCD", groups("AB:CD"))
	assert.Empty(t, groups(""))
}

func TestRemarks(t *testing.T) {
	last := certificate(t).NotAfter
	tests := []struct {
		name      string
		now       time.Time
		unproven  bool
		titles    []string
		moods     []widgets.Mood
		remaining string
		reminds   int
	}{
		{"fine", today, false, []string{"Il certificato è quello della carta"}, []widgets.Mood{widgets.Good}, "Oggi è valido.", 2},
		{"not proven", today, true, []string{"Attenzione: certificato non provato"}, []widgets.Mood{widgets.Warning}, "Oggi è valido.", 2},
		{"90 days", last.Add(-soon), false, []string{"Il certificato è quello della carta"}, []widgets.Mood{widgets.Good}, "Oggi è valido.", 1},
		{"under 90 days", last.Add(-soon + time.Second), false, []string{"Il certificato è quello della carta", "Il certificato sta per scadere"},
			[]widgets.Mood{widgets.Good, widgets.Warning}, "È valido ancora per 89 giorni.", 1},
		{"a day", last.Add(-25 * time.Hour), false, []string{"Il certificato è quello della carta", "Il certificato sta per scadere"},
			[]widgets.Mood{widgets.Good, widgets.Warning}, "È valido ancora per 1 giorno.", 1},
		{"the last moment", last, false, []string{"Il certificato è quello della carta", "Il certificato sta per scadere"},
			[]widgets.Mood{widgets.Good, widgets.Warning}, "È valido ancora per 0 giorni.", 0},
		{"over", last.Add(time.Second), false, []string{"Il certificato è quello della carta", "Il certificato è scaduto"},
			[]widgets.Mood{widgets.Good, widgets.Bad}, "Oggi non è valido.", 0},
		{"not yet", time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), false, []string{"Il certificato è quello della carta", "Il certificato non è ancora valido"},
			[]widgets.Mood{widgets.Good, widgets.Warning}, "Oggi non è valido.", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := at(t, messages.Italian, tt.now)
			p.c.Proven = !tt.unproven
			got := p.texts()
			var titles []string
			var moods []widgets.Mood
			for _, r := range got.remarks {
				titles, moods = append(titles, r.title), append(moods, r.mood)
				assert.NotEmpty(t, r.text)
			}
			assert.Equal(t, tt.titles, titles)
			assert.Equal(t, tt.moods, moods)
			assert.Equal(t, tt.remaining, got.remaining)
			assert.Len(t, p.events(), tt.reminds)
			assert.Equal(t, tt.reminds > 0, got.mayRemind)
		})
	}
}

func TestReminder(t *testing.T) {
	p := at(t, messages.Italian, today)
	f, err := p.reminder()
	require.NoError(t, err)
	assert.Equal(t, "scadenza-carta.ics", f.name)
	lines := strings.ReplaceAll(string(f.content), "\r\n ", "")
	last := p.c.NotAfter.Local()
	for _, want := range []string{
		"DTSTART;VALUE=DATE:" + last.Format("20060102"), "DTSTART;VALUE=DATE:" + last.AddDate(0, 0, -ahead).Format("20060102"),
		"SUMMARY:Scade la carta d'identità elettronica", "SUMMARY:Rinnovare la carta d'identità: prendere appuntamento",
		"TRIGGER:-P29DT15H", "TRIGGER:-P6DT15H", "TRIGGER:PT9H", "DTSTAMP:20260301T093015Z",
		"scade il " + last.Format("02/01/2006"),
	} {
		assert.Contains(t, lines, want)
	}
	for _, secret := range personalData {
		assert.NotContains(t, string(f.content), secret)
	}
	assert.Equal(t, 4, strings.Count(lines, "BEGIN:VALARM"))

	p.now = func() time.Time { return last.AddDate(0, 0, -10) }
	f, err = p.reminder()
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(string(f.content), "BEGIN:VEVENT"), "the time to book has gone by")
	assert.Equal(t, 2, strings.Count(string(f.content), "BEGIN:VALARM"), "so has the first alarm")

	again, err := p.reminder()
	require.NoError(t, err)
	assert.NotEqual(t, f.content, again.content, "identifiers are random, not the holder's")
	p.random = iotest.ErrReader(errors.New("broken"))
	_, err = p.reminder()
	require.Error(t, err)
}

func TestCopies(t *testing.T) {
	for l, names := range map[messages.Language][]string{
		messages.Italian: {"certificato-cie.pem", "certificato-cie.cer"}, messages.English: {"cie-certificate.pem", "cie-certificate.cer"},
	} {
		p := at(t, l, today)
		assert.Equal(t, names, []string{p.pem().name, p.der().name})
		assert.Equal(t, specimen.Default().CertCIE, p.der().content)
		block, rest := pem.Decode(p.pem().content)
		require.NotNil(t, block)
		assert.Empty(t, rest)
		assert.Equal(t, "CERTIFICATE", block.Type)
		_, err := x509.ParseCertificate(block.Bytes)
		require.NoError(t, err)
	}
}

func TestAbsentAndStrange(t *testing.T) {
	p := at(t, messages.Italian, today)
	p.c.FiscalCode, p.c.DocumentNumber = holder.Personal{}, holder.Personal{}
	said := all(p.texts())
	assert.Contains(t, said, "Codice fiscale: non indicato")
	assert.Contains(t, said, "Numero della carta: non indicato")
}

func TestForget(t *testing.T) {
	p := at(t, messages.Italian, today)
	p.revealed = true
	p.forget()
	assert.Equal(t, texts{}, p.texts())
	assert.False(t, p.revealed)
}
