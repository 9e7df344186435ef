package doctor

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"cientro/app/browsers"
)

// ownModule is the file name of our PKCS#11 module.
const ownModule = "libcientro-pkcs11.so"

// proxyModule is p11-kit's module of all modules that are registered with it.
const proxyModule = "p11-kit-proxy.so"

// listing is what one profile, or one database, says of its modules.
type listing struct {
	shown     Fact
	libraries []string
	read      bool // the list could be read, or there is none yet
}

// has says whether it lists a library of that file name.
func (l listing) has(name string) bool { return l.count(name) > 0 }

func (l listing) count(name string) (n int) {
	for _, library := range l.libraries {
		if path.Base(library) == name {
			n++
		}
	}
	return n
}

// browserSet is every browser that was found, and what they list.
type browserSet struct {
	native   []string // names, of those that are installed without confinement
	snaps    []string
	flatpaks []string
	firefox  []listing // a profile each, of Firefox without confinement
	chromium []listing // NSS databases of Chromium and its kin
	policy   []string  // libraries that a policy of Firefox registers
	policies []string  // the files that these stand in
	broken   []string  // policies that cannot be read
}

// nativeBrowsers by the files that their packages bring; where a distribution
// ships a script that starts a snap, these are not there.
var nativeBrowsers = []struct {
	name  string
	files []string
}{
	{"firefox", []string{"/usr/lib/firefox/firefox", "/usr/lib64/firefox/firefox", "/opt/firefox/firefox", "/usr/lib/firefox/firefox-bin"}},
	{"firefox-esr", []string{"/usr/lib/firefox-esr/firefox-esr"}},
	{"chromium", []string{"/usr/lib/chromium/chromium", "/usr/lib64/chromium-browser/chromium-browser"}},
	{"chrome", []string{"/opt/google/chrome/chrome"}},
	{"edge", []string{"/opt/microsoft/msedge/msedge"}},
	{"brave", []string{"/opt/brave.com/brave/brave"}},
	{"vivaldi", []string{"/opt/vivaldi/vivaldi-bin"}},
	{"opera", []string{"/usr/lib/x86_64-linux-gnu/opera/opera"}},
}

var snapBrowserNames = []string{"firefox", "chromium", "brave", "opera"}

func (l *look) findBrowsers() (s browserSet) {
	if !l.linux() {
		return s
	}
	for _, b := range nativeBrowsers {
		if l.first(b.files...) != "" {
			s.native = append(s.native, b.name)
		}
	}
	for _, name := range snapBrowserNames {
		if l.first("/snap/"+name, "/var/lib/snapd/snap/"+name) != "" {
			s.snaps = append(s.snaps, name)
		}
	}
	for id, name := range browsers.Flatpaks() {
		if l.first("/var/lib/flatpak/app/"+id, l.home(".local/share/flatpak/app/"+id)) != "" {
			s.flatpaks = append(s.flatpaks, strings.ToLower(name))
		}
	}
	slices.Sort(s.flatpaks)
	if s.hasFirefox() {
		s.firefox = l.firefoxListings()
		l.readPolicies(&s)
	}
	if s.hasChromium() {
		s.chromium = l.chromiumListings()
	}
	return s
}

func (s browserSet) hasFirefox() bool {
	return slices.Contains(s.native, "firefox") || slices.Contains(s.native, "firefox-esr")
}

func (s browserSet) hasChromium() bool {
	return slices.ContainsFunc(s.native, func(name string) bool { return !strings.HasPrefix(name, "firefox") })
}

// all is every list of a browser.
func (s browserSet) all() []listing {
	return append(append(slices.Clone(s.firefox), s.chromium...), listing{shown: word("policies.json"), libraries: s.policy, read: true})
}

func (l *look) firefoxListings() (found []listing) {
	for _, folder := range browsers.FirefoxFolders(browsers.Native) {
		base := l.home(folder)
		if base == "" {
			continue
		}
		raw, err := l.sys.Read(path.Join(base, "profiles.ini"))
		if err != nil {
			continue
		}
		for _, profile := range browsers.Profiles(base, raw, nil) {
			if l.exists(profile.Folder) {
				short := strings.TrimPrefix(profile.Folder, base+"/")
				found = append(found, l.listing(profile.Folder, l.pseudonym("profile", short)))
			}
		}
	}
	return found
}

func (l *look) chromiumListings() (found []listing) {
	for _, folder := range browsers.DatabaseFolders() {
		if database := l.home(folder); database != "" && l.exists(database) {
			found = append(found, l.listing(database, inHome(folder)))
		}
	}
	return found
}

// listing reads the list of modules of an NSS database. One without a list has no
// modules.
func (l *look) listing(database string, shown Fact) listing {
	raw, err := l.sys.Read(path.Join(database, "pkcs11.txt"))
	if err != nil {
		return listing{shown: shown, read: errors.Is(err, fs.ErrNotExist)}
	}
	return listing{shown: shown, libraries: libraries(browsers.Modules(raw)), read: true}
}

