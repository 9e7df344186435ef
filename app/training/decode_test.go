package training

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/card/virtual"
)

func words(t testing.TB, l messages.Language) *messages.Printer {
	t.Helper()
	p, err := messages.New(l)
	require.NoError(t, err)
	return p
}

// header makes the entry of a command that the card accepted.
func header(cla, ins, p1, p2 byte) virtual.Entry {
	e := virtual.Entry{
		CLA: cla, INS: virtual.Instruction(ins), P1: p1, P2: p2, InnerCLA: cla &^ 0x0C,
		Protected: cla&0x0C != 0, DataPresent: true, StatusWord: 0x9000,
	}
	e.Accepted = e.Protected
	return e
}

func empty(e virtual.Entry) virtual.Entry {
	e.DataPresent = false
	return e
}

func TestCommandsInWords(t *testing.T) {
	tests := []struct {
		e     virtual.Entry
		asked target
		want  string
	}{
		{header(0x00, 0xA4, 0x04, 0x0C), targetIAS, "SELECT: apre l'applicazione IAS della carta"},
		{header(0x00, 0xA4, 0x04, 0x0C), targetCIE, "SELECT: apre l'applicazione CIE"},
		{header(0x00, 0xA4, 0x04, 0x0C), targetICAO, "SELECT: chiede se è un documento di viaggio"},
		{header(0x00, 0xA4, 0x04, 0x0C), targetCNS, "SELECT: chiede se è una Tessera Sanitaria (CNS)"},
		{header(0x00, 0xA4, 0x04, 0x0C), targetPPSE, "SELECT: chiede se è una carta di pagamento"},
		{header(0x0C, 0xA4, 0x04, 0x0C), "", "SELECT: apre un'applicazione per nome"},
		{empty(header(0x00, 0xA4, 0x00, 0x00)), "", "SELECT: torna alla radice della carta"},
		{header(0x00, 0xA4, 0x00, 0x00), targetRoot, "SELECT: torna alla radice della carta"},
		{header(0x0C, 0xA4, 0x02, 0x0C), "", "SELECT: sceglie un file"},
		{header(0x00, 0xB0, 0x9C, 0x00), "", "READ BINARY: legge il numero di serie del chip"},
		{header(0x0C, 0xB0, 0x86, 0x00), "", "READ BINARY: legge la firma dello Stato sui dati (SOD)"},
		{header(0x0C, 0xB0, 0x8F, 0x00), "", "READ BINARY: legge un file"},
		{header(0x0C, 0xB0, 0x00, 0x00), "", "READ BINARY: legge il file dall'inizio"},
		{header(0x0C, 0xB0, 0x00, 0xE0), "", "READ BINARY: continua a leggere il file"},
		{header(0x0C, 0xB0, 0x01, 0x00), "", "READ BINARY: continua a leggere il file"},
		{header(0x0C, 0xB1, 0x00, 0x00), "", "READ BINARY: continua a leggere il file"},
		{header(0x00, 0xCB, 0x3F, 0xFF), targetDomain, "GET DATA: chiede i parametri per lo scambio di chiavi"},
		{header(0x00, 0xCB, 0x3F, 0xFF), targetKey, "GET DATA: riceve la chiave pubblica della carta per questo scambio"},
		{header(0x00, 0xCB, 0x3F, 0xFF), targetTerminal, "GET DATA: chiede con quale chiave la carta riconosce i programmi"},
		{header(0x00, 0xCB, 0x3F, 0xFF), targetPINTries, "GET DATA: chiede quanti tentativi restano al PIN (non ne spende)"},
		{header(0x00, 0xCB, 0x3F, 0xFF), targetPUKTries, "GET DATA: chiede quanti tentativi restano al PUK (non ne spende)"},
		{header(0x0C, 0xCB, 0x3F, 0xFF), "", "GET DATA: chiede un dato della carta, per esempio i tentativi rimasti"},
		{header(0x0C, 0xCA, 0x3F, 0xFF), "", "GET DATA: chiede un dato della carta, per esempio i tentativi rimasti"},
		{header(0x00, 0x22, 0x41, 0xA6), "", "MSE: manda la chiave pubblica del programma, per lo scambio"},
		{header(0x0C, 0x22, 0x81, 0xB6), "", "MSE: sceglie la chiave che controlla il certificato del programma"},
		{header(0x0C, 0x22, 0x81, 0xA4), "", "MSE: sceglie la chiave del programma, appena controllata"},
		{header(0x0C, 0x22, 0x41, 0xA4), "", "MSE: sceglie la chiave con cui la carta firmerà"},
		{header(0x0C, 0x22, 0xF3, 0x01), "", "MSE: prepara un'operazione con chiavi"},
		{header(0x0C, 0x2A, 0x00, 0xAE), "", "PSO: presenta alla carta il certificato del programma"},
		{header(0x0C, 0x2A, 0x9E, 0x9A), "", "PSO: chiede un'operazione con chiavi"},
		{header(0x0C, 0x84, 0x00, 0x00), "", "GET CHALLENGE: chiede alla carta un numero a caso"},
		{header(0x0C, 0x82, 0x00, 0x00), "", "EXTERNAL AUTHENTICATE: il programma dimostra di avere la sua chiave"},
		{header(0x0C, 0x88, 0x00, 0x00), "", "INTERNAL AUTHENTICATE: la carta firma, per dimostrare di essere autentica o per un accesso"},
		{header(0x0C, 0x20, 0x00, 0x81), "", "VERIFY: presenta il PIN"},
		{header(0x0C, 0x20, 0x00, 0x82), "", "VERIFY: presenta il PUK"},
		{empty(header(0x0C, 0x20, 0x00, 0x81)), "", "VERIFY vuoto: chiede quanti tentativi restano al PIN"},
		{empty(header(0x0C, 0x20, 0x00, 0x82)), "", "VERIFY vuoto: chiede quanti tentativi restano al PUK"},
		{header(0x0C, 0x24, 0x00, 0x81), "", "CHANGE REFERENCE DATA: cambia il PIN"},
		{header(0x0C, 0x24, 0x00, 0x82), "", "CHANGE REFERENCE DATA: cambia il PUK"},
		{header(0x0C, 0x2C, 0x02, 0x81), "", "RESET RETRY COUNTER: sblocca il PIN e ne imposta uno nuovo"},
		{header(0x0C, 0x2C, 0x02, 0x82), "", "RESET RETRY COUNTER: sblocca il PUK"},
		{header(0x00, 0xC0, 0x00, 0x00), "", "GET RESPONSE: ritira il resto della risposta"},
		{header(0x00, 0xD6, 0x00, 0x00), "", "Comando D6, che qui non è previsto"},
		{virtual.Entry{StatusWord: 0x6700}, "", "Comando 00, che qui non è previsto"},
	}
	it := words(t, messages.Italian)
	for _, test := range tests {
		l := decode(test.e, test.asked)
		assert.Equal(t, test.want, l.What.Say(it), l.Header)
		assert.Equal(t, test.e.Protected, l.Protected)
	}
	assert.Equal(t, "0C 20 00 81", decode(header(0x0C, 0x20, 0x00, 0x81), "").Header)
	assert.True(t, decode(header(0x1C, 0x2A, 0x00, 0xAE), "").Chained)
	assert.False(t, decode(header(0x0C, 0x2A, 0x00, 0xAE), "").Chained)
}

