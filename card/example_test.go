package card_test

import (
	"context"
	"errors"
	"fmt"

	"cientro/card"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

// connect stands for a connection to a reader: here a virtual card on an
// imaginary one, in a program a link of package card/pcsc.
func connect() card.Link {
	family, _ := virtual.ProfileByName("gemalto")
	chip, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: family})
	if err != nil {
		panic(err)
	}
	link, err := virtuallink.NewReader(chip).Connect()
	if err != nil {
		panic(err)
	}
	return link
}

// What can be known of a card without a PIN and without spending a try.
func ExampleCard_Inspect() {
	c := card.New(connect(), card.Options{})
	defer c.Close()

	report, err := c.Inspect(context.Background(), card.PINReference, card.PUKReference)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("kind:", report.Kind)
	fmt.Println("family:", report.Family)
	fmt.Println("number:", report.NIS) // masked, unless revealed
	fmt.Println("chip proved its key:", report.ChipAuthenticated)
	fmt.Println("authenticity:", report.Authenticity)
	fmt.Printf("PIN: %d of %d tries, %s\n", report.PIN.Left, report.PIN.Max, report.PIN.State())
	fmt.Printf("PUK: %d of %d tries, %s\n", report.PUK.Left, report.PUK.Max, report.PUK.State())
	// Output:
	// kind: cie
	// family: gemalto
	// number: ********5216
	// chip proved its key: true
	// authenticity: self-consistent
	// PIN: 3 of 3 tries, ok
	// PUK: 10 of 10 tries, ok
}

// A person sees the tries left, types, and pays at most one of them. A wrong
// PIN is never followed by a second command.
func ExampleCard_ChangePIN() {
	c := card.New(connect(), card.Options{})
	defer c.Close()
	ctx := context.Background()

	change := func(old, new string) {
		report, err := c.Inspect(ctx, card.PINReference)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("tries left before:", report.PIN.Left)
		oldPIN, err := card.ParsePIN([]byte(old)) // a program asks without echo
		if err != nil {
			fmt.Println(err)
			return
		}
		defer oldPIN.Wipe()
		newPIN, err := card.ParsePIN([]byte(new))
		if err != nil {
			fmt.Println(err)
			return
		}
		defer newPIN.Wipe()

		tries, err := c.ChangePIN(ctx, oldPIN, newPIN, report.Consent(card.PINReference))
		var wrong *card.PINError
		var weak *card.WeakPINError
		switch {
		case errors.As(err, &wrong):
			fmt.Println("wrong PIN, tries left:", wrong.TriesLeft)
		case errors.As(err, &weak):
			fmt.Println("too easy to guess:", weak.Weakness)
		case err != nil:
			fmt.Println(err)
		default:
			fmt.Println("changed, tries left:", tries.Left)
		}
	}
	change("41739628", "12345678")
	change("00000001", "62840317")
	change("41739628", "62840317")
	// Output:
	// tries left before: 3
	// too easy to guess: ascending
	// tries left before: 3
	// wrong PIN, tries left: 2
	// tries left before: 2
	// changed, tries left: 3
}
