package browsers

import (
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// layout is a computer in two temporary folders.
type layout struct {
	Config
	t *testing.T
}

// temporary is a folder that goes with the test. wine cannot remove one as Go does
// on Windows; there it goes with what the test ran in.
func temporary(t *testing.T) string {
	if runtime.GOOS != windowsOS {
		return t.TempDir()
	}
	folder, err := os.MkdirTemp("", "browsers")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

func newLayout(t *testing.T) *layout {
	base := temporary(t)
	l := &layout{t: t, Config: Config{
		Home: filepath.Join(base, "home"), Root: filepath.Join(base, "root"), State: filepath.Join(base, "state", "browsers"),
		Module: filepath.Join(base, "opt", "libcientro-pkcs11.so"), Agent: filepath.Join(base, "opt", "cientro"),
	}}
	for _, folder := range []string{l.Home, l.Root} {
		require.NoError(t, os.MkdirAll(folder, 0o755))
	}
	l.write(l.Module, "a library")
	l.write(l.Agent, "a program")
	return l
}

func (l *layout) write(path, content string) {
	l.t.Helper()
	require.NoError(l.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(l.t, os.WriteFile(path, []byte(content), 0o640))
}

func (l *layout) home(path string) string { return filepath.Join(l.Home, path) }
func (l *layout) root(path string) string { return filepath.Join(l.Root, path) }

// program installs a browser.
func (l *layout) program(name string) { l.write(l.root("usr/bin/"+name), "\x7fELF") }

const internal = "library=\nname=NSS Internal PKCS #11 Module\nparameters=configdir='sql:.' flags= \n" +
	"NSS=Flags=internal,critical trustOrder=75 cipherOrder=100\n\n"

const foreignModule = "library=/usr/lib/opensc-pkcs11.so\nname=OpenSC\nNSS=slotParams=(1={askpw=any})\n\n"

// profile makes a profile of Firefox in a folder of profiles.
func (l *layout) profiles(folder string, names ...string) {
	ini := "[General]\nStartWithLastProfile=1\n\n"
	for i, name := range names {
		ini += "[Profile" + string(rune('0'+i)) + "]\nName=" + name + "\nIsRelative=1\nPath=x." + name + "\n\n"
		l.write(l.home(folder+"/x."+name+"/pkcs11.txt"), internal)
	}
	l.write(l.home(folder+"/profiles.ini"), ini+"[Install4F96D1932A9F858E]\nDefault=x."+names[0]+"\nLocked=1\n")
}

// tree is every file and folder, with what is in it.
func (l *layout) tree() map[string]string {
	all := map[string]string{}
	for _, root := range []string{l.Home, l.Root, filepath.Dir(l.State)} {
		if _, err := os.Stat(root); err != nil {
			continue
		}
		require.NoError(l.t, filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := e.Info()
			all[path] = info.Mode().String()
			if err == nil && info.Mode().IsRegular() {
				raw, err := os.ReadFile(path)
				sum := sha256.Sum256(raw)
				all[path] += string(sum[:])
				return err
			}
			return err
		}))
	}
	delete(all, filepath.Dir(l.State)) // the programs' own state folder may be there
	return all
}

// find is the place of a file below the home folder, or below the root.
func (l *layout) find(file string) Place {
	l.t.Helper()
	for _, p := range l.Places() {
		if p.File == l.home(file) || p.File == l.root(file) {
			return p
		}
	}
	require.Fail(l.t, "no place", file)
	return Place{}
}

// outcomes are what was done, by file.
func (l *layout) outcomes(all []Done, err error) map[string]Outcome {
	l.t.Helper()
	require.NoError(l.t, err)
	out := map[string]Outcome{}
	for _, d := range all {
		assert.Equal(l.t, d.Outcome == Refused, d.Err != nil, "%v", d.Err)
		if d.Place.File != "" {
			out[d.Place.File] = d.Outcome
		}
	}
	return out
}

// roundTrip installs twice and removes twice, and demands that nothing is left.
// What is seen in between is returned, by file.
func (l *layout) roundTrip() (installed map[string]Outcome) {
	l.t.Helper()
	before := l.tree()
	l.Places()
	planned := l.outcomes(l.PlanInstall())
	assert.Equal(l.t, before, l.tree(), "looking changes nothing")
	installed = l.outcomes(l.Install(l.t.Context()))
	assert.Equal(l.t, planned, installed, "as was said before")
	set := l.tree()
	assert.NotEqual(l.t, before, set)
	for file, outcome := range l.outcomes(l.Install(l.t.Context())) {
		assert.Contains(l.t, []Outcome{Unchanged, Skipped}, outcome, file)
	}
	planned = l.outcomes(l.PlanRemove())
	assert.Equal(l.t, set, l.tree(), "a second run changes nothing")
	removed := l.outcomes(l.Remove(l.t.Context()))
	assert.Equal(l.t, planned, removed, "as was said before")
	for file, outcome := range removed {
		want := Restored
		if was := installed[file]; was != Added && was != Corrected {
			want = was
		}
		assert.Equal(l.t, want, outcome, file)
	}
	assert.Equal(l.t, before, l.tree(), "all is as before")
	l.outcomes(l.Remove(l.t.Context()))
	assert.Equal(l.t, before, l.tree())
	return installed
}
