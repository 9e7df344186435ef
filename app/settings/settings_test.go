package settings

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDefaultsAreTheCarefulOnes(t *testing.T) {
	assert.Equal(t, Settings{
		Language:    LanguageAuto,
		TriesQuery:  true,
		FinalTry:    FinalTryAsk,
		VirtualCard: false,
		LogLevel:    LogOff,
		Look:        LookAuto,
		TextSize:    100,
		PadShuffle:  false,
		Tray:        false,
		Autostart:   false,
		Welcomed:    false,
	}, Default())
	assert.NoError(t, Default().Validate())
}

func TestFieldsTakeOnlyChoices(t *testing.T) {
	for name, values := range map[string]struct{ good, bad []string }{
		NameLanguage:    {[]string{`"it"`, `"en"`, `"auto"`}, []string{`"de"`, `""`, `1`, `null`, `"IT"`}},
		NameTriesQuery:  {[]string{`true`, `false`}, []string{`"true"`, `0`, `null`, `{}`}},
		NameFinalTry:    {[]string{`"ask"`, `"deny"`, `"allow"`}, []string{`"yes"`, `true`, `[]`, `null`}},
		NameVirtualCard: {[]string{`true`, `false`}, []string{`"on"`, `null`}},
		NameLogLevel:    {[]string{`"off"`, `"error"`, `"warn"`, `"info"`, `"debug"`}, []string{`"trace"`, `3`, `null`}},
		NameLook:        {[]string{`"auto"`, `"light"`, `"dark"`, `"high-contrast"`}, []string{`"blue"`, `""`, `1`, `null`}},
		NameTextSize:    {[]string{`100`, `125`, `200`}, []string{`99`, `201`, `0`, `-150`, `150.5`, `"150"`, `1e9`, `null`}},
		NamePadShuffle:  {[]string{`true`, `false`}, []string{`1`, `null`}},
		NameTray:        {[]string{`true`, `false`}, []string{`"yes"`, `null`}},
		NameAutostart:   {[]string{`true`, `false`}, []string{`{}`, `null`}},
		NameWelcomed:    {[]string{`true`, `false`}, []string{`"2026"`, `null`}},
	} {
		f := fieldNamed(t, name)
		for _, value := range values.good {
			s := Default()
			require.NoError(t, f.set(&s, json.RawMessage(value)), "%s %s", name, value)
			written, err := json.Marshal(f.value(&s))
			require.NoError(t, err)
			assert.Equal(t, value, string(written), name)
		}
		for _, value := range values.bad {
			s := Default()
			assert.ErrorContains(t, f.set(&s, json.RawMessage(value)), name, "%s %s", name, value)
			assert.Equal(t, Default(), s, "a refused value must change nothing")
		}
	}
}

func TestEachFieldHasItsChoicesTested(t *testing.T) {
	names := map[string]bool{}
	for _, f := range fields() {
		assert.False(t, names[f.name], "%s stands there twice", f.name)
		names[f.name] = true
		differs := false
		for _, value := range []string{`"it"`, `false`, `true`, `"deny"`, `"debug"`, `"dark"`, `150`} {
			changed := Default()
			_ = f.set(&changed, json.RawMessage(value))
			differs = differs || f.differs(changed, Default())
		}
		assert.True(t, differs, "%s cannot be changed", f.name)
	}
	assert.Len(t, names, 11)
}

func TestValidateNamesTheField(t *testing.T) {
	s := Default()
	s.FinalTry = "perhaps"
	assert.ErrorContains(t, s.Validate(), NameFinalTry)
}

func fieldNamed(t *testing.T, name string) field {
	for _, f := range fields() {
		if f.name == name {
			return f
		}
	}
	require.FailNow(t, "no such field", name)
	return field{}
}
