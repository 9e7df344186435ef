package iso7816

// Transmitter carries one command APDU to a card and brings back its answer,
// data field and two status bytes as they came. It gives no meaning to either.
//
// An error is a [*LinkError] wherever the carrier can tell what happened; it
// says whether the command may have reached the card, which decides whether a
// try may have been spent.
type Transmitter interface {
	Transmit(command []byte) (response []byte, err error)
}
