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
