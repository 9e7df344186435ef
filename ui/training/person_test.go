package training

import (
	"context"

	"cientro/app"
	"cientro/card"
)

func ctx() context.Context { return context.Background() }

// typed is a person who types one code and confirms everything.
type typed string

func (p typed) Interactive() bool { return true }

func (p typed) Secret(context.Context, app.SecretQuestion) ([]byte, error) { return []byte(p), nil }

func (p typed) ConfirmLastTry(context.Context, card.Tries) (bool, error) { return true, nil }
func (p typed) ConfirmPUK(_ context.Context, tries card.Tries) (int, error) {
	return tries.Left, nil
}
func (p typed) Show(*app.CardReport, card.Reference) {}
func (p typed) Progress(card.Phase)                  {}
