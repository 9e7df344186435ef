//go:build linux

package stubtest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	ck "cientro/pkcs11module/cryptoki"
)

// player is agents/answers.c at work: it plays answers to the library.
type player struct {
	in  io.WriteCloser
	out *bufio.Reader
	err *bytes.Buffer
	cmd *exec.Cmd
}

var thePlayer struct {
	once    sync.Once
	program string
	err     error
	output  []byte
}

func startPlayer(t testing.TB) *player {
	t.Helper()
	thePlayer.once.Do(func() {
		thePlayer.program = filepath.Join(build(t), "answers")
		command := compiler("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer",
			"-o", thePlayer.program, "agents/answers.c")
		command = append(command, slices.DeleteFunc(ownSources(t), func(name string) bool {
			return strings.HasSuffix(name, "/library.c") || strings.HasSuffix(name, "/agent_unix.c")
		})...)
		thePlayer.output, thePlayer.err = exec.Command(command[0], command[1:]...).CombinedOutput()
	})
	require.NoError(t, thePlayer.err, "%s", thePlayer.output)
	p := &player{cmd: exec.Command(thePlayer.program), err: &bytes.Buffer{}}
	var err error
	p.in, err = p.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	p.out = bufio.NewReader(out)
	p.cmd.Stderr = p.err
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() {
		_ = p.in.Close()
		assert.NoError(t, p.cmd.Wait(), "%s", p.err)
	})
	return p
}

// play plays one case and returns what the calls returned.
func (p *player) play(t testing.TB, c []byte) []ck.RV {
	t.Helper()
	_, err := p.in.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(c))), c...))
	require.NoError(t, err)
	watch := time.AfterFunc(20*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer watch.Stop()
	var count uint32
	if err := binary.Read(p.out, binary.BigEndian, &count); err != nil {
		_ = p.cmd.Wait()
		t.Fatalf("the library broke on %x: %v\n%s", c, err, p.err)
	}
	values := make([]ck.RV, count)
	for i := range values {
		var v uint64
		require.NoError(t, binary.Read(p.out, binary.BigEndian, &v))
		values[i] = ck.RV(v)
	}
	return values
}

// The calls and framings that agents/answers.c knows.
const (
	callGetInfo = iota
	callSlotCount
	callSlotList // of 4
	callSlotInfo
	callTokenInfo
	callMechanismInfo
	callOpenSession
	callSessionInfo
	callLogin
	callAttributeLengths
	callAttributes // with rooms of 16
	callFind       // of 4
	callSignLength
	callSign // 16
	callSignEmpty
	callRandom // 8
	callWait
	callKeyPair
	callObjectSize
	callCloseSession
	callProfile // whose number is the result
)

const (
	frameRight = iota
	frameHeader
	frameNothing
	frameOptions
	frameError
)

func record(call, framing int, answer ...[]byte) []byte {
	whole := slices.Concat(answer...)
	return append([]byte{byte(call), byte(framing), byte(len(whole) >> 8), byte(len(whole))}, whole...)
}

func u64(numbers ...uint64) (b []byte) {
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return b
}

