package doctor

import (
	"errors"
	"io/fs"
	"path"
	"syscall"

	"cientro/app"
)

// Where pcscd and its parts are: Debian and its kin, Fedora, Arch, NixOS.
var (
	pcscdPaths = []string{
		"/usr/sbin/pcscd", "/sbin/pcscd", "/usr/bin/pcscd", "/usr/local/sbin/pcscd", "/usr/libexec/pcscd",
		"/run/current-system/sw/bin/pcscd",
	}
	libraryFolders = []string{
		"/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib/aarch64-linux-gnu",
		"/usr/lib64", "/lib64", "/usr/lib", "/lib", "/usr/local/lib", "/run/current-system/sw/lib",
	}
	ccidPaths = []string{
		"/usr/lib/pcsc/drivers/ifd-ccid.bundle", "/usr/lib64/pcsc/drivers/ifd-ccid.bundle",
		"/usr/lib/x86_64-linux-gnu/pcsc/drivers/ifd-ccid.bundle", "/usr/local/lib/pcsc/drivers/ifd-ccid.bundle",
		"/run/current-system/sw/pcsc/drivers/ifd-ccid.bundle",
	}
)

const (
	socketPath     = "/run/pcscd/pcscd.comm"
	socketVariable = "PCSCLITE_CSOCK_NAME"
)

// withPCSCD says whether checks of pcscd make sense.
func (l *look) withPCSCD() bool { return l.linux() && !l.Virtual }

func (l *look) installed() outcome {
	if !l.withPCSCD() {
		return none()
	}
	if file := l.first(pcscdPaths...); file != "" {
		return ok(word(file))
	}
	if l.pcsc().state == app.ServiceRunning {
		return ok() // it answers, wherever it lies
	}
	return found("missing")
}

func inFolders(folders []string, name string) []string {
	files := make([]string, len(folders))
	for i, f := range folders {
		files[i] = path.Join(f, name)
	}
	return files
}

func (l *look) library() outcome {
	if !l.withPCSCD() {
		return none()
	}
	if file := l.first(inFolders(libraryFolders, "libpcsclite.so.1")...); file != "" {
		return ok(word(file))
	}
	if l.pcsc().state == app.ServiceRunning {
		return ok()
	}
	return found("missing")
}

func (l *look) socket() outcome {
	if !l.withPCSCD() || l.installed().way == "missing" || l.sys.Env(socketVariable) != "" {
		return none()
	}
	err := l.sys.Dial(socketPath)
	switch place := word(socketPath); {
	case err == nil || l.pcsc().state == app.ServiceRunning: // which may listen elsewhere
		return ok(place)
	case errors.Is(err, fs.ErrPermission):
		return found("forbidden", place)
	case errors.Is(err, syscall.ECONNREFUSED):
		return found("dead", place)
	default:
		return found("missing", place)
	}
}

func (l *look) answers() outcome {
	if l.Virtual {
		return none()
	}
	s := l.pcsc()
	switch {
	case s.silent:
		return found("silent")
	case s.state == app.ServiceRunning:
		return ok()
	}
	return found(string(s.state))
}

// polkit asks who may use pcscd; it lets in who sits at the computer.
func (l *look) polkit() outcome {
	if !l.withPCSCD() {
		return none()
	}
	action := l.first("/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy")
	denied := l.pcsc().state == app.ServiceDenied && l.socket().way != "forbidden"
	switch {
	case denied && l.remote().way != wayOK:
		return found("remote")
	case denied:
		return found("refused")
	case action == "":
		return none()
	}
	return ok(word(action))
}

// activation: systemd starts pcscd when somebody connects, unless it was told
// not to (systemd.unit(5), masking).
func (l *look) activation() outcome {
	if !l.withPCSCD() || !l.exists("/run/systemd/system") || l.installed().way == "missing" {
		return none()
	}
	for _, unit := range []string{"pcscd.socket", "pcscd.service"} {
		if target, err := l.sys.Link("/etc/systemd/system/" + unit); err == nil && target == "/dev/null" {
			return found("masked", word(unit))
		}
	}
	if l.first("/etc/systemd/system/sockets.target.wants/pcscd.socket", "/usr/lib/systemd/system/sockets.target.wants/pcscd.socket",
		"/etc/systemd/system/multi-user.target.wants/pcscd.service") == "" {
		return found("disabled")
	}
	return ok()
}

func (l *look) daemons() outcome {
	if !l.withPCSCD() {
		return none()
	}
	n := 0
	for _, p := range l.running() {
		if p.name == "pcscd" {
			n++
		}
	}
	if n > 1 {
		return found("several", number(n, "pcscd"))
	}
	return ok(number(n, "pcscd"))
}

func (l *look) ccid() outcome {
	if !l.withPCSCD() || l.installed().way == "missing" {
		return none()
	}
	if file := l.first(ccidPaths...); file != "" {
		return ok(word(file))
	}
	for _, r := range l.pcsc().list {
		if r.Kind != app.ReaderVirtual {
			return ok() // a reader that is listed has its driver
		}
	}
	return found("missing")
}

func (l *look) elsewhere() outcome {
	if !l.withPCSCD() {
		return none()
	}
	switch {
	case l.sys.Env(socketVariable) == "":
		return ok()
	case l.pcsc().state == app.ServiceRunning:
		return found("variable", word(socketVariable))
	}
	return found("nowhere", word(socketVariable))
}
