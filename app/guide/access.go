package guide

import "cientro/app/links"

// access are the topics about logging in to services.
func access() []Topic {
	return []Topic{
		{
			ID: "levels", Group: Access, Years: Years{2017, 2024}, Picture: PictureLevels,
			Blocks: []Block{
				{Table, rows("level", 3)},
				{Text, []string{"eidas"}},
				{Text, []string{"enough"}},
				{Text, []string{"free"}},
			},
			Facts: []FactID{
				"level1", "level2-qr", "level2-sms", "level3-card", "level3-eidas", "level3-spid",
				"level12-enough", "entra-free",
			},
			Links: []links.ID{links.Credentials},
			Pages: []string{"trylogin"},
			See:   []string{"activate", "level3-browser"},
		},
		{
			ID: "activate", Group: Access, Years: Years{2017, 2024},
			Blocks: []Block{
				{Heading, []string{"card"}},
				{Text, []string{"card-how"}},
				{Heading, []string{"simple"}},
				{Text, []string{"simple-who"}},
				{Points, numbered("simple-need", 3)},
				{Note, []string{"before"}},
			},
			Facts: []FactID{
				"activate-portal", "activate-level3", "activate-simple", "activate-before",
			},
			Links: []links.ID{links.Credentials},
			Pages: []string{"trylogin"},
			See:   []string{"levels", "halves"},
		},
		{
			ID: "level3-browser", Group: Access, Years: Years{2024, 2025},
			Blocks: []Block{
				{Heading, []string{"need"}},
				{Points, numbered("need-point", 4)},
				{Heading, []string{"flow"}},
				{Steps, numbered("flow-step", 5)},
				{Warning, []string{"no-certificate"}},
				{Note, []string{"try"}},
			},
			Facts: []FactID{
				"level3-need", "level3-flow", "level3-no-certificate", "level3-eight",
			},
			Links: []links.ID{links.LoginHelp, links.Software},
			Pages: []string{"browsers", "trylogin", "doctor"},
			See:   []string{"readers", "tls13"},
		},
		{
			ID: "tls13", Group: Access, Years: Years{2025, 2026},
			Blocks: []Block{
				{Text, []string{"why"}},
				{Text, []string{"official"}},
				{Note, []string{"owner"}},
			},
			Facts: []FactID{
				"tls13",
			},
			Pages: []string{"trylogin"},
			See:   []string{"level3-browser"},
		},
	}
}
