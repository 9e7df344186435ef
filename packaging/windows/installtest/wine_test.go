package installtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wineVariable must be 1 for the tests that build and install packages.
const wineVariable = "CIENTRO_TEST_WINE"

const mingw = "x86_64-w64-mingw32-gcc"

// wine is a computer with Windows 10, as far as wine can be one: a prefix of the
// test's own.
type wine struct {
	t       *testing.T
	program string
	dir     string
}

func newWine(t *testing.T) *wine {
	t.Helper()
	w := &wine{t: t, dir: t.TempDir()}
	for _, name := range []string{"wine64", "/usr/lib/wine/wine64"} {
		if path, err := exec.LookPath(name); err == nil {
			w.program = path
			break
		}
	}
	require.NotEmpty(t, w.program, "wine64 is missing: packaging/linux/setup.sh winpackage")
	// server runs wine's own, of this prefix, by the variable WINEPREFIX.
	server := func(flag string) error {
		program := filepath.Join(filepath.Dir(w.program), "wineserver")
		if _, err := os.Stat(program); err != nil {
			program = "/usr/lib/wine/wineserver"
		}
		command := exec.Command(program, flag)
		command.Env = w.environment()
		return command.Run()
	}
	require.NoError(t, os.Mkdir(filepath.Join(w.dir, "prefix"), 0o700))
	require.NoError(t, server("-p")) // stays between programs, or each would start Windows anew
	t.Cleanup(func() { _ = server("-k") })
	w.must(0, "wineboot", "--init")
	// Go looks for a library that wine 8 lacks.
	library := w.path(`C:\windows\system32\bcryptprimitives.dll`)
	if _, err := os.Stat(library); err != nil {
		run(t, mingw, "-O2", "-shared", "-o", library, "../../../pkcs11module/clienttest/testdata/windows/bcryptprimitives.c", "-ladvapi32")
	}
	return w
}