func u32(numbers ...uint32) (b []byte) {
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

func text(n int) []byte { return append(u32(uint32(n)), bytes.Repeat([]byte{' '}, n)...) }

func attribute(kind uint32, length uint32, value ...[]byte) []byte {
	return slices.Concat(u32(kind), []byte{1}, u32(length), slices.Concat(value...))
}

// honest is an answer that is right to each call, and hostile are answers that
// cannot be.
var (
	fiveLengths = slices.Concat(u32(5),
		attribute(0, 8, u64(0)), attribute(1, 1, []byte{0}), attribute(0x11, 300, u32(^uint32(0))),
		attribute(0x110, 8, u32(^uint32(0))), attribute(0x40000600, 16, u32(2), u64(1, 2)))
	fiveValues = slices.Concat(u32(5),
		attribute(0, 8, u64(3)), attribute(1, 1, []byte{1}), attribute(0x11, 5, u32(5), []byte("value")),
		attribute(0x110, 8, u32(8), []byte("20261122")), attribute(0x40000600, 16, u32(2), u64(1, 0x40)))

	fiveMissing = slices.Concat(u32(5),
		attribute(0, 8, u64(3)), u32(1), []byte{0}, attribute(0x11, 300, u32(^uint32(0))),
		u32(0x110), []byte{0}, u32(0x40000600), []byte{0})

	honest = []struct {
		call   int
		answer []byte
		rv     ck.RV
	}{
		{callGetInfo, slices.Concat([]byte{3, 0}, text(32), u64(0), text(32), []byte{1, 0}), ck.OK},
		{callSlotCount, append([]byte{0}, u32(7)...), ck.OK},
		{callSlotList, slices.Concat([]byte{1}, u32(2), u64(1, 2)), ck.OK},
		{callSlotList, slices.Concat([]byte{1}, u32(0)), ck.OK},
		{callSlotList, append([]byte{0}, u32(7)...), ck.RVBufferTooSmall},
		{callSlotInfo, slices.Concat(text(64), text(32), u64(7), []byte{1, 2, 3, 4}), ck.OK},
		{callTokenInfo, slices.Concat(text(32), text(32), text(16), text(16), u64(1, 0, ^uint64(0), 0, 0, 8, 8, 0, 0, 0, 0), []byte{1, 2, 3, 4}, text(16)), ck.OK},
		{callMechanismInfo, u64(2048, 2048, 0x800), ck.OK},
		{callOpenSession, u64(5), ck.OK},
		{callSessionInfo, u64(1, 1, 4, 0), ck.OK},
		{callLogin, nil, ck.OK},
		{callAttributeLengths, append(fiveLengths, u64(0)...), ck.RVAttributeTypeInvalid}, // the template is never asked for
		{callAttributes, append(fiveValues, u64(0)...), ck.RVAttributeTypeInvalid},
		{callAttributes, append(fiveMissing, u64(0x11)...), ck.RVAttributeSensitive},
		{callFind, slices.Concat([]byte{1}, u32(1), u64(9)), ck.OK},
		{callSignLength, append([]byte{0}, u32(256)...), ck.OK},
		{callSign, slices.Concat([]byte{1}, u32(16), make([]byte, 16)), ck.OK},
		{callSign, append([]byte{0}, u32(256)...), ck.RVBufferTooSmall},
		{callSignEmpty, append([]byte{0}, u32(256)...), ck.RVBufferTooSmall},
		{callRandom, slices.Concat([]byte{1}, u32(8), make([]byte, 8)), ck.OK},
		{callWait, u64(1), ck.OK},
		{callKeyPair, u64(1, 2), ck.OK},
		{callObjectSize, u64(^uint64(0)), ck.OK},
		{callCloseSession, nil, ck.OK},
		{callProfile, slices.Concat(u32(1), attribute(0x601, 8, u32(8), []byte{3, 0, 0, 0, 0, 0, 0, 0}), u64(0)), 3},
		{callProfile, slices.Concat(u32(1), u32(0x601), []byte{0}, u64(0x12)), ck.RVAttributeTypeInvalid},
	}

	hostile = map[string][]byte{
		"nothing":                        record(callGetInfo, frameNothing),
		"half a header":                  record(callGetInfo, frameNothing, u32(17, 0)),
		"a header without its body":      record(callGetInfo, frameNothing, u32(17, 0, 97)),
		"another call's code":            record(callCloseSession, frameNothing, u32(99, 0, 8, 19, 0)),
		"options without end":            record(callGetInfo, frameNothing, u32(17, 1<<20, 8)),
		"a body of 4 GB":                 record(callGetInfo, frameNothing, u32(17, 0, ^uint32(0))),
		"a body of 1 MB and a byte":      record(callGetInfo, frameNothing, u32(17, 0, 1<<20+1)),
		"a body too short for a call":    record(callGetInfo, frameHeader, u32(0)),
		"another call":                   record(callGetInfo, frameHeader, u32(4, 2), []byte("au"), []byte{0}, u32(1)),
		"another signature":              record(callMechanismInfo, frameHeader, u32(8, 2), []byte("uu"), u64(1, 2)),
		"a signature beyond the end":     record(callGetInfo, frameHeader, u32(3, 500), []byte("vsusv")),
		"a signature that is NULL":       record(callCloseSession, frameHeader, u32(11, ^uint32(0))),
		"an error that is none":          record(callLogin, frameError, u64(0)),
		"an error of half its length":    record(callLogin, frameError, u32(0)),
		"an error with more after it":    record(callLogin, frameError, u64(5, 5)),
		"values beyond the end":          record(callSessionInfo, frameRight, u64(1, 2, 3)),
		"bytes after the values":         record(callSessionInfo, frameRight, u64(1, 2, 3, 4), []byte{0}),
		"a text too short":               record(callSlotInfo, frameRight, text(63), text(32), u64(7), []byte{1, 2, 3, 4, 0}),
		"a text too long":                record(callSlotInfo, frameRight, text(65), text(31), u64(7), []byte{1, 2, 3, 4}),
		"a text that is NULL":            record(callSlotInfo, frameRight, u32(^uint32(0)), text(32), u64(7), []byte{1, 2, 3, 4}),
		"session 0":                      record(callOpenSession, frameRight, u64(0)),
		"session that is unavailable":    record(callOpenSession, frameRight, u64(^uint64(0))),
		"more slots than room":           record(callSlotList, frameRight, []byte{1}, u32(5), u64(1, 2, 3, 4, 5)),
		"more slots than sent":           record(callSlotList, frameRight, []byte{1}, u32(4), u64(1, 2)),
		"slots where none were wanted":   record(callSlotCount, frameRight, []byte{1}, u32(1), u64(1)),
		"more objects than room":         record(callFind, frameRight, []byte{1}, u32(5), u64(1, 2, 3, 4, 5)),
		"a number of objects":            record(callFind, frameRight, []byte{0}, u32(5)),
		"a signature longer than room":   record(callSign, frameRight, []byte{1}, u32(17), make([]byte, 17)),
		"a signature longer than itself": record(callSign, frameRight, []byte{1}, u32(16), make([]byte, 15)),
		"a signature not asked for":      record(callSignLength, frameRight, []byte{1}, u32(16), make([]byte, 16)),
		"too few random bytes":           record(callRandom, frameRight, []byte{1}, u32(7), make([]byte, 7)),
		"other attributes":               record(callAttributes, frameRight, u32(5), bytes.Repeat(attribute(0, 8, u64(3)), 5), u64(0)),
		"fewer attributes":               record(callAttributes, frameRight, u32(1), attribute(0, 8, u64(3)), u64(0)),
		"more attributes":                record(callAttributes, frameRight, u32(6), fiveValues[4:], attribute(0, 8, u64(3)), u64(0)),
		"no result of attributes":        record(callAttributes, frameRight, fiveValues),
		"an odd result of attributes":    record(callAttributes, frameRight, fiveValues, u64(0x30)),
		"a length that is not the value's": record(callAttributes, frameRight, u32(5), attribute(0, 8, u64(3)), attribute(1, 1, []byte{1}),
			attribute(0x11, 5, u32(4), []byte("valu")), attribute(0x110, 8, u32(8), []byte("20261122")), attribute(0x40000600, 16, u32(2), u64(1, 0x40)), u64(0)),
		"a value that is only a length": record(callAttributes, frameRight, u32(5), attribute(0, 8, u64(3)), attribute(1, 1, []byte{1}),
			attribute(0x11, 5, u32(^uint32(0))), attribute(0x110, 8, u32(8), []byte("20261122")), attribute(0x40000600, 16, u32(2), u64(1, 0x40)), u64(0)),
		"a number of 4 bytes": record(callProfile, frameRight, u32(1), attribute(0x601, 8, u32(4), []byte{3, 0, 0, 0}), u64(0)),
		"mechanisms without end": record(callAttributes, frameRight, u32(5), attribute(0, 8, u64(3)), attribute(1, 1, []byte{1}),
			attribute(0x11, 5, u32(5), []byte("value")), attribute(0x110, 8, u32(8), []byte("20261122")), attribute(0x40000600, 16, u32(^uint32(0)), u64(1, 0x40)), u64(0)),
	}
)

func TestHonestAnswers(t *testing.T) {
	p := startPlayer(t)
	for version := range byte(3) {
		for _, framing := range []int{frameRight, frameOptions} {
			for _, h := range honest {
				rv := p.play(t, append([]byte{version}, record(h.call, framing, h.answer)...))
				assert.Equal(t, []ck.RV{h.rv}, rv, "call %d, version %d: %x", h.call, version, h.answer)
			}
		}
	}
	assert.Equal(t, []ck.RV{ck.RVPINLocked}, p.play(t, append([]byte{2}, record(callLogin, frameError, u64(uint64(ck.RVPINLocked)))...)))
}

// Every hostile answer is CKR_DEVICE_ERROR, and the end of that agent: the next
// call has another one.
func TestHostileAnswers(t *testing.T) {
	p := startPlayer(t)
	for name, answer := range hostile {
		for version := range byte(3) {
			c := slices.Concat([]byte{version}, answer, record(callOpenSession, frameRight, u64(5)))
			assert.Equal(t, []ck.RV{ck.RVDeviceError, ck.OK}, p.play(t, c), name)
		}
	}
}

// Whatever prefix of an honest answer comes, nothing breaks.
func TestCutAnswers(t *testing.T) {
	p := startPlayer(t)
	for _, h := range honest {
		for n := range h.answer {
			rv := p.play(t, append([]byte{2}, record(h.call, frameRight, h.answer[:n])...))
			assert.Equal(t, []ck.RV{ck.RVDeviceError}, rv, "call %d: %x", h.call, h.answer[:n])
		}
	}
}

// FuzzAnswers plays cases to the library, which the sanitizers watch; each must
// come to an end with as many results as there were calls.
func FuzzAnswers(f *testing.F) {
	for _, h := range honest {
		f.Add(append([]byte{2}, record(h.call, frameRight, h.answer)...))
	}
	for _, answer := range hostile {
		f.Add(append([]byte{2}, answer...))
	}
	p := startPlayer(f)
	f.Fuzz(func(t *testing.T, c []byte) {
		if len(c) == 0 || len(c) > 1<<16 {
			t.Skip()
		}
		p.play(t, c)
	})
}
