package guide

import (
	"cientro/app/guide"
	"cientro/app/messages"
)

// presenter knows what is listed and what is read. It knows no widget, and is
// used from one goroutine.
type presenter struct {
	words *messages.Printer
	index *guide.Index
	query string
	topic guide.Topic
	// reading is whether the article is in front of the list, where there is room
	// for one of them only.
	reading bool
}

func newPresenter(words *messages.Printer) *presenter {
	return &presenter{words: words, index: guide.NewIndex(guide.Documents(words)), topic: guide.Topics()[0]}
}

// line is a line of the list: a heading, a remark, or a topic.
type line struct {
	heading, remark string
	id, title, more string
	current         bool
}

// search changes what is looked for, and puts the list in front.
func (p *presenter) search(query string) {
	p.query, p.reading = query, false
}

// open reads a topic, and returns whether there is one of that name.
func (p *presenter) open(id string) bool {
	t, ok := guide.Find(id)
	if ok {
		p.topic, p.reading = t, true
	}
	return ok
}

// list goes back to the list.
func (p *presenter) list() { p.reading = false }

// lines are what the list shows: all topics by group, or what was found.
func (p *presenter) lines() []line {
	found := p.index.Search(p.query)
	if len(found.Hits) == 0 && blank(p.query) {
		return p.everything()
	}
	return p.found(found)
}

// blank tells whether nothing was typed that could be a word.
func blank(query string) bool {
	for _, r := range query {
		if r != ' ' {
			return false
		}
	}
	return true
}

func (p *presenter) everything() []line {
	var lines []line
	group := guide.Group("")
	for _, t := range guide.Topics() {
		if t.Group != group {
			group = t.Group
			lines = append(lines, line{heading: p.words.Text("guide.group."+string(group), nil)})
		}
		lines = append(lines, p.line(t, ""))
	}
	return lines
}

func (p *presenter) found(r guide.Result) []line {
	if len(r.Hits) == 0 {
		return []line{{remark: p.words.Text("guide.search.none", messages.Values{"Query": shortened(p.query)})}}
	}
	lines := []line{{remark: p.words.Count("guide.search.found", len(r.Hits), nil)}}
	if !r.All {
		lines[0].remark = p.words.Text("guide.search.some", nil)
	}
	for _, h := range r.Hits {
		if t, ok := guide.Find(h.ID); ok {
			lines = append(lines, p.line(t, h.Excerpt))
		}
	}
	return lines
}

func (p *presenter) line(t guide.Topic, more string) line {
	return line{id: t.ID, title: p.words.Text(t.Key("title"), nil), more: shortened(more), current: t.ID == p.topic.ID}
}

// first is the first topic of the list, "" where there is none.
func (p *presenter) first() string {
	for _, l := range p.lines() {
		if l.id != "" {
			return l.id
		}
	}
	return ""
}

// next is the topic after the one that is read, the first after the last.
func (p *presenter) next() guide.Topic {
	all := guide.Topics()
	for i, t := range all {
		if t.ID == p.topic.ID {
			return all[(i+1)%len(all)]
		}
	}
	return all[0]
}

// shortened keeps a text to what stands well below a title.
func shortened(text string) string {
	const most = 110
	if all := []rune(text); len(all) > most {
		return string(all[:most-1]) + "…"
	}
	return text
}
