package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// entry is what a cache has for an action.
type entry struct {
	output []byte
	path   string
	size   int64
	time   time.Time
}

type cache struct {
	shared, own string
	forget      map[string]bool  // by name
	made        map[string]entry // of this build, by action
	report      report
}

// report is what came of it.
type report struct {
	Forgotten int      // packages asked for that were not given
	Compiled  int      // of these, how many were compiled
	Other     []string // names of those that the shared cache has otherwise
}

func newCache(shared, own, forget string) *cache {
	c := &cache{shared: shared, own: own, forget: map[string]bool{}, made: map[string]entry{}}
	for id := range strings.FieldsSeq(forget) {
		name, _, _ := strings.Cut(id, "/") // after it the hash of what was made
		c.forget[name] = true
	}
	return c
}

// name is how build IDs write an action: the first 15 bytes of it.
func name(action []byte) string {
	const long = 15
	return base64.URLEncoding.EncodeToString(action[:min(len(action), long)])
}

func (c *cache) get(action []byte) (entry, bool) {
	if made, ok := c.made[string(action)]; ok {
		return made, true
	}
	if c.forget[name(action)] {
		c.report.Forgotten++
		return entry{}, false
	}
	return c.remembered(action)
}

// remembered reads the shared cache: "v1 ACTION OUTPUT SIZE TIME" beside the file.
func (c *cache) remembered(action []byte) (entry, bool) {
	id := hex.EncodeToString(action)
	if len(id) < 2 {
		return entry{}, false
	}
	line, err := os.ReadFile(filepath.Join(c.shared, id[:2], id+"-a"))
	if err != nil {
		return entry{}, false
	}
	words := strings.Fields(string(line))
	if len(words) != 5 || words[0] != "v1" || words[1] != id || len(words[2]) < 2 {
		return entry{}, false
	}
	output, badHash := hex.DecodeString(words[2])
	size, badSize := strconv.ParseInt(words[3], 10, 64)
	when, badTime := strconv.ParseInt(words[4], 10, 64)
	path := filepath.Join(c.shared, words[2][:2], words[2]+"-d")
	info, gone := os.Stat(path)
	if badHash != nil || badSize != nil || badTime != nil || gone != nil || info.Size() != size {
		return entry{}, false
	}
	return entry{output, path, size, time.Unix(0, when)}, true
}

func (c *cache) put(action, output []byte, body io.Reader) (string, error) {
	path := filepath.Join(c.own, hex.EncodeToString(output))
	file, err := os.Create(path)
	if err != nil {
		return "", err
	}
	size, err := io.Copy(file, body)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return "", fmt.Errorf("keep what was compiled: %w", err)
	}
	c.made[string(action)] = entry{output, path, size, time.Now()}
	if c.forget[name(action)] {
		c.report.Compiled++
		if old, ok := c.remembered(action); ok && !bytes.Equal(old.output, output) {
			c.report.Other = append(c.report.Other, name(action))
		}
	}
	return path, nil
}
