//go:build linux

package screentest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/pkcs11module/builttest"
)

// withHome gives programs on the desk a home folder of their own, in which a
// Firefox was opened once.
func (d *desk) withHome() (list string) {
	d.t.Helper()
	home := d.t.TempDir()
	profile := filepath.Join(home, ".mozilla/firefox/abc.default")
	list = filepath.Join(profile, "pkcs11.txt")
	require.NoError(d.t, os.MkdirAll(profile, 0o700))
	require.NoError(d.t, os.WriteFile(filepath.Join(profile, "../profiles.ini"), []byte("[Profile0]\nName=default\nIsRelative=1\nPath=abc.default\n"), 0o600))
	require.NoError(d.t, os.WriteFile(list, []byte("library=\nname=NSS Internal PKCS #11 Module\n\n"), 0o600))
	d.environment = append(d.environment, "HOME="+home)
	return list
}

// TestCheckUpAndBrowsers has a card on a reader checked, which costs nothing, and
// then the module registered and taken out again, by keys.
func TestCheckUpAndBrowsers(t *testing.T) {
	builttest.NeedAll(t, "the check-up and the browsers' page in the built program")
	t.Parallel()
	d := openDesk(t)
	list := d.withHome()
	d.lay()
	d.open()
	d.sees(d.text("home.cie.title"))
	d.goes("doctor")
	d.sees(d.text("checkup.begin"))
	d.press("Return")
	d.sees(d.text("checkup.again"))
	assert.False(t, d.reads("DEMO"))
	d.spent(0, 0)
	d.picture("checkup")
	d.goes("home")
	d.sees(d.text("home.cie.title")) // the desk has the card again

	before, err := os.ReadFile(list)
	require.NoError(t, err)
	d.goes("browsers")
	d.sees(d.text("browsers.install"))
	d.press("Return")
	d.sees(d.text("browsers.plan.install"))
	content, err := os.ReadFile(list)
	require.NoError(t, err)
	assert.Equal(t, before, content, "it is only said yet")
	d.press("Return")
	d.sees(d.text("browsers.done.install"))
	content, err = os.ReadFile(list)
	require.NoError(t, err)
	assert.Contains(t, string(content), "libcientro-pkcs11.so")
	d.picture("browsers")
	d.presses(d.text("browsers.again"))
	d.presses(d.text("browsers.remove"))
	d.sees(d.text("browsers.plan.remove"))
	d.presses(d.text("browsers.remove.do"))
	d.sees(d.text("browsers.done.remove"))
	content, err = os.ReadFile(list)
	require.NoError(t, err)
	assert.Equal(t, before, content)
	d.quit()
	d.spent(0, 0)
}
