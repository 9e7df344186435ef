package browsers

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const p11kitHome = ".config/pkcs11/modules/cientro.module"

// TestNativePackages: Firefox of a distribution and of Mozilla, Chromium's family.
func TestNativePackages(t *testing.T) {
	l := newLayout(t)
	for _, name := range []string{"firefox-esr", "chromium", "google-chrome", "brave-browser", "microsoft-edge", "vivaldi"} {
		l.program(name)
	}
	l.profiles(".mozilla/firefox", "default-esr")
	l.write(l.home(".pki/nssdb/pkcs11.txt"), internal)
	list := ".mozilla/firefox/x.default-esr/pkcs11.txt"
	p := l.find(list)
	assert.Equal(t, Absent, p.State)
	assert.Equal(t, []string{"Firefox"}, p.Browsers)
	assert.True(t, p.Default)
	assert.Equal(t, []string{"Chromium", "Chrome", "Brave", "Edge", "Vivaldi"}, l.find(".pki/nssdb/pkcs11.txt").Browsers)
	assert.Equal(t, map[string]Outcome{
		l.home(list): Added, l.home(".pki/nssdb/pkcs11.txt"): Added, l.home(p11kitHome): Added,
	}, l.roundTrip())
	l.outcomes(l.Install(t.Context()))
	raw, err := os.ReadFile(l.home(list))
	require.NoError(t, err)
	assert.Equal(t, internal+"library="+l.Module+"\nname=CIEntro\n\n", string(raw), "as modutil writes it")
	info, err := os.Stat(l.home(list))
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o640), info.Mode(), "the mode stays")
	for _, file := range []string{list, ".pki/nssdb/pkcs11.txt", p11kitHome} {
		assert.Equal(t, Present, l.find(file).State, file)
	}
	raw, err = os.ReadFile(l.home(p11kitHome))
	require.NoError(t, err)
	assert.Equal(t, "remote: |"+l.Agent+" agent\n", string(raw))
}

// TestNeverOpened: a browser that nobody opened yet has no database; it is made,
// for its owner alone, and goes again.
func TestNeverOpened(t *testing.T) {
	l := newLayout(t)
	l.program("chromium")
	assert.Equal(t, Added, l.roundTrip()[l.home(".pki/nssdb/pkcs11.txt")])
	l.outcomes(l.Install(t.Context()))
	info, err := os.Stat(l.home(".pki"))
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o700), info.Mode().Perm())
	l.write(l.home(".pki/nssdb/cert9.db"), "made by the browser meanwhile")
	l.outcomes(l.Remove(t.Context()))
	assert.FileExists(t, l.home(".pki/nssdb/cert9.db"))
	assert.NoFileExists(t, l.home(".pki/nssdb/pkcs11.txt"))
}

func TestNewerFolders(t *testing.T) {
	l := newLayout(t)
	l.profiles(".config/mozilla/firefox", "default-release")
	l.write(l.home(".local/share/pki/nssdb/pkcs11.txt"), internal)
	done := l.roundTrip()
	assert.Equal(t, Added, done[l.home(".config/mozilla/firefox/x.default-release/pkcs11.txt")])
	assert.Equal(t, Added, done[l.home(".local/share/pki/nssdb/pkcs11.txt")])
}

// TestSnap: nothing is written into a box that keeps the module out.
func TestSnap(t *testing.T) {
	l := newLayout(t)
	l.write(l.root("usr/bin/firefox"), "#!/bin/sh\nexec /snap/bin/firefox \"$@\"\n")
	l.write(l.root("snap/bin/chromium"), "\x7fELF")
	l.profiles("snap/firefox/common/.mozilla/firefox", "default")
	l.write(l.home("snap/chromium/current/.pki/nssdb/pkcs11.txt"), internal)
	for _, file := range []string{"snap/firefox/common/.mozilla/firefox/x.default/pkcs11.txt", "snap/chromium/current/.pki/nssdb/pkcs11.txt"} {
		p := l.find(file)
		assert.Equal(t, Snap, p.Packaging)
		assert.Equal(t, Confined, p.State)
		assert.Len(t, p.Browsers, 1)
	}
	done := l.roundTrip()
	assert.Equal(t, Skipped, done[l.home("snap/firefox/common/.mozilla/firefox/x.default/pkcs11.txt")])
	assert.Equal(t, Skipped, done[l.home("snap/chromium/current/.pki/nssdb/pkcs11.txt")])
	for _, p := range l.Places() {
		assert.False(t, p.Packaging == Native && p.Kind == Database, "the home's database is not the snap's")
	}
}

