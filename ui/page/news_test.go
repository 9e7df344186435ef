package page

import (
	"testing"

	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
)

func TestNewsIsCollected(t *testing.T) {
	shown := 0
	var later []func()
	n := NewNews(func() { shown++ })
	n.Soon(func(do func()) { later = append(later, do) })
	for range 5 {
		n.Tell()
	}
	assert.Len(t, later, 1)
	assert.Zero(t, shown)
	later[0]()
	assert.Equal(t, 1, shown)
	n.Tell()
	assert.Len(t, later, 2, "what happens after a look is news again")
}

func TestNewsComesByItself(t *testing.T) {
	test.NewTempApp(t)
	shown := make(chan struct{})
	NewNews(func() { close(shown) }).Tell()
	<-shown
}
