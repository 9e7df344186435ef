package logintest

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"

	"cientro/app/messages"
)

// files are the names of what lies beside this program.
type files struct{ module, agent string }

func filesOf(system string) files { //nolint:unparam // of other systems when built there
	switch system {
	case "windows":
		return files{"cientro-pkcs11.dll", "cientro.exe"}
	case "darwin":
		return files{"libcientro-pkcs11.dylib", "cientro"}
	}
	return files{"libcientro-pkcs11.so", "cientro"}
}

// place is where this program lies, links followed.
func (c Config) place() (string, error) {
	program, err := c.Executable()
	if err != nil {
		return "", err
	}
	if program, err = filepath.EvalSymlinks(program); err != nil {
		return "", err
	}
	return filepath.Dir(program), nil
}

// ModulePath is where the PKCS#11 module is to be, "" where this program does not
// know its own place.
func (c Config) ModulePath() string {
	dir, err := c.place()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, filesOf(runtime.GOOS).module)
}

// program looks for the module and the agent.
func (c Config) program() Check {
	dir, err := c.place()
	if err != nil {
		return unknown(Program, "nowhere", nil)
	}
	names := filesOf(runtime.GOOS)
	for way, name := range map[string]string{"no-module": names.module, "no-agent": names.agent} {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			return problem(Program, way, messages.Values{"Path": path})
		}
	}
	return ok(Program, "ok", messages.Values{"Folder": dir})
}

// agentVersion is what `cientro version --json` says that matters here.
type agentVersion struct {
	Schema  string `json:"schema"`
	Version string `json:"version"`
}

const versionSchema = "cientro.version/1"

// version asks the agent for its version.
func (c Config) version(ctx context.Context) Check {
	dir, err := c.place()
	if err != nil {
		return unknown(Version, "silent", nil)
	}
	out, err := c.Run(ctx, filepath.Join(dir, filesOf(runtime.GOOS).agent), "version", "--json")
	var agent agentVersion
	if err != nil || json.Unmarshal(out, &agent) != nil || agent.Schema != versionSchema || agent.Version == "" {
		return unknown(Version, "silent", nil)
	}
	if agent.Version != c.Version {
		return problem(Version, "other", messages.Values{"Agent": shortened(agent.Version), "Own": c.Version})
	}
	return ok(Version, "ok", messages.Values{"Own": c.Version})
}

// shortened keeps what comes from outside from filling the page.
func shortened(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
