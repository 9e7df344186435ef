package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// traces returns what a file should not contain: the folders of whoever runs this,
// which are those of who built it when it runs beside the build, and what Go and
// gcc call the folders they work in.
func traces() []string {
	texts := []string{"/tmp/go-build", "/go/pkg/mod/", "/pkg/mod/cache/"}
	folder, err := os.Getwd()
	if err == nil {
		for root := folder; root != filepath.Dir(root); root = filepath.Dir(root) {
			if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
				texts = append(texts, root+"/")
			}
		}
	}
	if home, err := os.UserHomeDir(); err == nil {
		texts = append(texts, home+"/")
	}
	places, err := exec.Command("go", "env", "GOMODCACHE", "GOCACHE", "GOROOT").Output()
	if err == nil {
		texts = append(texts, strings.Fields(string(places))...)
	}
	slices.Sort(texts)
	return slices.Compact(slices.DeleteFunc(texts, func(s string) bool { return len(strings.Trim(s, "/")) < 3 }))
}

// judgeTraces says where a file holds one of the texts, with what stands around.
func judgeTraces(content []byte, texts []string) (wrong []string) {
	for _, text := range texts {
		at := bytes.Index(content, []byte(text))
		if at < 0 {
			continue
		}
		begin, end := at, at+len(text)
		for begin > 0 && at-begin < 40 && printable(content[begin-1]) {
			begin--
		}
		for end < len(content) && end-at < 120 && printable(content[end]) {
			end++
		}
		wrong = append(wrong, fmt.Sprintf("tells of the computer that built it: %q at byte %d", content[begin:end], at))
	}
	return wrong
}

func printable(b byte) bool { return b >= ' ' && b <= '~' }
