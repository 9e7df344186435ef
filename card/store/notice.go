package store

import "fmt"

// NoticeKind says what went wrong without stopping anything.
type NoticeKind string

// What a store can have to tell.
const (
	// NoticeDamaged: a file could not be understood and was set aside.
	NoticeDamaged NoticeKind = "damaged"
	// NoticeNewer: a file was written by a newer version and is left alone;
	// this program neither reads nor replaces it.
	NoticeNewer NoticeKind = "newer"
	// NoticeKeyUnavailable: the keyring holds the key of the holder's data
	// but did not hand it over in time. The data are treated as unknown.
	NoticeKeyUnavailable NoticeKind = "key-unavailable"
	// NoticeKeyLost: the keyring answered that it no longer has the key. What
	// was sealed with it is lost, a new key was made.
	NoticeKeyLost NoticeKind = "key-lost"
	// NoticeDisk: the folder cannot be read or written; what would have been
	// kept is known to this process only.
	NoticeDisk NoticeKind = "disk"
)

// Notice is one thing worth telling, once. File is the base name of the file
// meant, which says nothing about the card or its holder.
type Notice struct {
	Kind NoticeKind
	File string
	Err  error
}

// String gives the notice in a form for logs.
func (n Notice) String() string {
	return fmt.Sprintf("%s: %s: %v", n.Kind, n.File, n.Err)
}

// mostNotices bounds the list: a disk that fails at each access has one thing
// to say, not thousands.
const mostNotices = 32

// notify remembers a notice unless the same was given before.
func (s *Store) notify(kind NoticeKind, file string, err error) {
	s.noticeMu.Lock()
	defer s.noticeMu.Unlock()
	for _, known := range s.notices {
		if known.Kind == kind && known.File == file {
			return
		}
	}
	if len(s.notices) < mostNotices {
		s.notices = append(s.notices, Notice{kind, file, err})
	}
}

// Notices returns what went wrong so far, oldest first, without repetitions.
func (s *Store) Notices() []Notice {
	s.noticeMu.Lock()
	defer s.noticeMu.Unlock()
	return append([]Notice(nil), s.notices...)
}
