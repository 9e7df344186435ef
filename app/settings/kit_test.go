package settings

import (
	"bufio"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/propertylist"
)

// What administrators get must say what this package does: packaging/enterprise,
// docs/policy.schema.json and docs/administrators.md are held against the
// settings, so that a setting cannot be added without them.

func kit(t *testing.T, path string) []byte {
	raw, err := os.ReadFile(filepath.Join("../..", path))
	require.NoError(t, err)
	return raw
}

// rule is what a schema says of a setting.
type rule struct {
	Type             string
	Enum             []string
	Minimum, Maximum *int
	Default          json.RawMessage
	Description      string
}

// takes returns whether a value, in JSON, is what the rule wants.
func (r rule) takes(t *testing.T, value string) bool {
	var v any
	require.NoError(t, json.Unmarshal([]byte(value), &v))
	switch v := v.(type) {
	case bool:
		return r.Type == "boolean"
	case string:
		return slices.Contains(r.Enum, v)
	case float64:
		return r.Type == "integer" && v == float64(int(v)) && int(v) >= *r.Minimum && int(v) <= *r.Maximum
	}
	return false
}

// probes are values of all kinds: what the settings take of them, and nothing
// else, the schema and the templates must take.
func probes() (all []string) {
	for _, two := range twoValues {
		all = append(all, two[0], two[1])
	}
	return append(all, `null`, `"auto"`, `"ask"`, `"off"`, `"error"`, `"info"`, `"light"`, `"de"`, `"trace"`, `"blue"`, `"yes"`, `""`, `"IT"`,
		`0`, `1`, `99`, `100`, `150`, `201`, `150.5`, `-1`, `[]`, `{}`)
}

func TestSchemaOfPolicies(t *testing.T) {
	var schema struct {
		Type                 string
		AdditionalProperties bool
		Properties           map[string]rule
	}
	require.NoError(t, json.Unmarshal(kit(t, "docs/policy.schema.json"), &schema))
	assert.Equal(t, "object", schema.Type)
	assert.False(t, schema.AdditionalProperties)
	var names []string
	first := Default()
	for _, f := range fields() {
		names = append(names, f.name)
		r, ok := schema.Properties[f.name]
		if !assert.True(t, ok, "docs/policy.schema.json does not name %s", f.name) {
			continue
		}
		assert.NotEmpty(t, r.Description, f.name)
		assert.Equal(t, valueIn(t, f, first), string(r.Default), f.name)
		for _, value := range probes() {
			s := Default()
			assert.Equal(t, f.set(&s, json.RawMessage(value)) == nil, r.takes(t, value), "%s: %s", f.name, value)
		}
	}
	for name := range schema.Properties {
		assert.Contains(t, append(names, schemaField), name, "no such setting")
	}
}

// template is a CIEntro.admx as far as it concerns us (Microsoft, Group Policy
// ADMX Syntax Reference Guide).
type template struct {
	XMLName    xml.Name `xml:"http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions policyDefinitions"`
	Supported  []named  `xml:"supportedOn>definitions>definition"`
	Categories []struct {
		named
		Parent reference `xml:"parentCategory"`
	} `xml:"categories>category"`
	Policies []policyTemplate `xml:"policies>policy"`
}

type named struct {
	Name    string `xml:"name,attr"`
	Display string `xml:"displayName,attr"`
}

type reference struct {
	Ref string `xml:"ref,attr"`
}

type policyTemplate struct {
	named
	Class        string    `xml:"class,attr"`
	Explain      string    `xml:"explainText,attr"`
	Presentation string    `xml:"presentation,attr"`
	Key          string    `xml:"key,attr"`
	ValueName    string    `xml:"valueName,attr"`
	Parent       reference `xml:"parentCategory"`
	SupportedOn  reference `xml:"supportedOn"`
	On           *number   `xml:"enabledValue>decimal"`
	Off          *number   `xml:"disabledValue>decimal"`
	Enum         *struct {
		element
		Items []struct {
			Display string `xml:"displayName,attr"`
			Value   string `xml:"value>string"`
		} `xml:"item"`
	} `xml:"elements>enum"`
	Decimal *struct {
		element
		Least    int `xml:"minValue,attr"`
		Greatest int `xml:"maxValue,attr"`
	} `xml:"elements>decimal"`
}

