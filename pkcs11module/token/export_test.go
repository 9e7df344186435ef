package token

// Chip and what follows open the package to its tests.
type Chip = chip

// ReturnValue is returnValue.
var ReturnValue = returnValue

// OpenWith puts another maker of chips in place of package card.
func (m *Module) OpenWith(open func(Connection) Chip) { m.open = open }
