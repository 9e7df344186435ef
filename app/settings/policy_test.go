package settings

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// twoValues of each setting, as JSON: neither is right of itself.
var twoValues = map[string][2]string{
	NameLanguage:    {`"it"`, `"en"`},
	NameTriesQuery:  {`true`, `false`},
	NameFinalTry:    {`"deny"`, `"allow"`},
	NameVirtualCard: {`true`, `false`},
	NameLogLevel:    {`"warn"`, `"debug"`},
	NameLook:        {`"dark"`, `"high-contrast"`},
	NameTextSize:    {`125`, `200`},
	NamePadShuffle:  {`true`, `false`},
	NameTray:        {`true`, `false`},
	NameAutostart:   {`true`, `false`},
	NameWelcomed:    {`true`, `false`},
}

// policyText is a policy that needs no file.
type policyText string

func (p policyText) Read() ([]byte, error) { return []byte(p), nil }

// utf16Text is a text as the registry keeps it.
func utf16Text(text string) (data []byte) {
	for _, unit := range utf16.Encode([]rune(text + "\x00")) {
		data = binary.LittleEndian.AppendUint16(data, unit)
	}
	return data
}

func number32(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }

// inRegistry is a decision as group policies write it.
func inRegistry(name, value string) registryValue {
	switch value {
	case `true`:
		return registryValue{name, registryDWORD, number32(1)}
	case `false`:
		return registryValue{name, registryDWORD, number32(0)}
	}
	var number uint32
	if json.Unmarshal([]byte(value), &number) == nil {
		return registryValue{name, registryDWORD, number32(number)}
	}
	return registryValue{name, registryText, utf16Text(strings.Trim(value, `"`))}
}

// inPropertyList is the element of a decision.
func inPropertyList(value string) string {
	switch {
	case value == `true`, value == `false`:
		return "<" + value + "/>"
	case strings.HasPrefix(value, `"`):
		return "<string>" + strings.Trim(value, `"`) + "</string>"
	}
	return "<integer>" + value + "</integer>"
}

func managed(t *testing.T, members string) Policy {
	path := filepath.Join(t.TempDir(), "it.cientro.desktop.plist")
	require.NoError(t, os.WriteFile(path, []byte("<plist><dict>"+members+"</dict></plist>"), 0o644))
	return ManagedPreferences(path)
}

// The administrator wins over the user in every setting, from wherever the
// system takes the policy, and the user cannot change it back; the user's own
// choice is kept for the day the policy is lifted.
func TestAdministratorWinsInEverySetting(t *testing.T) {
	for _, f := range fields() {
		values, ok := twoValues[f.name]
		require.True(t, ok, "%s is missing in this test", f.name)
		for _, order := range [][2]string{values, {values[1], values[0]}} {
			user, administrator := order[0], order[1]
			for from, p := range map[string]Policy{
				"file":     policy(t, fmt.Sprintf(`{"schema":1,%q:%s}`, f.name, administrator)),
				"registry": policyText(registryJSON([]registryValue{inRegistry(f.name, administrator)})),
				"managed":  managed(t, "<key>"+f.name+"</key>"+inPropertyList(administrator)),
			} {
				label := fmt.Sprintf("%s, %s over %s, from %s", f.name, administrator, user, from)
				s := source(t, fmt.Sprintf(`{%q:%s}`, f.name, user))
				s.Policy = p
				effective, warnings := s.Load()
				require.Empty(t, warnings, label)
				assert.Equal(t, administrator, valueIn(t, f, effective.Settings), label)
				for _, other := range fields() {
					assert.Equal(t, other.name == f.name, effective.Locked(other.name), label)
				}

				if from != "file" || user != values[0] {
					continue // from here on it is the same, and files take time
				}
				before, err := os.ReadFile(s.File)
				require.NoError(t, err)
				_, err = s.Update(func(c *Settings) { require.NoError(t, f.set(c, json.RawMessage(user))) })
				var locked *LockedError
				require.ErrorAs(t, err, &locked, label)
				assert.Equal(t, f.name, locked.Name)
				after, err := os.ReadFile(s.File)
				require.NoError(t, err)
				assert.Equal(t, string(before), string(after), "a refused change writes nothing")

				_, err = s.Update(func(*Settings) {})
				require.NoError(t, err, label)
				s.Policy = nil
				lifted, _ := s.Load()
				assert.Equal(t, user, valueIn(t, f, lifted.Settings), label)
			}
		}
	}
}

func valueIn(t *testing.T, f field, s Settings) string {
	raw, err := json.Marshal(f.value(&s))
	require.NoError(t, err)
	return string(raw)
}

