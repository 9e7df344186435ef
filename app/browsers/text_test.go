package browsers

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const own = "/opt/cientro/libcientro-pkcs11.so"

func TestProfiles(t *testing.T) {
	tests := map[string]struct {
		profiles, installs string
		want               []Profile
	}{
		"none":         {"", "", nil},
		"the only one": {"[Profile0]\nName=a\nPath=a\n", "", []Profile{{"a", "/f/a", true}}},
		"marked":       {"[Profile1]\nName=a\nPath=a\n[Profile0]\nName=b\nPath=b\nDefault=1\n", "", []Profile{{"a", "/f/a", false}, {"b", "/f/b", true}}},
		"an installation's": {
			"[Install4F96]\nDefault=a\nLocked=1\n[Profile1]\nPath=a\n[Profile0]\nPath=b\nDefault=1\n", "",
			[]Profile{{"", "/f/a", true}, {"", "/f/b", false}},
		},
		"installs.ini": {"[Profile1]\nPath=a\n[Profile0]\nPath=b\nDefault=1\n", "[4F96]\nDefault=a\n", []Profile{{"", "/f/a", true}, {"", "/f/b", false}}},
		"elsewhere":    {"[Profile0]\r\nPath=/disk/a/\r\nIsRelative=0\r\n", "", []Profile{{"", "/disk/a", true}}},
		"climbing out": {"[Profile0]\nPath=../../etc\n", "", nil},
		"twice":        {"[Profile0]\nPath=a\n[Profile1]\nPath=a\n", "", []Profile{{"", "/f/a", true}}},
		"no path":      {"[Profile0]\nName=a\n", "", nil},
	}
	for name, test := range tests {
		assert.Equal(t, test.want, Profiles("/f", []byte(test.profiles), []byte(test.installs)), name)
	}
	assert.Len(t, Profiles("/f", []byte(strings.Repeat("[Profile0]\nPath=x\n", 3)+many(500)), nil), mostProfiles)
}

func many(n int) string {
	var out strings.Builder
	for i := range n {
		out.WriteString("[Profile" + string(rune('0'+i%10)) + "]\nPath=p" + strings.Repeat("x", i) + "\n")
	}
	return out.String()
}

func TestModuleList(t *testing.T) {
	ours := "library=" + own + "\nname=CIEntro\n\n"
	tests := map[string]struct{ before, after, without string }{
		"empty":           {"", ours, ""},
		"usual":           {internal, internal + ours, internal},
		"no empty line":   {"library=/a.so\nname=A\n", "library=/a.so\nname=A\n\n" + ours, "library=/a.so\nname=A\n"},
		"no line's end":   {"library=/a.so", "library=/a.so\n\n" + ours, "library=/a.so"},
		"lines of DOS":    {"library=/a.so\r\nname=A\r\n\r\n", "library=/a.so\r\nname=A\r\n\r\n\n" + ours, "library=/a.so\r\nname=A\r\n\r\n"},
		"there":           {internal + ours + foreignModule, internal + ours + foreignModule, internal + foreignModule},
		"elsewhere":       {"library=/old/libcientro-pkcs11.so\nname=Mine\nNSS=x\n\n" + foreignModule, "library=" + own + "\nname=Mine\nNSS=x\n\n" + foreignModule, foreignModule},
		"there, as last":  {foreignModule + strings.TrimRight(ours, "\n"), foreignModule + strings.TrimRight(ours, "\n"), foreignModule},
		"named otherwise": {"name=CIEntro\nlibrary=/a.so\n\n", "name=CIEntro\nlibrary=/a.so\n\nlibrary=" + own + "\nname=CIEntro 2\n\n", "name=CIEntro\nlibrary=/a.so\n\n"},
	}
	for name, test := range tests {
		got, err := moduleList{own}.add([]byte(test.before))
		require.NoError(t, err, name)
		assert.Equal(t, test.after, string(got), name)
		got, err = moduleList{own}.takeOut([]byte(test.before))
		require.NoError(t, err, name)
		assert.Equal(t, test.without, string(got), name)
	}
	for _, raw := range []string{"\x00", "library=\xff\n"} {
		_, err := moduleList{own}.add([]byte(raw))
		require.ErrorIs(t, err, ErrNotUnderstood)
		_, err = moduleList{own}.takeOut([]byte(raw))
		require.ErrorIs(t, err, ErrNotUnderstood)
	}
}

