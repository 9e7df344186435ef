package messages

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func printer(t *testing.T, l Language) *Printer {
	t.Helper()
	p, err := New(l)
	require.NoError(t, err)
	require.Equal(t, l, p.Language())
	return p
}

func TestText(t *testing.T) {
	assert.Equal(t, "PIN errato", printer(t, Italian).Text("problem.wrong_pin.title", nil))
	assert.Equal(t, "Wrong PIN", printer(t, English).Text("problem.wrong_pin.title", nil))
	assert.Equal(t, "NIS:          ****1234", printer(t, English).Text("card.nis", Values{"NIS": "****1234"}))
}

func TestTextThatCannotBeSaidIsItsKey(t *testing.T) {
	assert.Equal(t, "[no.such.key]", printer(t, Italian).Text("no.such.key", nil))
	assert.Equal(t, "[card.nis]", printer(t, Italian).Text("card.nis", nil), "a value is missing")
	assert.Equal(t, "[card.nis]", printer(t, Italian).Text("card.nis", Values{"Nis": "1"}), "a value has another name")
}

func TestCount(t *testing.T) {
	it, en := printer(t, Italian), printer(t, English)
	assert.Equal(t, "Resta 1 tentativo.", it.Count("tries.left", 1, nil))
	assert.Equal(t, "Restano 2 tentativi.", it.Count("tries.left", 2, nil))
	assert.Equal(t, "Restano 0 tentativi.", it.Count("tries.left", 0, nil))
	assert.Equal(t, "1 of 3 tries left", en.Count("tries.of", 1, Values{"Max": 3}))
	assert.Equal(t, "10 of 10 tries left", en.Count("tries.of", 10, Values{"Max": 10}))
}

func TestNewKnowsItsLanguages(t *testing.T) {
	_, err := New("fr")
	require.Error(t, err)
	_, err = New("not a language")
	require.Error(t, err)
}

func TestParseLanguage(t *testing.T) {
	for name, want := range map[string]Language{"it": Italian, "IT": Italian, "en": English, "En": English} {
		got, ok := ParseLanguage(name)
		assert.True(t, ok, name)
		assert.Equal(t, want, got)
	}
	for _, name := range []string{"", "fr", "italian", "it_IT"} {
		_, ok := ParseLanguage(name)
		assert.False(t, ok, name)
	}
}

func TestFromLocale(t *testing.T) {
	tests := []struct {
		environment map[string]string
		want        Language
	}{
		{nil, Italian},
		{map[string]string{"LANG": "it_IT.UTF-8"}, Italian},
		{map[string]string{"LANG": "C.UTF-8"}, Italian},
		{map[string]string{"LANG": "en_GB.UTF-8"}, English},
		{map[string]string{"LANG": "EN"}, English},
		{map[string]string{"LANG": "en-US"}, English},
		{map[string]string{"LANG": "enx_YY"}, Italian},
		{map[string]string{"LANG": "de_DE.UTF-8"}, Italian},
		{map[string]string{"LC_ALL": "it_IT.UTF-8", "LANG": "en_GB.UTF-8"}, Italian},
		{map[string]string{"LC_MESSAGES": "en_US.UTF-8", "LANG": "it_IT.UTF-8"}, English},
		{map[string]string{"LC_ALL": "en_US", "LC_MESSAGES": "it_IT"}, English},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, FromLocale(func(name string) string { return tt.environment[name] }), tt.environment)
	}
}

func TestLonger(t *testing.T) {
	p, err := NewLonger(Italian, 0.4)
	require.NoError(t, err)
	usual, err := New(Italian)
	require.NoError(t, err)
	is, was := len([]rune(p.Text("tries.none", nil))), len([]rune(usual.Text("tries.none", nil)))
	assert.InDelta(t, 1.4, float64(is)/float64(was), 0.1)
	assert.Equal(t, "abbcdd", stretch("abcd", 0.5))
}
