package atr

// family is a chip of the CIE 3.0 with the bytes that tell it. Source of the
// names, patterns and order of the ways to the root: the tables of the
// published clients (italia/cie-middleware and its mobile descendants) and
// public lists of ATRs.
type family struct {
	name    string
	pattern string
	root    Root
	also    string // names of other cards with the very same bytes
}

const (
	// itj4Prefix begins the historical bytes of all chips that say "ITJ4" and
	// a letter. New letters came out three times; a client that waits for a
	// release to know them locks people out.
	itj4Prefix = "80 31 80 65 49 54 4A 34 "
	anyITJ4    = "itj4"
)

// families, most specific first. Gemalto's two end in the country object
// 12 0FFF: with FE, FD or FC the same chip is a company badge, with a number
// another country's card.
var families = []family{
	{"nxp", "80 31 80 65 49 54 4E 58 50", RootMF, ""},
	{"gemalto", "80 31 80 65 B0 85 04 00 11 12 0F FF", RootIAS, "dutch-driving-licence"},
	{"gemalto2", "80 31 80 65 B0 85 03 00 EF 12 0F FF", RootIAS, "luxembourg-id"},
	{"stm", "80 66 47 50 00 B8 00 7F", RootIAS, ""},
	{"stm3", "80 66 47 50 00 B8 00 94", RootIAS, ""},
	{"actalis", itj4Prefix + "41", RootMF, ""},
	{"bit4id", itj4Prefix + "42", RootMF, ""},
	{"actalis2023", itj4Prefix + "43", RootMF, ""},
	{"bit4id2023", itj4Prefix + "44", RootMF, ""},
	{"bit4id_b9547", itj4Prefix + "49", RootMF, ""},
	{"actalis_b946", itj4Prefix + "4C", RootMF, ""},
	{anyITJ4, itj4Prefix + "..", RootMF, ""},
}

// Families lists the chip families known by name, in the order of the table;
// the two that only a whole ATR tells come last.
func Families() []string {
	var names []string
	for _, f := range families {
		if f.name != anyITJ4 {
			names = append(names, f.name)
		}
	}
	return append(names, "stm2", "zero-historical")
}
