package guide

import "cientro/app/links"

// others are the topics about identities that are not the CIE.
func others() []Topic {
	return []Topic{
		{
			ID: "spid", Group: Others, Years: Years{2017, 2024},
			Blocks: []Block{
				{Text, []string{"what"}},
				{Text, []string{"rao"}},
			},
			Facts: []FactID{
				"spid-what", "spid-need", "spid-free", "spid-rao",
			},
			Links: []links.ID{links.SPID},
			See:   []string{"levels"},
		},
		{
			ID: "ts-cns", Group: Others, Years: Years{2017, 2024},
			Blocks: []Block{
				{Text, []string{"what"}},
				{Text, []string{"unblock"}},
				{Note, []string{"here"}},
			},
			Facts: []FactID{
				"cns-issuer", "cns-activation", "cns-three", "cns-unblock", "cns-no-chip",
				"cns-not-cie", "cns-firefox",
			},
			Pages: []string{"home"},
			See:   []string{"readers"},
		},
	}
}
