package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"cientro/app"
	"cientro/app/messages"
)

// What goes where: results to standard output, in words or as one JSON
// document, never both; progress, questions, notes and errors to standard
// error. Sentences come from the catalogues, begin with a capital and end with
// a full stop; nothing blinks, and nothing is said by colour alone.

// width is where sentences are broken, in characters.
const width = 78

func (p *program) text(key string) string { return p.words.Text(key, nil) }

// say prints a line of the result in words; with --json it says nothing.
func (p *program) say(key string, values messages.Values) {
	if !p.flags.json {
		_, _ = fmt.Fprintln(p.stdout, p.words.Text(key, values))
	}
}

// tell is say for sentences, which are broken into lines.
func (p *program) tell(key string, values messages.Values) {
	if !p.flags.json {
		p.wrap(p.stdout, p.words.Text(key, values))
	}
}

// note tells something aside.
func (p *program) note(key string, values messages.Values) {
	p.wrap(p.stderr, p.words.Text(key, values))
}

// wrap prints a sentence in lines of at most width characters.
func (p *program) wrap(w io.Writer, sentence string) {
	_, _ = fmt.Fprintln(w, wrapped(sentence, ""))
}

// wrapped breaks text between words; lines after the first begin with indent.
func wrapped(text, indent string) string {
	var out strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+length > width:
			out.WriteString("\n" + indent)
			column = utf8.RuneCountInString(indent)
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += length
	}
	return out.String()
}

// printJSON prints the one document of a run.
func (p *program) printJSON(document any) {
	encoder := json.NewEncoder(p.stdout)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(document) // a closed pipe has no reader left to tell
}

// errorDocument is what --json prints when something went wrong.
type errorDocument struct {
	Schema string    `json:"schema"`
	Error  errorJSON `json:"error"`
}

type errorJSON struct {
	Code      string   `json:"code"`
	Kind      app.Kind `json:"kind"`
	Message   string   `json:"message"`
	Hint      string   `json:"hint"`
	TriesLeft *int     `json:"triesLeft"`
	Title     string   `json:"title"`
	Meaning   string   `json:"meaning"`
	HelpDesk  string   `json:"helpDesk"`
	Detail    string   `json:"detail,omitempty"`
}

func (p *program) describe(problem app.Problem) errorJSON {
	s := problem.Sentences(p.words)
	return errorJSON{
		Code: problem.Code, Kind: problem.Kind, Message: s.What, Hint: s.Next, TriesLeft: problem.TriesLeft,
		Title: s.Title, Meaning: s.Meaning, HelpDesk: s.HelpDesk, Detail: detail(problem),
	}
}

// explain tells a problem in words: what happened, what it means for the card,
// what to do next.
func (p *program) explain(problem app.Problem) {
	s := problem.Sentences(p.words)
	lines := []struct{ key, text string }{
		{"error.title", s.Title}, {"error.what", s.What}, {"error.meaning", s.Meaning},
		{"error.next", s.Next}, {"error.detail", detail(problem)},
	}
	for _, l := range lines {
		if l.text != "" {
			p.note(l.key, messages.Values{"Text": l.text, "Code": problem.Code})
		}
	}
}

// detail is the error in the program's own English, where it helps to find
// what is wrong with a computer, a reader or a file.
func detail(problem app.Problem) string {
	switch problem.Kind {
	case app.KindWrongPIN, app.KindWrongPUK, app.KindPINBlocked, app.KindPUKBlocked, app.KindWeakPIN,
		app.KindNoReader, app.KindNoCard, app.KindNotACIE, app.KindConfirm, app.KindSeveralCards, app.KindCancelled:
		return ""
	case app.KindBadFormat:
		if !strings.HasPrefix(problem.Code, "FILE") { // of a PIN, PUK or flag all is said
			return ""
		}
	}
	return problem.Err.Error()
}
