//go:build linux

package browsertest

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browserdemo"
)

// openChangePassword opens what "Change Password" opens in Firefox's list of
// security devices, for our token. It answers at once, the dialog comes later.
const openChangePassword = `return (async () => {
	const database = Cc["@mozilla.org/security/pkcs11moduledb;1"].getService(Ci.nsIPKCS11ModuleDB);
	for (const module of await database.listModules()) {
		if (module.name != "CIEntro") continue;
		for (const slot of module.slots) {
			if (slot.status == Ci.nsIPKCS11Slot.SLOT_NOT_PRESENT) continue;
			const objects = Cc["@mozilla.org/array;1"].createInstance(Ci.nsIMutableArray);
			objects.appendElement(slot.getToken());
			const parameters = Cc["@mozilla.org/embedcomp/dialogparam;1"].createInstance(Ci.nsIDialogParamBlock);
			parameters.objects = objects;
			const window = Services.wm.getMostRecentWindow("navigator:browser");
			window.setTimeout(() => window.openDialog("chrome://pippki/content/changepassword.xhtml", "", "chrome,centerscreen,modal", parameters), 0);
			return slot.getToken().tokenName;
		}
	}
	return "no token";
})()`

// TestFirefoxChangesThePIN: C_SetPIN through Firefox's own dialog, which logs in
// with the old PIN first, to try it: two VERIFY, both right, one CHANGE, and the
// new PIN holds.
func TestFirefoxChangesThePIN(t *testing.T) {
	const newPIN = "27182845"
	s := long(t)
	c := s.insert()
	b := s.start(browserdemo.Firefox, launch{pins: []string{newPIN}, made: c.ClearJournal})
	firefox := b.driver.(*marionette)
	require.Equal(t, "CIE (PIN di 8 cifre)", firefox.chrome(openChangePassword))
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	w, err := s.display.AwaitWindow(ctx, func(w browserdemo.Window) bool { return strings.HasPrefix(w.Title, "Change Password") })
	require.NoError(t, err)
	s.picture("dialog")
	for i, text := range []string{rightPIN, newPIN, newPIN} {
		if i > 0 {
			require.NoError(t, s.display.Key(ctx, w, "Tab"))
		}
		require.NoError(t, s.display.Type(ctx, w, []byte(text)))
	}
	s.picture("typed")
	require.NoError(t, s.display.Key(ctx, w, "Return"))
	s.await("the CHANGE", func() bool { return c.Counters().Change[pin] > 0 })
	s.await("the new PIN", func() bool { return c.State().PIN == newPIN })
	// Firefox says so in a window above the dialog; Return closes both.
	said, err := s.display.AwaitWindow(ctx, func(w browserdemo.Window) bool { return strings.HasPrefix(w.Title, "Alert") })
	require.NoError(t, err)
	require.NoError(t, s.display.Key(ctx, said, "Return"))
	s.picture("said")
	s.await("the end of the dialogs", func() bool { return !s.shown(said) && !s.shown(w) })
	n := c.Counters()
	assert.Equal(t, 2, n.Verify[pin])
	assert.Equal(t, 1, n.Change[pin])
	assert.Zero(t, n.Wrong[pin])
	b.open(s.server.URL())
	s.login(s.server, 1)
	assert.LessOrEqual(t, b.prompts.Count(), 1)
	assert.Zero(t, c.Counters().Wrong[pin])
}
