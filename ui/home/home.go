package home

import (
	"context"
	"reflect"
	"runtime"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"cientro/app/desk"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// surface is what the page needs of the desk.
type surface interface {
	State() desk.State
	Listen(tell func(desk.State)) (stop func())
	Choose(reader string)
	LookAgain(reader string)
	Accept(ctx context.Context, reader string) error
}

// New makes the page for a window and what lies on a desk.
func New(w page.Window, d *desk.Desk) page.Page { return newHome(w, d, runtime.GOOS, time.Now) }

// home is the page. It belongs to Fyne's goroutine.
type home struct {
	window page.Window
	desk   surface
	p      *presenter

	root  *fyne.Container
	last  screen
	drawn drawn

	stop func() // of listening; nil: the page is not in sight
	ctx  context.Context
	end  context.CancelFunc // of what runs for the page
}

func newHome(w page.Window, d surface, system string, now func() time.Time) *home {
	h := &home{window: w, desk: d, p: newPresenter(w.Words(), system, now), root: container.NewStack()}
	h.p.tell(d.State())
	h.redraw()
	return h
}

// Content is part of page.Page.
func (h *home) Content() fyne.CanvasObject { return h.root }

// Shown is part of page.Page.
func (h *home) Shown() fyne.Focusable {
	h.Hidden()
	h.ctx, h.end = context.WithCancel(context.Background())
	ctx := h.ctx
	h.stop = h.desk.Listen(func(s desk.State) {
		fyne.Do(func() {
			if ctx.Err() == nil {
				h.p.tell(s)
				h.show()
			}
		})
	})
	return nil
}

// Hidden is part of page.Page.
func (h *home) Hidden() {
	if h.stop != nil {
		h.stop()
		h.end()
		h.stop = nil
	}
}

// show draws the screen where it is another one.
func (h *home) show() {
	if !reflect.DeepEqual(h.p.screen(), h.last) {
		h.redraw()
	}
}

// redraw draws the screen. What had the focus keeps it, where it is still there.
func (h *home) redraw() {
	had := h.focused()
	h.last = h.p.screen()
	h.drawn = draw(h.last, h.p.text("home.command.copy"), acts{
		pick: h.pick, again: h.desk.LookAgain, accept: h.accept, goTo: h.window.Go, copied: h.copied,
	})
	h.root.Objects = []fyne.CanvasObject{h.drawn.content}
	h.root.Refresh()
	if had == "" {
		return
	}
	if control, ok := h.drawn.controls[had]; ok {
		h.window.Fyne().Canvas().Focus(control)
	} else if first := widgets.First(h.drawn.content); first != nil {
		h.window.Fyne().Canvas().Focus(first)
	}
}

// focused is the name of the control that has the focus, "" where none has.
func (h *home) focused() string {
	w := h.window.Fyne()
	if w == nil {
		return ""
	}
	for name, control := range h.drawn.controls {
		if w.Canvas().Focused() == control {
			return name
		}
	}
	return ""
}

func (h *home) pick(reader string) {
	if h.p.pick(reader) {
		h.desk.Choose(reader)
	}
	h.show()
}

// accept takes the card that is not proven, as the person has said.
func (h *home) accept(reader string) {
	ctx := h.ctx
	if ctx == nil {
		return
	}
	go func() {
		err := h.desk.Accept(ctx, reader)
		fyne.Do(func() {
			if ctx.Err() == nil && err != nil {
				h.p.accepted = err
				h.redraw()
			}
		})
	}()
}

func (h *home) copied(command string) { fyne.CurrentApp().Clipboard().SetContent(command) }
