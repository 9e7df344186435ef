package browsers

import (
	"bytes"
	"strings"
)

// p11kitFile is the module file (pkcs11.conf(5)). p11-kit knows the module by
// this name.
const p11kitFile = "cientro.module"

// agentArgument has the program speak p11-kit's protocol.
const agentArgument = " agent"

// moduleFile edits the module file, which has p11-kit start the agent.
type moduleFile struct{ agent string }

func (f moduleFile) line() string { return "remote: |" + shellWord(f.agent) + agentArgument + "\n" }

// shellWord quotes a path as p11-kit takes command lines apart: at spaces, with
// quotes and backslashes as in a shell.
func shellWord(path string) string {
	if strings.ContainsAny(path, " \t'\"\\") {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(path) + `"`
	}
	return path
}

func unquotedWord(word string) string {
	if len(word) >= 2 && strings.HasPrefix(word, `"`) && strings.HasSuffix(word, `"`) {
		return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(word[1 : len(word)-1])
	}
	return word
}

func remoteOf(line string) (agent string, ok bool) {
	name, value, _ := strings.Cut(line, ":")
	command, isCommand := strings.CutPrefix(strings.TrimSpace(value), "|")
	word, isAgent := strings.CutSuffix(strings.TrimSpace(command), agentArgument)
	return unquotedWord(strings.TrimSpace(word)), strings.TrimSpace(name) == "remote" && isCommand && isAgent
}

func (f moduleFile) registered(raw []byte) (all []Registration, err error) {
	for line := range strings.Lines(string(raw)) {
		if agent, ok := remoteOf(line); ok {
			all = append(all, Registration{Name: p11kitFile, Library: agent})
		}
	}
	return all, textual(raw)
}

// add makes the file; it is this program's, so what names no agent of ours in
// it was changed by others, and stays.
func (f moduleFile) add(raw []byte) ([]byte, error) {
	all, err := f.registered(raw)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if r.Library == f.agent {
			return raw, nil
		}
	}
	rest, err := f.takeOut(raw)
	if err != nil {
		return nil, err
	}
	if strings.Contains(string(rest), "remote:") || strings.Contains(string(rest), "module:") {
		return nil, ErrNotUnderstood
	}
	return append([]byte(f.line()), rest...), nil
}

func (f moduleFile) takeOut(raw []byte) ([]byte, error) {
	var out bytes.Buffer
	for line := range strings.Lines(string(raw)) {
		if agent, ok := remoteOf(line); !ok || !ours(agent, f.agent) {
			out.WriteString(line)
		}
	}
	return out.Bytes(), textual(raw)
}
