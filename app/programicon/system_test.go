package programicon

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The trees of these tests: a file whose Sys is a user's is not root's.
const user = "user"

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text), Mode: 0o644} }

func program() *fstest.MapFile { return &fstest.MapFile{Mode: 0o755} }

func link(to string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(to), Mode: fs.ModeSymlink | 0o777}
}

func desktop(exec, icon string) *fstest.MapFile {
	return file("[Desktop Entry]\nType=Application\nName=A\nExec=" + exec + "\nIcon=" + icon + "\n")
}

// painted is a PNG; its width tells it from others.
func painted(t testing.TB, pixels int) *fstest.MapFile {
	t.Helper()
	picture := image.NewNRGBA(image.Rect(0, 0, pixels, pixels))
	picture.Set(1, 1, color.White)
	var data bytes.Buffer
	require.NoError(t, png.Encode(&data, picture))
	return file(data.String())
}

// firefox is a tree with one program that has its entry and two sizes of its icon.
func firefox(t testing.TB) fstest.MapFS {
	return fstest.MapFS{
		"usr/lib/firefox/firefox":                           program(),
		"usr/bin/firefox":                                   link("../lib/firefox/firefox"),
		"usr/share/applications/firefox.desktop":            desktop("firefox %u", "firefox"),
		"usr/share/icons/hicolor/48x48/apps/firefox.png":    painted(t, 48),
		"usr/share/icons/hicolor/128x128/apps/firefox.png":  painted(t, 128),
		"usr/share/icons/hicolor/128x128/apps/chromium.png": painted(t, 127),
	}
}

const firefoxFile = "/usr/lib/firefox/firefox"

func system(tree fstest.MapFS) System {
	return System{
		Files: tree,
		Roots: func(info fs.FileInfo) bool { return info.Sys() != user },
		Data:  []string{"/home/someone/.local/share", "/usr/local/share", "/usr/share"},
	}
}

// width returns how wide the icon of a program is, and 0 if there is none.
func width(t testing.TB, tree fstest.MapFS, program string) int {
	t.Helper()
	picture, err := system(tree).Find(t.Context(), program)
	if err != nil {
		require.ErrorIs(t, err, ErrNone)
		assert.Nil(t, picture)
		return 0
	}
	return picture.Bounds().Dx()
}

func TestFound(t *testing.T) {
	assert.Equal(t, 128, width(t, firefox(t), firefoxFile), "by its file")
	assert.Equal(t, 128, width(t, firefox(t), "/usr/bin/firefox"), "by a link to it")
	assert.Zero(t, width(t, firefox(t), "firefox"), "no path")
	assert.Zero(t, width(t, firefox(t), ""))
	assert.Zero(t, width(t, firefox(t), "/usr/lib/firefox"), "a folder")
	assert.Zero(t, width(t, firefox(t), "/usr/lib/firefox/other"), "not there")
}

func TestWhichEntry(t *testing.T) {
	tests := []struct {
		name   string
		change func(fstest.MapFS)
		want   int
	}{
		{"a script of the same name", func(tree fstest.MapFS) {
			tree["usr/bin/firefox"] = program()
		}, 128},
		{"a script in the program's own folder", func(tree fstest.MapFS) {
			tree["usr/lib/firefox/start"] = program()
			tree["usr/bin/firefox"] = link("/usr/lib/firefox/start")
			tree["usr/share/applications/firefox.desktop"] = desktop("/usr/lib/firefox/start", "firefox")
		}, 128},
		{"TryExec", func(tree fstest.MapFS) {
			tree["usr/bin/starter"] = program()
			tree["usr/share/applications/firefox.desktop"] =
				file("[Desktop Entry]\nType=Application\nExec=starter\nTryExec=/usr/bin/firefox\nIcon=firefox\n")
		}, 128},
		{"the file counts more than the name", func(tree fstest.MapFS) {
			tree["opt/other/firefox"] = program()
			tree["usr/share/applications/a.desktop"] = desktop("/opt/other/firefox", "chromium")
		}, 128},
		{"one of another program", func(tree fstest.MapFS) {
			tree["usr/bin/chromium"] = program()
			tree["usr/share/applications/firefox.desktop"] = desktop("chromium", "chromium")
		}, 0},
		{"of a program that is not there", func(tree fstest.MapFS) {
			delete(tree, "usr/bin/firefox")
		}, 0},
		{"two that agree", func(tree fstest.MapFS) {
			tree["usr/share/applications/private.desktop"] = desktop("firefox --private", "firefox")
		}, 128},
		{"two that do not", func(tree fstest.MapFS) {
			tree["usr/share/applications/other.desktop"] = desktop("firefox --other", "chromium")
		}, 0},
		{"in a folder below", func(tree fstest.MapFS) {
			tree["usr/share/applications/org/firefox.desktop"] = tree["usr/share/applications/firefox.desktop"]
			delete(tree, "usr/share/applications/firefox.desktop")
		}, 128},
		{"the first data folder counts", func(tree fstest.MapFS) {
			tree["usr/local/share/applications/firefox.desktop"] = desktop("firefox", "chromium")
		}, 127},
		{"an interpreter is not what it runs", func(tree fstest.MapFS) {
			tree["usr/share/applications/firefox.desktop"] = desktop("firefox /usr/share/thing/thing.py", "firefox")
		}, 0},
		{"with an environment", func(tree fstest.MapFS) {
			tree["usr/share/applications/firefox.desktop"] = desktop("env A=1 B=2 /usr/bin/firefox %U", "firefox")
		}, 128},
		{"too large", func(tree fstest.MapFS) {
			entry := tree["usr/share/applications/firefox.desktop"]
			entry.Data = append(entry.Data, strings.Repeat("#\n", maxEntry/2)...)
		}, 0},
	}
	for _, tt := range tests {
		tree := firefox(t)
		tt.change(tree)
		assert.Equal(t, tt.want, width(t, tree, firefoxFile), tt.name)
	}
}

