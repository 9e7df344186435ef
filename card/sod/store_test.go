package sod

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func anchorOf(t testing.TB, s certSpec) Anchor {
	t.Helper()
	a, err := NewAnchor(s.parse(t), OriginImported)
	require.NoError(t, err)
	return a
}

// shippedOf is an anchor as ParseKeys makes it: without the certificate.
func shippedOf(t testing.TB, s certSpec) Anchor {
	t.Helper()
	a := anchorOf(t, s)
	a.Origin, a.Certificate = OriginShipped, nil
	return a
}

func ids(list []Anchor) []string {
	var ids []string
	for _, a := range list {
		ids = append(ids, a.ID)
	}
	return ids
}

func TestStore(t *testing.T) {
	shipped := []Anchor{shippedOf(t, csca())}
	imported := anchorOf(t, linkCert())
	foreign := anchorOf(t, deAnchor())
	s := NewStore(shipped)
	assert.Equal(t, ids(shipped), ids(s.List()))
	require.NoError(t, s.Anchors().Chain(ds().parse(t)).Err)

	assert.Equal(t, 2, s.Add(imported, foreign, imported, anchorOf(t, csca())), "each once, the shipped one not again")
	assert.Equal(t, []string{shipped[0].ID, foreign.ID, imported.ID}, ids(s.List()), "shipped first, then by country")

	fresh := NewStore(shipped)
	roundTrip(t, s, fresh)
	assert.Equal(t, ids(s.List()), ids(fresh.List()))
	assert.Equal(t, OriginImported, fresh.List()[1].Origin)

	removed, same, err := fresh.Remove(strings.ToUpper(imported.ID[:8]))
	require.NoError(t, err)
	assert.Equal(t, imported.ID, removed.ID)
	assert.Empty(t, same)
	assert.Equal(t, []string{shipped[0].ID, foreign.ID}, ids(fresh.List()))

	withColons := shipped[0].ID[:2] + ":" + shipped[0].ID[2:10]
	_, _, err = fresh.Remove(withColons)
	require.NoError(t, err)
	assert.Equal(t, []string{foreign.ID}, ids(fresh.List()))
	assert.Equal(t, ids(shipped), ids(fresh.Distrusted()))
	require.ErrorIs(t, fresh.Anchors().Chain(ds().parse(t)).Err, ErrUnknownIssuer)

	again := NewStore(shipped)
	roundTrip(t, fresh, again)
	assert.Equal(t, ids(fresh.List()), ids(again.List()), "what was taken out stays out")
	assert.Equal(t, 1, again.Add(anchorOf(t, csca())), "and comes back when it is imported")
	assert.Empty(t, again.Distrusted())
	require.NoError(t, again.Anchors().Chain(ds().parse(t)).Err)
}

func roundTrip(t *testing.T, from, to *Store) {
	t.Helper()
	text, err := json.Marshal(from)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, to))
}

func TestStoreRemoveTellsSameKey(t *testing.T) {
	twin := with(csca(), func(s *certSpec) { s.serial = big.NewInt(2) })
	s := NewStore([]Anchor{shippedOf(t, csca())})
	s.Add(anchorOf(t, twin))
	removed, same, err := s.Remove(anchorOf(t, csca()).ID)
	require.NoError(t, err)
	require.Len(t, same, 1)
	assert.NotEqual(t, removed.ID, same[0].ID)
	require.NoError(t, s.Anchors().Chain(ds().parse(t)).Err, "the key is still trusted, and the caller told so")
}

func TestStoreRemoveRefuses(t *testing.T) {
	s := NewStore(nil)
	a, b := anchorOf(t, csca()), anchorOf(t, linkCert())
	b.ID = a.ID[:20] + strings.Repeat("0", 44)
	s.Add(a, b)
	for _, id := range []string{"", a.ID[:7], "ffffffffffffffff", "0000000000000000"} {
		_, _, err := s.Remove(id)
		assert.ErrorIs(t, err, ErrNoAnchor, id)
	}
	_, _, err := s.Remove(a.ID[:12])
	require.ErrorIs(t, err, ErrAmbiguous)
	assert.Len(t, s.List(), 2)
}

func TestStoreUnmarshalRefuses(t *testing.T) {
	s := NewStore([]Anchor{shippedOf(t, csca())})
	s.Add(anchorOf(t, linkCert()))
	before := ids(s.List())
	encode := func(der []byte) string {
		b, err := json.Marshal(stored{Schema: storeSchema, Imported: [][]byte{der}})
		require.NoError(t, err)
		return string(b)
	}
	for name, text := range map[string]string{
		"no JSON": "{", "another schema": `{"schema":"cientro.trust/2"}`, "no certificate": encode([]byte{1}),
		"a document signer": encode(ds().der()), "no base64": `{"schema":"cientro.trust/1","imported":["?"]}`,
	} {
		assert.ErrorIs(t, s.UnmarshalJSON([]byte(text)), ErrMalformed, name)
		assert.Equal(t, before, ids(s.List()), "the store is as it was")
	}
	require.ErrorIs(t, s.UnmarshalJSON(make([]byte, 2*MaxImport+1)), ErrTooLarge)
	require.NoError(t, s.UnmarshalJSON([]byte(`{"schema":"cientro.trust/1","distrusted":["unknown"]}`)))
	assert.Empty(t, s.Distrusted(), "only what is shipped can be distrusted")
}

func TestAnchorJSON(t *testing.T) {
	a := anchorOf(t, linkCert())
	text, err := json.Marshal(a)
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, json.Unmarshal(text, &got))
	assert.Equal(t, a.ID, got["id"])
	assert.Equal(t, "C=IT, O=TEST only, CN=TEST Country Signer", got["subject"])
	assert.Equal(t, "09", got["serial"])
	assert.Equal(t, "RSA 1536", got["key"])
	assert.Equal(t, true, got["usable"])
	assert.Equal(t, true, got["link"])
	assert.Equal(t, "2040-01-01T00:00:00Z", got["notAfter"])
	assert.Equal(t, "imported", got["origin"])
}

func TestAnchorSerial(t *testing.T) {
	for serial, want := range map[int64]string{0: "00", 1: "01", 0x321: "0321", 0x4ee4231d2f: "4ee4231d2f", -5: "-5"} {
		assert.Equal(t, want, serialText(&Certificate{Serial: big.NewInt(serial)}))
	}
}

func TestNewAnchorRefuses(t *testing.T) {
	_, err := NewAnchor(ds().parse(t), OriginImported)
	require.ErrorIs(t, err, ErrChain)
}

func TestPublicKeyEqual(t *testing.T) {
	a, b := csca().parse(t).PublicKey, ds().parse(t).PublicKey
	ec := with(ds(), func(s *certSpec) { s.key = "p256" }).parse(t).PublicKey
	ec2 := with(ds(), func(s *certSpec) { s.key = "p256" }).parse(t).PublicKey
	assert.True(t, a.equal(csca().parse(t).PublicKey))
	assert.False(t, a.equal(b))
	assert.False(t, a.equal(ec))
	assert.False(t, ec.equal(a))
	assert.True(t, ec.equal(ec2))
	assert.Nil(t, ec.RSA())
}
