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
		"quoted":          {"library=\"" + own + "\"\nname=\"Mine\"\n\n", "library=\"" + own + "\"\nname=\"Mine\"\n\n", ""},
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
	assert.Equal(t, []Registration{{"A", `C:\Program Files\a.dll`}, {"B", `C:\Program Files\b.dll`}},
		Modules([]byte("library=C:\\Program Files\\a.dll\r\nname=A\r\n\r\nlibrary=\"C:\\\\Program Files\\\\b.dll\"\nname=\"B\"\n")))
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

// registryTextOf is a .reg file with those lines.
func registryTextOf(lines ...string) string {
	return registryTitle + "\r\n\r\n" + strings.Join(lines, "\r\n") + "\r\n\r\n"
}

func TestRegistryBranch(t *testing.T) {
	const key = `HKEY_LOCAL_MACHINE\Software\Policies\Mozilla\Firefox\SecurityDevices`
	const ours = `"CIEntro"="C:\\Program Files\\CIEntro\\cientro-pkcs11.dll"`
	const elsewhere = `"Mine"="D:\\old\\CIENTRO-pkcs11.dll"`
	const others = `"A \"b\""="C:\\a.dll"`
	b := registryBranch{key, windowsOwn}
	for name, row := range map[string]struct{ before, after, without string }{
		"nothing":      {"", registryTextOf("["+key+`\Add]`, ours), ""},
		"an empty key": {registryTextOf("[" + key + "]"), registryTextOf("["+key+`\Add]`, ours), registryTextOf("[" + key + "]")},
		"others": {
			registryTextOf("["+key+`\Add]`, others, "", "["+key+`\Delete]`, `"1"="Old"`),
			registryTextOf("["+key+`\Add]`, others, ours, "", "["+key+`\Delete]`, `"1"="Old"`),
			registryTextOf("["+key+`\Add]`, others, "", "["+key+`\Delete]`, `"1"="Old"`),
		},
		"of another folder": {registryTextOf("["+key+`\Add]`, elsewhere), registryTextOf("["+key+`\Add]`, strings.Replace(ours, "CIEntro", "Mine", 1)), ""},
		"the name is taken": {
			registryTextOf("["+key+`\Add]`, `"cientro"=dword:00000001`),
			registryTextOf("["+key+`\Add]`, `"cientro"=dword:00000001`, strings.Replace(ours, "CIEntro", "CIEntro 2", 1)),
			registryTextOf("["+key+`\Add]`, `"cientro"=dword:00000001`),
		},
		"the old way": {registryTextOf("["+key+"]", others), registryTextOf("["+key+"]", others, ours), registryTextOf("["+key+"]", others)},
		"only deletions": {
			registryTextOf("["+key+`\Delete]`, `"1"="Old"`), registryTextOf("["+key+`\Add]`, ours, "", "["+key+`\Delete]`, `"1"="Old"`),
			registryTextOf("["+key+`\Delete]`, `"1"="Old"`),
		},
	} {
		added, err := b.add([]byte(row.before))
		require.NoError(t, err, name)
		assert.Equal(t, row.after, string(added), name)
		again, err := b.add(added)
		require.NoError(t, err, name)
		assert.Equal(t, row.after, string(again), name)
		rest, err := b.takeOut(added)
		require.NoError(t, err, name)
		if name == "an empty key" {
			row.without = "" // the ledger knows that it was there
		}
		assert.Equal(t, row.without, string(rest), name)
	}
	expanded := registryTextOf("["+key+`\Add]`, `"x"=hex(2):25,00,41,00,25,00,5c,00,63,00,69,00,65,00,6e,00,74,00,72,00,6f,00,2d,00,70,00,6b,00,63,00,73,00,31,00,31,00,2e,00,64,00,6c,00,6c,00,00,00`)
	all, err := b.registered([]byte(expanded))
	require.NoError(t, err)
	assert.Equal(t, []Registration{{"x", `%A%\cientro-pkcs11.dll`}}, all)
	for _, raw := range []string{"REGEDIT4", "\xFF\xFE\x01", registryTextOf(`"a"="b"`), registryTextOf("["+key+"]", `"a"="b`), registryTextOf("["+key+"]", `"a"`),
		registryTextOf("["+key+"]", "x"), registryTextOf("["+key+`\Add]`, `"1"="C:\\a.dll"`)} {
		_, err := b.add([]byte(raw))
		require.ErrorIs(t, err, ErrNotUnderstood, raw)
		_, err = b.takeOut([]byte(raw))
		require.ErrorIs(t, err, ErrNotUnderstood, raw)
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
		added, err := propertyListAdd([]byte(before), macOwn)
		require.NoError(t, err, name)
		all, err := PropertyListModules(added)
		require.NoError(t, err, name)
		require.Len(t, all, len(was)+1, name)
		assert.Equal(t, macOwn, all[0].Library, name)
		again, err := propertyListAdd(added, macOwn)
		require.NoError(t, err, name)
		assert.Equal(t, string(added), string(again), name)
		without, err := propertyListRemove(added, macOwn)
		require.NoError(t, err, name)
		assert.Equal(t, before, string(without), name)
	}
	for _, before := range []string{"", head + "<dict/>" + tail} {
		added, err := propertyListAdd([]byte(before), macOwn)
		require.NoError(t, err)
		assert.Contains(t, string(added), "<key>EnterprisePoliciesEnabled</key><true/>")
		all, err := PropertyListModules(added)
		require.NoError(t, err)
		assert.Equal(t, []Registration{{"CIEntro", macOwn}}, all)
	}
	moved, err := propertyListAdd([]byte(head+"<dict><key>SecurityDevices</key><dict><key>Add</key><dict><key>x</key><string>/old/libcientro-pkcs11.dylib</string></dict></dict></dict>"+tail), macOwn)
	require.NoError(t, err)
	all, err := PropertyListModules(moved)
	require.NoError(t, err)
	assert.Equal(t, []Registration{{"x", macOwn}}, all)
	for _, raw := range []string{
		"bplist00\x00", "<plist>", "<plist><array/></plist>", "<plist><dict><string/></dict></plist>", "<plist><dict><key>a</key></dict></plist>",
		"<plist><dict><key>EnterprisePoliciesEnabled</key><false/></dict></plist>", "<plist><dict><key>SecurityDevices</key><string/></dict></plist>",
		"<plist><dict><key>SecurityDevices__Add__x</key><string>/x</string></dict></plist>",
		"<plist><dict><key>SecurityDevices</key><dict><key>x</key><string>/x</string></dict></dict></plist>",
		"<plist><dict/></plist><plist/>", "<plist><dict><key>a</key><true/><key>a</key><true/></dict></plist>", strings.Repeat("<dict><key>a</key>", 99),
	} {
		_, err := propertyListAdd([]byte(raw), macOwn)
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
	const key = `HKEY_LOCAL_MACHINE\` + devicesKey
	f.Add([]byte(registryTextOf("["+key+`\Add]`, `"a"="b"`)))
	f.Add([]byte(registryTextOf("["+key+"]", `@=hex(2):25,00`, `"a"="b\\"`)))
	f.Fuzz(func(t *testing.T, raw []byte) { edits(t, registryBranch{key, windowsOwn}, windowsOwn, raw) })
}

func FuzzPropertyList(f *testing.F) {
	f.Add([]byte(emptyPropertyList))
	f.Add([]byte("<plist><dict><key>SecurityDevices</key><dict><key>Add</key><dict/></dict></dict></plist>"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		added, err := propertyListAdd(raw, macOwn)
		if err != nil {
			return
		}
		if all, err := PropertyListModules(added); err != nil || !contains(all, macOwn) {
			t.Fatalf("%v: %q became %q", err, raw, added)
		}
		if _, err := propertyListRemove(added, macOwn); err != nil {
			t.Fatal(err)
		}
	})
}
