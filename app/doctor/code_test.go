package doctor

import (
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sealed is the code of these bytes, with their sum.
func sealed(raw ...byte) string {
	return spelled(crockford.EncodeToString(binary.BigEndian.AppendUint32(raw, crc32.ChecksumIEEE(raw))))
}

func TestCodesThatCannotBeRead(t *testing.T) {
	good := Report{Version: "1.0", OS: "linux", Arch: "amd64"}.SupportCode()
	_, err := ReadCode(good)
	require.NoError(t, err)
	for what, code := range map[string]string{
		"nothing": "", "other": "hello", "no letters": "CID-", "cut": good[:len(good)-6], "long": "CID" + strings.Repeat("0", 500),
		"not base32": "CID-UUUUU-UUUUU", "no version": sealed(1, 9, 'x'), "short": sealed(1, 1, 'x', 0), "checks missing": sealed(1, 1, 'x', 0, 0, 9),
		"too many": sealed(1, 1, 'x', 0, 0, 1, 0, 0),
	} {
		_, err := ReadCode(code)
		assert.ErrorIs(t, err, ErrCode, what)
	}
	_, err = ReadCode(sealed(2, 1, 'x', 0, 0, 0))
	assert.ErrorIs(t, err, ErrNewerCode)

	// What is missing at the end is said to be missing, wherever it breaks off.
	for i := len(codePrefix); i < len(good); i++ {
		_, err := ReadCode(good[:i])
		assert.ErrorIs(t, err, ErrCodeCut, good[:i])
	}
	for what, code := range map[string]string{
		"more": good + "0", "no sign": good[:len(good)-1] + "U", "not Latin": good[:len(good)-1] + "Ω", "very long": "CID" + strings.Repeat("0", 500),
	} {
		_, err := ReadCode(code)
		assert.ErrorIs(t, err, ErrCodeMistyped, what)
	}
	_, err = ReadCode("https://example.org")
	assert.NotErrorIs(t, err, ErrCodeCut)
	assert.NotErrorIs(t, err, ErrCodeMistyped)

	_, err = ReadCode(good[:len(good)-1] + string(crockfordSigns[strings.IndexByte(crockfordSigns, good[len(good)-1])^1]))
	assert.ErrorIs(t, err, ErrCodeMistyped, "a slip in bits that hold nothing")

	// Each slip of the hand is seen.
	for i := len(codePrefix) + 1; i < len(good); i++ {
		if good[i] == '-' {
			continue
		}
		other := byte('7')
		if good[i] == other {
			other = '8'
		}
		_, err := ReadCode(good[:i] + string(other) + good[i+1:])
		assert.Error(t, err, i)
	}
}

func TestCodesAreReadAsTheyAreTyped(t *testing.T) {
	r := Report{Version: "1.0", OS: "linux", Arch: "arm64", Family: "suse"}
	code := r.SupportCode()
	typed := strings.NewReplacer("0", "O", "1", "l", "-", " \n").Replace(strings.ToLower(code))
	told, err := ReadCode(typed)
	require.NoError(t, err)
	r.FromCode, r.code = true, code
	assert.Equal(t, r, told)
}

// TestCodesOfALaterVersion tell what they can: there is a check, or a way, that
// this version does not know.
func TestCodesOfALaterVersion(t *testing.T) {
	all := checks()
	body := []byte{codeFormat, 3, '9', '.', '9', 0xF1, 9, byte(len(all) + 3)}
	nibbles := make([]byte, (len(all)+4)/2*2)
	nibbles[0] = 13
	nibbles[len(all)+1] = 2
	for i := 0; i < len(nibbles)/2*2 && len(body) < 8+(len(all)+4)/2; i += 2 {
		body = append(body, nibbles[i]<<4|nibbles[i+1])
	}
	r, err := ReadCode(sealed(body...))
	require.NoError(t, err)
	assert.Equal(t, []string{"9.9", "", "amd64", ""}, []string{r.Version, r.OS, r.Arch, r.Family})
	later := 0
	for _, result := range r.Results {
		if result.Way == "later" {
			later++
			assert.Equal(t, Warning, result.Verdict)
		}
	}
	assert.Equal(t, 2, later)
	assert.Contains(t, r.Text(english(t)), "newer version")
	assertSchema(t, schemaOf(t), r.Document(english(t)))
}

func FuzzReadCode(f *testing.F) {
	f.Add(Report{Version: "1.0", OS: "linux"}.SupportCode())
	f.Add(sealed(1, 1, 'x', 0xFF, 0xFF, 3, 0xED, 0xC0))
	f.Add(sealed(1, 0, 0, 0, 255))
	f.Add("CID-0")
	f.Fuzz(func(t *testing.T, code string) {
		r, err := ReadCode(code)
		if err != nil {
			return
		}
		if r.Version != versionFact(r.Version).text {
			t.Fatalf("version %q", r.Version)
		}
		r.Summary()
		r.SupportCode()
	})
}
