package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Colours beyond those of Fyne.
const (
	// ColorNameSurface is behind what belongs together.
	ColorNameSurface fyne.ThemeColorName = "cientro.surface"
	// ColorNameNotice is behind a sentence that must not be missed, which is
	// written in the usual foreground; ColorNameWarning is its edge.
	ColorNameNotice fyne.ThemeColorName = "cientro.notice"
	// ColorNameGood is behind a sentence that says that it went well; its edge is
	// Fyne's success.
	ColorNameGood fyne.ThemeColorName = "cientro.good"
	// ColorNameBad is behind a sentence that says that it went wrong; its edge is
	// Fyne's error.
	ColorNameBad fyne.ThemeColorName = "cientro.bad"
	// ColorNameDemo is the band that says that no real card is meant.
	ColorNameDemo fyne.ThemeColorName = "cientro.demo"
	// ColorNameOnDemo is for text on it.
	ColorNameOnDemo fyne.ThemeColorName = "cientro.onDemo"
)

// palette is a colour for each name, all of them opaque but those that Fyne
// lays over others.
type palette map[fyne.ThemeColorName]color.NRGBA

func rgb(value uint32) color.NRGBA { return rgba(value, 0xff) }

func rgba(value uint32, alpha uint8) color.NRGBA {
	return color.NRGBA{R: uint8(value >> 16), G: uint8(value >> 8), B: uint8(value), A: alpha}
}

// The palettes start from the colours of the icon: the wall's petrol blue and
// the light behind the door.

func light() palette {
	const ink, petrol, paper = 0x14252e, 0x1b5a72, 0xf4f7f8
	return palette{
		fynetheme.ColorNameBackground:          rgb(paper),
		fynetheme.ColorNameForeground:          rgb(ink),
		fynetheme.ColorNamePrimary:             rgb(petrol),
		fynetheme.ColorNameForegroundOnPrimary: rgb(0xffffff),
		fynetheme.ColorNameHyperlink:           rgb(petrol),
		fynetheme.ColorNameButton:              rgb(0xdde7eb),
		fynetheme.ColorNameDisabledButton:      rgb(0xe8eef0),
		fynetheme.ColorNameDisabled:            rgb(0x5a6a72),
		fynetheme.ColorNamePlaceHolder:         rgb(0x5a6a72),
		fynetheme.ColorNameInputBackground:     rgb(0xffffff),
		fynetheme.ColorNameInputBorder:         rgb(0x6b838d),
		fynetheme.ColorNameSeparator:           rgb(0xc8d5da),
		fynetheme.ColorNameOverlayBackground:   rgb(0xffffff),
		fynetheme.ColorNameMenuBackground:      rgb(0xffffff),
		fynetheme.ColorNameHeaderBackground:    rgb(0xe8eef0),
		fynetheme.ColorNameFocus:               rgb(0xb4620a),
		fynetheme.ColorNameHover:               rgba(ink, 0x14),
		fynetheme.ColorNamePressed:             rgba(ink, 0x28),
		fynetheme.ColorNameSelection:           rgb(0xc3dde7),
		fynetheme.ColorNameScrollBar:           rgba(ink, 0x90),
		fynetheme.ColorNameScrollBarBackground: rgba(ink, 0x10),
		fynetheme.ColorNameShadow:              rgba(ink, 0x38),
		fynetheme.ColorNameError:               rgb(0xab2117),
		fynetheme.ColorNameForegroundOnError:   rgb(0xffffff),
		fynetheme.ColorNameSuccess:             rgb(0x1a6b3b),
		fynetheme.ColorNameForegroundOnSuccess: rgb(0xffffff),
		fynetheme.ColorNameWarning:             rgb(0x8f5200),
		fynetheme.ColorNameForegroundOnWarning: rgb(0xffffff),
		ColorNameSurface:                       rgb(0xffffff),
		ColorNameNotice:                        rgb(0xfff1d0),
		ColorNameGood:                          rgb(0xe0f3e7),
		ColorNameBad:                           rgb(0xfde7e4),
		ColorNameDemo:                          rgb(0x6a2c91),
		ColorNameOnDemo:                        rgb(0xffffff),
	}
}

