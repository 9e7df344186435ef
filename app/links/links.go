package links

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// ID names an address; it is the end of a catalogue key, too (guide.link.<id>).
type ID string

// The addresses.
const (
	Ministry      ID = "ministry"       // all about the card
	Software      ID = "software"       // the Ministry's own program for computers
	Manuals       ID = "manuals"        // its manuals, and those for offices
	Verification  ID = "verification"   // is this card still good?
	Theft         ID = "theft"          // theft and loss
	Agenda        ID = "agenda"         // appointments at the Comune
	Credentials   ID = "credentials"    // levels 1 and 2
	LoginHelp     ID = "login-help"     // help of the login itself
	Services      ID = "services"       // for who offers "Entra con CIE"
	PUKHelp       ID = "puk-help"       // what to do without the PUK
	SPID          ID = "spid"           // the other identity
	CountrySigner ID = "country-signer" // the keys that vouch for the chips
)

// Link is a public address.
type Link struct {
	ID      ID
	Address string
}

// All lists the addresses in the order in which they are shown.
func All() []Link {
	const ministry = "https://www.cartaidentita.interno.gov.it/"
	return []Link{
		{Ministry, ministry},
		{Agenda, "https://www.prenotazionicie.interno.gov.it/"},
		{Credentials, "https://www.cartaidentita.it/"},
		{Theft, ministry + "cittadini/furto-e-smarrimento/"},
		{Verification, ministry + "info-utili/servizio-di-verifica/"},
		{PUKHelp, "https://assistenza.ioapp.it/hc/it/articles/30724124920337-Ho-dimenticato-il-PUK-della-CIE"},
		{LoginHelp, "https://idserver.servizicie.interno.gov.it/idp/aiuto.jsp"},
		{Software, ministry + "info-utili/software-cie/"},
		{Manuals, ministry + "pa-e-imprese/documentazione-middleware-cie/"},
		{Services, "https://federazione.servizicie.interno.gov.it/"},
		{CountrySigner, "https://csca-ita.interno.gov.it/"},
		{SPID, "https://www.spid.gov.it/"},
	}
}

// hosts are the only ones that are opened.
func hosts() []string {
	return []string{
		"www.cartaidentita.interno.gov.it",
		"www.prenotazionicie.interno.gov.it",
		"www.cartaidentita.it",
		"idserver.servizicie.interno.gov.it",
		"federazione.servizicie.interno.gov.it",
		"csca-ita.interno.gov.it",
		"assistenza.ioapp.it",
		"www.spid.gov.it",
	}
}

// Address returns the address of id, and whether there is one.
func Address(id ID) (string, bool) {
	for _, l := range All() {
		if l.ID == id {
			return l.Address, true
		}
	}
	return "", false
}

// Check returns why an address may not be opened, or nil: it must be one of
// [All], in exactly that spelling.
func Check(address string) error {
	if !slices.ContainsFunc(All(), func(l Link) bool { return l.Address == address }) {
		return fmt.Errorf("open %q: not one of the known addresses", address)
	}
	return checkForm(address)
}

// checkForm returns what is wrong with the form of an address (RFC 3986), or nil.
func checkForm(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("parse address: %w", err)
	}
	switch {
	case u.Scheme != "https":
		return fmt.Errorf("address %q is not https", address)
	case !slices.Contains(hosts(), u.Host):
		return fmt.Errorf("address %q leads to a host that is not on the list", address)
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(address, "#"):
		return fmt.Errorf("address %q has more than a host and a path", address)
	case !strings.HasPrefix(u.EscapedPath(), "/") || strings.Contains(u.Path, "//") || strings.Contains(u.Path, ".."):
		return fmt.Errorf("address %q has no plain path", address)
	case address != u.String():
		return fmt.Errorf("address %q is spelled in an unusual way", address)
	}
	return nil
}

// Host is the host of an address, as people read it.
func Host(address string) string {
	host, _, _ := strings.Cut(strings.TrimPrefix(address, "https://"), "/")
	return host
}

// Shown is an address as people read it: without what every address has. Where
// it is longer than most characters, its end is left out; never its host.
func Shown(address string, most int) string {
	shown := strings.TrimSuffix(strings.TrimPrefix(address, "https://"), "/")
	all := []rune(shown)
	if end := max(most, len([]rune(Host(address)))+1); len(all) > end {
		return string(all[:end]) + "…"
	}
	return shown
}
