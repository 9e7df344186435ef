package doctor

import (
	"strings"
	"unicode/utf8"

	"cientro/app/messages"
)

// lineWidth is where sentences are broken, in characters.
const lineWidth = 78

// Text puts the report into a language, for people: what is well in a line, what
// is not with what it means and what to do, and the one sentence at the end.
func (r Report) Text(words *messages.Printer) string {
	var out strings.Builder
	line := func(indent, text string) { out.WriteString(broken(text, indent) + "\n") }
	line("", words.Text("doctor.text.head", messages.Values{"Version": versionFact(r.Version).text, "System": r.platform()}))
	if r.Demo {
		line("", words.Text("doctor.text.demo", nil))
	}
	if r.FromCode {
		line("", words.Text("doctor.text.from-code", nil))
	}
	var group Group
	for _, result := range r.Results {
		if result.Group != group {
			group = result.Group
			out.WriteByte('\n')
			line("", words.Text("doctor.group."+string(group), nil))
		}
		r.check(words, result, line)
	}
	out.WriteByte('\n')
	r.ending(words, line)
	return out.String()
}

func (r Report) platform() string {
	var parts []string
	for _, p := range []string{r.OS, r.Arch, r.Family} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "/")
}

func (r Report) check(words *messages.Printer, result Result, line func(indent, text string)) {
	seen := make([]string, len(result.Facts))
	for i, f := range result.Facts {
		seen[i] = f.String()
	}
	title := "[" + words.Text("doctor.verdict."+string(result.Verdict), nil) + "] " + result.Code + " " + result.Looked().Say(words)
	if len(seen) > 0 {
		title += " (" + strings.Join(seen, ", ") + ")"
	}
	line("  ", title)
	if result.Way == wayOK || result.Way == wayNone {
		return
	}
	line("      ", result.Means().Say(words))
	if do := result.Do().Say(words); do != "" {
		line("      ", words.Text("doctor.text.do", messages.Values{"Text": do}))
	}
	for _, c := range result.Commands {
		line("        ", "$ "+c)
	}
}

func (r Report) ending(words *messages.Printer, line func(indent, text string)) {
	line("", words.Text("doctor.text.counts", messages.Values{
		"OK": r.Count(OK), "Warning": r.Count(Warning), "Problem": r.Count(Problem), "None": r.Count(NotApplicable),
	}))
	s := r.Summary()
	line("", s.Phrase().Say(words))
	if s.First != nil {
		line("", words.Text("doctor.text.next", messages.Values{"Code": s.First.Code, "Text": s.First.Do().Say(words)}))
		for _, c := range s.First.Commands {
			line("  ", "$ "+c)
		}
	}
	line("", words.Text("doctor.text.code", nil))
	line("  ", r.SupportCode())
}

// broken breaks text between words; each line begins with indent. What begins
// with $ is a command, and stays whole.
func broken(text, indent string) string {
	if strings.HasPrefix(text, "$ ") {
		return indent + text
	}
	var out strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case i == 0:
			out.WriteString(indent)
			column = len(indent)
		case column+1+length > lineWidth:
			out.WriteString("\n" + indent)
			column = len(indent)
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += length
	}
	return out.String()
}