// TestEveryInstructionHasWords in every language, whatever its parameters.
func TestEveryInstructionHasWords(t *testing.T) {
	for _, l := range messages.Languages() {
		p := words(t, l)
		for ins := range 256 {
			for _, p1 := range []byte{0x00, 0x02, 0x04, 0x41, 0x81, 0x86, 0x9F, 0xFF} {
				for _, p2 := range []byte{0x00, 0x81, 0x82, 0xA4, 0xA6, 0xAE, 0xB6, 0xFF} {
					for _, cla := range []byte{0x00, 0x0C} {
						e := header(cla, byte(ins), p1, p2)
						said(t, p, decode(e, ""))
						said(t, p, decode(empty(e), ""))
					}
				}
			}
		}
		for sfi := range byte(32) {
			said(t, p, decode(header(0x00, 0xB0, 0x80|sfi, 0), ""))
		}
	}
}

// said checks that all parts of a line have words.
func said(t *testing.T, p *messages.Printer, l Line) {
	t.Helper()
	for _, phrase := range []messages.Phrase{l.What, l.Answer} {
		text := phrase.Say(p)
		if text == "" || text[0] == '[' {
			t.Fatalf("%s (%s) has no words: %q of %q", l.Header, l.StatusWord, text, phrase.Key)
		}
	}
	if text := l.Fault.Say(p); l.Fault.Key != "" && text[0] == '[' {
		t.Fatalf("a fault has no words: %q", l.Fault.Key)
	}
}

