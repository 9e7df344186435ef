package guide

import "cientro/app/links"

// help are the topics for who asks others for help, or gives it.
func help() []Topic {
	return []Topic{
		{
			ID: "operators", Group: Help, Years: Years{2017, 2024},
			Blocks: []Block{
				{Heading, []string{"tell"}},
				{Points, numbered("tell-point", 3)},
				{Heading, []string{"forms"}},
				{Text, []string{"forms-text"}},
				{Heading, []string{"reprint"}},
				{Text, []string{"reprint-text"}},
				{Note, []string{"training"}},
				{Warning, []string{"print"}},
			},
			Facts: []FactID{
				"forms-portrait", "forms-signature", "operators-tell", "contacts-precious",
				"halves-receipt", "halves-letter", "lost-comune", "lost-email", "lost-counter",
				"lost-no-copy", "activate-before", "contact-comuni", "contact-verify",
			},
			Links:    []links.ID{links.Manuals, links.Services, links.CountrySigner},
			Contacts: []ContactID{Comuni},
			Pages:    []string{"training", "doctor"},
			See:      []string{"lost-codes", "halves", "ts-cns"},
		},
		{
			ID: "contacts", Group: Help, Years: Years{2017, 2024},
			Blocks: []Block{
				{Text, []string{"prepare"}},
				{Warning, []string{"verify"}},
			},
			Facts: []FactID{
				"contact-citizens", "contact-comuni", "contact-mail", "contact-new", "contact-verify",
			},
			Links:    []links.ID{links.Ministry},
			Contacts: []ContactID{CitizensNew, CitizensMail, CitizensTollFree, Comuni},
			See:      []string{"lost-codes", "addresses"},
		},
		{
			ID: "addresses", Group: Help, Years: Years{2017, 2024},
			Blocks: []Block{
				{Text, []string{"how"}},
			},
			Facts: []FactID{
				"contact-verify",
			},
			Links: []links.ID{links.Ministry, links.Agenda, links.Credentials, links.Theft, links.Verification, links.PUKHelp, links.LoginHelp, links.Software, links.Manuals, links.Services, links.CountrySigner, links.SPID},
			See:   []string{"contacts"},
		},
	}
}
