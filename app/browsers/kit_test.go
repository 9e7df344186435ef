package browsers

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/links"
)

// Where the packages put the library (packaging/linux, packaging/windows,
// packaging/macos).
const (
	linuxLibrary   = "/usr/lib/cientro/libcientro-pkcs11.so"
	windowsLibrary = `C:\Program Files\CIEntro\cientro-pkcs11.dll`
	macLibrary     = "/Applications/CIEntro.app/Contents/MacOS/libcientro-pkcs11.dylib"
)

func kit(t *testing.T, path string) []byte {
	raw, err := os.ReadFile(filepath.Join("../../packaging", path))
	require.NoError(t, err)
	return raw
}

// What administrators get for Firefox is what this package would write where
// nothing is, and names the library where the packages put it.
func TestKitForFirefox(t *testing.T) {
	raw := kit(t, "enterprise/firefox/policies.json")
	made, err := policyFile{linuxLibrary}.add(nil)
	require.NoError(t, err)
	assert.Equal(t, string(made), string(raw))

	raw = kit(t, "enterprise/firefox/firefox.reg")
	machine := registryBranch{machineHive + `\` + devicesKey, windowsLibrary}
	all, err := machine.registered(raw)
	require.NoError(t, err)
	assert.Equal(t, []Registration{{ModuleName, windowsLibrary}}, all)
	made, err = machine.add(nil)
	require.NoError(t, err)
	assert.Equal(t, string(made), string(raw))

	raw = kit(t, "enterprise/firefox/org.mozilla.firefox.plist")
	all, err = PropertyListModules(raw)
	require.NoError(t, err)
	assert.Equal(t, []Registration{{ModuleName, macLibrary}}, all)
	added, err := propertyListAdd(raw, macLibrary)
	require.NoError(t, err)
	assert.Equal(t, string(raw), string(added), "it is switched on, and there")
}

// The installers say the same places.
func TestPlacesOfThePackages(t *testing.T) {
	assert.Contains(t, string(kit(t, "linux/package.sh")), filepath.Dir(linuxLibrary))
	setup := string(kit(t, "windows/setup.nsi"))
	assert.Contains(t, setup, `$PROGRAMFILES64\CIEntro`)
	assert.Contains(t, setup, windowsLibrary[strings.LastIndex(windowsLibrary, `\`)+1:])
	guide, err := os.ReadFile("../../docs/administrators.md")
	require.NoError(t, err)
	for _, path := range []string{linuxLibrary, windowsLibrary, commonPolicy, "/var/lib/cientro/browsers"} {
		assert.Contains(t, string(guide), "`"+path+"`")
	}
}

// The rule for Chromium shows the card's certificate to the Ministry's identity
// provider, and to nobody else (chromeenterprise.google,
// AutoSelectCertificateForUrls: each rule is JSON in a text).
func TestKitForChromium(t *testing.T) {
	var policy map[string][]string
	require.NoError(t, json.Unmarshal(kit(t, "enterprise/chromium/cientro.json"), &policy))
	require.Len(t, policy, 1)
	rules := policy["AutoSelectCertificateForUrls"]
	require.Len(t, rules, 1)
	var rule struct {
		Pattern string
		Filter  map[string]map[string]string
	}
	decoder := json.NewDecoder(strings.NewReader(rules[0]))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&rule))
	help, ok := links.Address(links.LoginHelp)
	require.True(t, ok)
	provider, err := url.Parse(help)
	require.NoError(t, err)
	assert.Equal(t, "https://"+provider.Host, rule.Pattern)
	assert.Equal(t, map[string]map[string]string{"ISSUER": {"O": "Ministero dell'Interno"}}, rule.Filter)
}
