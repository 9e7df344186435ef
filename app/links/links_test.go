package links

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryAddressMayBeOpened(t *testing.T) {
	ids, addresses, used := map[ID]bool{}, map[string]bool{}, map[string]bool{}
	for _, l := range All() {
		require.NoError(t, Check(l.Address), l.ID)
		assert.False(t, ids[l.ID], "%s is there twice", l.ID)
		assert.False(t, addresses[l.Address], "%s is there twice", l.Address)
		ids[l.ID], addresses[l.Address] = true, true
		u, err := url.Parse(l.Address)
		require.NoError(t, err)
		used[u.Host] = true
		got, ok := Address(l.ID)
		assert.True(t, ok)
		assert.Equal(t, l.Address, got)
	}
	assert.GreaterOrEqual(t, len(ids), 12)
	for _, host := range hosts() {
		assert.True(t, used[host], "%s is allowed and not used", host)
	}
}

func TestHostsAreThoseOfPublicBodies(t *testing.T) {
	for _, host := range hosts() {
		public := strings.HasSuffix(host, ".gov.it") || host == "www.cartaidentita.it" || host == "assistenza.ioapp.it"
		assert.True(t, public, host)
	}
}

func TestUnknownAddress(t *testing.T) {
	_, ok := Address("no-such")
	assert.False(t, ok)
	require.Error(t, Check("https://www.cartaidentita.interno.gov.it/elsewhere"), "a known host alone is not enough")
	require.Error(t, Check(""))
}

func TestForm(t *testing.T) {
	require.NoError(t, checkForm("https://www.cartaidentita.interno.gov.it/any/path"))
	for _, address := range []string{
		"", "www.cartaidentita.it", "cartaidentita.it/", "http://www.cartaidentita.it/", "HTTPS://www.cartaidentita.it/",
		"https://www.cartaidentita.it", "https://WWW.cartaidentita.it/", "https://www.cartaidentita.it:8443/",
		"https://www.cartaidentita.it./", "https://www.cartaidentita.it.example/", "https://example/www.cartaidentita.it/",
		"https://www.cartaidentita.it@example/", "https://someone@www.cartaidentita.it/", "https://www.cartaidentita.it/?next=x",
		"https://www.cartaidentita.it/?", "https://www.cartaidentita.it/#top", "https://www.cartaidentita.it/#",
		"https://www.cartaidentita.it/a/../b", "https://www.cartaidentita.it//a", "file:///etc/passwd", "javascript:alert(1)",
		"mailto:someone@interno.gov.it", "https:www.cartaidentita.it/", "https://www.cartaidentita.it/a b", "https://%zz/", "https://www.cartaidentita.it/\n",
	} {
		assert.Error(t, checkForm(address), address)
	}
}

func TestShown(t *testing.T) {
	assert.Equal(t, "www.spid.gov.it", Shown("https://www.spid.gov.it/", 60))
	assert.Equal(t, "www.cartaidentita.interno.gov.it/info-utili/software-cie", Shown("https://www.cartaidentita.interno.gov.it/info-utili/software-cie/", 60))
	assert.Equal(t, "www.spid.gov.it/abc…", Shown("https://www.spid.gov.it/abcdef", 19))
	assert.Equal(t, "www.spid.gov.it", Host("https://www.spid.gov.it/abcdef"))
	assert.Equal(t, "www.spid.gov.it/…", Shown("https://www.spid.gov.it/abcdef", 3), "the host stays whole")
}

func FuzzCheckForm(f *testing.F) {
	for _, l := range All() {
		f.Add(l.Address)
	}
	f.Add("https://www.cartaidentita.it@example/")
	f.Fuzz(func(t *testing.T, address string) {
		if checkForm(address) != nil {
			return
		}
		u, err := url.Parse(address)
		require.NoError(t, err)
		assert.Equal(t, "https", u.Scheme)
		assert.Contains(t, hosts(), u.Hostname())
		assert.True(t, strings.HasPrefix(address, "https://"+u.Hostname()+"/"))
	})
}
