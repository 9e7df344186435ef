package logintest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"cientro/app/browserdemo"
	"cientro/app/messages"
)

// listing is what a browser says of its modules.
type listing struct {
	read     bool     // something could be read
	database string   // the folder that it was read from
	modules  []string // paths of libraries
	policy   []string // those that an administrator's policy names
}

// module looks whether the browser lists this program's module.
func (c Config) module(b browser) Check {
	v := messages.Values{"Browser": b.name}
	switch {
	case b.name == "":
		return unknown(Module, "no-browser", nil)
	case b.confine != "":
		return unknown(Module, "confined", v)
	}
	l := c.listing(b)
	own := c.ModulePath()
	for way, paths := range map[string][]string{"policy": l.policy, "listed": l.modules} {
		for _, path := range paths {
			if own != "" && sameFile(path, own) {
				return ok(Module, way, v)
			}
		}
	}
	for _, path := range append(l.policy, l.modules...) {
		switch filepath.Base(path) {
		case filesOf(runtime.GOOS).module:
			return problem(Module, "elsewhere", messages.Values{"Browser": b.name, "Path": path})
		case "p11-kit-proxy.so", "p11-kit-client.so":
			return unknown(Module, "p11-kit", v)
		}
	}
	if !l.read {
		return unknown(Module, "unread", v)
	}
	v = messages.Values{"Browser": b.name, "Path": own}
	if b.kind == browserdemo.Chromium {
		v["Folder"] = l.database // it has no page for modules
		return problem(Module, "missing-nss", v)
	}
	return problem(Module, "missing", v)
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	two, err := os.Stat(b)
	return err == nil && os.SameFile(one, two)
}

// listing reads what the browser keeps of its modules. Nothing is changed, and
// no library is loaded.
func (c Config) listing(b browser) listing {
	var l listing
	if b.kind == browserdemo.Firefox {
		for _, folder := range b.folders {
			if profile := defaultProfile(filepath.Join(c.Home, folder)); profile != "" {
				l.add(profile)
			}
		}
		for _, file := range []string{"etc/firefox/policies/policies.json", "usr/lib/firefox/distribution/policies.json",
			"usr/lib/firefox-esr/distribution/policies.json", "usr/lib64/firefox/distribution/policies.json"} {
			if raw, err := readFile(filepath.Join(c.Root, file)); err == nil {
				l.policy = append(l.policy, policyModules(raw)...)
			}
		}
		return l
	}
	for _, folder := range b.folders {
		l.add(filepath.Join(c.Home, folder))
	}
	return l
}

// add reads the list of modules of an NSS database. A database without one has
// none; a folder that is not there was never used.
func (l *listing) add(database string) {
	raw, err := readFile(filepath.Join(database, "pkcs11.txt"))
	switch {
	case err == nil:
		l.read, l.database = true, database
		l.modules = append(l.modules, modulesOf(raw)...)
	case errors.Is(err, fs.ErrNotExist):
		if info, err := os.Stat(database); err == nil && info.IsDir() {
			l.read, l.database = true, database
		}
	}
}
