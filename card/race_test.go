//go:build race

package card_test

// raceDetector makes a card's cryptography some ten times slower, so the long
// tables are played without it (make faults) and only sampled under it.
const raceDetector = true
