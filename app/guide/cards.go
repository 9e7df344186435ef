package guide

import "cientro/app/links"

// cards are the topics about getting and keeping the card.
func cards() []Topic {
	return []Topic{
		{
			ID: "request", Group: Card, Years: Years{2017, 2024},
			Blocks: []Block{
				{Points, numbered("where", 3)},
				{Text, []string{"contacts"}},
				{Text, []string{"receipt"}},
				{Text, []string{"delivery"}},
				{Note, []string{"paper"}},
			},
			Facts: []FactID{
				"request-where", "request-abroad", "agenda", "contacts-precious", "delivery-week",
				"delivery-booklet", "paper-urgent", "halves-receipt",
			},
			Links: []links.ID{links.Agenda, links.Ministry},
			See:   []string{"booking", "validity"},
		},
		{
			ID: "booking", Group: Card, Years: Years{2017, 2024}, Picture: PictureBooking,
			Blocks: []Block{
				{Steps, numbered("step", 7)},
				{Warning, []string{"code"}},
				{Heading, []string{"register"}},
				{Text, []string{"register-data"}},
				{Heading, []string{"then"}},
				{Points, numbered("then-point", 2)},
			},
			Facts: []FactID{
				"agenda", "agenda-reason", "agenda-child", "agenda-date", "agenda-delivery",
				"agenda-signin", "agenda-register", "agenda-no-spid", "agenda-code", "agenda-photo",
				"agenda-receipt", "agenda-five",
			},
			Links: []links.ID{links.Agenda},
			See:   []string{"password", "validity"},
		},
		{
			ID: "password", Group: Card, Years: Years{2017, 2024},
			Blocks: []Block{
				{Text, []string{"rule"}},
				{Checker, nil},
				{Note, []string{"privacy"}},
			},
			Facts: []FactID{
				"password-rule",
			},
			Links: []links.ID{links.Agenda},
			See:   []string{"booking"},
		},
		{
			ID: "validity", Group: Card, Years: Years{2017, 2024}, Picture: PictureValidity,
			Blocks: []Block{
				{Table, rows("age", 3)},
				{Text, []string{"chip"}},
			},
			Facts: []FactID{
				"validity-3", "validity-5", "validity-9",
			},
			Links: []links.ID{links.Agenda, links.Verification},
			Pages: []string{"certificate"},
			See:   []string{"booking"},
		},
		{
			ID: "minors", Group: Card, Years: Years{2017, 2024},
			Blocks: []Block{
				{Points, numbered("point", 4)},
				{Note, []string{"login"}},
			},
			Facts: []FactID{
				"agenda-child", "fingerprints-12", "validity-3", "validity-5", "who-can",
			},
			Links: []links.ID{links.Agenda, links.Ministry},
			See:   []string{"booking", "validity"},
		},
		{
			ID: "theft", Group: Card, Years: Years{2017, 2024},
			Blocks: []Block{
				{Steps, numbered("step", 4)},
				{Text, []string{"pin"}},
				{Note, []string{"new-codes"}},
			},
			Facts: []FactID{
				"theft-report", "theft-new-card", "agenda-reason", "pin-three",
			},
			Links:    []links.ID{links.Theft, links.Agenda, links.Verification},
			Contacts: []ContactID{CitizensNew, CitizensTollFree},
			See:      []string{"booking", "lost-codes"},
		},
	}
}
