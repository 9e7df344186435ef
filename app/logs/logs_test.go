package logs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cientro/app/settings"
	"cientro/card/store/atomicfile"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// canary is in each secret value of the tests.
const canary = "canary"

// redactsItself is a type like those that hold PINs.
type redactsItself struct{ secret string }

func (redactsItself) LogValue() slog.Value { return slog.StringValue("PIN(redacted)") }

// careless resolves itself to what it should not show.
type careless struct{}

func (careless) LogValue() slog.Value {
	return slog.GroupValue(slog.String("serial", canary), slog.Any("raw", []byte(canary)), slog.Int("tries", 3))
}

type plain struct{ Inside string }

type worded struct{ text string }

func (w *worded) String() string { return w.text }

type marshaler struct{ fails bool }

func (m marshaler) MarshalText() ([]byte, error) {
	if m.fails {
		return []byte(canary), errors.New("no")
	}
	return []byte("words"), nil
}

// logged returns what one call wrote.
func logged(t *testing.T, log func(*slog.Logger)) (string, map[string]any) {
	var out bytes.Buffer
	log(slog.New(Redact(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	var fields map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &fields))
	return out.String(), fields
}

func TestDeniedNamesAreDropped(t *testing.T) {
	for _, name := range []string{
		"pin", "PIN", "new_pin", "oldPIN", "puk", "key", "data", "name", "fiscalCode", "fiscal_code",
		"Fiscal-Code", "serial", "nis", "NIS", "pan",
	} {
		for kind, value := range map[string]any{
			"string": canary, "bytes": []byte(canary), "error": errors.New(canary), "struct": plain{canary},
			"stringer": &worded{canary}, "group": slog.GroupValue(slog.String("x", canary)), "strings": []string{canary},
		} {
			line, fields := logged(t, func(l *slog.Logger) { l.Info("x", name, value) })
			assert.NotContains(t, line, canary, "%s %s", name, kind)
			assert.Equal(t, dropped, fields[name], "%s %s", name, kind)
			line, _ = logged(t, func(l *slog.Logger) { l.With(name, value).Info("x") })
			assert.NotContains(t, line, canary, "With %s %s", name, kind)
			line, _ = logged(t, func(l *slog.Logger) { l.Info("x", slog.Group("ok", name, value)) })
			assert.NotContains(t, line, canary, "Group %s %s", name, kind)
			line, _ = logged(t, func(l *slog.Logger) { l.WithGroup(name).WithGroup("y").Info("x", "z", value) })
			assert.NotContains(t, line, canary, "WithGroup %s %s", name, kind)
			line, _ = logged(t, func(l *slog.Logger) { l.WithGroup(name).With("z", value).Info("x") })
			assert.NotContains(t, line, canary, "WithGroup With %s %s", name, kind)
		}
	}
}

func TestBytesAndUnknownTypesAreDroppedUnderAnyName(t *testing.T) {
	for kind, value := range map[string]any{
		"bytes": []byte(canary), "array": [6]byte([]byte(canary)), "raw JSON": json.RawMessage(`"canary"`),
		"struct": plain{canary}, "pointer": &plain{canary}, "map": map[string]string{"x": canary},
		"list": [][]byte{[]byte(canary)}, "any": []any{canary}, "failing": marshaler{fails: true}, "careless": careless{},
	} {
		line, _ := logged(t, func(l *slog.Logger) { l.Info("x", "thing", value) })
		assert.NotContains(t, line, canary, kind)
		assert.NotContains(t, line, "Y2FuYXJ5", kind) // base64
		assert.NotContains(t, line, "99 97 110", kind)
	}
}

func TestShapesAreMaskedInTexts(t *testing.T) {
	for name, secret := range map[string]string{
		"PIN": "12345678", "card number": "000000005216", "fiscal code": "SPCTTN80A01H501X",
		"small letters": "spcttn80a01h501x", "omocodia": "SPCTTNULA0MHRLMX",
	} {
		text := "card: <" + secret + "> refused"
		line, _ := logged(t, func(l *slog.Logger) {
			l.Info(text, "a", text, "err", fmt.Errorf("verify: %w", errors.New(text)), "b", &worded{text},
				"c", []string{text}, secret, "d")
		})
		assert.NotContains(t, line, secret, name)
		line, _ = logged(t, func(l *slog.Logger) { l.WithGroup(secret).Info("x", "y", 1) })
		assert.NotContains(t, line, secret, name)
	}
	line, fields := logged(t, func(l *slog.Logger) { l.Info("x", "n", 12345678, "u", uint64(87654321), "f", 3.0) })
	assert.NotContains(t, line, "12345678")
	assert.NotContains(t, line, "87654321")
	assert.EqualValues(t, 3, fields["f"])
}

func TestWhatHelpsStays(t *testing.T) {
	_, fields := logged(t, func(l *slog.Logger) {
		l.Debug("command", "ins", "20", "sw", "63C2", "tries", 2, "took", 40*time.Millisecond, "ok", true,
			"atr", "3B8F8001000000000000000000FF829000E3", "pin", redactsItself{canary}, "err", errors.New("removed"),
			"words", marshaler{}, "none", nil, "nil", (*worded)(nil), "readers", []string{"A", "B"},
			"thing", plain{canary}, slog.Group("card", "family", "gemalto"))
	})
	assert.Equal(t, "command", fields["msg"])
	assert.Equal(t, "63C2", fields["sw"])
	assert.EqualValues(t, 2, fields["tries"])
	assert.Equal(t, true, fields["ok"])
	assert.EqualValues(t, 40*time.Millisecond, fields["took"])
	assert.Equal(t, "3B8F8001000000000000000000FF829000E3", fields["atr"])
	assert.Equal(t, "PIN(redacted)", fields["pin"])
	assert.Equal(t, "removed", fields["err"])
	assert.Equal(t, "words", fields["words"])
	assert.Equal(t, "null", fields["none"])
	assert.Equal(t, "[*logs.worded]", fields["nil"])
	assert.Equal(t, "A, B", fields["readers"])
	assert.Equal(t, "[logs.plain]", fields["thing"])
	assert.Equal(t, map[string]any{"family": "gemalto"}, fields["card"])
}

func TestLogIsOffByDefault(t *testing.T) {
	for _, options := range []Options{
		{Folder: filepath.Join(t.TempDir(), "logs")},
		{Folder: filepath.Join(t.TempDir(), "logs"), Level: settings.LogOff},
		{Folder: filepath.Join(t.TempDir(), "logs"), Level: "all"},
		{Level: settings.LogDebug},
		{Folder: filepath.Join(t.TempDir(), "logs"), Level: settings.Default().LogLevel},
	} {
		New(options).Error("x")
		if options.Folder != "" {
			assert.NoDirExists(t, options.Folder)
		}
	}
	assert.NoFileExists(t, fileName)
}

func TestLevels(t *testing.T) {
	for level, lines := range map[settings.LogLevel]int{
		settings.LogDebug: 4, settings.LogInfo: 3, settings.LogWarn: 2, settings.LogError: 1,
	} {
		folder := filepath.Join(t.TempDir(), "state", "logs")
		log := New(Options{Folder: folder, Level: level, Program: "test"})
		log.Debug("d")
		log.Info("i")
		log.Warn("w")
		log.Error("e")
		content, err := os.ReadFile(filepath.Join(folder, fileName))
		require.NoError(t, err)
		assert.Equal(t, lines, strings.Count(string(content), "\n"), level)
		assert.Contains(t, string(content), `"program":"test"`)
		info, err := os.Stat(folder)
		require.NoError(t, err)
		assert.EqualValues(t, 0o700, info.Mode().Perm())
	}
}

func TestLogIsBoundedPrivateAndWhole(t *testing.T) {
	folder := t.TempDir()
	const maxSize, keep = 2000, 2
	var wait sync.WaitGroup
	for writer := range 3 { // as three programs
		wait.Go(func() {
			log := New(Options{Folder: folder, Level: settings.LogInfo, Program: fmt.Sprint(writer), MaxSize: maxSize, Keep: keep})
			for n := range 60 {
				log.Info("line", "n", n)
			}
		})
	}
	wait.Wait()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
		info, err := entry.Info()
		require.NoError(t, err)
		assert.EqualValues(t, 0o600, info.Mode().Perm(), entry.Name())
		// Each of three writers may see room for the last line.
		assert.LessOrEqual(t, info.Size(), int64(maxSize+2*200), entry.Name())
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		require.NoError(t, err)
		for line := range strings.Lines(string(content)) {
			assert.True(t, json.Valid([]byte(line)), line)
		}
	}
	assert.Equal(t, []string{fileName, fileName + ".1", fileName + ".2", fileName + ".lock"}, names)
}

func TestLineTooLongAndDiskThatFails(t *testing.T) {
	folder := t.TempDir()
	file := &rotated{path: filepath.Join(folder, fileName), maxSize: 10, keep: 1}
	_, err := file.Write(make([]byte, 11))
	assert.ErrorIs(t, err, atomicfile.ErrTooLarge)
	_, err = file.Write(make([]byte, 10))
	assert.NoError(t, err)

	blocked := &rotated{path: filepath.Join(file.path, "logs", fileName), maxSize: 10, keep: 1}
	_, err = blocked.Write([]byte("x"))
	assert.Error(t, err)

	lock, err := atomicfile.Acquire(file.path+".lock", 0)
	require.NoError(t, err)
	_, err = file.Write([]byte("x"))
	assert.ErrorIs(t, err, atomicfile.ErrBusy, "full, and somebody rotates for ever")
	require.NoError(t, lock.Release())
	require.NoError(t, os.MkdirAll(filepath.Join(file.path+".1", "full"), 0o700))
	_, err = file.Write([]byte("x"))
	assert.Error(t, err, "a folder stands where the older file shall go")
	New(Options{Folder: file.path, Level: settings.LogInfo}).Error("never fatal")
}
