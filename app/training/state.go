package training

// State is what the trainer's panel shows.
type State struct {
	Running bool
	Card    CardName
	Family  string // of the CIE
	// OnReader: the card lies there. Moving: it was taken away and comes back by
	// itself in a moment.
	OnReader, Moving bool
	// PIN and PUK are those of the specimen now, empty for a card that is no CIE.
	PIN, PUK                             string
	PINLeft, PINMax, PUKLeft, PUKMax     int
	Fault                                Fault // armed and not yet happened
	Realistic                            bool
	Commands, CodesPresented, CodesWrong int // since the journal was cleared
}
