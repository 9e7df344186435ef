// Package atr reads the Answer To Reset of a card and says what the card may
// be.
//
// An ATR is a label, never a decision: a Dutch driving licence and an Italian
// identity card answer with the very same bytes, and chips of one family change
// their last bytes without notice. What a card is, is settled by selecting its
// application; [Label] only helps to order the questions and to name a
// look-alike before any command goes out. The package therefore never says
// "not a CIE" of bytes it has not seen: it says [KindUnknown], and the caller
// asks the card.
//
// Layout of the bytes: ISO/IEC 7816-3 section 8.2. How a contactless reader
// makes them up: PC/SC part 3, section 3.1.3.2.3. Historical bytes: ISO/IEC
// 7816-4 section 12.1.1.
//
// Standard library only; pure functions over bytes; nothing here talks to a
// reader. One floor up: card.
package atr
