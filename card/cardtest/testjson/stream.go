package testjson

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// maxLine bounds one line of the stream; a longer one is an error.
const maxLine = 16 << 20

// Event is one line of the stream. Test is empty in events about a package.
// Build events name the package in ImportPath; Each copies it to Package.
type Event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
	Elapsed    float64 // seconds, in the last event of a test or package
}

// Each calls event for each event of stream, and other for each line that is
// none (a warning of the go command).
func Each(stream io.Reader, event func(Event), other func(line string)) error {
	lines := bufio.NewScanner(stream)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		var ev Event
		if err := json.Unmarshal(lines.Bytes(), &ev); err != nil {
			other(lines.Text())
			continue
		}
		if ev.Package == "" {
			ev.Package = ev.ImportPath
		}
		event(ev)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the test stream: %w", err)
	}
	return nil
}
