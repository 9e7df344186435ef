package main

import (
	"os"
	"path/filepath"

	"cientro/app"
)

// outputFile is a file of -o: made before a PIN is asked for, so that a wrong
// folder costs no question, and put in place only when there is something to
// put into it. It is for its owner only, as it may name the holder.
type outputFile struct {
	path string
	temp *os.File
}

func createOutput(path string) (*outputFile, error) {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, &app.FileError{Op: app.FileWrite, Path: path, Err: err}
	}
	return &outputFile{path, temp}, nil
}

// commit puts the content in place. Where it cannot, that means for the card what
// was done to have the content.
func (o *outputFile) commit(content []byte, means app.Meaning) error {
	_, err := o.temp.Write(content)
	if closed := o.temp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(o.temp.Name(), o.path)
	}
	if err != nil {
		return &app.FileError{Op: app.FileWrite, Path: o.path, Err: err, Means: means}
	}
	return nil
}

// discard removes what was not committed.
func (o *outputFile) discard() {
	_ = o.temp.Close()
	_ = os.Remove(o.temp.Name())
}
