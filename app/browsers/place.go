package browsers

import (
	"os"
	"path/filepath"
	"slices"

	"cientro/card/store/atomicfile"
)

// Kind is what kind of file a place is.
type Kind string

// The kinds.
const (
	FirefoxPolicy  Kind = "firefox-policy"  // of an administrator: policies.json, registry, property list
	FirefoxProfile Kind = "firefox-profile" // pkcs11.txt of a profile
	Database       Kind = "database"        // pkcs11.txt of the NSS database of Chromium's family
	P11Kit         Kind = "p11-kit"         // a module file
	SystemStore    Kind = "system-store"    // no file: browsers that ask the system for certificates
)

// State is what is true of a place.
type State string

// The states.
const (
	Absent        State = "absent"          // it does not name the module
	Present       State = "present"         // it names the module that lies beside this program
	Elsewhere     State = "elsewhere"       // it names one of another folder
	ByPolicy      State = "by-policy"       // it does not, and a policy will see to it
	ThroughP11Kit State = "through-p11-kit" // it loads what p11-kit knows
	Confined      State = "confined"        // whatever it names, the browser's box is in the way
	NotUnderstood State = "not-understood"
	Unreadable    State = "unreadable"
	NoModules     State = "no-modules" // these browsers load none
)

// Place is a file that tells browsers which modules to load.
type Place struct {
	Kind      Kind
	Packaging Packaging
	// Browsers are the installed ones that read it, by name.
	Browsers []string
	// Profile is the name of Firefox's profile; Default, that Firefox opens it by
	// itself.
	Profile string
	Default bool
	// System: it belongs to the computer, not to a person.
	System bool
	// File is the file, or the key of the registry; "" where a confined browser has
	// none yet, and of a SystemStore.
	File    string
	State   State
	Library string // what it names, where State is Elsewhere
	Running bool   // Firefox runs on this profile

	policy   bool // a policy has Firefox register the module here
	fixed    bool // only looked at: others write it, as this program's package does
	silenced bool // another place decides instead
}

// Folder is where the file lies.
func (p Place) Folder() string { return filepath.Dir(p.File) }

// inUse: a browser that runs has the file open. Others write policies while it
// runs, and it reads them when it starts.
func (p Place) inUse() bool { return p.Kind != FirefoxPolicy && isRunning(p.Folder()) }

// writable is whether it is one that set-up may change at all.
func (p Place) writable() bool { return p.File != "" && p.Packaging == Native }

// Places lists the places of this home and computer, with what is true of each.
func (c Config) Places() []Place {
	var all []Place
	switch c.system() {
	case windowsOS:
		all = c.windowsPlaces()
	case macOS:
		all = c.macPlaces()
	default:
		all = c.unixPlaces()
	}
	byPolicy := false
	for i := range all {
		c.look(&all[i])
		byPolicy = byPolicy || all[i].Kind == FirefoxPolicy && all[i].State == Present && !all[i].silenced
	}
	if slices.ContainsFunc(all, func(p Place) bool { return p.Kind == P11Kit }) {
		all = c.packaged(all)
	}
	for i, p := range all {
		if p.Kind == FirefoxProfile && byPolicy {
			all[i].policy = true
			if p.State == Absent {
				all[i].State = ByPolicy
			}
		}
	}
	return all
}

func (c Config) unixPlaces() []Place {
	installed := c.Browsers()
	names := func(f Family, p Packaging) []string { return namesOf(installed, f, p) }
	all := c.policyPlaces(names(Firefox, Native))
	for _, packaging := range []Packaging{Native, Snap, Flatpak} {
		all = append(all, c.profilePlaces(packaging, names(Firefox, packaging))...)
	}
	all = append(all, c.databasePlaces(names(Chromium, Native))...)
	for _, m := range makes() {
		for _, packaging := range []Packaging{Snap, Flatpak} {
			if m.family == Chromium && slices.Contains(names(Chromium, packaging), m.name) {
				all = append(all, c.confinedDatabase(m, packaging))
			}
		}
	}
	return append(all,
		Place{Kind: P11Kit, Packaging: Native, File: filepath.Join(c.Home, ".config/pkcs11/modules", p11kitFile)},
		Place{Kind: P11Kit, Packaging: Native, System: true, File: filepath.Join(c.Root, "etc/pkcs11/modules", p11kitFile)})
}

// look reads what a place says.
func (c Config) look(p *Place) {
	if p.Kind == SystemStore {
		return
	}
	if p.Kind == FirefoxProfile {
		p.Running = p.inUse()
	}
	if p.Packaging != Native {
		p.State = Confined
		return
	}
	raw, err := c.storage(*p).read()
	switch {
	case raw == nil && err == nil:
		p.State = Absent
		return
	case err != nil:
		p.State = Unreadable
		return
	}
	all, err := c.editor(*p).registered(raw)
	if err != nil {
		p.State = NotUnderstood
		return
	}
	p.State = Absent
	for _, r := range all {
		switch base := filepath.Base(r.Library); {
		case sameFile(r.Library, c.library(p.Kind)):
			p.State, p.Library = Present, ""
			return
		case ours(r.Library, c.library(p.Kind)):
			p.State, p.Library = Elsewhere, r.Library
		case p.State == Absent && (base == "p11-kit-proxy.so" || base == "p11-kit-client.so"):
			p.State = ThroughP11Kit
		}
	}
}

