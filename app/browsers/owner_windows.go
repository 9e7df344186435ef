//go:build windows

package browsers

import "io/fs"

// keepOwner: a new file inherits the access list of its folder.
func keepOwner(string, fs.FileInfo) {}

// foreign is not known here.
func foreign(string) bool { return false }
