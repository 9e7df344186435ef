package guide

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cientro/app/guide"
	"cientro/app/messages"
	"cientro/ui/uitest"
)

func listed(p *presenter) (topics, others []string) {
	for _, l := range p.lines() {
		switch {
		case l.id != "":
			topics = append(topics, l.id)
		default:
			others = append(others, l.heading+l.remark)
		}
	}
	return topics, others
}

func TestTheListHasEverything(t *testing.T) {
	for _, l := range messages.Languages() {
		p := newPresenter(uitest.Words(t, l))
		for _, query := range []string{"", "   "} {
			p.search(query)
			topics, headings := listed(p)
			assert.Equal(t, ids(), topics)
			assert.Len(t, headings, len(guide.Groups()))
		}
	}
}

func TestSearching(t *testing.T) {
	p := newPresenter(uitest.Words(t, messages.Italian))
	p.search("smarrimento")
	topics, remarks := listed(p)
	assert.Equal(t, "theft", topics[0])
	assert.Equal(t, "theft", p.first())
	assert.Len(t, remarks, 1)
	assert.Contains(t, remarks[0], "argoment")

	p.search("zebra")
	topics, remarks = listed(p)
	assert.Empty(t, topics)
	assert.Empty(t, p.first())
	assert.Contains(t, remarks[0], "«zebra»")

	p.search("!!")
	topics, remarks = listed(p)
	assert.Empty(t, topics)
	assert.Contains(t, remarks[0], "«!!»")

	p.search("zebra puk")
	topics, remarks = listed(p)
	assert.NotEmpty(t, topics)
	assert.Contains(t, remarks[0], "tutte queste parole")

	p.search(strings.Repeat("zebra ", 100))
	_, remarks = listed(p)
	assert.Less(t, len(remarks[0]), 250, "a long query does not fill the list")

	p.search("48 ore")
	for _, l := range p.lines() {
		if l.id == "lost-codes" {
			assert.Contains(t, l.more, "48 ore", "the sentence that has it")
		}
	}
}

func TestReading(t *testing.T) {
	p := newPresenter(uitest.Words(t, messages.Italian))
	assert.Equal(t, ids()[0], p.topic.ID)
	assert.False(t, p.reading)
	assert.True(t, p.open("theft"))
	assert.True(t, p.reading)
	assert.False(t, p.open("no-such-topic"))
	assert.Equal(t, "theft", p.topic.ID, "what is not there changes nothing")
	for _, l := range p.lines() {
		assert.Equal(t, l.id == "theft", l.current)
	}
	p.list()
	assert.False(t, p.reading)
	p.open("theft")
	p.search("puk")
	assert.False(t, p.reading, "whoever searches wants the list")
}

func TestNextGoesRound(t *testing.T) {
	p := newPresenter(uitest.Words(t, messages.Italian))
	var seen []string
	for range ids() {
		seen = append(seen, p.topic.ID)
		p.open(p.next().ID)
	}
	assert.Equal(t, ids(), seen)
	assert.Equal(t, ids()[0], p.topic.ID)
	p.topic.ID = "gone"
	assert.Equal(t, ids()[0], p.next().ID)
}

func TestShortened(t *testing.T) {
	assert.Equal(t, "perché", shortened("perché"))
	long := shortened(strings.Repeat("è", 400))
	assert.Len(t, []rune(long), 110)
	assert.True(t, strings.HasSuffix(long, "…"))
}