func TestPolicyFile(t *testing.T) {
	made := "{\n  \"policies\": {\n    \"SecurityDevices\": {\n      \"Add\": {\n        \"CIEntro\": \"" + own + "\"\n      }\n    }\n  }\n}\n"
	tests := map[string]struct{ before, after, without string }{
		"nothing":   {"", made, "{\n  \"policies\": {}\n}\n"},
		"an object": {"{}", strings.TrimSuffix(made, "\n"), "{\n  \"policies\": {}\n}"},
		"others": {
			`{"policies":{"DisableTelemetry":true}}`,
			"{\"policies\":{\"SecurityDevices\": {\n      \"Add\": {\n        \"CIEntro\": \"" + own + "\"\n      }\n    },\"DisableTelemetry\":true}}",
			`{"policies":{"DisableTelemetry":true}}`,
		},
		"spaced": {
			"{\n\t\"policies\" : {\n\t\t\"SecurityDevices\" : {\n\t\t\t\"Add\" : {\n\t\t\t\t\"A\" : \"/a.so\"\n\t\t\t}\n\t\t}\n\t}\n}",
			"{\n\t\"policies\" : {\n\t\t\"SecurityDevices\" : {\n\t\t\t\"Add\" : {\n\t\t\t\t\"CIEntro\": \"" + own + "\",\n\t\t\t\t\"A\" : \"/a.so\"\n\t\t\t}\n\t\t}\n\t}\n}",
			"{\n\t\"policies\" : {\n\t\t\"SecurityDevices\" : {\n\t\t\t\"Add\" : {\n\t\t\t\t\"A\" : \"/a.so\"\n\t\t\t}\n\t\t}\n\t}\n}",
		},
		"the old way": {
			`{"policies":{"SecurityDevices":{"A":"/a.so"}}}`,
			`{"policies":{"SecurityDevices":{"CIEntro": "` + own + `","A":"/a.so"}}}`,
			`{"policies":{"SecurityDevices":{"A":"/a.so"}}}`,
		},
		"only deletions": {
			`{"policies":{"SecurityDevices":{"Delete":["CIEntro"]}}}`,
			"{\"policies\":{\"SecurityDevices\":{\"Add\": {\n        \"CIEntro\": \"" + own + "\"\n      },\"Delete\":[\"CIEntro\"]}}}",
			`{"policies":{"SecurityDevices":{"Delete":["CIEntro"]}}}`,
		},
	}
	for name, test := range tests {
		got, err := policyFile{own}.add([]byte(test.before))
		require.NoError(t, err, name)
		assert.Equal(t, test.after, string(got), name)
		again, err := policyFile{own}.add(got)
		require.NoError(t, err, name)
		assert.Equal(t, test.after, string(again), name)
		got, err = policyFile{own}.takeOut(got)
		require.NoError(t, err, name)
		assert.Equal(t, test.without, string(got), name)
	}
	moved, err := policyFile{own}.add([]byte(`{"policies":{"SecurityDevices":{"Add":{"x":"/old/libcientro-pkcs11.so","y":"/y"}}}}`))
	require.NoError(t, err)
	assert.Equal(t, `{"policies":{"SecurityDevices":{"Add":{"x":"`+own+`","y":"/y"}}}}`, string(moved))
	last, err := policyFile{own}.takeOut([]byte(`{"policies":{"A":1,"SecurityDevices":{"Add":{"y":"/y", "x":"` + own + `" }}}}`))
	require.NoError(t, err)
	assert.Equal(t, `{"policies":{"A":1,"SecurityDevices":{"Add":{"y":"/y" }}}}`, string(last))
}