type element struct {
	ID        string `xml:"id,attr"`
	ValueName string `xml:"valueName,attr"`
	Required  bool   `xml:"required,attr"`
}

type number struct {
	Value uint32 `xml:"value,attr"`
}

// words are a CIEntro.adml.
type words struct {
	XMLName xml.Name `xml:"http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions policyDefinitionResources"`
	Strings []struct {
		ID   string `xml:"id,attr"`
		Text string `xml:",chardata"`
	} `xml:"resources>stringTable>string"`
	Presentations []struct {
		ID      string  `xml:"id,attr"`
		List    *widget `xml:"dropdownList"`
		Decimal *widget `xml:"decimalTextBox"`
	} `xml:"resources>presentationTable>presentation"`
}

type widget struct {
	Ref     string `xml:"refId,attr"`
	Default int    `xml:"defaultValue,attr"`
	First   int    `xml:"defaultItem,attr"`
	Text    string `xml:",chardata"`
}

func templates(t *testing.T) (admx template) {
	raw := kit(t, "packaging/enterprise/windows/CIEntro.admx")
	wellFormed(t, raw)
	require.NoError(t, xml.Unmarshal(raw, &admx))
	return admx
}

func wellFormed(t *testing.T, raw []byte) {
	decoder := xml.NewDecoder(strings.NewReader(string(raw)))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else {
			require.NoError(t, err)
		}
	}
}

func policyNamed(all []policyTemplate, name string) *policyTemplate {
	if i := slices.IndexFunc(all, func(p policyTemplate) bool { return p.Name == name }); i >= 0 {
		return &all[i]
	}
	return nil
}

// What the editor of group policies would write for each choice it offers is a
// choice of ours, and it offers all there are.
func TestGroupPolicies(t *testing.T) {
	admx := templates(t)
	for _, f := range fields() {
		p := policyNamed(admx.Policies, f.name)
		if !assert.NotNil(t, p, "CIEntro.admx does not name %s", f.name) {
			continue
		}
		assert.Equal(t, WindowsPolicy, p.Key)
		assert.Equal(t, "Machine", p.Class, "there is no policy for single users")
		var written []registryValue
		switch {
		case f.boolean():
			require.NotNil(t, p.On, f.name)
			require.NotNil(t, p.Off, f.name)
			for _, n := range []*number{p.On, p.Off} {
				written = append(written, registryValue{p.ValueName, registryDWORD, number32(n.Value)})
			}
		case p.Decimal != nil:
			assert.Equal(t, f.name, p.Decimal.ID)
			assert.True(t, p.Decimal.Required)
			assert.Equal(t, LeastTextSize, p.Decimal.Least)
			assert.Equal(t, GreatestTextSize, p.Decimal.Greatest)
			for _, n := range []int{p.Decimal.Least, p.Decimal.Greatest} {
				written = append(written, registryValue{p.Decimal.ValueName, registryDWORD, number32(uint32(n))})
			}
		default:
			require.NotNil(t, p.Enum, f.name)
			assert.Equal(t, f.name, p.Enum.ID)
			assert.True(t, p.Enum.Required)
			for _, item := range p.Enum.Items {
				written = append(written, registryValue{p.Enum.ValueName, registryText, utf16Text(item.Value)})
			}
		}
		offered := map[string]bool{}
		for _, value := range written {
			assert.Equal(t, f.name, value.name)
			effective, warnings := Source{Policy: policyText(registryJSON([]registryValue{value}))}.Load()
			assert.Empty(t, warnings, f.name)
			assert.True(t, effective.Locked(f.name))
			offered[valueIn(t, f, effective.Settings)] = true
		}
		for _, value := range probes() {
			if s := Default(); p.Decimal == nil && f.set(&s, json.RawMessage(value)) == nil {
				assert.True(t, offered[value], "%s: %s is not offered", f.name, value)
			}
		}
	}
	for _, p := range admx.Policies {
		assert.True(t, slices.ContainsFunc(fields(), func(f field) bool { return f.name == p.Name }), "%s is no setting", p.Name)
	}
}