func TestFlatpak(t *testing.T) {
	l := newLayout(t)
	for _, id := range []string{"org.mozilla.firefox", "com.google.Chrome"} {
		require.NoError(t, os.MkdirAll(l.root("var/lib/flatpak/app/"+id), 0o755))
	}
	require.NoError(t, os.MkdirAll(l.home(".local/share/flatpak/app/com.brave.Browser"), 0o755))
	l.profiles(".var/app/org.mozilla.firefox/.mozilla/firefox", "default")
	l.write(l.home(".var/app/com.google.Chrome/.pki/nssdb/pkcs11.txt"), internal)
	assert.Equal(t, Skipped, l.roundTrip()[l.home(".var/app/com.google.Chrome/.pki/nssdb/pkcs11.txt")])
	confined := map[string]State{}
	for _, p := range l.Places() {
		if p.Packaging == Flatpak {
			require.Len(t, p.Browsers, 1)
			confined[p.Browsers[0]] = p.State
		}
	}
	assert.Equal(t, map[string]State{"Firefox": Confined, "Chrome": Confined, "Brave": Confined}, confined,
		"also those that were never opened")
}

func TestSeveralProfiles(t *testing.T) {
	l := newLayout(t)
	l.program("firefox")
	l.profiles(".mozilla/firefox", "one", "two", "three")
	require.NoError(t, os.Remove(l.home(".mozilla/firefox/x.two/pkcs11.txt")), "never opened")
	require.NoError(t, os.RemoveAll(l.home(".mozilla/firefox/x.three")), "deleted by hand")
	done := l.roundTrip()
	assert.Equal(t, Added, done[l.home(".mozilla/firefox/x.one/pkcs11.txt")])
	assert.Equal(t, Added, done[l.home(".mozilla/firefox/x.two/pkcs11.txt")])
	assert.NotContains(t, done, l.home(".mozilla/firefox/x.three/pkcs11.txt"))
	assert.True(t, l.find(".mozilla/firefox/x.one/pkcs11.txt").Default)
	assert.False(t, l.find(".mozilla/firefox/x.two/pkcs11.txt").Default)
}

// TestExistingPolicies: what an administrator wrote stays, to the byte.
func TestExistingPolicies(t *testing.T) {
	const there = "{\n\t\"policies\": {\n\t\t\"Homepage\": {\"URL\": \"https://example.org/?a=1&b=<2>\"},\n" +
		"\t\t\"SecurityDevices\": {\"Add\": {\"OpenSC\": \"/usr/lib/opensc-pkcs11.so\"}, \"Delete\": [\"Old\"]},\n" +
		"\t\t\"Big\": 12345678901234567890.0\n\t}\n}\n"
	l := newLayout(t)
	l.System = true
	l.program("firefox-esr")
	l.profiles(".mozilla/firefox", "default")
	file := l.root("etc/firefox/policies/policies.json")
	l.write(file, there)
	done := l.roundTrip()
	assert.Equal(t, map[string]Outcome{file: Added, l.root("etc/pkcs11/modules/cientro.module"): Added}, done, "the home is not touched")
	l.outcomes(l.Install(t.Context()))
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	modules, err := PolicyModules(raw)
	require.NoError(t, err)
	assert.Equal(t, []Registration{{"CIEntro", l.Module}, {"OpenSC", "/usr/lib/opensc-pkcs11.so"}}, modules)
	assert.Contains(t, string(raw), "https://example.org/?a=1&b=<2>")
	assert.Contains(t, string(raw), "12345678901234567890.0")

	// A person finds Firefox told already, and what Firefox then writes into the
	// profile is not taken for the work of somebody else.
	l.System = false
	list := ".mozilla/firefox/x.default/pkcs11.txt"
	assert.Equal(t, ByPolicy, l.find(list).State)
	assert.Equal(t, Unchanged, l.outcomes(l.Install(t.Context()))[l.home(list)])
	l.write(l.home(list), internal+"library="+l.Module+"\nname=CIEntro\n\n")
	assert.Equal(t, Unchanged, l.outcomes(l.Install(t.Context()))[l.home(list)])
	assert.Equal(t, TakenOut, l.outcomes(l.Remove(t.Context()))[l.home(list)])
	left, err := os.ReadFile(l.home(list))
	require.NoError(t, err)
	assert.Equal(t, internal, string(left))
}