func TestAnswersInWords(t *testing.T) {
	verify, query := header(0x0C, 0x20, 0x00, 0x81), empty(header(0x0C, 0x20, 0x00, 0x81))
	read := header(0x0C, 0xB0, 0x00, 0x00)
	tests := []struct {
		e            virtual.Entry
		outer, inner virtual.StatusWord
		want, status string
		mood         Mood
	}{
		{read, 0x9000, 0x9000, "fatto", "9000", MoodPlain},
		{read, 0x9000, 0, "fatto", "9000", MoodPlain},
		{read, 0x6282, 0x6282, "il file finisce qui", "6282", MoodPlain},
		{read, 0x6110, 0x9000, "fatto", "9000", MoodPlain},
		{read, 0x6101, 0, "c'è ancora 1 byte da ritirare", "6101", MoodPlain},
		{read, 0x6100, 0, "ci sono ancora 256 byte da ritirare", "6100", MoodPlain},
		{read, 0x6C08, 0, "lunghezza sbagliata: vanno chiesti 8 byte", "6C08", MoodPlain},
		{read, 0x6982, 0, "non permesso: prima serve il canale protetto, o il PIN", "6982", MoodTrouble},
		{read, 0x6A82, 0, "non c'è su questa carta", "6A82", MoodTrouble},
		{read, 0x6F12, 0, "risposta 6F12", "6F12", MoodTrouble},
		{read, 0, 0, "risposta incompleta", "", MoodTrouble},
		{verify, 0x9000, 0x9000, "codice giusto", "9000", MoodPlain},
		{verify, 0x9000, 0x63C2, "codice sbagliato: restano 2 tentativi", "63C2", MoodTrouble},
		{verify, 0x63C1, 0x63C1, "codice sbagliato: resta 1 tentativo", "63C1", MoodTrouble},
		{verify, 0x63C9, 0, "codice sbagliato: restano 9 tentativi", "63C9", MoodTrouble},
		{verify, 0x9000, 0x63C0, "codice sbagliato: non restano tentativi, il codice è bloccato", "63C0", MoodTrouble},
		{verify, 0x9000, 0x6300, "codice sbagliato: la carta non dice quanti tentativi restano", "6300", MoodTrouble},
		{verify, 0x9000, 0x6983, "il codice è bloccato", "6983", MoodTrouble},
		{query, 0x9000, 0x63C3, "restano 3 tentativi", "63C3", MoodPlain},
		{query, 0x9000, 0x63C1, "resta 1 tentativo", "63C1", MoodPlain},
		{query, 0x9000, 0x63C0, "restano 0 tentativi", "63C0", MoodTrouble},
		{query, 0x9000, 0x9000, "il codice è già verificato", "9000", MoodPlain},
		{header(0x0C, 0x24, 0, 0x81), 0x9000, 0x9000, "codice cambiato", "9000", MoodPlain},
		{header(0x0C, 0x2C, 2, 0x81), 0x9000, 0x9000, "sbloccato, con il codice nuovo", "9000", MoodPlain},
	}
	it := words(t, messages.Italian)
	for _, test := range tests {
		e := test.e
		e.StatusWord, e.InnerStatusWord = test.outer, test.inner
		l := decode(e, "")
		assert.Equal(t, test.want, l.Answer.Say(it), "%04X/%04X", test.outer, test.inner)
		assert.Equal(t, test.status, l.StatusWord)
		assert.Equal(t, test.mood, l.Mood, "%04X/%04X", test.outer, test.inner)
	}
}

func TestEveryStatusWordHasWords(t *testing.T) {
	for _, l := range messages.Languages() {
		p := words(t, l)
		for sw := range 0x10000 {
			if hi := sw >> 8; hi < 0x61 || hi > 0x6F && hi != 0x90 {
				continue
			}
			e := header(0x00, 0x20, 0x00, 0x81)
			e.StatusWord = virtual.StatusWord(sw)
			line := decode(e, "")
			said(t, p, line)
			if sw != 0x9000 && sw>>8 != 0x61 && sw>>8 != 0x62 && sw>>8 != 0x6C && sw != 0x6B00 {
				require.Equal(t, MoodTrouble, line.Mood, "%04X", sw)
			}
		}
	}
}

func TestNoAnswerInWords(t *testing.T) {
	want := map[virtual.Kind]string{
		virtual.Removed: "nessuna risposta: la carta si è spostata", virtual.WasReset: "nessuna risposta: la carta si è riavviata",
		virtual.LinkLost:  "nessuna risposta: non si sa se il comando è stato eseguito",
		virtual.Unpowered: "nessuna risposta: il chip non riceve energia",
		virtual.Kind(99):  "nessuna risposta: non si sa se il comando è stato eseguito",
	}
	it := words(t, messages.Italian)
	for kind, text := range want {
		l := decode(virtual.Entry{INS: 0x20, P2: 0x81, DataPresent: true, Failure: kind.String(), InnerStatusWord: 0x9000}, "")
		assert.Equal(t, text, l.Answer.Say(it))
		assert.Empty(t, l.StatusWord, "what the card would have said does not count")
		assert.Equal(t, MoodTrouble, l.Mood)
	}
}

