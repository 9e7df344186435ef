package guide

import "cientro/app/links"

// codes are the topics about PIN and PUK.
func codes() []Topic {
	return []Topic{
		{
			ID: "pin-puk", Group: Codes, Years: Years{2017, 2024},
			Blocks: []Block{
				{Text, []string{"sim"}},
				{Table, rows("code", 2)},
				{Text, []string{"who"}},
				{Note, []string{"all-eight"}},
				{Warning, []string{"nobody"}},
			},
			Facts: []FactID{
				"pin-sim", "pin-8", "puk-8", "puk-new-pin", "puk-ten", "who-can",
			},
			Links: []links.ID{links.Ministry},
			Pages: []string{"verify", "change"},
			See:   []string{"halves", "lost-codes", "blocked"},
		},
		{
			ID: "halves", Group: Codes, Years: Years{2017, 2024}, Picture: PictureHalves,
			Blocks: []Block{
				{Table, rows("half", 2)},
				{Text, []string{"join"}},
				{Warning, []string{"keep"}},
			},
			Facts: []FactID{
				"halves-receipt", "halves-letter", "halves-keep",
			},
			Pages: []string{"verify"},
			See:   []string{"lost-codes"},
		},
		{
			ID: "lost-codes", Group: Codes, Years: Years{2017, 2024},
			Blocks: []Block{
				{Heading, []string{"app"}},
				{Text, []string{"app-who"}},
				{Steps, numbered("app-step", 4)},
				{Heading, []string{"comune"}},
				{Points, numbered("comune-point", 3)},
				{Note, []string{"contacts"}},
			},
			Facts: []FactID{
				"lost-comune", "lost-email", "lost-counter", "lost-no-copy", "lost-cieid",
				"lost-cieid-48h", "contacts-precious",
			},
			Links:    []links.ID{links.PUKHelp},
			Contacts: []ContactID{CitizensNew, CitizensMail},
			Pages:    []string{"unblock"},
			See:      []string{"halves", "blocked"},
		},
		{
			ID: "blocked", Group: Codes, Years: Years{2017, 2024}, Picture: PictureBlocked,
			Blocks: []Block{
				{Table, rows("case", 3)},
				{Heading, []string{"how"}},
				{Points, numbered("where", 2)},
				{Note, []string{"count"}},
				{Warning, []string{"stop"}},
			},
			Facts: []FactID{
				"pin-three", "puk-unblocks", "unblock-where", "puk-ten", "puk-ten-new-card",
			},
			Pages: []string{"unblock"},
			See:   []string{"lost-codes", "request"},
		},
	}
}
