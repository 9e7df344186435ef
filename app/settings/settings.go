package settings

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// schema is the version of the settings' JSON. It grows only if a field
// changes its meaning; a new field does not need it.
const schema = 1

// schemaField is the name of the version beside the settings.
const schemaField = "schema"

// Names of the settings, as in the files and for [Effective.Locked].
const (
	NameLanguage    = "language"
	NameTriesQuery  = "triesQuery"
	NameFinalTry    = "finalTry"
	NameVirtualCard = "virtualCard"
	NameLogLevel    = "logLevel"
	NameLook        = "look"
	NameTextSize    = "textSize"
	NamePadShuffle  = "pinPadShuffle"
	NameTray        = "tray"
	NameAutostart   = "autostart"
	NameWelcomed    = "welcomed"
)

// Language is the language of messages.
type Language string

// Languages; auto follows the system.
const (
	LanguageAuto    Language = "auto"
	LanguageItalian Language = "it"
	LanguageEnglish Language = "en"
)

// FinalTry says what happens before the last PIN try of a card when a browser
// logs in.
type FinalTry string

// The user is asked in a window, or the try is refused, or made.
const (
	FinalTryAsk   FinalTry = "ask"
	FinalTryDeny  FinalTry = "deny"
	FinalTryAllow FinalTry = "allow"
)

// LogLevel says how much goes to the log file.
type LogLevel string

// Log levels; off writes no file.
const (
	LogOff   LogLevel = "off"
	LogError LogLevel = "error"
	LogWarn  LogLevel = "warn"
	LogInfo  LogLevel = "info"
	LogDebug LogLevel = "debug"
)

// Look is a choice of colours of the windows.
type Look string

// Looks; auto is light or dark as the system asks.
const (
	LookAuto         Look = "auto"
	LookLight        Look = "light"
	LookDark         Look = "dark"
	LookHighContrast Look = "high-contrast"
)

// The least and the greatest size of text in windows, in percent of the usual.
const (
	LeastTextSize    = 100
	GreatestTextSize = 200
)

// Settings is what can be chosen.
type Settings struct {
	Language Language
	// TriesQuery allows asking a card for its PIN tries by an empty VERIFY
	// where it does not tell them otherwise.
	TriesQuery bool
	FinalTry   FinalTry
	// VirtualCard offers the card in software to browsers.
	VirtualCard bool
	LogLevel    LogLevel
	Look        Look
	// TextSize is the size of text in windows, in percent of the usual.
	TextSize int
	// PadShuffle sets the digits of the keyboard on the screen in another order
	// each time.
	PadShuffle bool
	// Tray keeps the app as a sign in the desktop's tray when its window is
	// closed; Autostart starts it there with the session.
	Tray, Autostart bool
	// Welcomed is true once the first steps were read or skipped.
	Welcomed bool
}

// Default returns the settings of a new user.
func Default() Settings {
	return Settings{
		Language:   LanguageAuto,
		TriesQuery: true,
		FinalTry:   FinalTryAsk,
		LogLevel:   LogOff,
		Look:       LookAuto,
		TextSize:   LeastTextSize,
	}
}

// field is one setting: where it stands and what it may be.
type field struct {
	name  string
	value func(*Settings) any // a pointer into the settings
	valid func(Settings) bool
}