var inTable = regexp.MustCompile(`^\$\((string|presentation)\.([A-Za-z0-9_]+)\)$`)

// Every word that CIEntro.admx wants is in both languages, none is there for
// nothing, and what is shown fits what is written.
func TestWordsOfGroupPolicies(t *testing.T) {
	admx := templates(t)
	wanted := map[string]bool{}
	want := func(refs ...string) {
		for _, ref := range refs {
			if assert.Regexp(t, inTable, ref) {
				wanted[ref[2:len(ref)-1]] = true
			}
		}
	}
	var categories, supported []string
	for _, c := range admx.Categories {
		categories = append(categories, c.Name)
		want(c.Display)
		if c.Parent.Ref != "" {
			assert.Contains(t, categories, c.Parent.Ref)
		}
	}
	for _, s := range admx.Supported {
		supported = append(supported, s.Name)
		want(s.Display)
	}
	for _, p := range admx.Policies {
		want(p.Display, p.Explain)
		assert.Contains(t, categories, p.Parent.Ref, p.Name)
		assert.Contains(t, supported, p.SupportedOn.Ref, p.Name)
		assert.Equal(t, p.On == nil, p.Presentation != "", p.Name)
		if p.Presentation != "" {
			want(p.Presentation)
		}
		if p.Enum != nil {
			for _, item := range p.Enum.Items {
				want(item.Display)
			}
		}
	}
	for _, language := range []string{"en-US", "it-IT"} {
		raw := kit(t, "packaging/enterprise/windows/"+language+"/CIEntro.adml")
		wellFormed(t, raw)
		var adml words
		require.NoError(t, xml.Unmarshal(raw, &adml))
		there := map[string]bool{}
		for _, s := range adml.Strings {
			id := "string." + s.ID
			assert.False(t, there[id], "%s: %s twice", language, id)
			there[id] = true
			assert.NotEmpty(t, strings.TrimSpace(s.Text), "%s: %s", language, id)
		}
		for _, s := range adml.Presentations {
			there["presentation."+s.ID] = true
			p := policyNamed(admx.Policies, s.ID)
			require.NotNil(t, p, s.ID)
			switch {
			case p.Enum != nil && assert.NotNil(t, s.List, s.ID):
				assert.Equal(t, p.Enum.ID, s.List.Ref)
				assert.Equal(t, valueIn(t, fieldNamed(t, s.ID), Default()), strconv.Quote(p.Enum.Items[s.List.First].Value))
			case p.Decimal != nil && assert.NotNil(t, s.Decimal, s.ID):
				assert.Equal(t, p.Decimal.ID, s.Decimal.Ref)
				assert.Equal(t, Default().TextSize, s.Decimal.Default)
			}
		}
		assert.Equal(t, wanted, there, language)
	}
}

func TestExampleForLinux(t *testing.T) {
	path := "../../packaging/enterprise/linux/policy.json"
	effective, warnings := Source{Policy: PolicyFile(path)}.Load()
	assert.Empty(t, warnings)
	assert.True(t, effective.Locked(NameFinalTry))
	assert.Equal(t, FinalTryDeny, effective.FinalTry)
}

// The profile's payload for our domain is what macOS would put into the managed
// preferences, its own names included.
func TestExampleForMac(t *testing.T) {
	raw := string(kit(t, "packaging/enterprise/macos/it.cientro.desktop.mobileconfig"))
	root, err := propertylist.Parse([]byte(raw))
	require.NoError(t, err)
	assert.Equal(t, "Configuration", root.Member("PayloadType").Text)
	assert.Equal(t, "System", root.Member("PayloadScope").Text, "there is no policy for single users")
	_, payload, ok := strings.Cut(raw, "<array>")
	require.True(t, ok)
	payload, _, ok = strings.Cut(payload, "</array>")
	require.True(t, ok)
	inner, err := propertylist.Parse([]byte(payload))
	require.NoError(t, err)
	domain := strings.TrimSuffix(filepath.Base(MacPolicy), ".plist")
	assert.Equal(t, domain, inner.Member("PayloadType").Text)
	effective, warnings := Source{Policy: policyText(managedJSON(inner))}.Load()
	assert.Empty(t, warnings)
	assert.Equal(t, FinalTryDeny, effective.FinalTry)
	assert.True(t, effective.Locked(NameVirtualCard))
}