func dark() palette {
	const ink, sky, night = 0xe7eff2, 0x86cbe3, 0x10191e
	return palette{
		fynetheme.ColorNameBackground:          rgb(night),
		fynetheme.ColorNameForeground:          rgb(ink),
		fynetheme.ColorNamePrimary:             rgb(sky),
		fynetheme.ColorNameForegroundOnPrimary: rgb(0x06222d),
		fynetheme.ColorNameHyperlink:           rgb(sky),
		fynetheme.ColorNameButton:              rgb(0x2a3c45),
		fynetheme.ColorNameDisabledButton:      rgb(0x1c282e),
		fynetheme.ColorNameDisabled:            rgb(0x93a4ac),
		fynetheme.ColorNamePlaceHolder:         rgb(0x93a4ac),
		fynetheme.ColorNameInputBackground:     rgb(0x172228),
		fynetheme.ColorNameInputBorder:         rgb(0x7d939d),
		fynetheme.ColorNameSeparator:           rgb(0x33454e),
		fynetheme.ColorNameOverlayBackground:   rgb(0x18242a),
		fynetheme.ColorNameMenuBackground:      rgb(0x18242a),
		fynetheme.ColorNameHeaderBackground:    rgb(0x1c282e),
		fynetheme.ColorNameFocus:               rgb(0xffcf70),
		fynetheme.ColorNameHover:               rgba(ink, 0x1a),
		fynetheme.ColorNamePressed:             rgba(ink, 0x30),
		fynetheme.ColorNameSelection:           rgb(0x265063),
		fynetheme.ColorNameScrollBar:           rgba(ink, 0x90),
		fynetheme.ColorNameScrollBarBackground: rgba(ink, 0x14),
		fynetheme.ColorNameShadow:              rgba(0x000000, 0x80),
		fynetheme.ColorNameError:               rgb(0xff8f85),
		fynetheme.ColorNameForegroundOnError:   rgb(0x3b0906),
		fynetheme.ColorNameSuccess:             rgb(0x7fd6a0),
		fynetheme.ColorNameForegroundOnSuccess: rgb(0x06280f),
		fynetheme.ColorNameWarning:             rgb(0xffc65c),
		fynetheme.ColorNameForegroundOnWarning: rgb(0x2a1b00),
		ColorNameSurface:                       rgb(0x18242a),
		ColorNameNotice:                        rgb(0x3b2e11),
		ColorNameGood:                          rgb(0x14301f),
		ColorNameBad:                           rgb(0x3d1a17),
		ColorNameDemo:                          rgb(0xd8b4f2),
		ColorNameOnDemo:                        rgb(0x2b0b40),
	}
}

func highContrast() palette {
	const white, black, yellow = 0xffffff, 0x000000, 0xffe600
	return palette{
		fynetheme.ColorNameBackground:          rgb(black),
		fynetheme.ColorNameForeground:          rgb(white),
		fynetheme.ColorNamePrimary:             rgb(yellow),
		fynetheme.ColorNameForegroundOnPrimary: rgb(black),
		fynetheme.ColorNameHyperlink:           rgb(yellow),
		fynetheme.ColorNameButton:              rgb(0x333333),
		fynetheme.ColorNameDisabledButton:      rgb(0x111111),
		fynetheme.ColorNameDisabled:            rgb(0xb8b8b8),
		fynetheme.ColorNamePlaceHolder:         rgb(0xd0d0d0),
		fynetheme.ColorNameInputBackground:     rgb(black),
		fynetheme.ColorNameInputBorder:         rgb(white),
		fynetheme.ColorNameSeparator:           rgb(white),
		fynetheme.ColorNameOverlayBackground:   rgb(black),
		fynetheme.ColorNameMenuBackground:      rgb(black),
		fynetheme.ColorNameHeaderBackground:    rgb(0x222222),
		fynetheme.ColorNameFocus:               rgb(0x4fd8ff),
		fynetheme.ColorNameHover:               rgba(white, 0x30),
		fynetheme.ColorNamePressed:             rgba(white, 0x50),
		fynetheme.ColorNameSelection:           rgb(0x004a80),
		fynetheme.ColorNameScrollBar:           rgb(white),
		fynetheme.ColorNameScrollBarBackground: rgb(0x333333),
		fynetheme.ColorNameShadow:              rgba(black, 0xff),
		fynetheme.ColorNameError:               rgb(0xff9a91),
		fynetheme.ColorNameForegroundOnError:   rgb(black),
		fynetheme.ColorNameSuccess:             rgb(0x6dff9e),
		fynetheme.ColorNameForegroundOnSuccess: rgb(black),
		fynetheme.ColorNameWarning:             rgb(yellow),
		fynetheme.ColorNameForegroundOnWarning: rgb(black),
		ColorNameSurface:                       rgb(black),
		ColorNameNotice:                        rgb(black),
		ColorNameGood:                          rgb(black),
		ColorNameBad:                           rgb(black),
		ColorNameDemo:                          rgb(0xff8cff),
		ColorNameOnDemo:                        rgb(black),
	}
}