// fields lists the settings in the order of the file.
func fields() []field {
	return []field{
		{NameLanguage, func(s *Settings) any { return &s.Language }, func(s Settings) bool {
			return oneOf(s.Language, LanguageAuto, LanguageItalian, LanguageEnglish)
		}},
		{NameTriesQuery, func(s *Settings) any { return &s.TriesQuery }, always},
		{NameFinalTry, func(s *Settings) any { return &s.FinalTry }, func(s Settings) bool {
			return oneOf(s.FinalTry, FinalTryAsk, FinalTryDeny, FinalTryAllow)
		}},
		{NameVirtualCard, func(s *Settings) any { return &s.VirtualCard }, always},
		{NameLogLevel, func(s *Settings) any { return &s.LogLevel }, func(s Settings) bool {
			return oneOf(s.LogLevel, LogOff, LogError, LogWarn, LogInfo, LogDebug)
		}},
		{NameLook, func(s *Settings) any { return &s.Look }, func(s Settings) bool {
			return oneOf(s.Look, LookAuto, LookLight, LookDark, LookHighContrast)
		}},
		{NameTextSize, func(s *Settings) any { return &s.TextSize }, func(s Settings) bool {
			return s.TextSize >= LeastTextSize && s.TextSize <= GreatestTextSize
		}},
		{NamePadShuffle, func(s *Settings) any { return &s.PadShuffle }, always},
		{NameTray, func(s *Settings) any { return &s.Tray }, always},
		{NameAutostart, func(s *Settings) any { return &s.Autostart }, always},
		{NameWelcomed, func(s *Settings) any { return &s.Welcomed }, always},
	}
}

func always(Settings) bool { return true }

func oneOf[T comparable](value T, allowed ...T) bool { return slices.Contains(allowed, value) }

// set reads one field from JSON. When it returns an error s is unchanged.
func (f field) set(s *Settings, value json.RawMessage) error {
	changed := *s
	// null would be taken silently, and mean nothing.
	if string(value) == "null" || json.Unmarshal(value, f.value(&changed)) != nil || !f.valid(changed) {
		return fmt.Errorf("setting %s: %s is not a choice", f.name, shown(string(value)))
	}
	*s = changed
	return nil
}

// mostShown is how many bytes of somebody else's text are shown.
const mostShown = 64

// shown is somebody else's text as it may stand in a warning: short, and nothing
// in it moves a terminal.
func shown(text string) string {
	if len(text) > mostShown {
		text = strings.ToValidUTF8(text[:mostShown], "") + "…"
	}
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) || !utf8.ValidString(text) {
		return strconv.Quote(text)
	}
	return text
}

// boolean: the setting is on or off.
func (f field) boolean() bool {
	_, ok := f.value(new(Settings)).(*bool)
	return ok
}

// differs returns whether two settings have another value here.
func (f field) differs(a, b Settings) bool {
	return !reflect.DeepEqual(f.value(&a), f.value(&b))
}

// copy gives the field of to the value it has in from.
func (f field) copy(to *Settings, from Settings) error {
	value, err := json.Marshal(f.value(&from))
	if err != nil {
		return err
	}
	return f.set(to, value)
}

// Validate returns an error that names the first setting out of its range.
func (s Settings) Validate() error {
	for _, f := range fields() {
		if !f.valid(s) {
			return fmt.Errorf("setting %s: not a choice", f.name)
		}
	}
	return nil
}

// document is a settings or policy file: all its fields, known or not.
type document map[string]json.RawMessage

// parseDocument reads a JSON object.
func parseDocument(content []byte) (document, error) {
	var parsed document
	if err := json.Unmarshal(content, &parsed); err != nil {
		return nil, err
	}
	if parsed == nil { // the JSON text null
		return nil, fmt.Errorf("not a JSON object")
	}
	return parsed, nil
}

// version returns the schema number, 1 where there is none: people write
// settings by hand.
func (d document) version() (int, error) {
	value, ok := d[schemaField]
	if !ok {
		return schema, nil
	}
	var version int
	if err := json.Unmarshal(value, &version); err != nil || version < 1 {
		return 0, fmt.Errorf("schema %s", value)
	}
	return version, nil
}

// with returns the document with the settings written into it. Fields this
// version does not know stay, so does a newer version's schema number.
func (d document) with(s Settings) (document, error) {
	written := maps.Clone(d)
	if written == nil {
		written = document{}
	}
	if _, ok := written[schemaField]; !ok {
		written[schemaField] = json.RawMessage(fmt.Sprint(schema))
	}
	for _, f := range fields() {
		value, err := json.Marshal(f.value(&s))
		if err != nil {
			return nil, err
		}
		written[f.name] = value
	}
	return written, nil
}