func TestModuleFile(t *testing.T) {
	f := moduleFile{"/opt/a b/cientro"}
	for before, after := range map[string]string{
		"":                                      f.line(),
		f.line():                                f.line(),
		"remote: |/old/cientro agent\n# mine\n": f.line() + "# mine\n",
		"remote:|/old/cientro agent":            f.line(),
	} {
		got, err := f.add([]byte(before))
		require.NoError(t, err)
		assert.Equal(t, after, string(got), before)
	}
	for _, foreign := range []string{"module: other.so\n", "remote: |/usr/bin/other\n", "\x00"} {
		_, err := f.add([]byte(foreign))
		require.ErrorIs(t, err, ErrNotUnderstood, foreign)
	}
	for _, path := range []string{"/a/cientro", `/a "b"/cientro`, `/a\b c/cientro`, "/o'neil/cientro"} {
		agent, ok := remoteOf(moduleFile{path}.line())
		assert.True(t, ok)
		assert.Equal(t, path, agent)
	}
}

const windowsOwn = `C:\Program Files\CIEntro\cientro-pkcs11.dll`

func decoded(t *testing.T, raw []byte) string {
	text, err := registryText(raw)
	require.NoError(t, err)
	return text
}

func TestRegistry(t *testing.T) {
	const hive = "HKEY_LOCAL_MACHINE"
	add, err := RegistryAdd(hive, nil, windowsOwn)
	require.NoError(t, err)
	assert.Equal(t, []byte{0xFF, 0xFE, 'W', 0}, add[:4])
	assert.Equal(t, "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\Software\\Policies\\Mozilla\\Firefox\\SecurityDevices\\Add]\r\n"+
		`"CIEntro"="C:\\Program Files\\CIEntro\\cientro-pkcs11.dll"`+"\r\n\r\n", decoded(t, add))
	again, err := RegistryAdd(hive, add, strings.ToUpper(windowsOwn))
	require.NoError(t, err)
	assert.Nil(t, again)
	remove, err := RegistryRemove(hive, add, windowsOwn)
	require.NoError(t, err)
	assert.Contains(t, decoded(t, remove), "[-HKEY_LOCAL_MACHINE\\"+RegistryKey+"]")

	// An export with others' modules, the key written otherwise.
	export := registryChange(`[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Mozilla\Firefox]`, `"DisableTelemetry"=dword:00000001`, "",
		`[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Mozilla\Firefox\SecurityDevices\Add]`, `"A \"b\""="C:\\a.dll"`, `"Mine"="D:\\old\\cientro-pkcs11.dll"`, "",
		`[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Mozilla\Firefox\SecurityDevices\Delete]`, `"1"="Old"`)
	all, err := RegistryModules(export)
	require.NoError(t, err)
	assert.Equal(t, []Registration{{`A "b"`, `C:\a.dll`}, {"Mine", `D:\old\cientro-pkcs11.dll`}}, all)
	change, err := RegistryAdd(hive, export, windowsOwn)
	require.NoError(t, err)
	assert.Contains(t, decoded(t, change), `"Mine"="C:\\Program Files`)
	change, err = RegistryRemove(hive, export, windowsOwn)
	require.NoError(t, err)
	assert.Contains(t, decoded(t, change), `"Mine"=-`)
	assert.NotContains(t, decoded(t, change), "[-")
	none, err := RegistryRemove(hive, nil, windowsOwn)
	require.NoError(t, err)
	assert.Nil(t, none)
	for _, raw := range [][]byte{[]byte("REGEDIT4"), {0xFF, 0xFE, 1}, registryChange("[HKEY_LOCAL_MACHINE\\"+RegistryKey+"]", `"a"=dword:00000001`), registryChange("[HKEY_LOCAL_MACHINE\\"+RegistryKey+"]", `"a"="b`)} {
		_, err := RegistryAdd(hive, raw, windowsOwn)
		require.ErrorIs(t, err, ErrNotUnderstood)
		_, err = RegistryRemove(hive, raw, windowsOwn)
		require.ErrorIs(t, err, ErrNotUnderstood)
	}
}

