package doctor

import (
	"path"
	"slices"
	"strings"
)

// officialModule is the PKCS#11 module of the official Software CIE on Linux.
const officialModule = "libcie-pkcs11.so"

var officialFiles = []string{
	"/usr/local/lib/libcie-pkcs11.so", "/usr/lib/libcie-pkcs11.so", "/usr/lib64/libcie-pkcs11.so",
	"/usr/lib/x86_64-linux-gnu/libcie-pkcs11.so", "/usr/share/CIEID", "/opt/CIEID",
	"/var/lib/flatpak/app/app.m0rf30.cieid", "/var/lib/flatpak/app/it.ipzs.cieid",
}

// otherSoftware is what cards of regions and signers bring.
var otherSoftware = []struct{ name, file string }{
	{"bit4id", "/usr/lib/bit4id"}, {"bit4id", "/usr/lib/libbit4xpki.so"}, {"bit4id", "/usr/local/lib/libbit4ipki.so"},
	{"bit4id", "/usr/lib/libbit4ipki.so"}, {"Athena", "/usr/lib/libASEP11.so"}, {"Athena", "/usr/lib/x64-athena/libASEP11.so"},
	{"IDProtect", "/usr/lib/libasepkcs.so"}, {"CRS", "/usr/lib/libstPKCS11.so"}, {"SafeNet", "/usr/lib/libeTPkcs11.so"},
	{"SafeSign", "/usr/lib/libaetpkss.so.3"}, {"SafeNet", "/usr/lib/libIDPrimePKCS11.so"}, {"Aruba", "/opt/ArubaSign"},
	{"Dike", "/opt/dike6"}, {"GoSign", "/opt/GoSignDesktop"},
}

func (l *look) official() outcome {
	if !l.linux() {
		return none()
	}
	if file := l.first(officialFiles...); file != "" {
		return found("beside", word(file))
	}
	return ok()
}

// halfPIN: the official software keeps the first half of the PIN on the disk.
func (l *look) halfPIN() outcome {
	if l.sys.Home() == "" {
		return none()
	}
	for _, folder := range []string{".CIEPKI", ".CIEID"} {
		names, err := l.sys.List(l.home(folder))
		if err == nil && slices.ContainsFunc(names, func(n string) bool {
			return strings.HasSuffix(n, ".cache") || n == "cieid.props"
		}) {
			return found("kept", inHome(folder)) // never the names: they are numbers of cards
		}
	}
	return ok()
}

// listing facts of the lists in which a library of that name is.
func (l *look) listedIn(name string) (facts []Fact) {
	for _, one := range l.browserSet().all() {
		if one.has(name) {
			facts = append(facts, one.shown)
		}
	}
	return facts
}

func (l *look) officialInBrowser() outcome {
	if !l.linux() {
		return none()
	}
	if facts := l.listedIn(officialModule); len(facts) > 0 {
		return found("registered", facts...)
	}
	return ok()
}

func (l *look) opensc() outcome {
	if !l.linux() {
		return none()
	}
	facts := append(l.listedIn("opensc-pkcs11.so"), l.listedIn("onepin-opensc-pkcs11.so")...)
	if len(facts) > 0 {
		return found("registered", facts...)
	}
	return ok()
}

func (l *look) scdaemon() outcome {
	if !l.linux() {
		return none()
	}
	if l.runs("scdaemon") {
		return found("running", word("scdaemon"))
	}
	return ok()
}

// replacedMark is what /proc adds to the name of a program whose file was replaced
// (proc(5), /proc/pid/exe).
const replacedMark = " (deleted)"

// oldAgent: an agent that a browser started before an update runs on.
func (l *look) oldAgent() outcome {
	if !l.linux() {
		return none()
	}
	for _, p := range l.running() {
		if p.name == agentName && strings.HasSuffix(p.program, replacedMark) {
			return found("replaced", word(agentName))
		}
	}
	return ok()
}

func (l *look) othersLeft() outcome {
	if !l.linux() {
		return none()
	}
	var names []string
	for _, s := range otherSoftware {
		if !slices.Contains(names, s.name) && l.exists(s.file) {
			names = append(names, s.name)
		}
	}
	if len(names) > 0 {
		return found("beside", words(names)...)
	}
	return ok()
}

// emptied: a library that a browser lists, and that is gone, makes it slow to
// start and to complain.
func (l *look) emptied() outcome {
	if !l.linux() {
		return none()
	}
	var facts []Fact
	for _, one := range l.browserSet().all() {
		for _, library := range one.libraries {
			if path.IsAbs(library) && path.Base(library) != ownModule && !l.exists(library) {
				facts = append(facts, pair(one.shown, moduleFile(library)))
			}
		}
	}
	if len(facts) > 0 {
		return found("pointer", facts...)
	}
	return ok()
}
