// Package atomicfile reads and writes the small private files of CIEntro:
// settings, policy, what the programs remember about cards.
//
// A reader sees the old content or the new one, never a half: a write goes to
// a temporary file in the same folder, is flushed to the disk and renamed over
// the target. Files are 0600 and folders 0700 where the system knows such
// modes; on Windows they inherit the access list of the user's profile.
//
// Two processes that only replace a file need nothing else: the last one wins
// and nothing is torn. Two processes that read, change and write back hold a
// [Lock] meanwhile. The kernel drops the lock of a process that dies, so a
// stale lock cannot exist.
//
// The package refuses to follow what is not a regular file (a pipe would block
// the caller for ever), to read more than the caller's bound, and to delete
// what it cannot understand: [SetAside] renames it.
package atomicfile
