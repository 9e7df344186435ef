package atr_test

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/atr"
)

type vectors struct {
	ATRs []struct {
		ATR, Family string
	} `json:"atrs"`
	Families []struct {
		Family, Pattern string
		SelectRoot      atr.Root `json:"select_root"`
		Weak            bool
	} `json:"families"`
	NotCIE []struct {
		ATR, What string
	} `json:"not_cie"`
}

func loadVectors(t testing.TB) vectors {
	t.Helper()
	text, err := os.ReadFile("../cardtest/testdata/vectors/atr.json")
	require.NoError(t, err)
	var v vectors
	require.NoError(t, json.Unmarshal(text, &v))
	require.NotEmpty(t, v.ATRs)
	require.NotEmpty(t, v.NotCIE)
	return v
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	require.NoError(t, err)
	return raw
}

func TestLabelKnowsEachPublishedCIE(t *testing.T) {
	v := loadVectors(t)
	roots := map[string]atr.Root{}
	for _, f := range v.Families {
		roots[f.Family] = f.SelectRoot
		assert.Contains(t, atr.Families(), f.Family)
	}
	for _, c := range v.ATRs {
		t.Run(c.Family+" "+c.ATR, func(t *testing.T) {
			got := atr.Label(unhex(t, c.ATR))
			assert.Equal(t, atr.KindCIE, got.Kind)
			assert.Equal(t, c.Family, got.Family)
			assert.Equal(t, roots[c.Family], got.RootFirst)
		})
	}
}

func TestLabelTakesBareHistoricalBytes(t *testing.T) {
	for _, c := range loadVectors(t).ATRs {
		raw := unhex(t, c.ATR)
		if c.Family == "stm2" {
			continue // has none
		}
		assert.Equal(t, c.Family, atr.Label(raw[4:len(raw)-1]).Family, "historical bytes of %s", c.ATR)
		assert.Equal(t, c.Family, atr.Label(raw[:len(raw)-1]).Family, "%s without check byte", c.ATR)
	}
}

func TestLabelCallsNoOtherCardACIE(t *testing.T) {
	for _, c := range loadVectors(t).NotCIE {
		got := atr.Label(unhex(t, c.ATR))
		assert.NotEqual(t, atr.KindCIE, got.Kind, c.What)
		assert.Empty(t, got.Family, c.What)
	}
}

// fieldCard is a line of atrs.tsv: ATR, state of the check byte, what the
// official matcher says, what people said it is.
type fieldCard struct{ atr, tck, official, description string }

func loadField(t testing.TB) []fieldCard {
	t.Helper()
	file, err := os.Open("../cardtest/testdata/atrs.tsv")
	require.NoError(t, err)
	defer file.Close()
	var cards []fieldCard
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		f := strings.Split(lines.Text(), "\t")
		require.Len(t, f, 4)
		cards = append(cards, fieldCard{f[0], f[1], f[2], f[3]})
	}
	require.Equal(t, 90, len(cards))
	return cards
}

// kindFromDescription reads the kind out of what people wrote about a card:
// words of the list, not of our tables. First word found wins.
func kindFromDescription(d string) atr.Kind {
	words := []struct {
		word string
		kind atr.Kind
	}{
		{"Dutch driver licence (eID) | Italian electronic", atr.KindCIE},
		{"Luxembourg", atr.KindCIE}, // the same bytes as a CIE: the vectors say gemalto2
		{"Type B without historical", atr.KindCIE},
		{"Comune di Parma", atr.KindOther},
		{"Italian Electronic ID Card (eID) | http://www.interno", atr.KindOther},
		{"Identity card of Italian Republic", atr.KindOther},
		{"Contactless Identity Card", atr.KindCIE}, {"Italian Card Identity", atr.KindCIE},
		{"Italian identity card", atr.KindCIE}, {"Italian ID Card", atr.KindCIE},
		{"CIE (eID)", atr.KindCIE}, {"Electronic Identity (CIE)", atr.KindCIE}, {"CIE Italian", atr.KindCIE},
		{"Italian Identity Card", atr.KindCIE}, {"(CIE)", atr.KindCIE}, {"Identity Card (eID)", atr.KindCIE},
		{"hybrid card", atr.KindOther},
		{"Passport", atr.KindPassport},
		{"Professionista Sanitario - CNS", atr.KindCNS},
		{"polish", atr.KindOther}, {"Mauritius", atr.KindOther}, {"IDPrime", atr.KindOther},
		{"IDCore", atr.KindOther}, {"TokenMe", atr.KindOther}, {"POCKET EVO", atr.KindOther},
		{"Postecert", atr.KindOther}, {"SIAE", atr.KindOther}, {"Authors and Publishers", atr.KindOther},
	}
	for _, w := range words {
		if strings.Contains(d, w.word) {
			return w.kind
		}
	}
	return ""
}

func TestLabelOnEachCardOfTheField(t *testing.T) {
	names := atr.Names()
	for _, c := range loadField(t) {
		t.Run(c.atr, func(t *testing.T) {
			got := atr.Label(unhex(t, c.atr))
			want := kindFromDescription(c.description)
			switch {
			case want != "":
			case strings.Contains(c.atr, "42 34 44 10 31 80"): // "B4D"
				want = atr.KindOther
			default:
				want = atr.KindCNS
			}
			assert.Equal(t, want, got.Kind, c.description)
			assert.Contains(t, names, got.Name, c.description)
			for _, other := range got.Alternatives {
				assert.Contains(t, names, other.Name)
				assert.Contains(t, []atr.Kind{atr.KindCNS, atr.KindPassport, atr.KindOther}, other.Kind)
			}
		})
	}
}

func TestDecodeOnEachCardOfTheField(t *testing.T) {
	want := map[string]atr.TCK{"ok": atr.TCKRight, "T0-noTCK": atr.TCKAbsent, "len 19!=20": atr.TCKMissing}
	for _, c := range loadField(t) {
		got, err := atr.Decode(unhex(t, c.atr))
		require.NoError(t, err, c.atr)
		require.Contains(t, want, c.tck)
		assert.Equal(t, want[c.tck], got.TCK, c.atr)
		assert.Len(t, got.Historical, int(got.Raw[1]&0x0F), c.atr)
	}
}

// What the official matcher takes for a CIE although it is none.
func TestOfficialMistakesAreNotRepeated(t *testing.T) {
	for _, c := range []struct{ atr, name string }{
		{"3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A", "mifare-classic"},
		{"3B DF 18 00 81 31 FE 7D 00 6B 15 0C 01 80 01 11 01 43 4E 53 10 31 80 E9", "ts-cns"},
		{"3B 8F 80 01 80 31 80 65 B0 85 03 00 EF 12 0F FE 82 90 00 72", "idprime-badge"},
		{"3B 8F 80 01 80 31 80 65 B0 85 05 00 11 12 04 80 82 90 00 FF", "mauritius-id"},
		{"3B 8F 80 01 80 91 E1 31 98 65 B0 85 03 00 EF 73 94 41 C0 8D", "passport"},
		{"3B 8F 80 01 80 91 E1 31 98 65 B0 85 03 00 EF 73 94 41 FF B2", "passport"},
		{"3B 8F 80 01 80 91 00 31 80 65 B0 84 05 00 25 83 01 90 00 CD", "javacard"},
	} {
		got := atr.Label(unhex(t, c.atr))
		assert.NotEqual(t, atr.KindCIE, got.Kind, c.atr)
		assert.Equal(t, c.name, got.Name, c.atr)
	}
}