// packaged: where the package of this program has registered its agent with
// p11-kit, for everybody (pkcs11.conf(5), package configuration), its file stands
// there for those that need not be.
func (c Config) packaged(all []Place) []Place {
	own := Place{Kind: P11Kit, Packaging: Native, System: true, File: filepath.Join(c.Root, "usr/share/p11-kit/modules", p11kitFile)}
	if c.look(&own); own.State != Present {
		return all
	}
	own.fixed = true
	all = slices.DeleteFunc(all, func(p Place) bool { return p.Kind == P11Kit && p.State == Absent })
	return append(all, own)
}

// FirefoxFolders hold Firefox's profiles, below the home folder.
func FirefoxFolders(p Packaging) []string {
	switch p {
	case Snap:
		return []string{"snap/firefox/common/.mozilla/firefox"}
	case Flatpak:
		return []string{".var/app/org.mozilla.firefox/.mozilla/firefox", ".var/app/org.mozilla.firefox/config/mozilla/firefox"}
	}
	return []string{".mozilla/firefox", ".config/mozilla/firefox"}
}

func (c Config) profilePlaces(packaging Packaging, names []string) (all []Place) {
	for _, below := range FirefoxFolders(packaging) {
		all = append(all, profilesIn(filepath.Join(c.Home, below), packaging, names)...)
	}
	if len(all) == 0 && packaging != Native && len(names) > 0 {
		all = append(all, Place{Kind: FirefoxProfile, Packaging: packaging, Browsers: names})
	}
	return all
}

// profilesIn are the profiles that a folder of Firefox's lists.
func profilesIn(folder string, packaging Packaging, names []string) (all []Place) {
	raw, err := readFile(filepath.Join(folder, "profiles.ini"))
	if err != nil {
		return nil
	}
	installs, _ := readFile(filepath.Join(folder, "installs.ini")) // repeats what profiles.ini says
	for _, profile := range Profiles(folder, raw, installs) {
		if isFolder(profile.Folder) {
			all = append(all, Place{
				Kind: FirefoxProfile, Packaging: packaging, Browsers: names, Profile: profile.Name,
				Default: profile.Default, File: filepath.Join(profile.Folder, listFile),
			})
		}
	}
	return all
}

// listFile is NSS's list of modules.
const listFile = "pkcs11.txt"

// DatabaseFolders hold the NSS database of Chromium's family, below the home
// folder: the one of old, and, where that is not there, the one of newer versions.
func DatabaseFolders() []string { return []string{".pki/nssdb", ".local/share/pki/nssdb"} }

func (c Config) databasePlaces(names []string) (all []Place) {
	place := func(folder string) Place {
		return Place{Kind: Database, Packaging: Native, Browsers: names, File: filepath.Join(c.Home, folder, listFile)}
	}
	for _, folder := range DatabaseFolders() {
		if isFolder(filepath.Join(c.Home, folder)) {
			all = append(all, place(folder))
		}
	}
	if len(all) == 0 && len(names) > 0 { // never opened: all versions take the old one where it is
		all = append(all, place(DatabaseFolders()[0]))
	}
	return all
}

func (c Config) confinedDatabase(m maker, packaging Packaging) Place {
	p := Place{Kind: Database, Packaging: packaging, Browsers: []string{m.name}}
	folders := []string{filepath.Join("snap", m.snap, "current/.pki/nssdb")}
	if packaging == Flatpak {
		folders = []string{filepath.Join(".var/app", m.flatpak, ".pki/nssdb"), filepath.Join(".var/app", m.flatpak, "data/pki/nssdb")}
	}
	for _, folder := range folders {
		if folder = filepath.Join(c.Home, folder); isFolder(folder) && p.File == "" {
			p.File = filepath.Join(folder, listFile)
		}
	}
	return p
}

// policyName is Firefox's file of policies; commonPolicy that of the computer, and
// beside a program it lies in its folder distribution.
const (
	policyName   = "policies.json"
	commonPolicy = "/etc/firefox/policies/" + policyName
	distribution = "distribution"
)

// programFolders are where packages put Firefox.
func programFolders() []string {
	return []string{"/usr/lib/firefox", "/usr/lib64/firefox", "/usr/lib/firefox-esr", "/usr/lib64/firefox-esr", "/opt/firefox"}
}

// PolicyFiles are those that Firefox may read policies from, the computer's first.
func PolicyFiles() []string {
	all := []string{commonPolicy}
	for _, folder := range programFolders() {
		all = append(all, filepath.Join(folder, distribution, policyName))
	}
	return all
}

// policyPlaces are the files that Firefox reads policies from. Where the one in
// /etc is there, Firefox looks at no other; so to make it would silence those
// that lie beside the programs, and these are taken if there is one.
func (c Config) policyPlaces(names []string) (all []Place) {
	place := func(file string) Place {
		return Place{Kind: FirefoxPolicy, Packaging: Native, Browsers: names, System: true, File: file}
	}
	common := filepath.Join(c.Root, commonPolicy)
	if isThere(common) {
		return []Place{place(common)}
	}
	beside := false
	for _, folder := range programFolders() {
		folder = filepath.Join(c.Root, folder)
		file := filepath.Join(folder, distribution, policyName)
		if isThere(filepath.Join(folder, "application.ini")) || isThere(file) {
			beside = beside || isThere(file)
			all = append(all, place(file))
		}
	}
	switch {
	case beside:
		return all
	case len(names) > 0:
		return []Place{place(common)}
	}
	return nil
}

// mostFile bounds what is read of a browser's files.
const mostFile = 1 << 20

// readFile reads a small regular file.
func readFile(path string) ([]byte, error) { return atomicfile.Read(path, mostFile) }

func sameFile(a, b string) bool {
	if a == b {
		return true
	}
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	two, err := os.Stat(b)
	return err == nil && os.SameFile(one, two)
}
