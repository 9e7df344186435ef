package doctor

import "cientro/app/messages"

// Schema names the form of a Document; docs/doctor.schema.json describes it.
const Schema = "cientro.doctor/1"

// Document is a report for programs. Its sentences are in Language.
type Document struct {
	Schema      string          `json:"schema"`
	Language    string          `json:"language"`
	Program     ProgramDocument `json:"program"`
	Demo        bool            `json:"demo"` // reader and card are the virtual ones
	FromCode    bool            `json:"fromCode"`
	Checks      []CheckDocument `json:"checks"`
	Counts      CountsDocument  `json:"counts"`
	Summary     SummaryDocument `json:"summary"`
	SupportCode string          `json:"supportCode"`
}

// ProgramDocument says what was run, and where.
type ProgramDocument struct {
	Version      string `json:"version"`
	OS           string `json:"os"`
	Arch         string `json:"arch"`
	Distribution string `json:"distribution"`
}

// CheckDocument is one check.
type CheckDocument struct {
	Code     string   `json:"code"`
	Group    Group    `json:"group"`
	Verdict  Verdict  `json:"verdict"`
	Way      string   `json:"way"`
	Looked   string   `json:"looked"`
	Facts    []Fact   `json:"facts"`
	Means    string   `json:"means"`
	Do       string   `json:"do"`
	Commands []string `json:"commands"`
}

// CountsDocument is how many checks came out in which way.
type CountsDocument struct {
	OK            int `json:"ok"`
	Warning       int `json:"warning"`
	Problem       int `json:"problem"`
	NotApplicable int `json:"notApplicable"`
}

// SummaryDocument is the last sentence, and the check behind it.
type SummaryDocument struct {
	Fault    Fault    `json:"fault"`
	Code     string   `json:"code"`
	Sentence string   `json:"sentence"`
	Next     string   `json:"next"`
	Commands []string `json:"commands"`
}

// Document puts the report into a language, for programs.
func (r Report) Document(words *messages.Printer) Document {
	d := Document{
		Schema: Schema, Language: string(words.Language()), Demo: r.Demo, FromCode: r.FromCode,
		Program: ProgramDocument{versionFact(r.Version).text, r.OS, r.Arch, r.Family},
		Checks:  []CheckDocument{}, SupportCode: r.SupportCode(),
		Counts: CountsDocument{r.Count(OK), r.Count(Warning), r.Count(Problem), r.Count(NotApplicable)},
	}
	for _, result := range r.Results {
		d.Checks = append(d.Checks, CheckDocument{
			Code: result.Code, Group: result.Group, Verdict: result.Verdict, Way: result.Way,
			Looked: result.Looked().Say(words), Facts: orEmpty(result.Facts),
			Means: result.Means().Say(words), Do: result.Do().Say(words), Commands: orEmpty(result.Commands),
		})
	}
	s := r.Summary()
	d.Summary = SummaryDocument{Fault: s.Fault, Sentence: s.Phrase().Say(words), Commands: []string{}}
	if s.First != nil {
		d.Summary.Code, d.Summary.Next = s.First.Code, s.First.Do().Say(words)
		d.Summary.Commands = orEmpty(s.First.Commands)
	}
	return d
}

// orEmpty is never null in JSON.
func orEmpty[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}
