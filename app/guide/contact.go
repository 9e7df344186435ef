package guide

import "cientro/app/links"

// ContactID names a help desk, and is the end of the keys of its words
// (guide.contact.<id>.name and .source).
type ContactID string

// The help desks.
const (
	CitizensNew      ContactID = "citizens-new"
	CitizensMail     ContactID = "citizens-mail"
	CitizensTollFree ContactID = "citizens"
	Comuni           ContactID = "comuni"
)

// Contact is a help desk of the Ministry: a phone number or a mail address, the
// year of the source that named it, and where to check whether it still holds.
type Contact struct {
	ID     ContactID
	Value  string
	Year   int
	Verify links.ID
}

// Contacts lists the help desks, the newest source first.
func Contacts() []Contact {
	return []Contact{
		{CitizensNew, "06 4298 5699", 2024, links.PUKHelp},
		{CitizensMail, "cie.cittadini@interno.it", 2024, links.PUKHelp},
		{CitizensTollFree, "800 263 388", 2017, links.Ministry},
		{Comuni, "800 098 738", 2017, links.Ministry},
	}
}

// FindContact returns a help desk by its ID, and whether there is one.
func FindContact(id ContactID) (Contact, bool) {
	for _, c := range Contacts() {
		if c.ID == id {
			return c, true
		}
	}
	return Contact{}, false
}