func TestRegistryValues(t *testing.T) {
	for name, row := range map[string]struct {
		values []registryValue
		want   string
	}{
		"nothing":          {nil, `{}`},
		"schema":           {[]registryValue{{"Schema", registryDWORD, number32(1)}}, `{"schema":1}`},
		"in any case":      {[]registryValue{{"FINALTRY", registryText, utf16Text("deny")}}, `{"finalTry":"deny"}`},
		"without zero":     {[]registryValue{{"look", registryText, utf16Text("dark")[:8]}}, `{"look":"dark"}`},
		"to the zero":      {[]registryValue{{"look", registryText, utf16Text("dark\x00er")}}, `{"look":"dark"}`},
		"with variables":   {[]registryValue{{"look", registryExpand, utf16Text("%LOOK%")}}, `{"look":"%LOOK%"}`},
		"on":               {[]registryValue{{"tray", registryDWORD, number32(1)}}, `{"tray":true}`},
		"off in 64 bits":   {[]registryValue{{"tray", registryQWORD, make([]byte, 8)}}, `{"tray":false}`},
		"neither on":       {[]registryValue{{"tray", registryDWORD, number32(2)}}, `{"tray":2}`},
		"a number":         {[]registryValue{{"textSize", registryDWORD, number32(1)}}, `{"textSize":1}`},
		"text that is on":  {[]registryValue{{"tray", registryText, utf16Text("1")}}, `{"tray":"1"}`},
		"odd":              {[]registryValue{{"look", registryText, []byte{'d'}}}, `{"look":["REG_SZ"]}`},
		"too long":         {[]registryValue{{"look", registryText, nil}}, `{"look":["REG_SZ"]}`},
		"three bytes":      {[]registryValue{{"textSize", registryDWORD, []byte{1, 2, 3}}}, `{"textSize":["REG_DWORD"]}`},
		"several texts":    {[]registryValue{{"look", 7, utf16Text("dark")}}, `{"look":["REG_MULTI_SZ"]}`},
		"of no known type": {[]registryValue{{"look", 99, nil}}, `{"look":["type 99"]}`},
		"unknown":          {[]registryValue{{"Zoom", registryDWORD, number32(1)}, {name: ""}}, `{"Zoom":1,"(Default)":["REG_NONE"]}`},
		// The system is asked for each setting, then for all names.
		"met again": {[]registryValue{{"look", registryText, utf16Text("dark")}, {name: "Look"}}, `{"look":"dark"}`},
	} {
		assert.JSONEq(t, row.want, string(registryJSON(row.values)), name)
	}
	names := registryNames()
	assert.Len(t, names, len(fields())+1)
	for _, f := range fields() {
		assert.Contains(t, names, f.name)
	}
}

func TestManagedPreferences(t *testing.T) {
	raw, err := managed(t, `<key>PayloadUUID</key><string>x</string><key>schema</key><integer> 1 </integer>
		<key>finalTry</key><string>deny</string><key>tray</key><true/><key>triesQuery</key><false/><key>textSize</key><integer>150</integer>
		<key>look</key><array><string>dark</string></array><key>zoom</key><real>1.5</real><key>big</key><integer>99999999999999999999</integer>
		<key>hex</key><integer>0x10</integer>`).Read()
	require.NoError(t, err)
	assert.JSONEq(t, `{"schema":1,"finalTry":"deny","tray":true,"triesQuery":false,"textSize":150,
		"look":["array"],"zoom":["real"],"big":["integer"],"hex":["integer"]}`, string(raw))

	_, err = ManagedPreferences(filepath.Join(t.TempDir(), "none.plist")).Read()
	assert.ErrorIs(t, err, fs.ErrNotExist)

	// The form in which macOS writes it, made by another implementation.
	effective, warnings := Source{Policy: ManagedPreferences("testdata/managed.binary.plist")}.Load()
	assert.Empty(t, warnings)
	assert.Equal(t, FinalTryDeny, effective.FinalTry)
	assert.Equal(t, 150, effective.TextSize)
	assert.False(t, effective.TriesQuery)
	assert.True(t, effective.Locked(NameTriesQuery))
	assert.False(t, effective.Locked(NameLook))
}

