package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"cientro/assets/licences"
)

// origin says which release the programs are.
type origin struct {
	version  string
	revision string // of the commit, in full
	time     time.Time
}

const (
	source     = "https://github.com/cientro/cientro"
	own        = "EUPL-1.2" // the licence of everything in the repository
	goModule   = "go"       // Go itself, as assets/licences names it
	moduleSum  = "cientro:go.sum"
	goVersion  = "cientro:go.version"
	fileSystem = "cientro:system"
	loaderName = "cientro:loaded"
)

// compose makes the document of a release.
func compose(o origin, programs []program) (document, error) {
	known := map[string][]string{}
	for _, l := range licences.All() {
		known[l.Module] = l.Kinds
	}
	top := component{
		Type: "application", BOMRef: "cientro", Name: "cientro", Version: o.version,
		Description: "Software for the Italian electronic identity card",
		Licenses:    licensed([]string{own}),
		PURL:        "pkg:generic/cientro@" + url.PathEscape(o.version) + "?vcs_url=" + url.QueryEscape("git+"+source+"@"+o.revision),
		References:  []reference{{URL: source, Type: "vcs"}},
		Properties:  []property{{"cientro:vcs.revision", o.revision}},
	}
	d := document{
		Schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", BOMFormat: "CycloneDX", SpecVersion: "1.6", Version: 1,
		Metadata: metadata{
			Timestamp: o.time.UTC().Format(time.RFC3339),
			Tools:     tools{Components: []component{{Type: "application", Name: "cientro/packaging/release/sbom", Version: o.version}}},
			Component: top,
		},
	}
	whole := dependency{Ref: top.BOMRef}
	var files []component
	parts := map[string]component{}
	for _, p := range programs {
		file := fileComponent(p, o.version)
		if slices.ContainsFunc(files, func(f component) bool { return f.BOMRef == file.BOMRef }) {
			return document{}, fmt.Errorf("two files are called %s", p.name)
		}
		files = append(files, file)
		whole.DependsOn = append(whole.DependsOn, file.BOMRef)
		made := dependency{Ref: file.BOMRef}
		for _, c := range partsOf(p, known) {
			if c.Licenses == nil && c.PURL != "" {
				return document{}, fmt.Errorf("the licence of %s: %w", c.Name, errLicence)
			}
			parts[c.BOMRef] = c
			made.DependsOn = append(made.DependsOn, c.BOMRef)
		}
		slices.Sort(made.DependsOn)
		d.Dependencies = append(d.Dependencies, made)
	}
	slices.Sort(whole.DependsOn)
	d.Dependencies = append(d.Dependencies, whole)
	d.Components = files
	for _, c := range parts {
		d.Components = append(d.Components, c)
		d.Dependencies = append(d.Dependencies, dependency{Ref: c.BOMRef})
	}
	slices.SortFunc(d.Components, func(a, b component) int { return strings.Compare(a.BOMRef, b.BOMRef) })
	slices.SortFunc(d.Dependencies, func(a, b dependency) int { return strings.Compare(a.Ref, b.Ref) })
	return d, d.number()
}

// errLicence: go generate ./assets/licences brings it.
var errLicence = errors.New("not in assets/licences")

func fileComponent(p program, version string) component {
	c := component{
		Type: "application", BOMRef: "file:" + p.name, Name: p.name, Version: version,
		Hashes:   []hash{{"SHA-256", p.sha256}},
		Licenses: licensed([]string{own}),
	}
	if p.library {
		c.Type = "library"
	}
	if p.system != "" {
		c.Properties = append(c.Properties, property{fileSystem, p.system})
	}
	if p.goes != "" {
		c.Properties = append(c.Properties, property{goVersion, p.goes})
	}
	return c
}

// partsOf lists what a file is made of, and what its loader adds.
func partsOf(p program, known map[string][]string) (parts []component) {
	if p.goes != "" {
		version := strings.TrimPrefix(p.goes, "go")
		purl := "pkg:golang/std@" + version
		parts = append(parts, component{Type: "library", BOMRef: purl, Name: "std", Version: version,
			Description: "Go's standard library and runtime", Licenses: licensed(known[goModule]), PURL: purl})
	}
	for _, m := range p.modules {
		c := component{Type: "library", BOMRef: purlOf(m), Name: m.path, Version: m.version, Licenses: licensed(known[m.path]), PURL: purlOf(m)}
		if m.sum != "" {
			c.Properties = []property{{moduleSum, m.sum}}
		}
		// go.sum's sum is a SHA-256 over the module's list of files.
		if raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.sum, "h1:")); err == nil && len(raw) == sha256.Size {
			c.Hashes = []hash{{"SHA-256", hex.EncodeToString(raw)}}
		}
		parts = append(parts, c)
	}
	for _, name := range p.needs {
		parts = append(parts, component{Type: "library", BOMRef: "loaded:" + name, Name: name,
			Description: "of the system; not part of what is handed on", Properties: []property{{loaderName, "dynamically"}}})
	}
	return parts
}

func licensed(kinds []string) (choices []licenseChoice) {
	for _, k := range kinds {
		choices = append(choices, licenseChoice{license{k}})
	}
	return choices
}

// purlOf names a module as package-url does: type golang, path and version.
func purlOf(m module) string {
	parts := strings.Split(m.path, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return "pkg:golang/" + strings.Join(parts, "/") + "@" + url.PathEscape(m.version)
}

// number gives the document a serial number that follows from its content, in the
// form of RFC 9562 section 5.8 (version 8: bits of one's own).
func (d *document) number() error {
	d.SerialNumber = ""
	content, err := d.encode()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	d.SerialNumber = fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
	return nil
}

func (d *document) encode() ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(d)
	return text.Bytes(), err
}
