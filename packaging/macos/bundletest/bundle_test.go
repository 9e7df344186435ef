package bundletest

import (
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/propertylist"
)

// programs are two files that stand for the built ones.
func programs(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"cientro", "cientro-desktop"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(name), 0o600))
	}
	return folder
}

func needsShell(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the recipe is a shell script")
	}
}

func TestBundle(t *testing.T) {
	needsShell(t)
	out := t.TempDir()
	recipe := exec.Command("../bundle.sh", programs(t), out)
	recipe.Env = append(os.Environ(), "VERSION=v1.2.3-4-gabcdef")
	said, err := recipe.CombinedOutput()
	require.NoError(t, err, "%s", said)
	contents := filepath.Join(out, "CIEntro.app", "Contents")

	raw, err := os.ReadFile(filepath.Join(contents, "Info.plist"))
	require.NoError(t, err)
	root, err := propertylist.Parse(raw)
	require.NoError(t, err)
	info := map[string]propertylist.Value{}
	for _, member := range root.Members {
		info[member.Key] = member
	}
	assert.Equal(t, "it.cientro.desktop", info["CFBundleIdentifier"].Text)
	assert.Equal(t, "1.2.3", info["CFBundleShortVersionString"].Text)
	assert.Equal(t, "1.2.3.4", info["CFBundleVersion"].Text)
	assert.Equal(t, "APPL", info["CFBundlePackageType"].Text)
	for _, key := range []string{"CFBundleExecutable", "CFBundleIconFile"} {
		place := map[string]string{"CFBundleExecutable": "MacOS", "CFBundleIconFile": "Resources"}[key]
		assert.FileExists(t, filepath.Join(contents, place, info[key].Text), key)
	}
	for _, name := range []string{"cientro", "cientro-desktop"} {
		file, err := os.Stat(filepath.Join(contents, "MacOS", name))
		require.NoError(t, err)
		assert.EqualValues(t, 0o755, file.Mode().Perm())
	}
	icon, err := os.ReadFile(filepath.Join(contents, "Resources", "cientro.icns"))
	require.NoError(t, err)
	assert.Equal(t, "icns", string(icon[:4]))
	assert.FileExists(t, filepath.Join(contents, "Resources", "LICENSE.txt"))
	// It has no library for browsers, and none may slip in before one works.
	assert.NoError(t, filepath.WalkDir(out, func(path string, _ os.DirEntry, err error) error {
		assert.NotRegexp(t, `pkcs11|\.dylib$|\.so$`, path)
		return err
	}))

	var distribution struct {
		License struct {
			File string `xml:"file,attr"`
		} `xml:"license"`
		Options struct {
			Architectures string `xml:"hostArchitectures,attr"`
		} `xml:"options"`
		Packages []struct {
			ID      string `xml:"id,attr"`
			Version string `xml:"version,attr"`
			File    string `xml:",chardata"`
		} `xml:"pkg-ref"`
	}
	raw, err = os.ReadFile(filepath.Join(out, "distribution.xml"))
	require.NoError(t, err)
	require.NoError(t, xml.Unmarshal(raw, &distribution))
	assert.FileExists(t, filepath.Join(contents, "Resources", distribution.License.File))
	assert.Equal(t, "arm64,x86_64", distribution.Options.Architectures)
	require.Len(t, distribution.Packages, 1)
	assert.Equal(t, "cientro.pkg", distribution.Packages[0].File)
	assert.Equal(t, "1.2.3.4", distribution.Packages[0].Version)
	for _, file := range []string{string(raw), string(must(os.ReadFile(filepath.Join(contents, "Info.plist"))))} {
		assert.NotRegexp(t, regexp.MustCompile(`@[A-Z]+@`), file, "a place that nobody filled")
	}
}

func must(content []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return content
}

// standIn is one of Apple's tools, or Go: it writes down its name and arguments and
// makes the file that is asked for.
const standIn = `#!/bin/sh
name=$(basename "$0")
echo "$name $*" >>"$CALLS"
case $name in
uname) echo Darwin ;;
plutil) test "$1" != -lint || grep -q '<plist' "$2" ;;
go)
	test "$1" != run || { echo icns >"$3"; exit; }
	while [ "$1" != -o ]; do shift; done
	echo "$GOARCH" >"$2" ;;
lipo) cat "$4" "$5" >"$3" ;;
pkgbuild | productbuild)
	for file; do :; done
	echo "$name" >"$file" ;;
esac
`

func TestRecipeCallsApplesToolsInOrder(t *testing.T) {
	needsShell(t)
	for name, variables := range map[string][]string{
		"nobody's": nil,
		"signed":   {"APP_ID=Developer ID Application: SPECIMEN", "PKG_ID=Developer ID Installer: SPECIMEN", "PROFILE=specimen"},
	} {
		t.Run(name, func(t *testing.T) {
			tools, out := t.TempDir(), t.TempDir()
			calls := filepath.Join(tools, "calls")
			for _, tool := range []string{"uname", "go", "lipo", "plutil", "codesign", "pkgbuild", "productbuild", "xcrun", "spctl"} {
				require.NoError(t, os.WriteFile(filepath.Join(tools, tool), []byte(standIn), 0o700))
			}
			recipe := exec.Command("../package.sh")
			recipe.Env = append([]string{"PATH=" + tools + ":" + os.Getenv("PATH"), "HOME=" + tools, "CALLS=" + calls, "OUT=" + out, "VERSION=v1.2.3"}, variables...)
			said, err := recipe.CombinedOutput()
			require.NoError(t, err, "%s", said)
			assert.Contains(t, string(said), filepath.Join(out, "cientro-v1.2.3-macos.pkg"))
			assert.FileExists(t, filepath.Join(out, "cientro-v1.2.3-macos.pkg"))
			raw, err := os.ReadFile(calls)
			require.NoError(t, err)
			var order []string
			for call := range strings.Lines(string(raw)) {
				tool, _, _ := strings.Cut(strings.TrimSpace(call), " ")
				order = append(order, tool)
			}
			want := "uname go go go go lipo lipo go plutil codesign codesign codesign pkgbuild plutil pkgbuild productbuild"
			if len(variables) > 0 {
				want += " xcrun xcrun spctl"
				assert.Contains(t, string(raw), "codesign --force --options runtime --timestamp --sign Developer ID Application: SPECIMEN --identifier")
				assert.Contains(t, string(raw), "--sign Developer ID Installer: SPECIMEN --timestamp")
				assert.Contains(t, string(raw), "notarytool submit")
			} else {
				assert.Contains(t, string(raw), "codesign --force --options runtime --sign - ")
				assert.NotContains(t, string(raw), "--timestamp")
			}
			assert.Equal(t, want, strings.Join(order, " "))
		})
	}
}

func TestRecipeWantsMacOS(t *testing.T) {
	needsShell(t)
	if runtime.GOOS == "darwin" {
		t.Skip("this is macOS")
	}
	recipe := exec.Command("../package.sh")
	recipe.Env = append(os.Environ(), "OUT="+t.TempDir(), "VERSION=v1.2.3")
	said, err := recipe.CombinedOutput()
	assert.Error(t, err)
	assert.Contains(t, string(said), "wants macOS")
}
