package atr_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"cientro/card/atr"
)

func TestLabelListsTheTwins(t *testing.T) {
	for _, c := range []struct {
		atr  string
		twin atr.Candidate
	}{
		{"3B 8F 80 01 80 31 80 65 B0 85 04 00 11 12 0F FF 82 90 00 8A", atr.Candidate{Kind: atr.KindOther, Name: "dutch-driving-licence"}},
		{"3B 8F 80 01 80 31 80 65 B0 85 03 00 EF 12 0F FF 82 90 00 73", atr.Candidate{Kind: atr.KindOther, Name: "luxembourg-id"}},
		{"3B 80 80 01 01", atr.Candidate{Kind: atr.KindPassport, Name: "passport"}},
		{"3B 80 80 01 01", atr.Candidate{Kind: atr.KindCNS, Name: "ts-cns"}},
	} {
		got := atr.Label(unhex(t, c.atr))
		assert.Equal(t, atr.KindCIE, got.Kind)
		assert.True(t, got.Ambiguous())
		assert.Contains(t, got.Alternatives, c.twin)
	}
	assert.False(t, atr.Label(unhex(t, "3B8E80018031806549544E5850120FFF8290F0")).Ambiguous())
}

func TestLabelRules(t *testing.T) {
	for _, c := range []struct {
		what, atr    string
		kind         atr.Kind
		name, family string
		root         atr.Root
	}{
		{"nothing", "", atr.KindMute, "", "", atr.RootIAS},
		{"lone TS", "3B", atr.KindUnknown, "", "", atr.RootIAS},
		{"ITJ4E, not listed anywhere", "3B8F80018031806549544A3445120FFF829000" + "8C", atr.KindCIE, "cie", "itj4e", atr.RootMF},
		{"ITJ4e in lower case", "8031806549544A3465", atr.KindCIE, "cie", "itj4e", atr.RootMF},
		{"ITJ47", "8031806549544A3437", atr.KindCIE, "cie", "itj47", atr.RootMF},
		{"ITJ4 and no letter", "8031806549544A34F0", atr.KindCIE, "cie", "itj4-f0", atr.RootMF},
		{"ITJ4 cut off", "8031806549544A34", atr.KindUnknown, "", "", atr.RootIAS},
		{"ITJ4A with other status bytes", "3B8F80018031806549544A3441120FFFFFFFFF00", atr.KindCIE, "cie", "actalis", atr.RootMF},
		{"all zero", "3B8F80010000000000000000000000FF829000E3", atr.KindCIE, "cie", "zero-historical", atr.RootIAS},
		{"stm2 with one byte more", "3B8080010100", atr.KindUnknown, "", "", atr.RootIAS},
		{"stm2 without check byte", "3B808001", atr.KindUnknown, "", "", atr.RootIAS},
		{"gemalto chip of a third country", "3B8F800180318065B085040011120380829000FB", atr.KindUnknown, "", "", atr.RootIAS},
		{"gemalto chip by contact", "3B7F96000080318065B085040011120FFF829000", atr.KindUnknown, "", "", atr.RootIAS},
		{"another IDPrime", "3B8F800180318065B084AABBCC120FFD82900000", atr.KindOther, "idprime-badge", "", atr.RootIAS},
		{"CNS by an unheard-of maker", "3BFF1800FF8131FE55006B0609AABB010101434E5310318000", atr.KindCNS, "cns", "", atr.RootIAS},
		{"CNS historical bytes alone", "006B0609AABB010101434E53113180", atr.KindCNS, "cns", "", atr.RootIAS},
		{"CNS letters, wrong frame", "006C0609AABB010101434E53113180", atr.KindUnknown, "", "", atr.RootIAS},
		{"CNS frame, other letters", "006B0609AABB010101585858113180", atr.KindUnknown, "", "", atr.RootIAS},
		{"health professional", "006B0405010001120248504310" + "3180", atr.KindCNS, "health-professional-card", "", atr.RootIAS},
		{"CIE in letters only", "006B04050100012101434945103180", atr.KindOther, "regional-services-card", "", atr.RootIAS},
		{"CIE version 2", "000000000000024954494420203180", atr.KindOther, "old-cie", "", atr.RootIAS},
		{"IDEMIA NFC", "3B8B80010031C16408AABBCCDD009000", atr.KindCNS, "ts-cns", "", atr.RootIAS},
		{"MIFARE 4K", "3B8F8001804F0CA0000003060300020000000069", atr.KindOther, "mifare-classic", "", atr.RootIAS},
		{"Ultralight", "3B8F8001804F0CA0000003060300030000000068", atr.KindOther, "mifare-ultralight", "", atr.RootIAS},
		{"MIFARE Plus", "3B8F8001804F0CA000000306030036000000005D", atr.KindOther, "mifare-plus", "", atr.RootIAS},
		{"FeliCa", "3B8F8001804F0CA00000030611003B0000000042", atr.KindOther, "felica", "", atr.RootIAS},
		{"some storage card", "3B8F8001804F0CA00000030605000700000000" + "6A", atr.KindOther, "storage-card", "", atr.RootIAS},
		{"storage card, bare bytes", "804F0CA00000030603000100000000", atr.KindOther, "mifare-classic", "", atr.RootIAS},
		{"type B with its own bytes", "3B8E8001107877B1000000000000000000000000", atr.KindUnknown, "", "", atr.RootIAS},
	} {
		t.Run(c.what, func(t *testing.T) {
			got := atr.Label(unhex(t, c.atr))
			assert.Equal(t, c.kind, got.Kind)
			assert.Equal(t, c.name, got.Name)
			assert.Equal(t, c.family, got.Family)
			assert.Equal(t, c.root, got.RootFirst)
		})
	}
}

// The bytes of a family in another order are another card: the mistake of a
// matcher that sorts them first.
func TestLabelIsNotFooledByTheOrderOfBytes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, c := range loadVectors(t).ATRs {
		if c.Family == "stm2" {
			continue
		}
		raw := unhex(t, c.ATR)
		historical := raw[4 : len(raw)-1]
		before := string(historical)
		for string(historical) == before {
			random.Shuffle(len(historical)-1, func(i, j int) { historical[i], historical[j] = historical[j], historical[i] })
		}
		assert.NotEqual(t, c.Family, atr.Label(raw).Family, "%X", raw)
	}
}

func TestNamesAreSortedAndUnique(t *testing.T) {
	assert.IsIncreasing(t, atr.Names())
}

func TestLabelGivesOutNothingShared(t *testing.T) {
	twin := unhex(t, "3B80800101")
	atr.Label(twin).Alternatives[0].Name = "spoilt"
	assert.Equal(t, "passport", atr.Label(twin).Alternatives[0].Name)
}

func FuzzLabel(f *testing.F) {
	for _, c := range loadVectors(f).ATRs {
		f.Add(unhex(f, c.ATR))
	}
	for _, c := range loadField(f) {
		f.Add(unhex(f, c.atr))
	}
	names := map[string]bool{"": true}
	for _, name := range atr.Names() {
		names[name] = true
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := atr.Label(raw)
		if (got.Kind == atr.KindCIE) != (got.Family != "") {
			t.Errorf("kind %s, family %q", got.Kind, got.Family)
		}
		if (got.Kind == atr.KindMute) != (len(raw) == 0) {
			t.Errorf("%d bytes called %s", len(raw), got.Kind)
		}
		if !names[got.Name] || got.RootFirst == "" {
			t.Errorf("name %q, root %q", got.Name, got.RootFirst)
		}
	})
}