const macOwn = "/Applications/CIEntro & Co.app/Contents/MacOS/libcientro-pkcs11.dylib"

func TestPropertyList(t *testing.T) {
	head, tail := "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n", "\n</plist>\n"
	for name, before := range map[string]string{
		"others":  head + "<dict>\n\t<key>EnterprisePoliciesEnabled</key>\n\t<true/>\n\t<!-- ours -->\n\t<key>Homepage</key><dict><key>URL</key><string>https://a/?b&amp;c</string></dict>\n</dict>" + tail,
		"devices": head + "<dict><key>EnterprisePoliciesEnabled</key><true/><key>SecurityDevices</key><dict><key>Delete</key><array><string>x</string></array></dict></dict>" + tail,
		"modules": head + "<dict><key>EnterprisePoliciesEnabled</key><true/><key>SecurityDevices</key><dict><key>Add</key><dict>\n<key>CIEntro</key><string>/a.dylib</string></dict></dict></dict>" + tail,
	} {
		was, err := PropertyListModules([]byte(before))
		require.NoError(t, err, name)
		added, err := PropertyListAdd([]byte(before), macOwn)
		require.NoError(t, err, name)
		all, err := PropertyListModules(added)
		require.NoError(t, err, name)
		require.Len(t, all, len(was)+1, name)
		assert.Equal(t, macOwn, all[0].Library, name)
		again, err := PropertyListAdd(added, macOwn)
		require.NoError(t, err, name)
		assert.Equal(t, string(added), string(again), name)
		without, err := PropertyListRemove(added, macOwn)
		require.NoError(t, err, name)
		assert.Equal(t, before, string(without), name)
	}
	for _, before := range []string{"", head + "<dict/>" + tail} {
		added, err := PropertyListAdd([]byte(before), macOwn)
		require.NoError(t, err)
		assert.Contains(t, string(added), "<key>EnterprisePoliciesEnabled</key><true/>")
		all, err := PropertyListModules(added)
		require.NoError(t, err)
		assert.Equal(t, []Registration{{"CIEntro", macOwn}}, all)
	}
	moved, err := PropertyListAdd([]byte(head+"<dict><key>SecurityDevices</key><dict><key>Add</key><dict><key>x</key><string>/old/libcientro-pkcs11.dylib</string></dict></dict></dict>"+tail), macOwn)
	require.NoError(t, err)
	all, err := PropertyListModules(moved)
	require.NoError(t, err)
	assert.Equal(t, []Registration{{"x", macOwn}}, all)
	for _, raw := range []string{
		"bplist00\x00", "<plist>", "<plist><array/></plist>", "<plist><dict><string/></dict></plist>", "<plist><dict><key>a</key></dict></plist>",
		"<plist><dict><key>EnterprisePoliciesEnabled</key><false/></dict></plist>", "<plist><dict><key>SecurityDevices</key><string/></dict></plist>",
		"<plist><dict/></plist><plist/>", "<plist><dict><key>a</key><true/><key>a</key><true/></dict></plist>", strings.Repeat("<dict><key>a</key>", 99),
	} {
		_, err := PropertyListAdd([]byte(raw), macOwn)
		require.ErrorIs(t, err, ErrNotUnderstood, raw)
	}
}

// FuzzProfiles: whatever a list of profiles says, folders are below its own or
// absolute, and few.
func FuzzProfiles(f *testing.F) {
	f.Add([]byte("[Profile0]\nName=a\nPath=a\nDefault=1\n"), []byte("[4F96]\nDefault=a\n"))
	f.Add([]byte("[Install1]\nDefault=../x\n[Profile0]\nPath=../x\n"), []byte{})
	f.Fuzz(func(t *testing.T, profiles, installs []byte) {
		all := Profiles("/f", profiles, installs)
		if len(all) > mostProfiles {
			t.Fatal(len(all))
		}
		for _, p := range all {
			if !strings.HasPrefix(p.Folder, "/") || strings.Contains(p.Folder, "/../") {
				t.Fatal(p.Folder)
			}
		}
	})
}

