//go:build linux

package screentest

import (
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browserdemo"
	"cientro/app/settings"
	"cientro/pkcs11module/builttest"
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

// TestTryTheLogin: a person tries the login in the default browser, from the page
// of the app, and reads there that all is ready. The card hears one VERIFY.
func TestTryTheLogin(t *testing.T) {
	builttest.NeedAll(t, "logs in with the default browser, from the page of the app")
	t.Parallel()
	d := openDesk(t)
	d.lay()
	d.moveIn()
	d.open()
	d.sees(d.text("home.cie.title"))
	d.goes("trylogin")
	d.sees(d.text("trylogin.verdict.prepared"))
	d.picture("trylogin-prepared")
	d.spent(0, 0)
	d.presses(d.text("trylogin.own.title"))

	d.window("^Warning: ") // of a site that only this program vouches for
	d.picture("trylogin-warning")
	d.presses("Advanced")
	d.picture("trylogin-advanced")
	// The words of the page that Firefox has by now, and of the one before.
	var proceed image.Rectangle
	d.wait(2, func(lines []line) bool {
		for _, words := range []string{"(Risky)", "Accept the Risk and Continue"} {
			if found := findAlone(lines, words); found != nil {
				proceed = found[0]
			}
		}
		return !proceed.Empty()
	}, "a way past the warning")
	d.clickAt(proceed.Min.Add(proceed.Size().Div(2)))
	d.window("^Password Required")
	d.picture("trylogin-pin")
	d.spent(0, 0)
	d.types(pin)
	d.press("Return")
	d.window(d.text("browserdemo.in.title"))
	d.picture("trylogin-in")

	_, err := d.do("windowactivate", "--sync", d.app.number)
	require.NoError(t, err)
	d.sees(begin(d.text("trylogin.verdict.ready"), 6))
	d.picture("trylogin-ready")
	d.spent(1, 0)
	assert.Equal(t, 3, d.card.State().PINTries)
}
