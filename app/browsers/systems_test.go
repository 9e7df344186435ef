package browsers

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The folders of Firefox's profiles below a home folder.
const (
	roamingProfiles = "AppData/Roaming/Mozilla/Firefox"
	storeProfiles   = "AppData/Local/" + storePackage + "/LocalCache/Roaming/Mozilla/Firefox"
	macProfiles     = "Library/Application Support/Firefox"
)

const machineKey = machineHive + `\` + devicesKey

// systemLayout is a computer with another system, in folders.
func systemLayout(t *testing.T, system string) *layout {
	l := newLayout(t)
	module, agent := programNames(system)
	l.OS, l.Module, l.Agent = system, filepath.Join(filepath.Dir(l.Module), module), filepath.Join(filepath.Dir(l.Agent), agent)
	l.write(l.Module, "a library")
	l.write(l.Agent, "a program")
	if system == windowsOS {
		l.Registry = newRegistry()
	}
	return l
}

func (l *layout) registry() *madeUpRegistry { return l.Registry.(*madeUpRegistry) }

// keys is what the registry holds.
func (l *layout) keys() map[string]map[string]RegistryValue {
	all := map[string]map[string]RegistryValue{}
	for key, values := range l.registry().keys {
		all[key] = maps.Clone(values)
	}
	return all
}

func states(places []Place) map[string]State {
	all := map[string]State{}
	for _, p := range places {
		all[p.File] = p.State
	}
	return all
}

func TestWindowsOfAUser(t *testing.T) {
	l := systemLayout(t, windowsOS)
	l.write(l.root("Program Files/Mozilla Firefox/firefox.exe"), "MZ")
	l.write(l.root("Program Files (x86)/Microsoft/Edge/Application/msedge.exe"), "MZ")
	l.write(l.home("AppData/Local/Google/Chrome/Application/chrome.exe"), "MZ")
	l.profiles(roamingProfiles, "default-release", "work")
	l.profiles(storeProfiles, "store")
	list, store := roamingProfiles+"/x.default-release/pkcs11.txt", storeProfiles+"/x.store/pkcs11.txt"
	assert.Equal(t, []Browser{
		{"Firefox", Firefox, Native, l.root("Program Files/Mozilla Firefox/firefox.exe")},
		{"Chrome", Chromium, Native, l.home("AppData/Local/Google/Chrome/Application/chrome.exe")},
		{"Edge", Chromium, Native, l.root("Program Files (x86)/Microsoft/Edge/Application/msedge.exe")},
	}, l.Browsers())
	assert.Equal(t, map[string]State{
		machineKey: Absent, l.home(list): Absent, l.home(roamingProfiles + "/x.work/pkcs11.txt"): Absent, l.home(store): Absent, "": NoModules,
	}, states(l.Places()), "no p11-kit, no database")
	assert.True(t, l.find(list).Default)
	overview, lacking := Overall(l.Places())
	assert.Equal(t, NoneKnows, overview)
	assert.Equal(t, 3, lacking)

	keys := l.keys()
	done := l.roundTrip()
	assert.Equal(t, map[string]Outcome{
		l.home(list): Added, l.home(roamingProfiles + "/x.work/pkcs11.txt"): Added, l.home(store): Added,
	}, done)
	assert.Equal(t, keys, l.keys(), "the registry is the administrator's")
	l.outcomes(l.Install(t.Context()))
	raw, err := os.ReadFile(l.home(list))
	require.NoError(t, err)
	assert.Equal(t, internal+"library="+l.Module+"\nname=CIEntro\n\n", string(raw), "as NSS writes it, also on Windows")
	overview, lacking = Overall(l.Places())
	assert.Equal(t, FirefoxKnows, overview, "Chrome and Edge never do")
	assert.Zero(t, lacking)
}

// TestWindowsOfTheComputer: what others wrote into the registry stays.
func TestWindowsOfTheComputer(t *testing.T) {
	opensc := RegistryValue{Name: "OpenSC", Text: `C:\opensc-pkcs11.dll`}
	for name, set := range map[string]func(*madeUpRegistry){
		"nothing": func(*madeUpRegistry) {},
		"an empty key": func(r *madeUpRegistry) {
			r.put(machineKey+`\Add`, opensc)
			r.keys[machineKey+`\Add`] = map[string]RegistryValue{}
		},
		"other policies": func(r *madeUpRegistry) {
			r.put(machineHive+`\`+policiesKey, RegistryValue{Name: "DisableTelemetry", Other: "hex(4):01,00,00,00"})
		},
		"other modules": func(r *madeUpRegistry) { r.put(machineKey+`\Add`, opensc) },
		"the old way":   func(r *madeUpRegistry) { r.put(machineKey, opensc) },
		"our name is taken": func(r *madeUpRegistry) {
			r.put(machineKey+`\Add`, RegistryValue{Name: "cientro", Text: `C:\other.dll`})
		},
		"one of another folder": func(r *madeUpRegistry) {
			r.put(machineKey+`\Add`, RegistryValue{Name: "Mine", Text: `D:\old\CIENTRO-PKCS11.DLL`})
		},
		"deletions and more": func(r *madeUpRegistry) {
			r.put(machineKey+`\Delete`, RegistryValue{Name: "1", Text: "Old"})
			r.put(machineKey+`\Add`, RegistryValue{Name: "Odd", Other: "hex(7):41,00,00,00"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := systemLayout(t, windowsOS)
			l.System = true
			l.write(l.root("Program Files/Mozilla Firefox/firefox.exe"), "MZ")
			l.profiles(roamingProfiles, "default")
			set(l.registry())
			before := l.keys()
			files := l.tree()

			planned := l.outcomes(l.PlanInstall())
			assert.Equal(t, before, l.keys(), "a plan changes nothing")
			done := l.outcomes(l.Install(t.Context()))
			assert.Equal(t, planned, done)
			assert.Len(t, done, 1, "profiles are their users'")
			assert.Contains(t, []Outcome{Added, Corrected}, done[machineKey])
			after := l.keys()
			all, err := registryBranch{machineKey, l.Module}.registered(registryContent(t, l))
			require.NoError(t, err)
			assert.True(t, contains(all, l.Module), "%v", all)
			for key, values := range before {
				for name, v := range values {
					if !ours(v.Text, l.Module) {
						assert.Equal(t, v, after[key][name], key)
					}
				}
			}
			assert.Equal(t, Unchanged, l.outcomes(l.Install(t.Context()))[machineKey])
			assert.Equal(t, after, l.keys(), "a second run changes nothing")

			l.System = false
			assert.Equal(t, ByPolicy, l.find(roamingProfiles+"/x.default/pkcs11.txt").State)
			l.System = true
			assert.Equal(t, Restored, l.outcomes(l.Remove(t.Context()))[machineKey])
			assert.Equal(t, before, l.keys(), "all is as before")
			assert.Equal(t, files, l.tree())
		})
	}
}

func registryContent(t *testing.T, l *layout) []byte {
	raw, err := registryStorage{l.Registry, machineKey}.read()
	require.NoError(t, err)
	return raw
}

// TestRegistryOfOthers: what came meanwhile stays, and what the installer of this
// program had written before is not taken for ours to put back.
func TestRegistryOfOthers(t *testing.T) {
	l := systemLayout(t, windowsOS)
	l.System = true
	l.write(l.root("Program Files/Mozilla Firefox/firefox.exe"), "MZ")
	before := l.keys()
	l.outcomes(l.Install(t.Context()))
	l.registry().put(machineKey+`\Add`, RegistryValue{Name: "OpenSC", Text: `C:\opensc.dll`})
	assert.Equal(t, TakenOut, l.outcomes(l.Remove(t.Context()))[machineKey])
	assert.Equal(t, map[string]RegistryValue{"opensc": {Name: "OpenSC", Text: `C:\opensc.dll`}}, l.keys()[machineKey+`\Add`])
	require.NoError(t, l.registry().Delete(machineKey+`\Add`, "OpenSC"))
	for _, key := range []string{`\Add`, ``} {
		require.NoError(t, l.registry().Remove(machineKey+key))
	}
	l.registry().put(machineKey+`\Add`, RegistryValue{Name: "CIEntro", Text: l.Module})
	there := l.keys()
	assert.Equal(t, Unchanged, l.outcomes(l.Install(t.Context()))[machineKey])
	assert.Equal(t, Left, l.outcomes(l.Remove(t.Context()))[machineKey])
	assert.Equal(t, there, l.keys())
	assert.Equal(t, TakenOut, l.outcomes(l.Remove(t.Context()))[machineKey], "who says so twice means it")
	assert.NotContains(t, l.keys(), machineKey)
	assert.NotEqual(t, before, l.keys(), "keys above it are somebody else's")
}

// TestNoAdministrator: the registry says no, and all is as it was.
func TestNoAdministrator(t *testing.T) {
	l := systemLayout(t, windowsOS)
	l.System = true
	l.write(l.root("Program Files/Mozilla Firefox/firefox.exe"), "MZ")
	l.registry().denied = true
	before, files := l.keys(), l.tree()
	done, err := l.Install(t.Context())
	require.NoError(t, err)
	require.Len(t, done, 1)
	require.ErrorIs(t, done[0].Err, fs.ErrPermission)
	assert.Equal(t, machineKey, done[0].Place.File)
	assert.Equal(t, before, l.keys())
	assert.Equal(t, files, l.tree(), "what was not done is not remembered")
	l.registry().sealed = true
	assert.Equal(t, Unreadable, states(l.Places())[machineKey])
	_, why := l.doneWith(l.PlanInstall())
	require.ErrorIs(t, why[0], fs.ErrPermission)

	l.registry().denied, l.registry().sealed = false, false
	l.registry().put(machineKey+`\Add`, RegistryValue{Name: "1", Text: "x"})
	assert.Equal(t, NotUnderstood, states(l.Places())[machineKey])
	done, err = l.Install(t.Context())
	require.NoError(t, err)
	require.ErrorIs(t, done[0].Err, ErrNotUnderstood)
}

// TestWhichPolicyCounts: the computer's hive, else the user's, else the file.
func TestWhichPolicyCounts(t *testing.T) {
	l := systemLayout(t, windowsOS)
	l.write(l.root("Program Files/Mozilla Firefox/firefox.exe"), "MZ")
	l.profiles(roamingProfiles, "default")
	list := l.home(roamingProfiles + "/x.default/pkcs11.txt")
	user, file := userHive+`\`+devicesKey, l.root("Program Files/Mozilla Firefox/distribution/policies.json")
	l.write(file, `{"policies":{"DisableTelemetry":true}}`)
	assert.Equal(t, map[string]State{machineKey: Absent, list: Absent}, states(l.Places()))

	// A key in the registry would silence what the file says of modules.
	l.write(file, `{"policies":{"SecurityDevices":{"Add":{"OpenSC":"C:\\opensc.dll"}}}}`)
	assert.Equal(t, map[string]State{file: Absent, list: Absent}, states(l.Places()))
	l.System = true
	keys := l.keys()
	assert.Equal(t, map[string]Outcome{file: Added}, l.roundTrip())
	assert.Equal(t, keys, l.keys())
	l.outcomes(l.Install(t.Context()))
	assert.Equal(t, map[string]State{file: Present, list: ByPolicy}, states(l.Places()))

	l.registry().put(user+`\Add`, RegistryValue{Name: "CIEntro", Text: l.Module})
	assert.Equal(t, map[string]State{machineKey: Absent, user: Present, list: ByPolicy}, states(l.Places()))
	assert.NotContains(t, l.outcomes(l.Install(t.Context())), user, "Windows lets a user read it alone")
	l.registry().put(machineKey+`\Add`, RegistryValue{Name: "OpenSC", Text: `C:\opensc.dll`})
	require.NoError(t, l.registry().Delete(machineKey+`\Add`, "CIEntro"))
	assert.Equal(t, map[string]State{machineKey: Absent, list: Absent}, states(l.Places()), "the computer's wins")
	assert.Contains(t, l.outcomes(l.Remove(t.Context())), file, "the ledger knows it")
}

func TestMacOfAUser(t *testing.T) {
	l := systemLayout(t, macOS)
	for _, bundle := range []string{"Firefox.app", "Google Chrome.app"} {
		require.NoError(t, os.MkdirAll(l.root("Applications/"+bundle), 0o755))
	}
	require.NoError(t, os.MkdirAll(l.home("Applications/Brave Browser.app"), 0o755))
	l.profiles(macProfiles, "default-release")
	list, own := l.home(macProfiles+"/x.default-release/pkcs11.txt"), l.root("Library/Preferences/org.mozilla.firefox.plist")
	assert.Equal(t, map[string]State{own: Absent, list: Absent, "": NoModules}, states(l.Places()))
	assert.Equal(t, map[string]Outcome{list: Added}, l.roundTrip())
	l.outcomes(l.Install(t.Context()))
	assert.Equal(t, Present, states(l.Places())[list])

	require.NoError(t, os.Remove(l.Module))
	_, err := l.Install(t.Context())
	require.ErrorIs(t, err, ErrUnsupported, "nobody has written it yet")
	_, err = l.PlanInstall()
	require.ErrorIs(t, err, ErrUnsupported)
	assert.Equal(t, Restored, l.outcomes(l.Remove(t.Context()))[list])
}

func TestMacOfTheComputer(t *testing.T) {
	l := systemLayout(t, macOS)
	l.System = true
	require.NoError(t, os.MkdirAll(l.root("Applications/Firefox.app"), 0o755))
	l.profiles(macProfiles, "default")
	list := l.home(macProfiles + "/x.default/pkcs11.txt")
	own, managed := l.root("Library/Preferences/"+preferencesFile), l.root("Library/Managed Preferences/"+preferencesFile)
	head, tail := "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict>\n", "</dict>\n</plist>\n"
	module := "<key>SecurityDevices</key><dict><key>Add</key><dict><key>CIEntro</key><string>" + l.Module + "</string></dict></dict>\n"
	assert.Equal(t, map[string]Outcome{own: Added}, l.roundTrip(), "a list that was not there")

	l.write(own, head+"\t<key>EnterprisePoliciesEnabled</key><true/>\n\t<key>Homepage</key><dict/>\n"+tail)
	assert.Equal(t, map[string]Outcome{own: Added}, l.roundTrip())
	l.write(own, head+module+tail)
	assert.Equal(t, map[string]State{own: Absent, list: Absent}, states(l.Places()), "policies are not switched on")
	assert.Equal(t, Added, l.outcomes(l.Install(t.Context()))[own])
	assert.Equal(t, map[string]State{own: Present, list: ByPolicy}, states(l.Places()))
	assert.Equal(t, Restored, l.outcomes(l.Remove(t.Context()))[own])

	// The binary form is not edited: plutil makes text of it.
	l.write(own, "bplist00\xd0\x08\x00\x00\x00\x00\x00\x00\x01\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09")
	before := l.tree()
	assert.Equal(t, Absent, states(l.Places())[own], "it is read")
	_, why := l.doneWith(l.PlanInstall())
	require.ErrorIs(t, why[0], ErrBinaryList)
	done, err := l.Install(t.Context())
	require.NoError(t, err)
	require.ErrorIs(t, done[0].Err, ErrBinaryList)
	assert.Equal(t, before, l.tree())

	// What a configuration profile says of modules counts alone.
	require.NoError(t, os.Remove(own))
	l.write(managed, head+"<key>EnterprisePoliciesEnabled</key><true/>"+module+tail)
	assert.Equal(t, map[string]State{managed: Present, own: Absent, list: ByPolicy}, states(l.Places()))
	l.write(managed, head+"<key>EnterprisePoliciesEnabled</key><true/><key>SecurityDevices</key><dict><key>Delete</key><array/></dict>\n"+tail)
	assert.Equal(t, map[string]State{managed: Absent, own: Absent, list: Absent}, states(l.Places()))
	_, why = l.doneWith(l.PlanInstall())
	require.ErrorIs(t, why[0], ErrManaged)
	done, err = l.Install(t.Context())
	require.NoError(t, err)
	require.Len(t, done, 1)
	require.ErrorIs(t, done[0].Err, ErrManaged)
	assert.NoFileExists(t, own)
}

// TestOnlySystemStore: where no Firefox is, nothing can be done, and that is said.
func TestOnlySystemStore(t *testing.T) {
	for system, program := range map[string]string{
		windowsOS: "Program Files/Google/Chrome/Application/chrome.exe", macOS: "Applications/Google Chrome.app/Contents/Info.plist",
	} {
		l := systemLayout(t, system)
		l.write(l.root(program), "x")
		overview, lacking := Overall(l.Places())
		assert.Equal(t, NoneCan, overview, system)
		assert.Zero(t, lacking)
		before := l.tree()
		done, err := l.Install(t.Context())
		require.NoError(t, err)
		require.Len(t, done, 1)
		assert.Equal(t, Skipped, done[0].Outcome)
		assert.Equal(t, NoModules, done[0].Place.State)
		assert.Equal(t, before, l.tree())
	}
}

// TestFolders: state of everybody lies where only administrators write.
func TestFolders(t *testing.T) {
	c := Config{OS: windowsOS, Root: "/c", Home: "/h"}
	assert.Equal(t, "/c/Program Files/Common Files/CIEntro/browsers", filepath.ToSlash(c.SystemState()))
	c.Programs, c.Roaming, c.Local = []string{"/p"}, "/r", "/l"
	assert.Equal(t, "/p/Common Files/CIEntro/browsers", filepath.ToSlash(c.SystemState()))
	assert.Equal(t, []string{"/r", "/l"}, []string{c.roaming(), c.local()})
	assert.Equal(t, "/var/lib/cientro/browsers", filepath.ToSlash(Config{OS: "linux", Root: "/"}.SystemState()))
	assert.Equal(t, "/Library/Application Support/CIEntro/browsers", filepath.ToSlash(Config{OS: macOS, Root: "/"}.SystemState()))
	here, err := Computer()
	require.NoError(t, err)
	assert.True(t, filepath.IsAbs(here.Root), here.Root)
	module, agent := ProgramNames()
	assert.NotEmpty(t, module+agent)
}

// TestRegistryChangedMeanwhile: what another program wrote after it was read stays.
func TestRegistryChangedMeanwhile(t *testing.T) {
	r := newRegistry()
	s := registryStorage{r, machineKey}
	b := registryBranch{machineKey, windowsLibrary}
	wanted, err := b.add(nil)
	require.NoError(t, err)
	r.put(machineKey+`\Add`, RegistryValue{Name: "OpenSC", Text: `C:\opensc.dll`})
	require.ErrorIs(t, s.replace(nil, wanted), ErrChangedMeanwhile)
	now, err := s.read()
	require.NoError(t, err)
	require.ErrorIs(t, s.remove(wanted), ErrChangedMeanwhile)
	after, err := s.read()
	require.NoError(t, err)
	assert.Equal(t, string(now), string(after))
	// A value that is no text cannot be put back, and is not tried.
	odd := append([]byte(nil), now...)
	odd = append(odd[:len(odd)-2], []byte("\"Odd\"=hex(7):41,00\r\n\r\n")...)
	require.ErrorIs(t, s.replace(now, odd), ErrNotUnderstood)
}
