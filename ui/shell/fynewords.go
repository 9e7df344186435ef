package shell

import (
	"fyne.io/fyne/v2/lang"

	"cientro/app/messages"
	"cientro/assets/translations"
)

// TeachFyne has Fyne's own dialogs and menus speak the language of the window.
// Fyne follows the system's language alone, so ours is given to it as that one.
func TeachFyne(language messages.Language) error {
	return lang.AddTranslationsForLocale(translations.Fyne(string(language)), lang.SystemLocale())
}
