package guide

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/links"
	"cientro/app/messages"
	"cientro/assets/translations"
)

func TestTopicsAreWhole(t *testing.T) {
	seen, last := map[string]bool{}, 0
	for _, topic := range Topics() {
		assert.False(t, seen[topic.ID], "%s is there twice", topic.ID)
		seen[topic.ID] = true
		group := slices.Index(Groups(), topic.Group)
		assert.GreaterOrEqual(t, group, last, "%s stands outside its group", topic.ID)
		last = max(group, 0)
		assert.NotEmpty(t, topic.Blocks, topic.ID)
		assert.NotEmpty(t, topic.Facts, topic.ID)
		assert.GreaterOrEqual(t, topic.Years.From, 2017, topic.ID)
		assert.GreaterOrEqual(t, topic.Years.To, topic.Years.From, topic.ID)
		for _, id := range topic.Links {
			_, ok := links.Address(id)
			assert.True(t, ok, "%s of %s", id, topic.ID)
		}
		for _, id := range topic.Contacts {
			_, ok := FindContact(id)
			assert.True(t, ok, "%s of %s", id, topic.ID)
		}
		for _, b := range topic.Blocks {
			assert.Equal(t, b.Kind == Checker, len(b.Names) == 0, topic.ID)
			if b.Kind == Table {
				assert.Zero(t, len(b.Names)%2, topic.ID)
			}
		}
		assert.NotEmpty(t, topic.See, topic.ID)
		for _, id := range topic.See {
			_, ok := Find(id)
			assert.True(t, ok && id != topic.ID, "%s leads to %s", topic.ID, id)
		}
		found, ok := Find(topic.ID)
		assert.True(t, ok)
		assert.Equal(t, topic, found)
	}
	_, ok := Find("no-such-topic")
	assert.False(t, ok)
	_, ok = FindContact("no-such-contact")
	assert.False(t, ok)
}

// TestSubjects: what the guide must have, whatever else it has.
func TestSubjects(t *testing.T) {
	for _, id := range []string{
		"pin-puk", "halves", "lost-codes", "blocked", "levels", "activate", "level3-browser", "tls13", "request", "booking",
		"password", "validity", "minors", "theft", "readers", "uses", "spid", "ts-cns", "operators", "contacts", "addresses",
	} {
		_, ok := Find(id)
		assert.True(t, ok, id)
	}
	password, _ := Find("password")
	assert.True(t, password.Has(Checker))
	for _, id := range []string{"spid", "ts-cns"} {
		topic, _ := Find(id)
		paragraphs := slices.DeleteFunc(slices.Clone(topic.Blocks), func(b Block) bool { return b.Kind != Text })
		assert.Len(t, paragraphs, 2, "%s in two paragraphs", id)
	}
}

// TestEverythingIsUsed: each link, contact, group and drawing is on some topic.
func TestEverythingIsUsed(t *testing.T) {
	all := Topics()
	for _, l := range links.All() {
		assert.True(t, slices.ContainsFunc(all, func(t Topic) bool { return t.ID != "addresses" && slices.Contains(t.Links, l.ID) }), l.ID)
		addresses, _ := Find("addresses")
		assert.Contains(t, addresses.Links, l.ID)
	}
	for _, c := range Contacts() {
		contacts, _ := Find("contacts")
		assert.Contains(t, append(contacts.Contacts, Comuni), c.ID)
		_, ok := links.Address(c.Verify)
		assert.True(t, ok, c.ID)
	}
	for _, g := range Groups() {
		assert.True(t, slices.ContainsFunc(all, func(t Topic) bool { return t.Group == g }), g)
	}
	for _, p := range Pictures() {
		assert.True(t, slices.ContainsFunc(all, func(t Topic) bool { return t.Picture == p }), p)
	}
}

// TestWords: each sentence of a topic is in the catalogues, each of the
// catalogues belongs to a topic, and none has a hole in it.
func TestWords(t *testing.T) {
	used := map[string]bool{}
	for _, topic := range Topics() {
		for _, name := range []string{"title", "lead", "search"} {
			used[topic.Key(name)] = true
		}
		for _, b := range topic.Blocks {
			for _, name := range b.Names {
				used[topic.Key(name)] = true
			}
		}
	}
	raw, err := translations.FS.ReadFile("guide.it.json")
	require.NoError(t, err)
	var catalogue map[string]any
	require.NoError(t, json.Unmarshal(raw, &catalogue))
	for key := range catalogue {
		if strings.HasPrefix(key, "guide.topic.") {
			assert.True(t, used[key], "no topic says %s", key)
		}
	}
	for key := range used {
		assert.Contains(t, catalogue, key)
	}
	for _, l := range messages.Languages() {
		words := printer(t, l)
		for _, d := range Documents(words) {
			assert.NotContains(t, whole(d)+d.Extra, "[", d.ID)
			assert.LessOrEqual(t, len([]rune(d.Title)), 42, "%s in %s: titles stand in a list", d.ID, l)
			for _, text := range d.Body {
				assert.LessOrEqual(t, len(strings.Fields(text)), 100, "%s in %s: too long to read: %s", d.ID, l, text)
			}
		}
		for _, g := range Groups() {
			assert.NotContains(t, words.Text("guide.group."+string(g), nil), "[")
		}
		for _, p := range Pictures() {
			assert.NotContains(t, words.Text("guide.picture."+string(p), nil), "[")
		}
		for _, l := range links.All() {
			assert.NotContains(t, words.Text("guide.link."+string(l.ID)+".title", nil), "[")
		}
	}
}

var phoneLike = regexp.MustCompile(`\b0?\d[\d ]{6,}\d\b`)

// TestNumbersStandBesideTheirYear: no phone number is written into a sentence,
// where nobody would say how old it is.
func TestNumbersStandBesideTheirYear(t *testing.T) {
	for _, l := range messages.Languages() {
		raw, err := translations.FS.ReadFile("guide." + string(l) + ".json")
		require.NoError(t, err)
		assert.Empty(t, phoneLike.FindAllString(string(raw), -1))
		words := printer(t, l)
		for _, c := range Contacts() {
			assert.Regexp(t, `20[12]\d`, c.Source(words))
			assert.NotContains(t, c.Name(words), "[")
		}
	}
	assert.True(t, phoneLike.MatchString("call 800 263 388 now"))
}
