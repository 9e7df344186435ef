package app

import (
	"bytes"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/sod"
	"cientro/card/virtual/specimen"
)

func write(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

func openTrust(t *testing.T, folder string) *Trust {
	t.Helper()
	trust, err := OpenTrust(folder)
	require.NoError(t, err)
	return trust
}

func TestTrustIsKept(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "trust")
	trust := openTrust(t, folder)
	shipped := len(trust.List())
	require.NotZero(t, shipped)
	data := specimen.Default()
	verdict, err := VerifySOD(write(t, data.SODSHA256), trust.Anchors(), time.Now())
	require.NoError(t, err)
	assert.Equal(t, sod.LevelSelfConsistent, verdict.Level)

	in, err := trust.Import(write(t, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: data.CSCA})))
	require.NoError(t, err)
	require.Len(t, in.Added, 1)
	assert.Equal(t, 1, in.Italian)
	again, err := trust.Import(write(t, data.CSCA))
	require.NoError(t, err)
	assert.Empty(t, again.Added)
	assert.Equal(t, sod.ImportDER, again.Kind)

	other := openTrust(t, folder)
	assert.Len(t, other.List(), shipped+1)
	for _, file := range [][]byte{data.SODSHA256, data.SODSHA512} {
		verdict, err = VerifySOD(write(t, file), other.Anchors(), time.Now())
		require.NoError(t, err)
		assert.Equal(t, sod.LevelAnchored, verdict.Level)
	}
	removed, _, err := other.Remove(in.Added[0].ID[:8])
	require.NoError(t, err)
	assert.Equal(t, in.Added[0].ID, removed.ID)
	assert.Len(t, openTrust(t, folder).List(), shipped)

	// One that was changed meanwhile by another program is read anew.
	_, err = trust.Import(write(t, data.CSCA))
	require.NoError(t, err)
	assert.Len(t, openTrust(t, folder).List(), shipped+1)
}

func TestShippedAnchorsCanBeTakenOut(t *testing.T) {
	folder := t.TempDir()
	trust := openTrust(t, folder)
	first := trust.List()[0]
	removed, _, err := trust.Remove(first.ID)
	require.NoError(t, err)
	assert.Equal(t, sod.OriginShipped, removed.Origin)
	for _, a := range openTrust(t, folder).List() {
		assert.NotEqual(t, first.ID, a.ID)
	}
}

func TestRemoveNeedsOneAnchor(t *testing.T) {
	for _, id := range []string{"", "00", "0000000000000000", "not hexadecimal"} {
		_, _, err := openTrust(t, t.TempDir()).Remove(id)
		var unknown *UnknownAnchorError
		require.ErrorAs(t, err, &unknown, id)
	}
}

func TestImportRefuses(t *testing.T) {
	data := specimen.Default()
	for name, content := range map[string][]byte{
		"nothing": nil, "text": []byte("text"), "no authority": data.CertCIE, "a SOD": data.SODSHA256,
		"broken": data.CSCA[:100], "empty PEM": []byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"),
	} {
		_, err := openTrust(t, t.TempDir()).Import(write(t, content))
		var file *FileError
		require.ErrorAs(t, err, &file, name)
		assert.Equal(t, FileAnchor, file.Op, name)
	}
	_, err := openTrust(t, t.TempDir()).Import(filepath.Join(t.TempDir(), "none"))
	assert.Equal(t, "FILE-002", ProblemOf(err).Code)
	_, err = openTrust(t, t.TempDir()).Import(write(t, bytes.Repeat([]byte{0x30}, sod.MaxImport+1)))
	assert.Equal(t, "FILE-002", ProblemOf(err).Code, "more than any list has")
}

func TestTrustWithoutAFolder(t *testing.T) {
	trust := openTrust(t, "")
	before := len(trust.List())
	_, err := trust.Import(write(t, specimen.Default().CSCA))
	require.NoError(t, err)
	assert.Len(t, trust.List(), before+1, "for this run")
}

func TestDamagedTrustIsSetAside(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, trustFile), []byte("no"), 0o600))
	trust := openTrust(t, folder)
	assert.NotEmpty(t, trust.Damaged)
	assert.FileExists(t, trust.Damaged)
	assert.NotEmpty(t, trust.List())
}

func TestTrustThatCannotBeKept(t *testing.T) {
	blocked := write(t, nil)
	trust, err := OpenTrust(filepath.Join(blocked, "trust"))
	if err == nil {
		_, err = trust.Import(write(t, specimen.Default().CSCA))
	}
	var file *FileError
	require.ErrorAs(t, err, &file)
}

func TestVerifySOD(t *testing.T) {
	data := specimen.Default()
	bad := bytes.Clone(data.SODSHA512)
	bad[len(bad)-20] ^= 1
	verdict, err := VerifySOD(write(t, bad), nil, time.Now())
	assert.Equal(t, "FILE-001", ProblemOf(err).Code)
	assert.Equal(t, ExitNotGenuine, ProblemOf(err).Exit())
	assert.Equal(t, sod.LevelFailed, verdict.Level)
	for code, content := range map[string][]byte{"FILE-005": data.CSCA, "FILE-002": make([]byte, sod.MaxSOD+1)} {
		_, err := VerifySOD(write(t, content), nil, time.Now())
		assert.Equal(t, code, ProblemOf(err).Code)
		assert.Equal(t, ExitUsage, ProblemOf(err).Exit())
	}
	padded := append(bytes.Clone(data.SODSHA256), make([]byte, 64)...)
	_, err = VerifySOD(write(t, padded), nil, time.Now())
	require.NoError(t, err, "files on a card are padded")
}
