package doctor

import (
	"path"
	"strings"
	"time"
)

func (l *look) supported() outcome {
	if l.linux() {
		return ok(word(l.sys.OS()), word(l.sys.Arch()))
	}
	return found("other", word(l.sys.OS()), word(l.sys.Arch()))
}

// width: 32-bit programs find neither library nor browser of their kind any
// more; /proc/sys/kernel/arch is Linux 6.1 and later.
func (l *look) width() outcome {
	if arch := l.sys.Arch(); arch == "386" || arch == "arm" || arch == "mips" {
		return found("narrow", word(arch))
	}
	raw, err := l.sys.Read("/proc/sys/kernel/arch")
	if err != nil {
		return ok(word(l.sys.Arch()))
	}
	kernel := map[string]string{"x86_64": "amd64", "aarch64": "arm64", "riscv64": "riscv64"}[strings.TrimSpace(string(raw))]
	if kernel != "" && kernel != l.sys.Arch() {
		return found("foreign", word(l.sys.Arch()), word(kernel))
	}
	return ok(word(l.sys.Arch()))
}

func (l *look) remote() outcome {
	switch {
	case l.sys.Env("SSH_CONNECTION") != "" || l.sys.Env("SSH_TTY") != "":
		return found("ssh")
	case l.sys.Env("XRDP_SESSION") != "" || strings.HasPrefix(l.sys.Env("SESSIONNAME"), "RDP-") || l.sys.Env("VNCDESKTOP") != "":
		return found("desktop")
	}
	return ok()
}

func (l *look) sandbox() outcome {
	switch {
	case l.exists("/.flatpak-info"):
		return found("flatpak")
	case l.sys.Env("SNAP") != "":
		return found("snap")
	case l.exists("/.dockerenv") || l.exists("/run/.containerenv"):
		return found("container")
	}
	return ok()
}

// Less than these and the programs cannot keep what they learn of a card.
const (
	diskLow  = 100 << 20
	diskFull = 2 << 20
)

func (l *look) disk() outcome {
	if l.sys.Home() == "" {
		return none()
	}
	free, err := l.sys.Free(l.sys.Home())
	if err != nil {
		return none()
	}
	megabytes := number(int(free>>20), "MB")
	switch {
	case free < diskFull:
		return found("full", megabytes)
	case free < diskLow:
		return found("low", megabytes)
	}
	return ok() // how much exactly is nobody's business
}

// mostLog is more than rotated logs ever come to.
const mostLog = 20 << 20

func (l *look) logs() outcome {
	if l.sys.State() == "" {
		return none()
	}
	folder := path.Join(l.sys.State(), "logs")
	names, err := l.sys.List(folder)
	if err != nil {
		return ok(number(0, "MB"))
	}
	var sum int64
	for _, name := range names {
		if info, err := l.sys.Stat(path.Join(folder, name)); err == nil && info.Mode().IsRegular() {
			sum += info.Size()
		}
	}
	size := number(int(sum>>20), "MB")
	if sum > mostLog {
		return found("large", size)
	}
	return ok(size)
}

// No clock that is right shows a time before this program, or after the last
// country signer that it knows.
var (
	earliest = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2046, 1, 1, 0, 0, 0, 0, time.UTC)
)

// clockWitnesses are files that the system itself writes as time goes by.
var clockWitnesses = []string{
	"/var/lib/systemd/timesync/clock", "/var/lib/NetworkManager/timestamps", "/var/log/wtmp", "/var/lib/dpkg/status",
}

// clockSlack forgives time zones that were set wrong.
const clockSlack = 26 * time.Hour

func (l *look) clock() outcome {
	now := l.sys.Now()
	switch {
	case now.Before(earliest):
		return found("past", number(now.Year(), ""))
	case now.After(latest):
		return found("future", number(now.Year(), ""))
	}
	for _, file := range clockWitnesses {
		if info, err := l.sys.Stat(file); err == nil && info.ModTime().After(now.Add(clockSlack)) {
			return found("behind", word(file))
		}
	}
	return ok()
}

func (l *look) root() outcome {
	switch l.sys.User() {
	case -1:
		return none()
	case 0:
		return found("root")
	}
	return ok()
}

// private: what the programs keep is for its owner only.
func (l *look) private() outcome {
	if !l.linux() || l.sys.State() == "" {
		return none()
	}
	info, err := l.sys.Stat(l.sys.State())
	if err != nil {
		return none()
	}
	if info.Mode().Perm()&0o077 != 0 {
		return found("open")
	}
	return ok()
}
