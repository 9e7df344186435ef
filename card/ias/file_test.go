package ias

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/iso7816"
	"cientro/card/tlv"
)

// eofStyle is how a file tells that it ends.
type eofStyle string

const (
	eofWarning eofStyle = "6282 with data"
	eofShort   eofStyle = "short 9000, then 6B00"
	eofEmpty   eofStyle = "short 9000, then empty 9000"
	eofWrongLe eofStyle = "6Cxx with the rest"
)

// fileCard holds one file and answers READ BINARY and SELECT.
type fileCard struct {
	content []byte
	style   eofStyle
	limit   int                // most bytes of one read; 0 for 256
	over    iso7816.StatusWord // answer to a read over the limit; 0 gives limit bytes
	noSFI   iso7816.StatusWord // answer to a read by short identifier; 0 takes it
	missing bool
	reads   int
	selects int
}

func (f *fileCard) send(c iso7816.CommandAPDU) (iso7816.ResponseAPDU, error) {
	if c.INS == iso7816.INSSelect {
		f.selects++
		if f.missing {
			return iso7816.ResponseAPDU{SW: iso7816.SWFileNotFound}, nil
		}
		return iso7816.ResponseAPDU{SW: iso7816.SWSuccess}, nil
	}
	f.reads++
	offset := int(c.P1)<<8 | int(c.P2)
	if c.P1&0x80 != 0 {
		if f.missing {
			return iso7816.ResponseAPDU{SW: iso7816.SWFileNotFound}, nil
		}
		if f.noSFI != 0 {
			return iso7816.ResponseAPDU{SW: f.noSFI}, nil
		}
		offset = int(c.P2)
	}
	if offset >= len(f.content) {
		if f.style == eofEmpty {
			return iso7816.ResponseAPDU{SW: iso7816.SWSuccess}, nil
		}
		return iso7816.ResponseAPDU{SW: iso7816.SWWrongOffset}, nil
	}
	want := c.Ne
	if f.limit != 0 && want > f.limit {
		if f.over != 0 {
			return iso7816.ResponseAPDU{SW: f.over}, nil
		}
		want = f.limit
	}
	rest := f.content[offset:]
	if want <= len(rest) {
		return iso7816.ResponseAPDU{Data: rest[:want], SW: iso7816.SWSuccess}, nil
	}
	switch f.style {
	case eofWarning:
		return iso7816.ResponseAPDU{Data: rest, SW: iso7816.SWEndOfFile}, nil
	case eofWrongLe: // as iso7816.Send repeats it
		return iso7816.ResponseAPDU{Data: rest, SW: iso7816.SWSuccess}, nil
	}
	return iso7816.ResponseAPDU{Data: rest, SW: iso7816.SWSuccess}, nil
}

func object(n int) []byte { return tlv.Encode(0x30, bytes.Repeat([]byte{0x5A}, n)) }

func TestReadTakesEveryEndOfFile(t *testing.T) {
	bySFI := EF{Name: "EF.Test", FID: 0x1006, SFI: 6}
	bySelect := EF{Name: "EF.Test", FID: 0x1003}
	for _, style := range []eofStyle{eofWarning, eofShort, eofEmpty, eofWrongLe} {
		for _, size := range []int{0, 1, 100, 125, 126, 127, 250, 252, 253, 300, 512, 2100} {
			for _, padding := range []int{0, 1, 300} {
				for _, f := range []EF{bySFI, bySelect} {
					content := object(size)
					c := &fileCard{content: append(bytes.Clone(content), make([]byte, padding)...), style: style}
					got, err := NewFiles(c.send, ChunkClear).Read(f)
					require.NoError(t, err, "%s, %d bytes, %d padding", style, size, padding)
					assert.Equal(t, content, got)
				}
			}
		}
	}
}

func TestReadFixedLength(t *testing.T) {
	for _, style := range []eofStyle{eofWarning, eofShort, eofEmpty} {
		c := &fileCard{content: []byte("123456789012\x00\x00\x00"), style: style}
		got, err := NewFiles(c.send, ChunkClear).Read(EFIDServizi)
		require.NoError(t, err)
		assert.Equal(t, "123456789012", string(got))
		assert.Equal(t, 1, c.reads)

		short := &fileCard{content: []byte("12345678901"), style: style}
		_, err = NewFiles(short.send, ChunkClear).Read(EFIDServizi)
		assert.ErrorIs(t, err, ErrShortFile)
	}
}