// TestFaultsInWords: every fault that can fire has words.
func TestFaultsInWords(t *testing.T) {
	kinds := map[virtual.FaultKind]bool{}
	for _, f := range Faults() {
		if kind, waits := atCode[f]; waits {
			kinds[kind] = true
		}
		for _, armed := range f.arming() {
			kinds[armed.Kind] = !f.Standing()
		}
	}
	require.Len(t, kinds, 8)
	for kind, fires := range kinds {
		if !fires {
			continue
		}
		for _, l := range messages.Languages() {
			line := decode(virtual.Entry{INS: 0x20, StatusWord: 0x9000, Fault: kind}, "")
			require.NotEmpty(t, line.Fault.Key)
			said(t, words(t, l), line)
		}
	}
	assert.Empty(t, messages.Phrase{}.Say(words(t, messages.Italian)))
}

func TestAskedFor(t *testing.T) {
	tests := map[string]target{
		"00A4040C0DA0000000308000000009816001":   targetIAS,
		"00A4040C06A00000000039":                 targetCIE,
		"00A4040007A000000247100100":             targetICAO,
		"00A4040C0CA000000530000B104001021A":     targetCNS,
		"00A4040C0E325041592E5359532E4444463031": targetPPSE,
		"00A4040C05A000000001":                   "",
		"00A40000":                               targetRoot,
		"00A40000023F00":                         targetRoot,
		"00A4000002D003":                         "",
		"00A4020C02D003":                         "",
		"00CB3FFF0C4D0A7008BFA10104A302970000":   targetDomain,
		"00CB3FFF0A4D087006BFA10102A38000":       targetDomain,
		"00CB3FFF064D04A602910000":               targetKey,
		"00CB3FFF0A4D087006BF810102A08000":       targetPINTries,
		"00CB3FFF0A4D087006BF810202A08000":       targetPUKTries,
		"00CB3FFF0A4D087006BFA004027F498000":     targetTerminal,
		"00CB3FFF025C0000":                       "",
		"00CB3FFF":                               "",
		"0020008108" + "3431373339363238":        "", // a PIN is nothing that can be asked for
		"0CA4040C06A00000000039":                 "", // protected
		"00A404":                                 "",
		"":                                       "",
		"00A4040CFFA00000000039":                 targetCIE, // a length that lies
	}
	for command, want := range tests {
		raw, err := hex.DecodeString(command)
		require.NoError(t, err, command)
		assert.Equal(t, want, askedFor(raw), command)
	}
}

func TestPresents(t *testing.T) {
	tests := map[string]bool{
		"0020008108" + "3431373339363238": true,
		"00200081":                        false,
		"0020008100":                      false,
		"00A4040C06A00000000039":          false,
		"0C20008100":                      false,
		"":                                false,
		// Secure messaging: MAC only, MAC and expected length, with data.
		"0C2000810A8E081122334455667788":                                                   false,
		"0C2000810A8E08112233445566778800":                                                 false,
		"0C2000810D9701008E08112233445566778800":                                           false,
		"0C2000811D871101" + "00112233445566778899AABBCCDDEEFF" + "8E08112233445566778800": true,
	}
	for command, want := range tests {
		raw, err := hex.DecodeString(command)
		require.NoError(t, err, command)
		assert.Equal(t, want, presents(raw), command)
	}
}

// FuzzAskedFor: no command makes it fail, and what it names is one of its own.
func FuzzAskedFor(f *testing.F) {
	f.Add([]byte{0x00, 0xA4, 0x04, 0x0C, 0x06, 0xA0, 0, 0, 0, 0, 0x39})
	f.Add([]byte{0x00, 0xCB, 0x3F, 0xFF, 0x06, 0x4D, 0x04, 0xA6, 0x02, 0x91, 0x00, 0x00})
	f.Add([]byte{})
	p, err := messages.New(messages.Italian)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, command []byte) {
		asked := askedFor(command)
		_ = presents(command)
		e := virtual.Entry{StatusWord: 0x9000}
		if len(command) >= 4 {
			e = header(command[0], command[1], command[2], command[3])
		}
		said(t, p, decode(e, asked))
	})
}

func TestTheJournalIsBounded(t *testing.T) {
	var j journal
	for range mostLines + 7 {
		j.exchange(header(0x0C, 0x84, 0, 0), "")
	}
	assert.Len(t, j.copy(), mostLines)
	assert.Equal(t, mostLines+7, j.commands)
	assert.Equal(t, 8, j.copy()[0].Number)
	assert.Equal(t, mostLines+7, j.copy()[mostLines-1].Number)
}

func TestWhatCountsAsPresented(t *testing.T) {
	var j journal
	right := header(0x0C, 0x20, 0, 0x81)
	right.PINReference, right.InnerStatusWord = 0x81, 0x9000
	j.exchange(right, "")
	wrong := right
	wrong.InnerStatusWord = 0x63C2
	j.exchange(wrong, "")
	j.exchange(empty(wrong), "")
	broken := wrong // its MAC was not right: the card compared nothing
	broken.Accepted = false
	j.exchange(broken, "")
	assert.Equal(t, [3]int{4, 2, 1}, [3]int{j.commands, j.presented, j.wrong})
}
