package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// Facts are rows of a name and what it is.
type Facts struct{ rows *fyne.Container }

// NewFacts makes an empty table.
func NewFacts() *Facts { return &Facts{container.New(layout.NewFormLayout())} }

// Add adds a row in words; an empty value adds none.
func (f *Facts) Add(name, value string) *Facts {
	if value == "" {
		return f
	}
	return f.AddObject(name, Paragraph(value))
}

// AddObject adds a row that ends in something to look at.
func (f *Facts) AddObject(name string, value fyne.CanvasObject) *Facts {
	label := Line(name)
	label.Importance = widget.LowImportance
	f.rows.Add(Padded(0, 0, 0, 12, label))
	f.rows.Add(value)
	return f
}

// Object is the table, its lines close together.
func (f *Facts) Object() fyne.CanvasObject { return Close(f.rows) }
