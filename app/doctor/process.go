package doctor

import (
	"strconv"
	"strings"
)

// process is one that runs, as /proc tells it to this user.
type process struct {
	name    string // comm, at most 15 characters
	program string // the file it was started from, "" where /proc does not say
	number  string
}

// mostProcesses bounds how many are looked at.
const mostProcesses = 4096

func (l *look) processes() (all []process) {
	if !l.linux() {
		return nil
	}
	names, err := l.sys.List("/proc")
	if err != nil {
		return nil
	}
	for _, number := range names {
		id, err := strconv.Atoi(number)
		if err != nil || id == l.sys.PID() || len(all) >= mostProcesses {
			continue
		}
		comm, err := l.sys.Read("/proc/" + number + "/comm")
		if err != nil {
			continue // it has ended
		}
		p := process{name: strings.TrimSpace(string(comm)), number: number}
		p.program, _ = l.sys.Link("/proc/" + number + "/exe")
		all = append(all, p)
	}
	return all
}

// usesPCSC says whether the PC/SC library is loaded into a process, told whether
// /proc lets this user see it (proc(5), /proc/pid/maps).
func (l *look) usesPCSC(p process) (uses, told bool) {
	maps, err := l.sys.Read("/proc/" + p.number + "/maps")
	return err == nil && strings.Contains(string(maps), "/libpcsclite.so"), err == nil
}

// shown names a process, if it is one that everybody may have.
func (p process) shown() Fact { return oneOf(p.name, knownPrograms) }

// runs says whether a process of that name runs.
func (l *look) runs(name string) bool {
	for _, p := range l.running() {
		if p.name == name {
			return true
		}
	}
	return false
}
