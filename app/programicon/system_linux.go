package programicon

import (
	"context"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Find returns the icon of the program at an absolute path, or an error that is
// [ErrNone]. getenv reads the environment that names the data folders.
func Find(ctx context.Context, program string, getenv func(string) string) (image.Image, error) {
	files, ok := os.DirFS("/").(fs.ReadLinkFS)
	if !ok {
		return nil, ErrNone
	}
	return System{files, roots, dataFolders(getenv)}.Find(ctx, program)
}

func roots(info fs.FileInfo) bool {
	status, ok := info.Sys().(*syscall.Stat_t)
	return ok && status.Uid == 0
}

const mostFolders = 32

// dataFolders are the folders of the XDG Base Directory Specification, section 3.
func dataFolders(getenv func(string) string) []string {
	home := getenv("XDG_DATA_HOME")
	if home == "" && getenv("HOME") != "" {
		home = filepath.Join(getenv("HOME"), ".local", "share")
	}
	system := getenv("XDG_DATA_DIRS")
	if system == "" {
		system = "/usr/local/share:/usr/share"
	}
	var folders []string
	for _, folder := range append([]string{home}, filepath.SplitList(system)...) {
		if filepath.IsAbs(folder) && len(folders) < mostFolders { // others are to be ignored
			folders = append(folders, folder)
		}
	}
	return folders
}