func TestReadLearnsTheLimitOnce(t *testing.T) {
	c := &fileCard{content: object(2000), style: eofWarning, limit: 0x80}
	files := NewFiles(c.send, ChunkClear)
	_, err := files.Read(EFSOD)
	require.NoError(t, err)
	assert.Equal(t, (2004+0x7F)/0x80, c.reads)

	refusing := &fileCard{content: object(2000), style: eofWarning, limit: 0x80, over: iso7816.SWWrongLength}
	files = NewFiles(refusing.send, ChunkClear)
	for range 2 {
		_, err = files.Read(EFSOD)
		require.NoError(t, err)
	}
	assert.Equal(t, 2*((2004+0x7F)/0x80)+1, refusing.reads, "asked too much once")
}

func TestReadFallsBackOnSelect(t *testing.T) {
	for _, sw := range []iso7816.StatusWord{iso7816.SWWrongP1P2, iso7816.SWFuncUnsupported, iso7816.SWINSUnsupported, iso7816.SWWrongOffset} {
		c := &fileCard{content: object(20), style: eofWarning, noSFI: sw}
		got, err := NewFiles(c.send, ChunkClear).Read(EFSOD)
		require.NoError(t, err, sw.Error())
		assert.Equal(t, object(20), got)
		assert.Equal(t, 1, c.selects)
	}
	c := &fileCard{content: object(20), noSFI: iso7816.SWSecurityStatus}
	_, err := NewFiles(c.send, ChunkClear).Read(EFSOD)
	assert.ErrorIs(t, err, iso7816.SWSecurityStatus)
}

func TestReadIfThere(t *testing.T) {
	c := &fileCard{missing: true}
	got, err := NewFiles(c.send, ChunkClear).ReadIfThere(EFSOD)
	require.NoError(t, err)
	assert.Nil(t, got)
	_, err = NewFiles(c.send, ChunkClear).Read(EFSOD)
	assert.ErrorIs(t, err, iso7816.SWFileNotFound)
}

func TestReadRefusesEndlessFiles(t *testing.T) {
	for name, answer := range map[string]iso7816.ResponseAPDU{
		"a byte at a time, no object": {Data: []byte{0x00}, SW: iso7816.SWSuccess},
		"a huge object":               {Data: []byte{0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF}, SW: iso7816.SWSuccess},
		"more than asked for":         {Data: make([]byte, 60000), SW: iso7816.SWSuccess},
		"6700 for ever":               {SW: iso7816.SWWrongLength},
		"6282 at once":                {SW: iso7816.SWEndOfFile},
		"padding only":                {Data: make([]byte, 256), SW: iso7816.SWSuccess},
		"error":                       {SW: iso7816.SWNoDiagnosis},
	} {
		sent := 0
		_, err := NewFiles(func(iso7816.CommandAPDU) (iso7816.ResponseAPDU, error) {
			sent++
			return answer, nil
		}, ChunkClear).Read(EFSOD)
		assert.Error(t, err, name)
		assert.LessOrEqual(t, sent, maxReads+1, name)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte{0x30, 0x03, 1, 2, 3}, uint16(0x9000))
	f.Add([]byte{0x77, 0x82, 0x01, 0x00}, uint16(0x6282))
	f.Add([]byte{}, uint16(0x6B00))
	f.Fuzz(func(t *testing.T, answer []byte, sw uint16) {
		sent := 0
		send := func(iso7816.CommandAPDU) (iso7816.ResponseAPDU, error) {
			sent++
			if sent%3 == 0 {
				return iso7816.ResponseAPDU{Data: answer, SW: iso7816.StatusWord(sw)}, nil
			}
			return iso7816.ResponseAPDU{Data: answer, SW: iso7816.SWSuccess}, nil
		}
		for _, file := range []EF{EFSOD, EFIDServizi, EFCertCIE} {
			sent = 0
			content, err := NewFiles(send, ChunkSecured).Read(file)
			if err == nil && len(content) > maxFile {
				t.Fatal("longer than any file")
			}
			if sent > maxReads+2 {
				t.Fatal("no end")
			}
		}
	})
}

func TestCommandOrder(t *testing.T) {
	c := &fileCard{content: object(400), style: eofWarning}
	var sent []string
	_, err := NewFiles(func(command iso7816.CommandAPDU) (iso7816.ResponseAPDU, error) {
		sent = append(sent, fmt.Sprintf("%02X%02X%02X+%d", command.INS, command.P1, command.P2, command.Ne))
		return c.send(command)
	}, ChunkClear).Read(EFSOD)
	require.NoError(t, err)
	assert.Equal(t, []string{"B08600+256", "B00100+148"}, sent)
}