// Whatever a policy holds, the programs run, what can be used of it holds, and
// the rest is told in a few short lines.
func TestHostilePolicies(t *testing.T) {
	many := map[string]any{NameFinalTry: "deny"}
	for n := range 5000 {
		many[fmt.Sprintf("name%04d", n)] = n
	}
	manyNames, err := json.Marshal(many)
	require.NoError(t, err)
	long := strings.Repeat("9", 100_000)
	for name, row := range map[string]struct {
		policy Policy
		locked []string
		told   int
	}{
		"wrong types":     {policyText(`{"finalTry":7,"tray":"yes","look":["dark"],"textSize":"150","language":{"of":"it"},"logLevel":null}`), nil, 6},
		"one is right":    {policyText(`{"finalTry":7,"tray":true}`), []string{NameTray}, 1},
		"a long number":   {policyText(`{"textSize":` + long + `}`), nil, 1},
		"a long text":     {policyText(`{"look":"` + long + `"}`), nil, 1},
		"a long name":     {policyText(`{"` + long + `":1}`), nil, 1},
		"escapes":         {policyText(`{"\u001b[2J":1,"look":"\u001b]0;x\u0007","language":"` + "\u009b31m" + `"}`), nil, 3},
		"many names":      {policyText(manyNames), []string{NameFinalTry}, mostUnknown + 1},
		"deep":            {policyText(strings.Repeat(`{"look":`, 20_000)), nil, 1},
		"too long a file": {policy(t, `{"finalTry":"deny","pad":"`+strings.Repeat("x", maxFileSize)+`"}`), nil, 1},
		"a list":          {policyText(`["finalTry"]`), nil, 1},
		"no plist":        {ManagedPreferences("policy_test.go"), nil, 1},
		"registry":        {policyText(registryJSON([]registryValue{{"look", 3, []byte("dark")}, {"\x1b[2J", 1, nil}, {"tray", registryDWORD, number32(1)}})), []string{NameTray}, 2},
		"fails to read":   {failing{}, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := source(t, `{"language":"en"}`)
			s.Policy = row.policy
			effective, warnings := s.Load()
			require.NoError(t, effective.Validate())
			for _, f := range fields() {
				assert.Equal(t, slices.Contains(row.locked, f.name), effective.Locked(f.name), f.name)
			}
			assert.Equal(t, LanguageEnglish, effective.Language)
			assert.Len(t, warnings, row.told)
			for _, w := range warnings {
				assert.Equal(t, WarningPolicy, w.Kind)
				assert.Less(t, len(w.String()), 400)
				for _, r := range w.String() {
					assert.False(t, r < ' ' || r >= 0x7f && r < 0xa0, "%q moves a terminal", w.String())
				}
			}
			_, err := s.Update(func(c *Settings) { c.Language = LanguageItalian })
			assert.NoError(t, err)
		})
	}
}

type failing struct{}

func (failing) Read() ([]byte, error) { return nil, errors.New("refused") }

func TestEachSystemHasItsPolicy(t *testing.T) {
	if runtime.GOOS == "linux" {
		assert.Equal(t, PolicyFile("/etc/cientro/policy.json"), SystemPolicy())
	}
	assert.NotEqual(t, NoPolicy{}, SystemPolicy())
}

func FuzzRegistryPolicy(f *testing.F) {
	f.Add("FinalTry", uint32(registryText), utf16Text("deny"), "tray", uint32(registryDWORD), number32(1))
	f.Add("", uint32(7), []byte{0}, "schema", uint32(registryQWORD), make([]byte, 8))
	f.Fuzz(func(t *testing.T, name string, kind uint32, data []byte, other string, otherKind uint32, otherData []byte) {
		s := Source{Policy: policyText(registryJSON([]registryValue{{name, kind, data}, {other, otherKind, otherData}}))}
		effective, warnings := s.Load()
		require.NoError(t, effective.Validate())
		for _, w := range warnings {
			require.NotEmpty(t, w.Name, "the object itself must be readable: %v", w)
		}
	})
}

func FuzzManagedPreferences(f *testing.F) {
	f.Add([]byte("<plist><dict><key>finalTry</key><string>deny</string><key>PayloadType</key><real>1</real></dict></plist>"))
	raw, err := os.ReadFile("testdata/managed.binary.plist")
	require.NoError(f, err)
	f.Add(raw)
	f.Fuzz(func(t *testing.T, raw []byte) {
		path := filepath.Join(t.TempDir(), "x.plist")
		require.NoError(t, os.WriteFile(path, raw, 0o600))
		decisions, err := ManagedPreferences(path).Read()
		if err != nil {
			return
		}
		require.True(t, json.Valid(decisions), "%q", decisions)
		effective, _ := Source{Policy: policyText(decisions)}.Load()
		require.NoError(t, effective.Validate())
	})
}