// TestPoliciesBesideThePrograms: a file in /etc would silence them.
func TestPoliciesBesideThePrograms(t *testing.T) {
	l := newLayout(t)
	l.System = true
	l.program("firefox")
	l.write(l.root("usr/lib/firefox/application.ini"), "[App]\n")
	l.write(l.root("opt/firefox/application.ini"), "[App]\n")
	l.write(l.root("usr/lib/firefox/distribution/policies.json"), `{"policies":{"DisableTelemetry":true}}`)
	done := l.roundTrip()
	assert.NotContains(t, done, l.root("etc/firefox/policies/policies.json"))
	assert.Equal(t, Added, done[l.root("usr/lib/firefox/distribution/policies.json")])
	assert.Equal(t, Added, done[l.root("opt/firefox/distribution/policies.json")])

	l = newLayout(t)
	l.System = true
	l.program("firefox")
	l.write(l.root("usr/lib/firefox/application.ini"), "[App]\n")
	assert.Equal(t, Added, l.roundTrip()[l.root("etc/firefox/policies/policies.json")])
	l.outcomes(l.Install(t.Context()))
	info, err := os.Stat(l.root("etc/firefox/policies/policies.json"))
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o644), info.Mode(), "for all to read")
}

func TestForeignModules(t *testing.T) {
	l := newLayout(t)
	l.program("firefox")
	l.program("chromium")
	l.profiles(".mozilla/firefox", "default")
	list, database := l.home(".mozilla/firefox/x.default/pkcs11.txt"), l.home(".pki/nssdb/pkcs11.txt")
	l.write(list, internal+foreignModule+"library=/opt/taken.so\nname=CIEntro") // no line's end
	l.write(database, internal+"library=/usr/lib/p11-kit-proxy.so\nname=p11-kit-proxy\n\n")
	assert.Equal(t, ThroughP11Kit, l.find(".pki/nssdb/pkcs11.txt").State)
	done := l.roundTrip()
	assert.Equal(t, Added, done[list])
	assert.Equal(t, Unchanged, done[database], "it would see the card twice")
	l.outcomes(l.Install(t.Context()))
	raw, err := os.ReadFile(list)
	require.NoError(t, err)
	assert.Equal(t, []Registration{
		{"OpenSC", "/usr/lib/opensc-pkcs11.so"}, {"CIEntro", "/opt/taken.so"}, {"CIEntro 2", l.Module},
	}, Modules(raw))
}

// TestOthersWriteMeanwhile: then only our part goes.
func TestOthersWriteMeanwhile(t *testing.T) {
	l := newLayout(t)
	l.program("firefox")
	l.profiles(".mozilla/firefox", "default")
	list := l.home(".mozilla/firefox/x.default/pkcs11.txt")
	l.outcomes(l.Install(t.Context()))
	raw, err := os.ReadFile(list)
	require.NoError(t, err)
	l.write(list, string(raw)+foreignModule)
	assert.Equal(t, Unchanged, l.outcomes(l.Install(t.Context()))[list])
	assert.Equal(t, TakenOut, l.outcomes(l.Remove(t.Context()))[list])
	raw, err = os.ReadFile(list)
	require.NoError(t, err)
	assert.Equal(t, internal+foreignModule, string(raw))
	assert.NoDirExists(t, l.State, "nothing is remembered any more")

	l.outcomes(l.Install(t.Context()))
	l.write(list, internal) // taken out by hand
	assert.Equal(t, Unchanged, l.outcomes(l.Remove(t.Context()))[list])
	l.outcomes(l.Install(t.Context()))
	require.NoError(t, os.RemoveAll(l.home(".mozilla"))) // Firefox was removed
	assert.Equal(t, Unchanged, l.outcomes(l.Remove(t.Context()))[list])
	assert.NoDirExists(t, l.State)
}

// TestAnotherFolder: the program moved. The oldest original comes back.
func TestAnotherFolder(t *testing.T) {
	l := newLayout(t)
	l.program("firefox")
	l.profiles(".mozilla/firefox", "default")
	list := ".mozilla/firefox/x.default/pkcs11.txt"
	before := l.tree()
	l.outcomes(l.Install(t.Context()))
	l.Module = filepath.Join(filepath.Dir(l.Module), "moved", filepath.Base(l.Module))
	l.Agent = filepath.Join(filepath.Dir(l.Agent), "moved dir", filepath.Base(l.Agent))
	l.write(l.Module, "a library")
	l.write(l.Agent, "a program")
	p := l.find(list)
	assert.Equal(t, Elsewhere, p.State)
	assert.NotEmpty(t, p.Library)
	done := l.outcomes(l.Install(t.Context()))
	assert.Equal(t, Corrected, done[l.home(list)])
	assert.Equal(t, Corrected, done[l.home(p11kitHome)])
	raw, err := os.ReadFile(l.home(p11kitHome))
	require.NoError(t, err)
	assert.Equal(t, `remote: |"`+l.Agent+"\" agent\n", string(raw))
	assert.Equal(t, Present, l.find(p11kitHome).State)
	l.outcomes(l.Remove(t.Context()))
	assert.Equal(t, before, l.tree())
}