func (l *look) readPolicies(s *browserSet) {
	for _, file := range browsers.PolicyFiles() {
		raw, err := l.sys.Read(file)
		if err != nil {
			continue
		}
		modules, err := browsers.PolicyModules(raw)
		if err != nil {
			s.broken = append(s.broken, file)
			continue
		}
		s.policies = append(s.policies, file)
		s.policy = append(s.policy, libraries(modules)...)
	}
}

func libraries(modules []browsers.Registration) (paths []string) {
	for _, m := range modules {
		paths = append(paths, m.Library)
	}
	return paths
}

func words(texts []string) []Fact {
	facts := make([]Fact, len(texts))
	for i, t := range texts {
		facts[i] = word(t)
	}
	return facts
}

func (l *look) browser() outcome {
	if !l.linux() {
		return none()
	}
	s := l.browserSet()
	all := slices.Concat(s.native, s.snaps, s.flatpaks)
	if len(all) == 0 {
		return found("nothing")
	}
	return ok(words(all)...)
}

// reached says whether programs with this list get our module, themselves or by
// way of p11-kit.
func (l *look) reached(in listing) bool {
	return in.has(ownModule) || in.has(proxyModule) && l.p11Has()
}

// registered sorts lists by whether our module is in them.
func (l *look) registered(lists []listing) (with, without, unread []Fact) {
	for _, one := range lists {
		switch {
		case !one.read:
			unread = append(unread, one.shown)
		case l.reached(one):
			with = append(with, one.shown)
		default:
			without = append(without, one.shown)
		}
	}
	return with, without, unread
}

func (l *look) firefox() outcome {
	s := l.browserSet()
	if len(s.firefox) == 0 {
		return none()
	}
	if l.reached(listing{libraries: s.policy}) {
		return ok(words(s.policies)...)
	}
	switch with, without, unread := l.registered(s.firefox); {
	case len(with) == 0 && len(without) > 0:
		return found("missing", without...)
	case len(without) > 0:
		return found("partly", without...)
	case len(unread) > 0:
		return found("unread", unread...)
	default:
		return ok(with...)
	}
}

// paths judges where our module is said to be.
func (l *look) paths(lists []listing) outcome {
	var gone, other []Fact
	seen := false
	own := l.modulePath()
	for _, one := range lists {
		for _, library := range one.libraries {
			if path.Base(library) != ownModule {
				continue
			}
			seen = true
			switch {
			case !l.exists(library):
				gone = append(gone, one.shown)
			case own != "" && library != own:
				other = append(other, one.shown)
			}
		}
	}
	switch {
	case !seen:
		return none()
	case len(gone) > 0:
		return found("gone", gone...)
	case len(other) > 0:
		return found("other", other...)
	}
	return ok()
}

func (l *look) firefoxPath() outcome { return l.paths(l.browserSet().firefox) }

func (l *look) chromiumPath() outcome { return l.paths(l.browserSet().chromium) }

func (l *look) policy() outcome {
	s := l.browserSet()
	if len(s.broken) > 0 {
		return found("broken", words(s.broken)...)
	}
	switch l.paths([]listing{{libraries: s.policy}}).way {
	case wayNone:
		return none()
	case "gone":
		return found("wrong-path", words(s.policies)...)
	}
	return ok(words(s.policies)...)
}

func (l *look) chromium() outcome {
	s := l.browserSet()
	if !s.hasChromium() {
		return none()
	}
	switch with, without, unread := l.registered(s.chromium); {
	case len(with) > 0 && len(without) > 0:
		return found("partly", without...)
	case len(without) > 0, len(with)+len(unread) == 0: // or no database yet
		return found("missing", without...)
	case len(unread) > 0:
		return found("unread", unread...)
	default:
		return ok(with...)
	}
}

func (l *look) snapBrowsers() outcome {
	s := l.browserSet()
	if len(s.snaps) == 0 {
		return none()
	}
	return found("confined", words(s.snaps)...)
}

func (l *look) flatpakBrowsers() outcome {
	s := l.browserSet()
	if len(s.flatpaks) == 0 {
		return none()
	}
	return found("confined", words(s.flatpaks)...)
}

// twice: a module that is registered twice shows each certificate twice.
func (l *look) twice() outcome {
	s := l.browserSet()
	lists := append(slices.Clone(s.firefox), s.chromium...)
	if len(lists) == 0 {
		return none()
	}
	var facts []Fact
	for i, one := range lists {
		if i < len(s.firefox) {
			one.libraries = slices.Concat(one.libraries, s.policy)
		}
		n := one.count(ownModule)
		if l.p11Has() {
			n += one.count(proxyModule)
		}
		if n > 1 {
			facts = append(facts, one.shown)
		}
	}
	if len(facts) > 0 {
		return found("twice", facts...)
	}
	return ok()
}
