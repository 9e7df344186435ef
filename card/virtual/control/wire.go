package control

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"cientro/card/virtual"
)

// Longest lines, the line feed not counted. An answer may hold a full journal
// of 8192 entries.
const (
	maxRequest = 64 << 10
	maxAnswer  = 16 << 20
)

var errTooLong = errors.New("line is too long")

// The commands.
const (
	doStatus       = "status"
	doInsert       = "insert"
	doRemove       = "remove"
	doPowerCycle   = "power-cycle"
	doArm          = "arm"
	doDisarm       = "disarm"
	doFaults       = "faults"
	doCounters     = "counters"
	doSettings     = "settings"
	doJournal      = "journal"
	doClearJournal = "clear-journal"
	doSetTries     = "set-tries"
	doFactory      = "factory"
)

// request is one line to the card. Faults go with arm; a number of tries left
// out of set-tries is left as it is.
type request struct {
	Do       string          `json:"do"`
	Faults   []virtual.Fault `json:"faults,omitempty"`
	PINTries *int            `json:"pinTries,omitempty"`
	PUKTries *int            `json:"pukTries,omitempty"`
}

// answer is one line from the card.
type answer struct {
	OK     bool            `json:"ok"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *Error          `json:"error,omitempty"`
}

// parseRequest takes one line apart. It accepts exactly one JSON object of
// known members, and members only where their command wants them.
func parseRequest(line []byte) (request, error) {
	var r request
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		return request{}, &Error{CodeBadRequest, "not a request: " + err.Error()}
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return request{}, &Error{CodeBadRequest, "something follows the request"}
	}
	if r.Faults != nil && r.Do != doArm || (r.PINTries != nil || r.PUKTries != nil) && r.Do != doSetTries {
		return request{}, &Error{CodeBadRequest, "a member that belongs to another command"}
	}
	return r, nil
}

// readLine reads up to the next line feed and leaves it out. errTooLong if
// more than limit bytes came without one; io.EOF only between two lines.
func readLine(r *bufio.Reader, limit int) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(bytes.TrimSuffix(line, []byte("\n"))) > limit {
			return nil, errTooLong
		}
		switch {
		case err == nil:
			return line[:len(line)-1], nil
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, io.ErrUnexpectedEOF
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}
