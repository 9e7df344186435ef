package doctor

import (
	"context"
	"io/fs"
	"time"

	"cientro/app"
)

// System is the computer as the checks see it. Paths begin with a slash; a
// system for tests has them below a folder of its own.
type System interface {
	// OS and Arch are as runtime names them.
	OS() string
	Arch() string
	Now() time.Time
	Env(name string) string
	// User is the number of the user, -1 where there is none.
	User() int
	// PID is the number of this process.
	PID() int
	// Home is the user's home folder, State where this program keeps logs;
	// "" where there is none.
	Home() string
	State() string
	// Program is the folder of this program, "" where unknown.
	Program() string
	// Read reads at most a megabyte of a file.
	Read(path string) ([]byte, error)
	// List names what is in a folder.
	List(path string) ([]string, error)
	// Link is where a symbolic link leads.
	Link(path string) (string, error)
	Stat(path string) (fs.FileInfo, error)
	// Free is how many bytes the user may still write there.
	Free(path string) (uint64, error)
	// Dial connects to a local socket and hangs up.
	Dial(path string) error
	// Load loads a library into a child process, and waits for its end.
	Load(ctx context.Context, path string) error
	// AgentVersion asks the agent at path for its version.
	AgentVersion(ctx context.Context, path string) (string, error)
	// Readers opens the smart card service.
	Readers(ctx context.Context) (app.Readers, error)
}

// mostFile bounds what is read of a file.
const mostFile = 1 << 20
