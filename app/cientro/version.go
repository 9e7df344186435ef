package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"cientro/app/messages"
	"cientro/card/atr"
)

type versionDocument struct {
	Schema   string   `json:"schema"`
	Version  string   `json:"version"`
	Revision *string  `json:"revision"`
	Go       string   `json:"go"`
	Platform string   `json:"platform"`
	Families []string `json:"families"`
}

func (p *program) versionCommand() *cobra.Command {
	return p.command("version", "version", arguments(0, 0), func(context.Context, []string) error {
		document := versionDocument{
			Schema: "cientro.version/1", Version: version, Revision: stringOrNil(revision()),
			Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Families: atr.Families(),
		}
		if p.flags.json {
			p.printJSON(document)
			return nil
		}
		p.say("version.program", messages.Values{"Version": version})
		p.say("version.build", messages.Values{"Go": document.Go, "Platform": document.Platform})
		p.say("version.families", messages.Values{"Families": strings.Join(document.Families, ", ")})
		return nil
	})
}

// revision is the commit the program was built from, where the build tells.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}
