; The words of the setup program, Italian and English.

!macro Words NAME ITALIAN ENGLISH
  LangString ${NAME} ${LANG_ITALIAN} "${ITALIAN}"
  LangString ${NAME} ${LANG_ENGLISH} "${ENGLISH}"
!macroend

!insertmacro Words WelcomeText \
  "CIEntro mostra lo stato della tua Carta d'identità elettronica, verifica e cambia il PIN, lo sblocca con il PUK, e ti fa entrare nei siti con «Entra con CIE».$\r$\n$\r$\nNon è un prodotto ufficiale dello Stato.$\r$\n$\r$\nServono un lettore di smart card e, per i siti, tutte le 8 cifre del PIN." \
  "CIEntro shows the state of your Italian electronic identity card, verifies and changes its PIN, unblocks it with the PUK, and logs you in to sites with “Entra con CIE”.$\r$\n$\r$\nIt is not an official product of the Italian state.$\r$\n$\r$\nYou need a smart card reader and, for sites, all 8 digits of the PIN."
!insertmacro Words LicenceText \
  "CIEntro è software libero. Puoi usarlo senza condizioni; chi lo dà ad altri segue la licenza EUPL-1.2." \
  "CIEntro is free software. Using it asks nothing of you; whoever hands it on follows the EUPL-1.2 licence."
!insertmacro Words FinishText \
  "CIEntro è installato.$\r$\n$\r$\nSenza carta e senza lettore puoi provarlo con una carta di prova, sotto la scritta DEMO." \
  "CIEntro is installed.$\r$\n$\r$\nWithout a card and a reader you can try it with a specimen card, under a band that says DEMO."

!insertmacro Words WhoTitle "Per chi" "For whom"
!insertmacro Words WhoSubtitle "Chi userà CIEntro su questo computer?" "Who will use CIEntro on this computer?"
!insertmacro Words WhoEverybody "Tutti gli utenti di questo computer" "Everybody on this computer"
!insertmacro Words WhoMe "Solo io" "Only me"
!insertmacro Words WhoHint \
  "Le impostazioni restano di ciascuno. Firefox può trovare la carta da sé solo se CIEntro è per tutti gli utenti." \
  "Settings are each person's own. Firefox can find the card by itself only where CIEntro is for everybody."

!insertmacro Words ProgramsHint \
  "L'app, la riga di comando e la libreria PKCS#11 per i browser." \
  "The app, the command line and the PKCS#11 library for browsers."
!insertmacro Words StartMenuName "Nel menu Start" "In the Start menu"
!insertmacro Words StartMenuHint "Mette CIEntro nel menu Start." "Puts CIEntro into the Start menu."
!insertmacro Words DesktopName "Sul desktop" "On the desktop"
!insertmacro Words DesktopHint "Mette un collegamento sul desktop." "Puts a shortcut on the desktop."
!insertmacro Words AutostartName "Apri quando accedo a Windows" "Open when I sign in to Windows"
!insertmacro Words AutostartHint "Apre la finestra di CIEntro a ogni accesso." "Opens the window of CIEntro at each sign-in."
!insertmacro Words FirefoxName "Carta in Firefox" "The card in Firefox"
!insertmacro Words FirefoxHint \
  "Firefox carica la libreria di CIEntro per tutti gli utenti (criterio SecurityDevices). Si toglie con CIEntro." \
  "Firefox loads the library of CIEntro for all users (policy SecurityDevices). It goes with CIEntro."

!insertmacro Words OldWindows \
  "CIEntro richiede Windows 10 o successivo. Non è stato cambiato nulla." \
  "CIEntro needs Windows 10 or later. Nothing was changed."
!insertmacro Words NoRights \
  "CIEntro per tutti gli utenti si installa e si toglie da amministratore. Non è stato cambiato nulla." \
  "CIEntro for all users is installed and removed by an administrator. Nothing was changed."
!insertmacro Words MsiThere \
  "CIEntro è già installato con un pacchetto MSI. Toglilo dalle Impostazioni di Windows, App, poi riprova. Non è stato cambiato nulla." \
  "CIEntro is installed already, by an MSI package. Remove it in Windows' Settings, Apps, then try again. Nothing was changed."
!insertmacro Words NewerThere \
  "È già installata una versione più recente di CIEntro. Non è stato cambiato nulla." \
  "A newer version of CIEntro is installed already. Nothing was changed."
!insertmacro Words WrongOption \
  "$1 non è una scelta possibile. Non è stato cambiato nulla." \
  "$1 is not a choice. Nothing was changed."
!insertmacro Words ForEverybody \
  "$1 vale per tutto il computer: serve un'installazione per tutti gli utenti. Non è stato cambiato nulla." \
  "$1 is for the whole computer: it needs an installation for all users. Nothing was changed."
!insertmacro Words InUse \
  "CIEntro è in uso. Chiudi CIEntro e i browser, poi riprova." \
  "CIEntro is in use. Close CIEntro and the browsers, then try again."
!insertmacro Words StillInBrowsers \
  "CIEntro non si è potuto togliere da Firefox. Chiudi Firefox, poi premi Riprova. Con Ignora CIEntro viene tolto lo stesso, e Firefox continua a nominarlo fra i suoi dispositivi di sicurezza; con Termina non viene tolto nulla." \
  "CIEntro could not be taken out of Firefox. Close Firefox, then press Retry. With Ignore CIEntro is removed all the same, and Firefox goes on naming it among its security devices; with Abort nothing is removed."
!insertmacro Words NotWhole \
  "Non tutti i file di CIEntro si sono potuti scrivere. Fai spazio sul disco, chiudi CIEntro, poi installalo di nuovo." \
  "Not all files of CIEntro could be written. Make room on the disk, close CIEntro, then install it again."
!insertmacro Words FirefoxFailed \
  "CIEntro è installato, ma Windows non ha lasciato scrivere il criterio di Firefox. Puoi caricare la libreria da Firefox: Impostazioni, Privacy e sicurezza, Dispositivi di sicurezza." \
  "CIEntro is installed, but Windows did not let the policy of Firefox be written. You can load the library in Firefox: Settings, Privacy and Security, Security Devices."
