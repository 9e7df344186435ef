package logs

import (
	"log/slog"
	"os"
	"path/filepath"

	"cientro/app/settings"
)

// fileName is the log being written; older ones have .1, .2 and so on after it.
const fileName = "cientro.log"

// Bounds of the log, some 5 MiB in all.
const (
	DefaultMaxSize = 1 << 20
	DefaultKeep    = 4
)

// Options of a log.
type Options struct {
	// Folder is where the files go; empty means no log.
	Folder string
	// Level is the least that is written; off and the zero value mean no log.
	Level settings.LogLevel
	// Program is written in each line, as several programs share the files.
	Program string
	// MaxSize bounds one file in bytes; 0 is [DefaultMaxSize].
	MaxSize int64
	// Keep is how many older files stay; 0 is [DefaultKeep].
	Keep int
}

// New returns the logger that the options ask for. It touches the disk when
// the first line is written. A line that cannot be written is lost.
func New(options Options) *slog.Logger {
	level, ok := levelOf(options.Level)
	if !ok || options.Folder == "" {
		return slog.New(slog.DiscardHandler)
	}
	if options.MaxSize <= 0 {
		options.MaxSize = DefaultMaxSize
	}
	if options.Keep <= 0 {
		options.Keep = DefaultKeep
	}
	file := &rotated{
		path:    filepath.Join(options.Folder, fileName),
		maxSize: options.MaxSize,
		keep:    options.Keep,
	}
	handler := Redact(slog.NewJSONHandler(file, &slog.HandlerOptions{Level: level}))
	return slog.New(handler).With("program", options.Program, "pid", os.Getpid())
}

// levelOf translates the setting; false means no log.
func levelOf(level settings.LogLevel) (slog.Level, bool) {
	switch level {
	case settings.LogError:
		return slog.LevelError, true
	case settings.LogWarn:
		return slog.LevelWarn, true
	case settings.LogInfo:
		return slog.LevelInfo, true
	case settings.LogDebug:
		return slog.LevelDebug, true
	}
	return 0, false
}
