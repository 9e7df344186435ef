//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDoctorDrawsTheCodeWhereItFits: a terminal shows the support code as a QR code
// by itself, a narrow one only where it was asked for.
func TestDoctorDrawsTheCodeWhereItFits(t *testing.T) {
	const black = "\x1b[38;5;16;48;5;231m"
	for name, c := range map[string]struct {
		columns  uint16
		args     string
		variable string
		drawn    bool
		colours  bool
	}{
		"wide":          {columns: 80, drawn: true, colours: true},
		"narrow":        {columns: 40},
		"narrow, asked": {columns: 40, args: "--qr", drawn: true, colours: true},
		"no colour":     {columns: 80, variable: "NO_COLOR=1", drawn: true},
		"JSON":          {columns: 80, args: "--json --qr"},
		"a code read":   {columns: 80, args: "--read CID-042K2-BHJ5R-SH20A-30000-00000-8G100-0FZZZ-ZY07Z-ZZZZZ-ZZZY0-00Y07-Z0000-00000-00000-3MVXA-DP"},
	} {
		t.Run(name, func(t *testing.T) {
			command := exec.Command(os.Args[0], append([]string{"doctor", "--card"}, strings.Fields(c.args)...)...)
			command.Args[0] = "cientro"
			command.Env = []string{
				"FAKE_READERS=none", "LANG=it_IT.UTF-8", "TERM=xterm-256color", "CIENTRO_HOME=" + t.TempDir(),
				"FAKE_JOURNAL=" + filepath.Join(t.TempDir(), "journal.json"), "PATH=" + os.Getenv("PATH"), c.variable,
			}
			terminal, err := pty.StartWithSize(command, &pty.Winsize{Rows: 60, Cols: c.columns})
			require.NoError(t, err)
			defer func() { _ = terminal.Close() }()
			said, _ := io.ReadAll(terminal) // a terminal ends with an error
			require.NoError(t, command.Wait(), string(said))
			assert.Contains(t, string(said), "CID-")
			assert.Equal(t, c.drawn, strings.Contains(string(said), "█"))
			assert.Equal(t, c.colours, strings.Contains(string(said), black))
		})
	}
}
