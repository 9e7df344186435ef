package wizard

import (
	"context"
	"time"

	"cientro/app"
)

// Config is what a wizard works with.
type Config struct {
	Kind    Kind
	Service *app.Service
	// Choice names the card. Confirmations in it count for nothing: a person is
	// there to be asked.
	Choice app.Choice
	// Changed is told, from any goroutine, that State says something new. It
	// must not call back into the wizard before it returns.
	Changed func()
	// Idle is how long codes that were typed are kept while nobody does
	// anything; 0 is two minutes.
	Idle time.Duration
}
