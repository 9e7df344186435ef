package widgets

import (
	"strings"

	"fyne.io/fyne/v2"
)

// What screen readers are told, where Fyne is built to tell them (tag
// accessibility, Windows and macOS). Fyne has no roles yet for boxes and lists;
// what is pressed is a button to it.

var (
	_ fyne.Accessible = (*Button)(nil)
	_ fyne.Accessible = (*Check)(nil)
	_ fyne.Accessible = (*Select)(nil)
	_ fyne.Accessible = (*Entry)(nil)
	_ fyne.Accessible = (*Tile)(nil)
	_ fyne.Accessible = (*option)(nil)
	_ fyne.Accessible = (*Text)(nil)
)

// sentence joins what there is.
func sentence(parts ...string) string {
	var said []string
	for _, p := range parts {
		if p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, ". ")
}

// AccessibilityLabel is part of fyne.Accessible.
func (c *Check) AccessibilityLabel() string { return c.Text }

// AccessibilityRole is part of fyne.Accessible.
func (c *Check) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// AccessibilityLabel is part of fyne.Accessible.
func (s *Select) AccessibilityLabel() string { return sentence(s.Name, s.Selected) }

// AccessibilityRole is part of fyne.Accessible.
func (s *Select) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// AccessibilityLabel is part of fyne.Accessible.
func (e *Entry) AccessibilityLabel() string { return sentence(e.PlaceHolder, e.Text) }

// AccessibilityRole is part of fyne.Accessible.
func (e *Entry) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// AccessibilityLabel is part of fyne.Accessible.
func (t *Tile) AccessibilityLabel() string { return sentence(t.title.Text, t.more.Text) }

// AccessibilityRole is part of fyne.Accessible.
func (t *Tile) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// AccessibilityLabel is part of fyne.Accessible.
func (o *option) AccessibilityLabel() string { return sentence(o.title.Text, o.more.Text) }

// AccessibilityRole is part of fyne.Accessible.
func (o *option) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }
