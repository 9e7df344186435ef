package ias

import (
	"errors"
	"fmt"

	"cientro/card/iso7816"
	"cientro/card/tlv"
)

// EF describes an elementary file of the card: how to select it and how long
// its content is.
type EF struct {
	Name string
	FID  uint16
	SFI  byte // 0 where no short identifier is known
	// Length is the content's length in bytes where it is fixed; 0 where the
	// content is one BER-TLV object that tells its own length.
	Length int
}

// The files of the card. EFSN and EFDH live in the root, the others in the CIE
// application; EFSeriale and EFCertCIE want secure messaging and the PIN.
var (
	EFSN          = EF{Name: "EF.SN", FID: 0xD003, SFI: 0x1C}
	EFDH          = EF{Name: "EF.DH", FID: 0xD004, SFI: 0x1B}
	EFIDServizi   = EF{Name: "EF.ID_Servizi", FID: 0x1001, SFI: 0x01, Length: 12}
	EFSeriale     = EF{Name: "EF.Seriale", FID: 0x1002, Length: 9}
	EFCertCIE     = EF{Name: "EF.Cert_CIE", FID: 0x1003}
	EFIntKpub     = EF{Name: "EF.Int.Kpub", FID: 0x1004, SFI: 0x04}
	EFServiziKpub = EF{Name: "EF.Servizi_Int.Kpub", FID: 0x1005, SFI: 0x05}
	EFSOD         = EF{Name: "EF.SOD", FID: 0x1006, SFI: 0x06}
)

// Chunk sizes of READ BINARY. In clear a short response takes 256 bytes; under
// secure messaging E0 fits one short response with its overhead; 80 is what
// every client falls back on.
const (
	ChunkClear   = 256
	ChunkSecured = 0xE0
)

// chunkFallback is what every client falls back on; a shorter answer than
// smallestChunk is the end of a file and not a limit.
const (
	chunkFallback = 0x80
	smallestChunk = 0x20
)

const (
	maxFile  = 32 << 10 // READ BINARY offsets have 15 bits
	maxReads = 512
)

// ErrShortFile: the file ended before the length its own header announces.
var ErrShortFile = errors.New("file shorter than its content says")

// ErrFileTooLong: the card never stops giving bytes.
var ErrFileTooLong = errors.New("file longer than any file of this card")

// Files reads files over one Sender. It remembers how many bytes at a time the
// card gives, so that a card with a lower limit is asked too much only once.
type Files struct {
	send  Sender
	chunk int
}

// NewFiles starts with a chunk size, ChunkClear or ChunkSecured.
func NewFiles(send Sender, chunk int) *Files { return &Files{send: send, chunk: chunk} }

// Read reads the content of f, without padding that follows it. The first read
// selects by short identifier where there is one; a card that refuses that is
// asked by SELECT. All known forms of end of file are taken: 6282 with data, a
// short 9000, an empty 9000, 6B00 (ISO/IEC 7816-4 section 11.2.3).
func (fs *Files) Read(f EF) ([]byte, error) {
	r := fileReader{Files: fs, file: f, bySFI: f.SFI != 0}
	content, err := r.readContent()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Name, err)
	}
	return content, nil
}

// ReadIfThere is Read for a file that a card may lack: then it gives nothing
// and no error.
func (fs *Files) ReadIfThere(f EF) ([]byte, error) {
	content, err := fs.Read(f)
	if errors.Is(err, iso7816.SWFileNotFound) {
		return nil, nil
	}
	return content, err
}

// fileReader is the state of one read loop.
type fileReader struct {
	*Files
	file  EF
	bySFI bool // the next read still selects by short identifier
	data  []byte
}

func (r *fileReader) readContent() ([]byte, error) {
	if !r.bySFI {
		if err := r.selectFile(); err != nil {
			return nil, err
		}
	}
	for range maxReads {
		total, known := r.total()
		switch {
		case known && total > maxFile || len(r.data) > maxFile:
			return nil, ErrFileTooLong
		case known && len(r.data) >= total:
			return r.data[:total], nil
		}
		end, err := r.readNext()
		if err != nil {
			return nil, err
		}
		if end {
			return r.atEnd()
		}
	}
	return nil, ErrFileTooLong
}

func (r *fileReader) selectFile() error {
	r.bySFI = false
	_, err := step(r.send, "select", iso7816.SelectEF(r.file.FID, iso7816.SelectNoData))
	return err
}

// total is the length of the content, once it can be known.
func (r *fileReader) total() (int, bool) {
	if r.file.Length != 0 {
		return r.file.Length, true
	}
	total, known := tlv.TotalLength(r.data)
	return int(min(total, maxFile+1)), known
}

// readNext asks for what is missing, but never for more than a chunk: an exact
// length makes the end-of-file forms, which differ from chip to chip, rare.
func (r *fileReader) readNext() (end bool, err error) {
	want := r.chunk
	if total, known := r.total(); known {
		want = min(want, total-len(r.data))
	}
	command := iso7816.ReadBinary(len(r.data), want)
	if r.bySFI {
		command = iso7816.ReadBinarySFI(r.file.SFI, 0, want)
	}
	answer, err := r.send(command)
	if err != nil {
		return false, err
	}
	return r.take(answer, want)
}

func (r *fileReader) take(answer iso7816.ResponseAPDU, want int) (end bool, err error) {
	switch sw := answer.SW; {
	case sw == iso7816.SWSuccess || sw == iso7816.SWEndOfFile:
		r.data = append(r.data, answer.Data...)
		r.bySFI = false
		if got := len(answer.Data); sw == iso7816.SWSuccess && got >= smallestChunk && got < want {
			r.chunk = got
		}
		return sw == iso7816.SWEndOfFile || len(answer.Data) == 0, nil
	case sw == iso7816.SWWrongOffset && !r.bySFI:
		return true, nil
	case sw == iso7816.SWWrongLength && r.chunk > chunkFallback:
		r.chunk = chunkFallback
		return false, nil
	case r.bySFI && sw != iso7816.SWSecurityStatus:
		return false, r.selectFile()
	default:
		return false, sw
	}
}

func (r *fileReader) atEnd() ([]byte, error) {
	total, known := r.total()
	if !known || len(r.data) < total {
		return nil, fmt.Errorf("%w: %d bytes", ErrShortFile, len(r.data))
	}
	return r.data[:total], nil
}
