package programicon

import (
	"errors"
	"path"
	"strings"
	"unicode/utf8"
)

// entry is what a desktop entry says, as far as it is of use here: the program
// that it starts, and its icon.
type entry struct {
	// Programs are those of Exec and, where there is one, TryExec: absolute
	// paths or names.
	Programs []string
	// Icon is an absolute path or a name.
	Icon string
}

var errEntry = errors.New("not the desktop entry of a program")

// parseEntry reads a desktop entry (Desktop Entry Specification 1.5, sections 3, 4
// and 6). It is an error that is errEntry if it starts no program by itself, has
// no icon, or counts as deleted.
func parseEntry(data []byte) (entry, error) {
	keys, ok := mainGroup(data)
	if !ok || keys["Type"] != "Application" || keys["Hidden"] == "true" || keys["Icon"] == "" {
		return entry{}, errEntry
	}
	program, ok := command(keys["Exec"])
	if !ok {
		return entry{}, errEntry
	}
	e := entry{Programs: []string{program}, Icon: keys["Icon"]}
	if try := keys["TryExec"]; sound(try) {
		e.Programs = append(e.Programs, try)
	}
	return e, nil
}

// mainGroup returns the keys of the group "Desktop Entry", which is the first one,
// with their values unescaped. The first of equal keys counts.
func mainGroup(data []byte) (map[string]string, bool) {
	if !utf8.Valid(data) {
		return nil, false
	}
	var keys map[string]string
	for line := range strings.SplitSeq(string(data), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
			continue
		case line[0] == '[':
			if keys != nil {
				return keys, true
			}
			if line != "[Desktop Entry]" {
				return nil, false
			}
			keys = map[string]string{}
			continue
		case keys == nil:
			return nil, false
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, false
		}
		if key = strings.TrimRight(key, " \t"); !wanted(key) || keys[key] != "" {
			continue
		}
		if keys[key], ok = unescaped(strings.TrimLeft(value, " \t")); !ok {
			return nil, false
		}
	}
	return keys, keys != nil
}

func wanted(key string) bool {
	switch key {
	case "Type", "Hidden", "Icon", "Exec", "TryExec":
		return true
	}
	return false
}

// unescaped undoes the escapes of a value of type string (section 4).
func unescaped(value string) (string, bool) {
	var plain strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] != '\\' {
			plain.WriteByte(value[i])
			continue
		}
		if i++; i == len(value) {
			return "", false
		}
		switch value[i] {
		case 's':
			plain.WriteByte(' ')
		case 'n':
			plain.WriteByte('\n')
		case 't':
			plain.WriteByte('\t')
		case 'r':
			plain.WriteByte('\r')
		case '\\', ';':
			plain.WriteByte(value[i])
		default:
			return "", false
		}
	}
	return plain.String(), true
}

// command returns the program that a command line starts (section 7), and whether
// it starts it by itself: behind it stand options and what the desktop fills in,
// but neither script nor command, whose icon would be lent to an interpreter.
func command(line string) (program string, ok bool) {
	all, ok := arguments(line)
	if !ok || len(all) == 0 {
		return "", false
	}
	if path.Base(all[0]) == "env" {
		for all = all[1:]; len(all) > 0 && strings.Contains(all[0], "="); {
			all = all[1:]
		}
		if len(all) == 0 {
			return "", false
		}
	}
	for _, argument := range all[1:] {
		if !strings.HasPrefix(argument, "-") && !strings.HasPrefix(argument, "%") {
			return "", false
		}
	}
	return all[0], sound(all[0])
}

// arguments splits a command line as section 7 says; field codes stay as they are.
func arguments(line string) ([]string, bool) {
	var (
		all            []string
		word           strings.Builder
		inside, quoted bool // of a word, of quotation marks
	)
	end := func() {
		if inside {
			all = append(all, word.String())
		}
		word.Reset()
		inside = false
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			quoted, inside = !quoted, true
		case quoted && c == '\\':
			if i++; i == len(line) || !strings.ContainsRune("\"`$\\", rune(line[i])) {
				return nil, false
			}
			word.WriteByte(line[i])
		case !quoted && (c == ' ' || c == '\t' || c == '\n'):
			end()
		default:
			word.WriteByte(c)
			inside = true
		}
	}
	end()
	return all, !quoted
}

// sound: an absolute path, or a name to be looked for.
func sound(program string) bool {
	return program != "" && !strings.ContainsAny(program, "%\x00") &&
		(path.IsAbs(program) || !strings.Contains(program, "/") && program != "." && program != "..")
}
