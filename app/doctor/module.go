package doctor

import (
	"path"
	"slices"
	"strings"
)

// modulePlaces are folders of packages, beside that of this program.
var modulePlaces = []string{
	"/usr/lib/cientro", "/usr/lib/x86_64-linux-gnu/pkcs11", "/usr/lib/aarch64-linux-gnu/pkcs11",
	"/usr/lib64/pkcs11", "/usr/lib/pkcs11", "/usr/local/lib/cientro",
}

// modulePath is where our module lies, "" if nowhere.
func (l *look) modulePath() string {
	if l.sys.Program() != "" {
		if file := path.Join(l.sys.Program(), ownModule); l.exists(file) {
			return file
		}
	}
	return l.first(inFolders(modulePlaces, ownModule)...)
}

func (l *look) moduleThere() outcome {
	if !l.linux() {
		return none()
	}
	if l.modulePath() == "" {
		return found("missing", word(ownModule))
	}
	return ok(word(ownModule))
}

// loads lets a child process load the module: what is wrong with it cannot harm
// this program.
func (l *look) loads() outcome {
	if !l.linux() || l.modulePath() == "" {
		return none()
	}
	if err := l.sys.Load(l.ctx, l.modulePath()); err != nil {
		return found("refused", word(ownModule))
	}
	return ok(word(ownModule))
}

// machine: a browser can only load a module for the same processor.
func (l *look) machine() outcome {
	if !l.linux() || l.modulePath() == "" {
		return none()
	}
	raw, err := l.sys.Read(l.modulePath())
	if err != nil {
		return none()
	}
	kind, err := parseLibrary(raw)
	switch {
	case err != nil || !kind.exports:
		return found("no-library", word(ownModule))
	case kind.machine != l.sys.Arch():
		return found("other", word(kind.machine), word(l.sys.Arch()))
	}
	return ok(word(kind.machine))
}

// agentName is the program that the module starts.
const agentName = "cientro"

func (l *look) agentPath() string {
	if own := l.modulePath(); own != "" {
		if file := path.Join(path.Dir(own), agentName); l.exists(file) {
			return file
		}
	}
	if l.sys.Program() != "" {
		if file := path.Join(l.sys.Program(), agentName); l.exists(file) {
			return file
		}
	}
	return l.first("/usr/bin/cientro", "/usr/local/bin/cientro")
}

func (l *look) agent() outcome {
	if !l.linux() {
		return none()
	}
	file := l.agentPath()
	if file == "" {
		return found("missing", word(agentName))
	}
	if info, err := l.sys.Stat(file); err != nil || info.Mode().Perm()&0o111 == 0 {
		return found("not-executable", word(agentName))
	}
	return ok(word(agentName))
}

func (l *look) agentVersion() outcome {
	if l.agent().way != wayOK {
		return none()
	}
	version, err := l.sys.AgentVersion(l.ctx, l.agentPath())
	switch {
	case err != nil:
		return found("silent", word(agentName))
	case version != l.Version:
		return found("other", versionFact(version), versionFact(l.Version))
	}
	return ok(versionFact(version))
}

// versionFact shows a version: letters, digits, dots, plus and minus signs.
func versionFact(v string) Fact {
	if v == "" || len(v) > mostVersion || strings.Trim(v, versionSigns) != "" {
		return Fact{"?"}
	}
	return Fact{v}
}

const versionSigns = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+-"

// p11Module is a file that registers a module with p11-kit (pkcs11.conf(5)).
type p11Module struct {
	file    string // its name
	library string // the value of module, or the program of remote
	ours    bool
	broken  bool // registers nothing
}

func (l *look) p11Modules() (found []p11Module) {
	for _, folder := range []string{"/etc/pkcs11/modules", "/usr/share/p11-kit/modules", l.home(".config/pkcs11/modules")} {
		if folder == "" {
			continue
		}
		names, err := l.sys.List(folder)
		if err != nil {
			continue
		}
		for _, name := range names {
			raw, err := l.sys.Read(path.Join(folder, name))
			if err != nil || !strings.HasSuffix(name, ".module") {
				continue
			}
			found = append(found, p11ModuleOf(name, raw))
		}
	}
	return found
}

func p11ModuleOf(name string, raw []byte) p11Module {
	values := keyValues(raw, ":")
	m := p11Module{file: name, library: values["module"]}
	if program, isProgram := strings.CutPrefix(values["remote"], "|"); isProgram {
		m.library = firstWord(strings.TrimSpace(program))
	}
	base := path.Base(m.library)
	m.ours = slices.Contains(p11Names, name) || base == agentName || base == ownModule
	m.broken = m.library == "" && values["remote"] == ""
	return m
}

// p11Names are the names that the file of our module has: that of the package and
// of browser set-up, and one that is usual for files made by hand.
var p11Names = []string{"cientro.module", "cie.module"}

// firstWord is the program of a command line, which may stand in quotes.
func firstWord(line string) string {
	if quoted, isQuoted := strings.CutPrefix(line, `"`); isQuoted {
		word, _, _ := strings.Cut(quoted, `"`)
		return word
	}
	word, _, _ := strings.Cut(line, " ")
	return word
}

// p11Has says whether our module is registered with p11-kit.
func (l *look) p11Has() bool {
	return slices.ContainsFunc(l.p11(), func(m p11Module) bool { return m.ours && !m.broken })
}

func (l *look) p11kit() outcome {
	if !l.linux() || l.first(inFolders(libraryFolders, "libp11-kit.so.0")...) == "" {
		return none()
	}
	for _, m := range l.p11() {
		switch {
		case !m.ours:
			continue
		case m.broken:
			return found("broken", oneOf(m.file, p11Names))
		case path.IsAbs(m.library) && !l.exists(m.library):
			return found("wrong-path", oneOf(m.file, p11Names))
		}
		return ok(oneOf(m.file, p11Names))
	}
	return found("unregistered")
}

// grabbing are modules that use readers by themselves.
var grabbing = []string{
	"opensc-pkcs11.so", "onepin-opensc-pkcs11.so", "libcie-pkcs11.so", "libbit4ipki.so", "libbit4xpki.so", "libASEP11.so",
	"libasepkcs.so", "libstPKCS11.so", "libeTPkcs11.so", "libIDPrimePKCS11.so", "libaetpkss.so.3", "libykcs11.so",
}

func (l *look) otherModules() outcome {
	if !l.linux() {
		return none()
	}
	var facts []Fact
	for _, m := range l.p11() {
		if slices.Contains(grabbing, path.Base(m.library)) {
			facts = append(facts, moduleFile(m.library))
		}
	}
	if len(facts) > 0 {
		return found("several", facts...)
	}
	return ok()
}

// owner: who can write the module can be in every browser.
func (l *look) owner() outcome {
	if !l.linux() || l.modulePath() == "" {
		return none()
	}
	for _, file := range []string{l.modulePath(), path.Dir(l.modulePath())} {
		if info, err := l.sys.Stat(file); err == nil && info.Mode().Perm()&0o002 != 0 {
			return found("writable", word(ownModule))
		}
	}
	return ok(word(ownModule))
}
