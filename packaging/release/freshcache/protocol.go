package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// request and response are those of cmd/go/internal/cacheprog.
type request struct {
	ID       int64
	Command  string
	ActionID []byte
	OutputID []byte
	BodySize int64
}

type response struct {
	ID            int64
	Err           string     `json:",omitempty"`
	KnownCommands []string   `json:",omitempty"`
	Miss          bool       `json:",omitempty"`
	OutputID      []byte     `json:",omitempty"`
	Size          int64      `json:",omitempty"`
	Time          *time.Time `json:",omitempty"`
	DiskPath      string     `json:",omitempty"`
}

// serve answers until the go command says close, one request after the other.
func serve(in io.Reader, out io.Writer, c *cache) error {
	reader, writer := json.NewDecoder(bufio.NewReader(in)), json.NewEncoder(out)
	if err := writer.Encode(response{KnownCommands: []string{"get", "put", "close"}}); err != nil {
		return err
	}
	for {
		var asked request
		if err := reader.Decode(&asked); err != nil {
			return fmt.Errorf("read what the go command asks: %w", err)
		}
		var body []byte
		if asked.Command == "put" && asked.BodySize > 0 {
			if err := reader.Decode(&body); err != nil {
				return fmt.Errorf("read what the go command keeps: %w", err)
			}
		}
		answer := response{ID: asked.ID}
		switch asked.Command {
		case "get":
			found, ok := c.get(asked.ActionID)
			answer.Miss = !ok
			if ok {
				answer.OutputID, answer.Size, answer.DiskPath, answer.Time = found.output, found.size, found.path, &found.time
			}
		case "put":
			path, err := c.put(asked.ActionID, asked.OutputID, bytes.NewReader(body))
			if err != nil {
				answer.Err = err.Error()
			}
			answer.DiskPath = path
		case "close":
			return writer.Encode(answer)
		default:
			answer.Err = "unknown command " + asked.Command
		}
		if err := writer.Encode(answer); err != nil {
			return err
		}
	}
}
