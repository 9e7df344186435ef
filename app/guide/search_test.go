package guide

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
)

func small() *Index {
	return NewIndex([]Document{
		{ID: "one", Title: "Perché il PIN", Body: []string{"Otto cifre.", "La città è lontana."}, Extra: "codice"},
		{ID: "two", Title: "La carta", Body: []string{"Il PIN si blocca.", "Poi serve il PUK."}},
		{ID: "three", Title: "PUK e PIN", Body: []string{"L'app CieID, TLS 1.3."}},
	})
}

func ids(r Result) []string {
	var all []string
	for _, h := range r.Hits {
		all = append(all, h.ID)
	}
	return all
}

func TestSearch(t *testing.T) {
	tests := []struct {
		query string
		want  []string
		all   bool
	}{
		{"", nil, true},
		{"  ,;! ", nil, true},
		{"pin", []string{"one", "three", "two"}, true},
		{"PIN", []string{"one", "three", "two"}, true},
		{"pi", []string{"one", "three", "two"}, true},
		{"perche", []string{"one"}, true},
		{"PERCHÉ", []string{"one"}, true},
		{"perche\u0301", []string{"one"}, true}, // the accent on its own
		{"citta", []string{"one"}, true},
		{"puk", []string{"three", "two"}, true},
		{"codic", []string{"one"}, true},
		{"app", []string{"three"}, true},
		{"l'app", []string{"three"}, true},
		{"1.3", []string{"three"}, true},
		{"pin puk", []string{"three", "two"}, true},
		{"puk pin pin puk", []string{"three", "two"}, true},
		{"il puk", []string{"three", "two"}, true},
		{"in", nil, true}, // a beginning, not a middle
		{"locca", nil, true},
		{"puk zebra", []string{"three", "two"}, false},
		{"zebra", nil, true},
	}
	for _, tt := range tests {
		got := small().Search(tt.query)
		assert.Equal(t, tt.want, ids(got), tt.query)
		assert.Equal(t, tt.all, got.All, tt.query)
	}
}

func TestExcerpt(t *testing.T) {
	got := small().Search("puk")
	assert.Empty(t, got.Hits[0].Excerpt, "the title says it")
	assert.Equal(t, "Poi serve il PUK.", got.Hits[1].Excerpt)
	assert.Equal(t, "La città è lontana.", small().Search("perche citta").Hits[0].Excerpt)
	assert.Empty(t, small().Search("codice").Hits[0].Excerpt, "words that are not shown are not shown here either")
}

// TestPeopleFindWhatTheyLookFor: the first topic for what people type.
func TestPeopleFindWhatTheyLookFor(t *testing.T) {
	tests := map[messages.Language]map[string]string{
		messages.Italian: {
			"pin bloccato": "blocked", "ho perso il pin": "lost-codes", "dimenticato pin": "lost-codes", "non ricordo il pin": "lost-codes",
			"recupero puk": "lost-codes", "lettore": "readers", "nfc": "readers", "appuntamento": "booking", "password": "password",
			"rubata": "theft", "smarrimento": "theft", "scadenza": "validity", "spid": "spid", "tessera sanitaria": "ts-cns", "minorenne": "minors",
			"firefox": "level3-browser", "no_client_certificate": "level3-browser", "tls": "tls13", "telefono assistenza": "contacts",
			"operatore": "operators", "livello 2": "levels", "attivare": "activate", "albergo": "uses", "metà": "halves", "META": "halves",
			"numero verde": "contacts", "consolato": "request", "phishing": "addresses",
		},
		messages.English: {
			"blocked pin": "blocked", "lost pin": "lost-codes", "forgot pin": "lost-codes", "reader": "readers", "appointment": "booking",
			"password": "password", "stolen": "theft", "expiry": "validity", "health card": "ts-cns", "halves": "halves", "operator": "operators",
			"activate": "activate", "hotel": "uses", "help desk": "contacts", "tls": "tls13", "child": "minors",
		},
	}
	for l, queries := range tests {
		x := NewIndex(Documents(printer(t, l)))
		for query, want := range queries {
			got := ids(x.Search(query))
			require.NotEmpty(t, got, query)
			assert.Equal(t, want, got[0], "%q finds %v", query, got)
		}
	}
}

// TestEveryWordIsFound: each word of a topic finds the topic, however it is
// written.
func TestEveryWordIsFound(t *testing.T) {
	for _, l := range messages.Languages() {
		documents := Documents(printer(t, l))
		x := NewIndex(documents)
		in := map[string][]string{}
		for _, d := range documents {
			for _, w := range wordsOf(d.Title + " " + strings.Join(d.Body, " ") + " " + d.Extra) {
				in[w] = append(in[w], d.ID)
			}
		}
		require.Greater(t, len(in), 500)
		for w, want := range in {
			got := ids(x.Search(strings.ToUpper(w)))
			for _, id := range want {
				if !slices.Contains(got, id) {
					t.Errorf("%q does not find %s, but %v", w, id, got)
				}
			}
		}
	}
}

func TestSentences(t *testing.T) {
	assert.Equal(t, []string{"Vuoi entrare?", "Leggi qui: poi premi.", "TLS 1.3 no."}, sentences("Vuoi entrare? Leggi qui: poi premi. TLS 1.3 no."))
	assert.Equal(t, []string{"Uno"}, sentences("Uno"))
	assert.Empty(t, sentences(""))
}

func TestFold(t *testing.T) {
	assert.Equal(t, "perche e gia citta", fold("PERCHÉ È Già città"))
	assert.Equal(t, "i", fold("İ"))
	assert.Equal(t, []string{"l", "app", "tls", "1", "3"}, wordsOf("L'app: TLS 1.3!"))
}

func FuzzSearch(f *testing.F) {
	for _, seed := range []string{"", "pin", "PERCHÉ", "l'app", "\xff\xfe", "ß ﬁ İ", strings.Repeat("a ", 300)} {
		f.Add(seed)
	}
	p, err := messages.New(messages.Italian)
	require.NoError(f, err)
	x := NewIndex(Documents(p))
	f.Fuzz(func(t *testing.T, query string) {
		r := x.Search(query)
		seen := map[string]bool{}
		for _, h := range r.Hits {
			assert.False(t, seen[h.ID], "twice")
			seen[h.ID] = true
			assert.True(t, utf8.ValidString(h.Excerpt))
			_, ok := Find(h.ID)
			assert.True(t, ok)
		}
		if utf8.ValidString(query) {
			assert.Equal(t, fold(query), fold(fold(query)), "folding twice changes nothing more")
			assert.Equal(t, r, x.Search(fold(query)))
		}
		if len(sought(query)) == 0 {
			assert.Empty(t, r.Hits)
		}
	})
}
