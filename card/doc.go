// Package card is the one door to an electronic identity card (CIE 3.0):
// recognise it, let it prove itself, show the tries left, verify, change and
// unblock the PIN, read the holder's certificate, sign.
//
// The rules that protect a card live here and nowhere else, so that no front
// end can break them: a PIN or PUK goes only to a card that has proved itself
// in this session; one confirmation by the user pays for at most one wrong
// presentation; the counter is read again just before; nothing is ever sent
// twice. Front ends ask people and translate errors.
//
// A session is "channel first, PIN later": Inspect builds the secure channel
// and ends its transaction with the channel standing; the person reads and
// types; VerifyPIN, ChangePIN, UnblockPIN or WithPIN begin again on the same
// handle and reset the card at the end.
//
// It refuses to know readers, people's languages, or where things are kept. The
// protocol is in card/ias (IAS ECC), below it card/securemessaging and
// card/iso7816; the proof in card/sod; the memory in card/store.
package card
