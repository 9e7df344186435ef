package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// change replaces the only occurrence of Old in File by New.
type change struct {
	File, Old, New string
}

// mutant is one planted fault and the test that must notice it.
type mutant struct {
	Name    string
	Package string // as the go command takes it: ./card/ias
	Test    string // TestName or TestName/case
	Why     string
	Changes []change
}

// parseList reads the format described in the package comment. Errors carry the
// line number.
func parseList(list io.Reader) ([]mutant, error) {
	p := parser{lines: bufio.NewScanner(list)}
	for p.next() {
		if text := strings.TrimSpace(p.line); text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		key, value, found := strings.Cut(p.line, ":")
		if !found {
			return nil, p.errorf("expected a key and a colon, found %q", p.line)
		}
		if err := p.field(key, strings.TrimSpace(value)); err != nil {
			return nil, err
		}
	}
	if err := p.lines.Err(); err != nil {
		return nil, fmt.Errorf("read the list of mutants: %w", err)
	}
	if err := p.closeBlock(); err != nil {
		return nil, err
	}
	if len(p.mutants) == 0 {
		return nil, p.errorf("no mutant in the list")
	}
	return p.mutants, nil
}

type parser struct {
	lines   *bufio.Scanner
	number  int
	line    string
	mutants []mutant
	file    string // of the change to come
}

func (p *parser) next() bool {
	if !p.lines.Scan() {
		return false
	}
	p.number++
	p.line = p.lines.Text()
	return true
}

func (p *parser) errorf(format string, args ...any) error {
	return fmt.Errorf("list of mutants, line %d: %s", p.number, fmt.Sprintf(format, args...))
}

func (p *parser) field(key, value string) error {
	if key == "mutant" {
		if err := p.closeBlock(); err != nil {
			return err
		}
		for _, other := range p.mutants {
			if other.Name == value {
				return p.errorf("a second mutant called %q", value)
			}
		}
		p.mutants = append(p.mutants, mutant{Name: value})
		p.file = ""
		return nil
	}
	if len(p.mutants) == 0 {
		return p.errorf("%q before the first mutant", key)
	}
	m := &p.mutants[len(p.mutants)-1]
	switch key {
	case "test":
		words := strings.Fields(value)
		if len(words) != 2 || !strings.HasPrefix(words[0], "./") || !isTestName(words[1]) {
			return p.errorf("expected a package and a test (./card/ias TestVerify), found %q", value)
		}
		m.Package, m.Test = words[0], words[1]
	case "why":
		m.Why = value
	case "file":
		p.file = value
	case "replace":
		return p.changeBlock(m)
	default:
		return p.errorf("unknown key %q", key)
	}
	return nil
}

func isTestName(name string) bool {
	return strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz") || strings.HasPrefix(name, "Example")
}

func (p *parser) changeBlock(m *mutant) error {
	if p.file == "" {
		return p.errorf("replace without a file before it")
	}
	was, err := p.until("with:")
	if err != nil {
		return err
	}
	if strings.TrimSpace(was) == "" {
		return p.errorf("nothing to replace")
	}
	becomes, err := p.until("end")
	if err != nil {
		return err
	}
	if was == becomes {
		return p.errorf("the replacement changes nothing")
	}
	m.Changes = append(m.Changes, change{File: p.file, Old: was, New: becomes})
	return nil
}

// until collects the lines before the one that is exactly the mark.
func (p *parser) until(mark string) (string, error) {
	var lines []string
	for p.next() {
		if p.line == mark {
			return strings.Join(lines, "\n"), nil
		}
		lines = append(lines, p.line)
	}
	return "", p.errorf("the list ends where %q was expected", mark)
}

// closeBlock checks that the mutant read last is complete.
func (p *parser) closeBlock() error {
	if len(p.mutants) == 0 {
		return nil
	}
	m := p.mutants[len(p.mutants)-1]
	for what, missing := range map[string]bool{
		"a name": m.Name == "", "a test": m.Test == "", "a reason (why)": m.Why == "", "a change": len(m.Changes) == 0,
	} {
		if missing {
			return p.errorf("mutant %q before here lacks %s", m.Name, what)
		}
	}
	return nil
}
