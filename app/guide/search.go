package guide

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Index finds documents by the beginnings of their words. It does not change
// once made, and is safe for concurrent use.
type Index struct{ entries []entry }

type entry struct {
	id                 string
	title, body, extra []string // words, folded
	sentences          []sentence
}

type sentence struct {
	text  string
	words []string
}

// Hit is a document that was found.
type Hit struct {
	ID string
	// Excerpt is the first sentence that has a word of the query; empty where
	// only the title, or none that is shown, has it.
	Excerpt string
}

// Result is what a search found, the best first.
type Result struct {
	Hits []Hit
	// All tells that each hit has all words of the query. Else there was none
	// such, and these have some.
	All bool
}

// NewIndex makes the index of documents.
func NewIndex(documents []Document) *Index {
	x := &Index{}
	for _, d := range documents {
		e := entry{id: d.ID, title: wordsOf(d.Title), extra: wordsOf(d.Extra)}
		for _, text := range d.Body {
			for _, part := range sentences(text) {
				words := wordsOf(part)
				e.body = append(e.body, words...)
				e.sentences = append(e.sentences, sentence{part, words})
			}
		}
		x.entries = append(x.entries, e)
	}
	return x
}

// scored is a document while it is looked at.
type scored struct {
	entry
	found, weight, exact int
}

// How much more a word in the title says than one in the text, and one of the
// words that people look for.
const (
	titleWeight = 4
	extraWeight = 2
)

// Search finds the documents that have words beginning as those of the query do,
// whatever their case and accents. The title counts more than the text, and a
// word that few documents have more than one that stands everywhere; then those
// come first that have the words whole, then as the documents stand. A query
// without a word finds nothing.
func (x *Index) Search(query string) Result {
	wanted := sought(query)
	if len(wanted) == 0 {
		return Result{All: true}
	}
	var found []scored
	most := 0
	rarity := x.rarity(wanted)
	for _, e := range x.entries {
		s := e.score(wanted, rarity)
		if s.found > 0 {
			found = append(found, s)
			most = max(most, s.found)
		}
	}
	all := most == len(wanted)
	if all {
		found = slices.DeleteFunc(found, func(s scored) bool { return s.found < most })
	}
	slices.SortStableFunc(found, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.found, a.found), cmp.Compare(b.weight, a.weight), cmp.Compare(b.exact, a.exact))
	})
	result := Result{All: all || len(found) == 0}
	for _, s := range found {
		result.Hits = append(result.Hits, Hit{ID: s.id, Excerpt: s.excerpt(wanted)})
	}
	return result
}

// rarity is how many documents each word is missing in, and one more.
func (x *Index) rarity(wanted []string) []int {
	rare := make([]int, len(wanted))
	for i, w := range wanted {
		rare[i] = 1
		for _, e := range x.entries {
			if !begins(e.title, w) && !begins(e.extra, w) && !begins(e.body, w) {
				rare[i]++
			}
		}
	}
	return rare
}

func (e entry) score(wanted []string, rarity []int) scored {
	s := scored{entry: e}
	for i, w := range wanted {
		var part int
		switch {
		case begins(e.title, w):
			part = titleWeight
		case begins(e.extra, w):
			part = extraWeight
		case begins(e.body, w):
			part = 1
		default:
			continue
		}
		s.found++
		s.weight += part * rarity[i]
		if slices.Contains(e.title, w) || slices.Contains(e.extra, w) {
			s.exact++
		}
	}
	return s
}

// excerpt is the first sentence with most of the wanted words, where the title
// does not have them all already.
func (e entry) excerpt(wanted []string) string {
	best, most := "", 0
	missing := slices.DeleteFunc(slices.Clone(wanted), func(w string) bool { return begins(e.title, w) })
	for _, s := range e.sentences {
		n := 0
		for _, w := range missing {
			if begins(s.words, w) {
				n++
			}
		}
		if n > most {
			best, most = s.text, n
		}
	}
	return best
}

// sentences splits a paragraph where a sentence ends.
func sentences(text string) []string {
	var parts []string
	for text != "" {
		end := len(text)
		for _, sign := range []string{". ", "? "} {
			if at := strings.Index(text, sign); at >= 0 {
				end = min(end, at+len(sign))
			}
		}
		parts = append(parts, strings.TrimSpace(text[:end]))
		text = text[end:]
	}
	return parts
}

func begins(words []string, beginning string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, beginning) })
}

// sought are the words of a query, each once. Where there are longer ones, those
// of one or two letters are left out: articles and prepositions are everywhere.
func sought(query string) []string {
	words := wordsOf(query)
	slices.Sort(words)
	words = slices.Compact(words)
	if slices.ContainsFunc(words, telling) {
		words = slices.DeleteFunc(words, func(w string) bool { return !telling(w) })
	}
	return words
}

func telling(word string) bool {
	return len([]rune(word)) > 2 || strings.ContainsFunc(word, unicode.IsDigit)
}

// wordsOf returns the words of a text, folded: runs of letters and digits.
func wordsOf(text string) []string {
	return strings.FieldsFunc(fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// fold makes letters small and takes their accents away (Unicode Standard Annex
// 15, form KD, without the marks).
func fold(text string) string {
	var plain strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(text)) {
		if !unicode.Is(unicode.Mn, r) {
			plain.WriteRune(unicode.ToLower(r))
		}
	}
	return plain.String()
}