// The installers for Windows write the same policy.
func TestChoicesOfTheInstallers(t *testing.T) {
	lines := bufio.NewScanner(strings.NewReader(string(kit(t, "packaging/windows/options"))))
	var decided []string
	guide := string(kit(t, "docs/administrators.md"))
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		cells := strings.Split(line, "|")
		require.Len(t, cells, 4, line)
		f := fieldNamed(t, cells[2])
		decided = append(decided, f.name)
		assert.Contains(t, guide, "| `"+cells[0]+"` | `"+f.name+"` |")
		for _, choice := range strings.Fields(cells[1]) {
			value := registryValue{f.name, registryText, utf16Text(choice)}
			if cells[3] == "number" {
				n, err := strconv.ParseUint(choice, 10, 32)
				require.NoError(t, err)
				value = registryValue{f.name, registryDWORD, number32(uint32(n))}
			}
			_, warnings := Source{Policy: policyText(registryJSON([]registryValue{value}))}.Load()
			assert.Empty(t, warnings, line)
		}
	}
	for _, f := range fields() {
		// The installers start the app with the session themselves: AUTOSTART.
		assert.Equal(t, f.name != NameAutostart, slices.Contains(decided, f.name), f.name)
	}
}

func TestGuideNamesEverySettingAndPath(t *testing.T) {
	guide := string(kit(t, "docs/administrators.md"))
	first := Default()
	for _, f := range fields() {
		row := regexp.MustCompile("(?m)^\\| `" + f.name + "` \\| (.+?) \\| (.+?) \\| .+ \\|$").FindStringSubmatch(guide)
		if !assert.NotNil(t, row, "docs/administrators.md has no row for %s", f.name) {
			continue
		}
		assert.Equal(t, strings.Trim(valueIn(t, f, first), `"`), strings.Trim(row[2], "`"), f.name)
		for _, value := range probes() {
			if s := Default(); strings.HasPrefix(value, `"`) && f.set(&s, json.RawMessage(value)) == nil {
				assert.Contains(t, row[1], "`"+strings.Trim(value, `"`)+"`", f.name)
			}
		}
	}
	for _, path := range []string{LinuxPolicy, `HKEY_LOCAL_MACHINE\` + WindowsPolicy, MacPolicy, HomeVariable} {
		assert.Contains(t, guide, "`"+path+"`")
	}

	for _, name := range []string{HomeVariable, "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", "/home/specimen")
	paths, err := Locate()
	require.NoError(t, err)
	files := []string{paths.SettingsFile(), paths.Trust(), paths.Cards(), paths.VirtualCard(), paths.Logs()}
	for system, base := range map[string][2]string{
		"linux":   {"~/.config", "~/.cache"},
		"windows": {`%AppData%`, `%LocalAppData%`},
		"darwin":  {"~/Library/Application Support", "~/Library/Caches"},
	} {
		state, err := stateFolder(system, base[0], base[1])
		require.NoError(t, err)
		p := Paths{Config: filepath.Join(base[0], folder), Cache: filepath.Join(base[1], folder), State: state}
		for i, path := range []string{p.SettingsFile(), p.Trust(), p.Cards(), p.VirtualCard(), p.Logs()} {
			in := strings.ReplaceAll(filepath.Dir(path), "/home/specimen", "~")
			if system == "windows" {
				in = strings.ReplaceAll(in, "/", `\`)
			}
			name := filepath.Base(files[i])
			row := regexp.MustCompile("(?m)^\\| [^|]*`" + regexp.QuoteMeta(name) + "[`/][^|]*\\|.*$").FindString(guide)
			column := map[string]int{"linux": 2, "windows": 3, "darwin": 4}[system]
			if cells := strings.Split(row, "|"); assert.Greater(t, len(cells), column, "%s has no row", name) {
				assert.Equal(t, "`"+in+"`", strings.TrimSpace(cells[column]), "%s on %s", name, system)
			}
		}
	}
}
