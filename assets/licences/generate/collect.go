package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// systems are those that the programs are built for.
func systems() []string { return []string{"linux", "windows", "darwin"} }

// programs are built with these tags, as the Makefile does.
func programs() []string {
	return []string{"-tags", "gles,no_emoji", "cientro/app/cientro", "cientro/app/cientro-desktop"}
}

// collect returns the licence of each module that is part of a program on any
// system, and Go's own.
func collect() (map[string]string, error) {
	found := map[string]string{}
	for _, system := range systems() {
		modules, err := modulesOf(system)
		if err != nil {
			return nil, err
		}
		for path, folder := range modules {
			if _, had := found[path]; had {
				continue
			}
			text, err := licenceOf(folder)
			if err != nil {
				return nil, fmt.Errorf("licence of %s: %w", path, err)
			}
			found[path] = text
		}
	}
	root, err := goCommand("", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	own, err := os.ReadFile(filepath.Join(strings.TrimSpace(root), "LICENSE"))
	if err != nil {
		return nil, err
	}
	found["go"] = string(own)
	return found, nil
}

// modulesOf returns the folders of the modules that the programs are made of.
func modulesOf(system string) (map[string]string, error) {
	const format = "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}"
	out, err := goCommand(system, append([]string{"list", "-deps", "-f", format}, programs()...)...)
	if err != nil {
		return nil, err
	}
	modules := map[string]string{}
	for line := range strings.Lines(out) {
		if path, folder, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			modules[path] = folder
		}
	}
	return modules, nil
}

func goCommand(system string, args ...string) (string, error) {
	c := exec.Command("go", args...)
	c.Env = append(os.Environ(), "CGO_ENABLED=1")
	if system != "" {
		c.Env = append(c.Env, "GOOS="+system, "GOARCH=amd64")
	}
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w: %s", args[0], err, said.String())
	}
	return string(out), nil
}

var (
	licenceName = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|notice|ofl)([._-].*)?$`)
	// elsewhere holds what is no part of a program.
	elsewhere = []string{"testdata", "_examples", "examples", "vendor", "docs", "cmd", "tools", "node_modules"}
)

var errNone = errors.New("none found")

// licenceOf returns all licence files of a module: some hold the work of others,
// such as fonts.
func licenceOf(folder string) (string, error) {
	var all []string
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if slices.Contains(elsewhere, e.Name()) && path != folder {
				return fs.SkipDir
			}
			return nil
		}
		if licenceName.MatchString(e.Name()) && !strings.HasSuffix(e.Name(), ".go") {
			all = append(all, path)
		}
		return nil
	})
	if err == nil && len(all) == 0 {
		err = errNone
	}
	if err != nil {
		return "", err
	}
	return joined(folder, all)
}

func joined(folder string, files []string) (string, error) {
	var text strings.Builder
	for i, path := range files {
		content, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		if len(files) > 1 {
			name, err := filepath.Rel(folder, path)
			if err != nil {
				return "", err
			}
			if i > 0 {
				text.WriteString("\n\n")
			}
			fmt.Fprintf(&text, "%s\n\n", filepath.ToSlash(name))
		}
		text.WriteString(strings.ReplaceAll(strings.TrimSpace(string(content)), "\r\n", "\n") + "\n")
	}
	return text.String(), nil
}
