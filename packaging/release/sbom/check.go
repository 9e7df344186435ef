package main

import (
	"encoding/json"
	"fmt"
	"slices"
)

// check says in what a document differs from programs: nothing, where it tells
// exactly what they are.
func check(raw []byte, programs []program) ([]string, error) {
	var had document
	if err := json.Unmarshal(raw, &had); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	said, held := told(had), map[string]string{}
	for _, p := range programs {
		held["file:"+p.name] = "SHA-256 " + p.sha256
		for _, c := range partsOf(p, nil) {
			held[c.BOMRef] = sumOf(c)
			held[p.name+" made of "+c.BOMRef] = ""
		}
	}
	var wrong []string
	for what, sum := range held {
		switch other, ok := said[what]; {
		case !ok:
			wrong = append(wrong, "not in the document: "+what)
		case other != sum:
			wrong = append(wrong, fmt.Sprintf("%s: the document says %q, the programs %q", what, other, sum))
		}
	}
	for what := range said {
		if _, ok := held[what]; !ok {
			wrong = append(wrong, "in no program: "+what)
		}
	}
	slices.Sort(wrong)
	return wrong, nil
}

// told lists what a document claims, with the sums it gives.
func told(d document) map[string]string {
	said := map[string]string{}
	for _, c := range d.Components {
		said[c.BOMRef] = sumOf(c)
	}
	for _, dep := range d.Dependencies {
		for _, part := range dep.DependsOn {
			if name, ok := fileName(dep.Ref); ok {
				said[name+" made of "+part] = ""
			}
		}
	}
	return said
}

func fileName(ref string) (string, bool) {
	const file = "file:"
	if len(ref) > len(file) && ref[:len(file)] == file {
		return ref[len(file):], true
	}
	return "", false
}

// sumOf is what identifies the bytes of a component, as far as it tells.
func sumOf(c component) string {
	for _, p := range c.Properties {
		if p.Name == moduleSum {
			return p.Value
		}
	}
	if len(c.Hashes) > 0 {
		return c.Hashes[0].Algorithm + " " + c.Hashes[0].Content
	}
	return ""
}
