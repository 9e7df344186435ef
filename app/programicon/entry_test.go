package programicon

import (
	"path"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEntry(t *testing.T) {
	e, err := parseEntry([]byte(`# a comment
[Desktop Entry]
Version=1.0
Type = Application
Name=Firefox
Name[it]=Volpe
Icon[it]=other
Icon=firefox
TryExec=/opt/a b/firefox
Exec="/opt/a b/firefox" --class=\\s%c %u
Hidden=false

[Desktop Action new]
Exec=other
Icon=other
`))
	require.NoError(t, err)
	assert.Equal(t, entry{Programs: []string{"/opt/a b/firefox", "/opt/a b/firefox"}, Icon: "firefox"}, e)
}

func TestNotAnEntry(t *testing.T) {
	const good = "[Desktop Entry]\nType=Application\nExec=a\nIcon=b\n"
	_, err := parseEntry([]byte(good))
	require.NoError(t, err)
	for _, text := range []string{
		"", "\n", "Exec=a\n", "[Other]\n" + good, "[Desktop Entry]\n",
		"[Desktop Entry]\nType=Link\nExec=a\nIcon=b\n",
		"[Desktop Entry]\nType=Application\nIcon=b\n",
		"[Desktop Entry]\nType=Application\nExec=a\n",
		"[Desktop Entry]\nType=Application\nExec=a\n[Desktop Action b]\nIcon=b\n",
		good + "Hidden=true\n", good + "nonsense\n", good + "\xff\n",
		"[Desktop Entry]\nType=Application\nExec=a\\\nIcon=b\n",
		"[Desktop Entry]\nType=Application\nExec=a\nIcon=b\\x\n",
	} {
		_, err := parseEntry([]byte(text))
		require.ErrorIs(t, err, errEntry, "%q", text)
	}
}

func TestCommand(t *testing.T) {
	for line, want := range map[string]string{
		"firefox":                          "firefox",
		"firefox %u":                       "firefox",
		"  /usr/bin/firefox\t-a --b=c %U ": "/usr/bin/firefox",
		`"/opt/a \"b\" \$c/d" %f`:          `/opt/a "b" $c/d`,
		`fire"fo"x`:                        "firefox",
		"env A=b C= firefox --d":           "firefox",
		"/usr/bin/env A=b firefox":         "firefox",

		"":                        "",
		" ":                       "",
		`""`:                      "",
		"env":                     "",
		"env A=b":                 "",
		"env -i firefox":          "",
		"bin/firefox":             "",
		"..":                      "",
		"%u":                      "",
		`"firefox`:                "",
		`"firefox\`:               "",
		`"fire\fox"`:              "",
		"python3 /usr/share/a.py": "",
		"java -jar a.jar":         "",
		"sh -c 'firefox'":         "",
		"flatpak run org.a":       "",
		`firefox ""`:              "",
	} {
		program, ok := command(line)
		assert.Equal(t, want != "", ok, "%q", line)
		if ok {
			assert.Equal(t, want, program, "%q", line)
		}
	}
}

func TestEscapes(t *testing.T) {
	plain, ok := unescaped(`a\sb\nc\td\re\\f\;g`)
	assert.True(t, ok)
	assert.Equal(t, "a b\nc\td\re\\f;g", plain)
}

// FuzzEntry: no text breaks the parser, and what it lets through can be used
// without looking again.
func FuzzEntry(f *testing.F) {
	for _, seed := range []string{
		"[Desktop Entry]\nType=Application\nExec=firefox %u\nIcon=firefox\n",
		"[Desktop Entry]\nType=Application\nExec=\"/a b\" --c\nTryExec=/d\nIcon=/e.png\nHidden=false\n[Other]\n",
		"[Desktop Entry]\nType=Application\nExec=env A=b \"c\\\\$\"\nIcon=\\s\n",
		"[Desktop Entry]\nType=Application\nExec=a\\\nIcon=b\n",
		"\x00", "[", "=\n[Desktop Entry]",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := parseEntry(data)
		if err != nil {
			require.ErrorIs(t, err, errEntry)
			require.Empty(t, e)
			return
		}
		require.NotEmpty(t, e.Icon)
		require.NotEmpty(t, e.Programs)
		for _, program := range e.Programs {
			require.True(t, path.IsAbs(program) || path.Base(program) == program, "%q", program)
		}
	})
}