// isWindows10 makes it one; by itself wine is an older one.
func (w *wine) isWindows10() {
	w.t.Helper()
	w.must(0, "reg", "add", `HKCU\Software\Wine`, "/v", "Version", "/d", "win10", "/f")
	for _, hive := range []string{"HKLM", "HKCU"} { // no computer has none
		w.must(0, "reg", "add", hive+`\`+atStart, "/v", "Other", "/d", "other.exe", "/f")
	}
}

func (w *wine) environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, "WINEPREFIX=" + filepath.Join(w.dir, "prefix"), "WINEDEBUG=-all",
		"LANG=it_IT.UTF-8", "WINEDLLOVERRIDES=mscoree,mshtml,winemenubuilder.exe="}
}

// exec runs a program of Windows and returns what it said and its exit code, of
// which eight bits get through. It speaks into a file: wine's services, which it may
// have started, inherit what it speaks into, and a pipe would not end before they do.
func (w *wine) exec(arguments ...string) (string, int) {
	w.t.Helper()
	said := filepath.Join(w.dir, "said")
	out, err := os.Create(said)
	require.NoError(w.t, err)
	defer out.Close()
	c := exec.Command(w.program, arguments...)
	c.Env = w.environment()
	c.Stdout, c.Stderr = out, out
	err = c.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		require.NoError(w.t, err)
	}
	text, err := os.ReadFile(said)
	require.NoError(w.t, err)
	require.NoError(w.t, os.Remove(said))
	return strings.ReplaceAll(string(text), "\r", ""), c.ProcessState.ExitCode()
}

func (w *wine) must(code int, arguments ...string) string {
	w.t.Helper()
	said, got := w.exec(arguments...)
	require.Equal(w.t, code&0xFF, got, "%q: %s", arguments, said)
	return said
}

// path is where a file of drive C lies.
func (w *wine) path(file string) string {
	return filepath.Join(w.dir, "prefix", "drive_c", strings.ReplaceAll(strings.TrimPrefix(file, `C:\`), `\`, "/"))
}

// value reads a value of the registry, "" where there is none.
func (w *wine) value(key, name string) string {
	w.t.Helper()
	said, _ := w.exec("reg", "query", key, "/v", name)
	for line := range strings.Lines(said) {
		if _, value, ok := strings.Cut(line, "    REG_"); ok {
			_, value, _ = strings.Cut(value, "    ")
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// state lists every file and every value of the registry that programs can leave
// behind.
func (w *wine) state() map[string]string {
	w.t.Helper()
	all := map[string]string{}
	for _, root := range []string{w.path(`C:\`), w.dir} { // the desktop is the home folder itself
		require.NoError(w.t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && root == w.dir && path != root:
				return fs.SkipDir
			case entry.IsDir():
				all[path+"/"] = "folder"
			case entry.Type().IsRegular():
				content, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				sum := sha256.Sum256(content)
				all[path] = hex.EncodeToString(sum[:8])
			}
			return nil
		}))
	}
	for _, hive := range []string{"HKLM", "HKCU"} {
		export := filepath.Join(w.dir, "export.reg")
		w.must(0, "reg", "export", hive+`\Software`, windowsPath(export), "/y")
		raw, err := os.ReadFile(export)
		require.NoError(w.t, err)
		require.NoError(w.t, os.Remove(export))
		key := ""
		for line := range strings.Lines(fromUTF16(raw)) {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "[") {
				key = strings.ToLower(line)
				all[key] = "key"
			} else if name, value, ok := strings.Cut(line, "="); ok {
				all[key+name] = value
			}
		}
	}
	return all
}

// noise are places where wine itself writes when programs run.
var noise = []string{
	`[hkey_current_user\software\wine\`, `[hkey_local_machine\software\microsoft\windows nt\currentversion\perflib`,
	`\microsoft\windows nt\currentversion\networkcards\`, `\microsoft\windows\currentversion\explorer\`, "/prefix/drive_c/users/root/temp/", "/prefix/drive_c/windows/temp/",
}

// same demands that nothing came and nothing went.
func (w *wine) same(before map[string]string, after map[string]string) {
	w.t.Helper()
	var wrong []string
	for _, place := range slices.Sorted(maps.Keys(after)) {
		if before[place] != after[place] && !isNoise(place) && !isInstallers(place, after[place]) {
			wrong = append(wrong, fmt.Sprintf("left behind: %s: %q, before %q", place, after[place], before[place]))
		}
	}
	for _, place := range slices.Sorted(maps.Keys(before)) {
		if _, there := after[place]; !there && !isNoise(place) {
			wrong = append(wrong, fmt.Sprintf("taken away: %s: %q", place, before[place]))
		}
	}
	assert.Empty(w.t, strings.Join(wrong, "\n"))
}

// isInstallers tells where the Windows Installer keeps its own books. Every Windows
// has these places; wine makes them with the first package. What lies there counts.
func isInstallers(place, what string) bool {
	switch what {
	case "key":
		return strings.HasPrefix(place, `[hkey_local_machine\software\classes\installer`) ||
			strings.HasPrefix(place, `[hkey_local_machine\software\microsoft\windows\currentversion\installer`) ||
			strings.HasPrefix(place, `[hkey_current_user\software\microsoft\installer`) ||
			place == `[hkey_current_user\software\microsoft\windows\currentversion\uninstall]`
	case "folder":
		return strings.HasSuffix(place, "/AppData/Roaming/Microsoft/Installer/")
	}
	return false
}

func isNoise(place string) bool {
	return slices.ContainsFunc(noise, func(n string) bool { return strings.Contains(strings.ToLower(place), n) })
}

// gone waits for a folder to go: an uninstaller goes on after its own end.
func (w *wine) gone(folder string) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		_, err := os.Stat(w.path(folder))
		return errors.Is(err, fs.ErrNotExist)
	}, 5*time.Minute, 100*time.Millisecond, "%s stays", folder)
}

// windowsPath is an absolute path as wine's drive Z has it.
func windowsPath(path string) string { return "Z:" + strings.ReplaceAll(path, "/", `\`) }

func fromUTF16(raw []byte) string {
	if !bytes.HasPrefix(raw, []byte{0xFF, 0xFE}) {
		return string(raw)
	}
	units := make([]uint16, 0, len(raw)/2)
	for i := 2; i+1 < len(raw); i += 2 {
		units = append(units, uint16(raw[i])|uint16(raw[i+1])<<8)
	}
	return string(utf16.Decode(units))
}

func run(t *testing.T, program string, arguments ...string) string {
	t.Helper()
	said, err := exec.Command(program, arguments...).CombinedOutput()
	require.NoError(t, err, "%s %q: %s", program, arguments, said)
	return string(said)
}