func TestSharedFolderIsNobodysOwn(t *testing.T) {
	for folder, own := range map[string]bool{
		"usr/bin": false, "usr/local/bin": false, "usr/lib": false, "usr/lib/x86_64-linux-gnu": false, ".": false,
		"opt/thing/libexec": false, "usr/lib/firefox": true, "opt/google/chrome": true,
	} {
		assert.Equal(t, own, ownFolder(folder), folder)
	}
	tree := firefox(t)
	tree["usr/bin/other"] = program()
	tree["usr/bin/start"] = program()
	tree["usr/share/applications/firefox.desktop"] = desktop("start", "firefox")
	assert.Zero(t, width(t, tree, "/usr/bin/other"))
}

// TestNoIconVouches: whatever on the way could have been put there by a user takes
// the icon away, one at a time.
func TestNoIconVouches(t *testing.T) {
	for _, name := range []string{
		".", "usr", "usr/lib", "usr/lib/firefox", "usr/lib/firefox/firefox",
		"usr/share", "usr/share/applications", "usr/share/applications/firefox.desktop", "usr/share/icons",
	} {
		for what, spoil := range map[string]func(*fstest.MapFile){
			"a user's":            func(f *fstest.MapFile) { f.Sys = user },
			"writable by a group": func(f *fstest.MapFile) { f.Mode |= 0o020 },
			"writable by all":     func(f *fstest.MapFile) { f.Mode |= 0o002 },
			"all may add to it":   func(f *fstest.MapFile) { f.Mode |= 0o777 | fs.ModeSticky },
		} {
			tree := firefox(t)
			if tree[name] == nil {
				tree[name] = &fstest.MapFile{Mode: fs.ModeDir | 0o755}
			}
			require.Equal(t, 128, width(t, tree, firefoxFile))
			spoil(tree[name])
			assert.Zero(t, width(t, tree, firefoxFile), "%s is %s", name, what)
		}
	}
}

func TestOfTheUser(t *testing.T) {
	home := func(tree fstest.MapFS) {
		tree["home/someone"] = &fstest.MapFile{Mode: fs.ModeDir | 0o755, Sys: user}
	}
	tree := firefox(t)
	home(tree)
	tree["home/someone/firefox"] = program()
	assert.Zero(t, width(t, tree, "/home/someone/firefox"), "a program of the same name")

	tree = firefox(t)
	home(tree)
	tree["usr/bin/other"] = program()
	tree["home/someone/.local/share/applications/other.desktop"] = desktop("/usr/bin/other", "firefox")
	assert.Zero(t, width(t, tree, "/usr/bin/other"), "an entry that borrows an icon")

	tree = firefox(t)
	home(tree)
	tree["home/someone/.local/share/applications/firefox.desktop"] = desktop("firefox", "chromium")
	tree["home/someone/.local/share/icons/hicolor/256x256/apps/firefox.png"] = painted(t, 256)
	assert.Equal(t, 128, width(t, tree, firefoxFile), "neither entry nor picture of the user counts")

	tree = firefox(t)
	home(tree)
	tree["home/someone/mine.png"] = painted(t, 64)
	tree["usr/share/icons/hicolor/128x128/apps/firefox.png"] = link("/home/someone/mine.png")
	assert.Equal(t, 48, width(t, tree, firefoxFile), "nor does one that the system links to")
}

func TestLinks(t *testing.T) {
	tree := firefox(t)
	tree["usr/share/icons/hicolor/128x128/apps/firefox.png"] = link("firefox.png")
	assert.Equal(t, 48, width(t, tree, firefoxFile), "a circle")

	tree = firefox(t)
	tree["usr/share/icons/hicolor/128x128/apps/firefox.png"] = link("/../usr/./share//pixmaps/a.png")
	tree["usr/share/pixmaps/a.png"] = painted(t, 77)
	assert.Equal(t, 77, width(t, tree, firefoxFile), "over the root and back")

	tree = firefox(t)
	assert.Zero(t, width(t, tree, firefoxFile+"/more"), "below a file")
	_, _, err := system(tree).resolve("/usr/bin/firefox/../../share")
	assert.Error(t, err, ".. of a file")
	found, _, err := system(tree).resolve("/usr/bin/../lib/./firefox")
	require.NoError(t, err)
	assert.Equal(t, "usr/lib/firefox", found)
}

func TestTimeOver(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := system(firefox(t)).Find(ctx, firefoxFile)
	require.ErrorIs(t, err, ErrNone)
	require.ErrorIs(t, err, context.Canceled)
	_, err = system(firefox(t)).picture(ctx, "firefox")
	require.ErrorIs(t, err, context.Canceled)
}

func TestTooManyEntries(t *testing.T) {
	tree := firefox(t)
	for i := range mostEntries {
		tree[fmt.Sprintf("usr/share/applications/a%d.desktop", i)] = file("")
	}
	assert.Zero(t, width(t, tree, firefoxFile))
}

// broken panics, as code that draws pictures may.
type broken struct{ fstest.MapFS }

func (broken) Open(string) (fs.File, error) { panic("a fault") }

func TestFaultsAreNoIcon(t *testing.T) {
	s := system(nil)
	s.Files = broken{firefox(t)}
	_, err := s.Find(t.Context(), firefoxFile)
	require.ErrorIs(t, err, ErrNone)
	assert.ErrorContains(t, err, "a fault")
}
