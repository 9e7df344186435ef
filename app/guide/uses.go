package guide

import "cientro/app/links"

// uses are the topics about using it.
func uses() []Topic {
	return []Topic{
		{
			ID: "readers", Group: Use, Years: Years{2017, 2024}, Picture: PictureReaders,
			Blocks: []Block{
				{Text, []string{"contactless"}},
				{Heading, []string{"which"}},
				{Text, []string{"which-text"}},
				{Heading, []string{"how"}},
				{Points, numbered("how-point", 3)},
			},
			Facts: []FactID{
				"reader-contactless", "reader-iso14443", "cns-not-cie",
			},
			Pages: []string{"home", "doctor"},
			See:   []string{"level3-browser", "ts-cns"},
		},
		{
			ID: "uses", Group: Use, Years: Years{2017, 2024}, Picture: PictureUses,
			Blocks: []Block{
				{Points, numbered("point", 3)},
				{Text, []string{"nis"}},
			},
			Facts: []FactID{
				"uses-identity", "uses-registration", "uses-transport", "uses-nis",
			},
			Links: []links.ID{links.Ministry},
			Pages: []string{"home"},
			See:   []string{"readers"},
		},
	}
}
