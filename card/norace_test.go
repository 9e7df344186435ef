//go:build !race

package card_test

const raceDetector = false
