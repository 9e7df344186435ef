package messages

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"

	"cientro/assets/translations"
)

// Language is one of the languages with a catalogue.
type Language string

// The languages.
const (
	Italian Language = "it"
	English Language = "en"
)

// Languages lists them, the house's own first.
func Languages() []Language { return []Language{Italian, English} }

// ParseLanguage takes what --lang accepts.
func ParseLanguage(name string) (Language, bool) {
	for _, l := range Languages() {
		if strings.EqualFold(name, string(l)) {
			return l, true
		}
	}
	return "", false
}

// FromLocale chooses by the variables of POSIX in their order (LC_ALL,
// LC_MESSAGES, LANG; IEEE 1003.1 section 8.2). Whoever does not ask for English
// is spoken to in Italian.
func FromLocale(getenv func(string) string) Language {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		locale := getenv(name)
		if locale == "" {
			continue
		}
		if l := strings.ToLower(locale); l == "en" || strings.HasPrefix(l, "en_") || strings.HasPrefix(l, "en-") || strings.HasPrefix(l, "en.") {
			return English
		}
		return Italian
	}
	return Italian
}

// Values are what a sentence is filled with, by the names it uses.
type Values map[string]any

// Printer says sentences in one language. It is safe for concurrent use.
type Printer struct {
	language  Language
	localizer *i18n.Localizer
	longer    float64 // 0 but in tests of windows
}

// strict makes a sentence that wants a value it did not get an error instead
// of a gap.
var strict = &template.TextParser{Option: "missingkey=error"}

// missingIsFine is for asking whether there is a sentence at all.
var missingIsFine = &template.TextParser{Option: "missingkey=default"}

// New returns the printer of a language.
func New(l Language) (*Printer, error) {
	tag, err := language.Parse(string(l))
	if err != nil {
		return nil, fmt.Errorf("language %q: %w", l, err)
	}
	bundle := i18n.NewBundle(tag)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	for _, name := range translations.Names(string(l)) {
		raw, err := translations.FS.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("catalogue of %q: %w", l, err)
		}
		if _, err := bundle.ParseMessageFileBytes(raw, name); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", name, err)
		}
	}
	return &Printer{language: l, localizer: i18n.NewLocalizer(bundle, string(l))}, nil
}

// NewLonger returns a printer whose sentences are longer than the language's by
// the given part: what a translation may come to. It is for tests of windows,
// which must have room for it.
func NewLonger(l Language, part float64) (*Printer, error) {
	p, err := New(l)
	if err == nil {
		p.longer = part
	}
	return p, err
}

// stretch repeats letters of the words, so that each word grows and not only
// their number: a long word is what breaks a line.
func stretch(text string, part float64) string {
	var longer strings.Builder
	owed := 0.0
	for _, r := range text {
		longer.WriteRune(r)
		if owed += part; owed >= 1 && unicode.IsLetter(r) {
			longer.WriteRune(r)
			owed--
		}
	}
	return longer.String()
}

// Language returns the language the printer speaks.
func (p *Printer) Language() Language { return p.language }

// Text says the sentence of key; values may be nil.
func (p *Printer) Text(key string, values Values) string {
	return p.localize(key, &i18n.LocalizeConfig{MessageID: key, TemplateData: values, TemplateParser: strict})
}

// Has says whether there is a sentence of key. Plural forms are none.
func (p *Printer) Has(key string) bool {
	_, err := p.localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateParser: missingIsFine})
	return err == nil
}

// Count says the sentence of key in the form that n wants. The sentence finds n
// as {{.Count}}, beside values.
func (p *Printer) Count(key string, n int, values Values) string {
	all := Values{"Count": n}
	for name, value := range values {
		all[name] = value
	}
	return p.localize(key, &i18n.LocalizeConfig{MessageID: key, PluralCount: n, TemplateData: all, TemplateParser: strict})
}

func (p *Printer) localize(key string, config *i18n.LocalizeConfig) string {
	text, err := p.localizer.Localize(config)
	if err != nil {
		return "[" + key + "]"
	}
	return stretch(text, p.longer)
}