// TestRegisteredByHand stays, byte for byte.
func TestRegisteredByHand(t *testing.T) {
	l := newLayout(t)
	l.profiles(".mozilla/firefox", "default")
	list := l.home(".mozilla/firefox/x.default/pkcs11.txt")
	l.write(list, internal+"library="+l.Module+"\nname=My card\n\n")
	before := l.tree()
	assert.Equal(t, Unchanged, l.outcomes(l.Install(t.Context()))[list])
	assert.Equal(t, Left, l.outcomes(l.Remove(t.Context()))[list])
	assert.Equal(t, before, l.tree())
	assert.Equal(t, TakenOut, l.outcomes(l.Remove(t.Context()))[list], "who says so twice means it")
}

func TestWhatIsNotUnderstood(t *testing.T) {
	l := newLayout(t)
	l.System = true
	l.program("firefox")
	file := l.root("etc/firefox/policies/policies.json")
	for _, text := range []string{"{", "[]", "\x00", `{"policies":[]}`, `{"policies":{},"policies":{}}`, `{"policies":{"SecurityDevices":{"Add":7}}}`, `{"policies":{"SecurityDevices":{"Add":{"a":7}}}}`} {
		l.write(file, text)
		before := l.tree()[file]
		assert.Equal(t, NotUnderstood, l.find("etc/firefox/policies/policies.json").State, text)
		done, err := l.Install(t.Context())
		require.NoError(t, err)
		assert.Equal(t, Refused, done[0].Outcome, text)
		require.ErrorIs(t, done[0].Err, ErrNotUnderstood, text)
		assert.Equal(t, before, l.tree()[file])
	}
}

func TestWholeRefusals(t *testing.T) {
	l := newLayout(t)
	l.profiles(".mozilla/firefox", "default")
	before := l.tree()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := l.Install(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, before, l.tree())
	c := l.Config
	c.Module = filepath.Join(l.Home, "nowhere.so")
	_, err = c.Install(t.Context())
	var missing *MissingError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, c.Module, missing.Path)
	l.write(filepath.Join(l.State, "ledger.json"), "{")
	_, err = l.Install(t.Context())
	require.ErrorIs(t, err, ErrLedger, "what cannot be undone is not done")
}

// TestSpoiltOriginal: what does not have its hash is not put back.
func TestSpoiltOriginal(t *testing.T) {
	l := newLayout(t)
	l.profiles(".mozilla/firefox", "default")
	l.outcomes(l.Install(t.Context()))
	originals, err := filepath.Glob(filepath.Join(l.State, "original-*"))
	require.NoError(t, err)
	require.Len(t, originals, 1)
	l.write(originals[0], "something else")
	done, err := l.Remove(t.Context())
	require.NoError(t, err)
	require.ErrorIs(t, done[0].Err, ErrLedger)
	assert.Equal(t, Present, done[0].Place.State)
}

// TestPackageHasRegistered: what the package of this program does for everybody
// is neither done again nor undone; that of another program's agent is none of it.
func TestPackageHasRegistered(t *testing.T) {
	for _, system := range []bool{false, true} {
		l := newLayout(t)
		l.System = system
		const file = "usr/share/p11-kit/modules/cientro.module"
		places := func() (all []Place) {
			for _, p := range l.Places() {
				if p.Kind == P11Kit {
					all = append(all, p)
				}
			}
			return all
		}
		link := filepath.Join(filepath.Dir(l.Agent), "link")
		require.NoError(t, os.Symlink(l.Agent, link))
		l.write(l.root(file), "# as packages write it\nremote: |"+link+" agent\n")
		require.Len(t, places(), 1)
		assert.Equal(t, Present, places()[0].State)
		assert.Equal(t, l.root(file), places()[0].File)
		before := l.tree()
		for _, change := range []func(Config, context.Context) ([]Done, error){Config.Install, Config.Remove} {
			done, err := change(l.Config, t.Context())
			require.NoError(t, err)
			assert.Empty(t, done)
			assert.Equal(t, before, l.tree())
		}

		l.write(l.root(file), "remote: |/usr/bin/another agent\n")
		require.Len(t, places(), 2)
		assert.Equal(t, Absent, places()[0].State)
	}
}