// edits holds for every editor of text: adding is idempotent and seen, taking out
// leaves nothing of ours, and what others registered stays.
func edits(t *testing.T, e editor, library string, raw []byte) {
	was, err := e.registered(raw)
	if err != nil {
		return
	}
	added, err := e.add(raw)
	if err != nil {
		return
	}
	again, err := e.add(added)
	if err != nil || !bytes.Equal(again, added) {
		t.Fatalf("%v: %q, then %q", err, added, again)
	}
	now, err := e.registered(added)
	if err != nil || !contains(now, library) {
		t.Fatalf("%v: not seen in %q", err, added)
	}
	rest, err := e.takeOut(added)
	if err != nil {
		t.Fatal(err)
	}
	left, err := e.registered(rest)
	if err != nil {
		t.Fatalf("%v: %q", err, rest)
	}
	for _, r := range was {
		if !ours(r.Library, library) && !contains(left, r.Library) {
			t.Fatalf("%q is gone from %q, which was %q", r.Library, rest, raw)
		}
	}
	for _, r := range left {
		if ours(r.Library, library) {
			t.Fatalf("left in %q", rest)
		}
	}
}

func contains(all []Registration, library string) bool {
	for _, r := range all {
		if r.Library == library {
			return true
		}
	}
	return false
}

func FuzzModuleList(f *testing.F) {
	f.Add([]byte(internal + foreignModule))
	f.Add([]byte("library=/x\nlibrary=/y\nname=CIEntro"))
	f.Add([]byte("library=/a/libcientro-pkcs11.so\r\n\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) { edits(t, moduleList{own}, own, raw) })
}

func FuzzPolicyFile(f *testing.F) {
	f.Add([]byte(`{"policies":{"SecurityDevices":{"Add":{"B":"/y"},"Delete":["C"]}}}`))
	f.Add([]byte(`{"policies":{"SecurityDevices":{"A":"/x"}, "\u0041":1}}`))
	f.Add([]byte(` {"policies" : { } } `))
	f.Fuzz(func(t *testing.T, raw []byte) {
		edits(t, policyFile{own}, own, raw)
		if added, err := (policyFile{own}).add(raw); err == nil && !json.Valid(added) {
			t.Fatalf("%q became %q", raw, added)
		}
	})
}

func FuzzModuleFile(f *testing.F) {
	f.Add([]byte("remote: |/old/cientro agent\n"))
	f.Add([]byte("# x\nmodule: y"))
	f.Fuzz(func(t *testing.T, raw []byte) { edits(t, moduleFile{"/opt/cientro"}, "/opt/cientro", raw) })
}

func FuzzRegistry(f *testing.F) {
	f.Add(registryChange("[HKEY_LOCAL_MACHINE\\"+RegistryKey+"]", `"a"="b"`))
	f.Add([]byte(registryTitle + "\n[x\\" + RegistryKey + "]\n\"a\"=\"b\\\\\""))
	f.Fuzz(func(t *testing.T, raw []byte) {
		change, err := RegistryAdd("HKEY_CURRENT_USER", raw, windowsOwn)
		if err != nil || change == nil {
			return
		}
		if all, err := RegistryModules(change); err != nil || !contains(all, windowsOwn) {
			t.Fatalf("%v: %q", err, change)
		}
	})
}

func FuzzPropertyList(f *testing.F) {
	f.Add([]byte(emptyPropertyList))
	f.Add([]byte("<plist><dict><key>SecurityDevices</key><dict><key>Add</key><dict/></dict></dict></plist>"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		added, err := PropertyListAdd(raw, macOwn)
		if err != nil {
			return
		}
		if all, err := PropertyListModules(added); err != nil || !contains(all, macOwn) {
			t.Fatalf("%v: %q became %q", err, raw, added)
		}
		if _, err := PropertyListRemove(added, macOwn); err != nil {
			t.Fatal(err)
		}
	})
}
