package training

import "fmt"

// Exercise is one lesson of a course.
type Exercise string

// The exercises.
const (
	ExerciseWrongPIN  Exercise = "wrong-pin"  // three wrong PINs, then the PUK
	ExerciseRemoved   Exercise = "removed"    // the card leaves half way
	ExerciseWrongCard Exercise = "wrong-card" // a card that is no CIE
)

// ExerciseSteps is how many steps each exercise has.
const ExerciseSteps = 4

// Exercises lists them, the easiest first.
func Exercises() []Exercise {
	return []Exercise{ExerciseWrongPIN, ExerciseRemoved, ExerciseWrongCard}
}

// Prepare lays out what an exercise needs, and starts the course where it does
// not run yet.
func (s *Session) Prepare(e Exercise) error {
	card, fault := CardCIE, FaultNone
	switch e {
	case ExerciseWrongPIN:
	case ExerciseRemoved:
		fault = FaultRemovedAfterCode
	case ExerciseWrongCard:
		card = CardCNS
	default:
		return fmt.Errorf("unknown exercise %q", e)
	}
	if err := s.Start(); err != nil {
		return err
	}
	if err := s.Choose(card, DefaultFamily); err != nil {
		return err
	}
	s.Insert()
	return s.SetFault(fault)
}
