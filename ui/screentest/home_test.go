//go:build linux

package screentest

import (
	"os"
	"os/exec"
	"path/filepath"

	"github.com/stretchr/testify/require"

	"cientro/app/browserdemo"
	"cientro/app/settings"
)

// moveIn gives the desk a home folder as people have them, with Firefox as the
// default browser, which knows the module; the program keeps its files there, too.
func (d *desk) moveIn() {
	d.t.Helper()
	before, warned := d.kept().Load()
	require.Empty(d.t, warned)
	home := filepath.Join(d.files, "home")
	d.config = filepath.Join(home, ".config", "cientro")
	d.choose(func(s *settings.Settings) { *s = before.Settings })
	for _, variable := range []string{
		"CIENTRO_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CURRENT_DESKTOP", "BROWSER",
	} {
		d.environment = append(d.environment, variable+"=")
	}
	d.environment = append(d.environment, "HOME="+home, "GDK_BACKEND=x11", "MOZ_ENABLE_WAYLAND=0", "NO_AT_BRIDGE=1",
		"MOZ_LEGACY_PROFILES=1") // else Firefox makes a profile of its own for each installation

	firefox, err := browserdemo.Find(browserdemo.Firefox)
	require.NoError(d.t, err)
	preferences, err := os.ReadFile(filepath.Join(root(d.t), "app", "browserdemo", "firefox-preferences.js"))
	require.NoError(d.t, err)
	const profile = ".mozilla/firefox/person.default"
	for name, content := range map[string]string{
		".config/mimeapps.list": "[Default Applications]\nx-scheme-handler/http=firefox-esr.desktop\n" +
			"x-scheme-handler/https=firefox-esr.desktop\ntext/html=firefox-esr.desktop\n",
		".local/share/applications/firefox-esr.desktop": "[Desktop Entry]\nType=Application\nName=Firefox\n" +
			"Exec=" + firefox + " %u\nMimeType=text/html;x-scheme-handler/http;x-scheme-handler/https;\n",
		".mozilla/firefox/profiles.ini": "[General]\nStartWithLastProfile=1\nVersion=2\n\n" +
			"[Profile0]\nName=default\nIsRelative=1\nPath=person.default\nDefault=1\n",
		// The words that are looked for on the screen are the English ones.
		profile + "/user.js": string(preferences) + "user_pref(\"intl.locale.requested\", \"en-US\");\n",
		".cache/empty":       "", // a home folder has one
	} {
		path := filepath.Join(home, name)
		require.NoError(d.t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(d.t, os.WriteFile(path, []byte(content), 0o600))
	}
	for _, step := range []*exec.Cmd{
		d.command("certutil", "-N", "-d", "sql:"+filepath.Join(home, profile), "--empty-password"),
		d.command(filepath.Join(filepath.Dir(d.program), "cientro"), "browser", "install"),
	} {
		said, err := step.CombinedOutput()
		require.NoError(d.t, err, string(said))
	}
}
