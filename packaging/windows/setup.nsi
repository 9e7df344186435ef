; The setup program for people: a few pages in Italian or English, and the same from
; a command line with /S. package.sh calls makensis in a folder that holds the files
; to pack. Every flag is explained in README.md beside this file.
;
; It installs for all users where an administrator runs it, else for the one user;
; remembers what was chosen under Software\CIEntro\Installer; and takes away exactly
; what it brought. Settings and cards of users are not its business.

Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
SetDateSave off
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel highest
Name "CIEntro"
OutFile "${OUTFILE}"
BrandingText "CIEntro ${VERSION}"

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include nsDialogs.nsh
!include Sections.nsh
!include WinVer.nsh
!include WordFunc.nsh

!define KEY "Software\CIEntro\Installer"
!define POLICY "Software\Policies\CIEntro"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define LISTED "Software\Microsoft\Windows\CurrentVersion\Uninstall\CIEntro"
!define UNINSTALLER "uninstall.exe"
; What `cientro browser install` keeps to put back what it changed is here as long as
; something is to be put back: with --system, and of a user (app/browsers, app/settings).
!define SYSTEMLEDGER "$COMMONFILES64\CIEntro\browsers\ledger.json"
!define USERLEDGER "$LOCALAPPDATA\cientro\state\browsers\ledger.json"

; Exit codes; 0 is done, 1 the user's no, 2 something failed on the way.
!define WRONG_OPTION 3
!define OTHER_THERE 4
!define IN_USE 5
!define NO_RIGHTS 6
!define OLD_WINDOWS 7

VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "CIEntro"
VIAddVersionKey "CompanyName" "CIEntro"
VIAddVersionKey "FileDescription" "CIEntro Setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "EUPL-1.2"

!ifdef SIGN
  !uninstfinalize '"${SIGN}" "%1"'
!endif

Var Administrator ; 1 or empty
Var Everybody     ; 1: for all users
Var Flags         ; the command line
Var Forced        ; 1: the command line said for whom
Var EverybodyButton
Var Earlier       ; where the earlier version is, if that is another folder
Var Stray         ; 1: the uninstaller of a folder that is registered nowhere

; --- pages

!define MUI_ICON "cientro.ico"
!define MUI_UNICON "cientro.ico"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TEXT "$(WelcomeText)"
!insertmacro MUI_PAGE_WELCOME
!define MUI_LICENSEPAGE_TEXT_BOTTOM "$(LicenceText)"
!insertmacro MUI_PAGE_LICENSE "LICENSE.txt"
Page custom WhoPage WhoLeave
!define MUI_COMPONENTSPAGE_SMALLDESC
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION OpenApp
!define MUI_FINISHPAGE_TEXT "$(FinishText)"
!insertmacro MUI_PAGE_FINISH

!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "Italian" ; first: for every other language of Windows
!insertmacro MUI_LANGUAGE "English"
!include "${__FILEDIR__}\words.nsh"

; --- small things

; Refuse CODE WORDS: says why, and ends.
!macro Refuse CODE WORDS
  MessageBox MB_OK|MB_ICONEXCLAMATION "${WORDS}" /SD IDOK
  SetErrorLevel ${CODE}
  Quit
!macroend

; Whether a file can be replaced; a program that runs, or a library that Firefox
; has loaded, cannot.
!macro Free FOLDER FILE
  ${Do}
    ${IfNot} ${FileExists} "${FOLDER}\${FILE}"
      ${Break}
    ${EndIf}
    ClearErrors
    FileOpen $0 "${FOLDER}\${FILE}" a
    ${IfNot} ${Errors}
      FileClose $0
      ${Break}
    ${EndIf}
    ${If} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(InUse)" /SD IDCANCEL IDCANCEL`
      SetErrorLevel ${IN_USE}
      Quit
    ${EndIf}
  ${Loop}
!macroend

!macro AllFree FOLDER
  !insertmacro Free "${FOLDER}" "cientro.exe"
  !insertmacro Free "${FOLDER}" "cientro-desktop.exe"
  !insertmacro Free "${FOLDER}" "cientro-pkcs11.dll"
!macroend

; Takes our files out of a folder, which stays where somebody put something into it.
!macro TakeOut FOLDER
  Delete "${FOLDER}\cientro.exe"
  Delete "${FOLDER}\cientro-desktop.exe"
  Delete "${FOLDER}\cientro-pkcs11.dll"
  Delete "${FOLDER}\LICENSE.txt"
  Delete "${FOLDER}\LICENSES.txt"
  Delete "${FOLDER}\${UNINSTALLER}"
  RMDir "${FOLDER}"
!macroend

; Runs `cientro browser` for the whole computer; the exit code, or why there is none,
; is in $0. Nobody's home is looked at or written to: its path is one that cannot be.
!macro SystemBrowsers FOLDER WHAT
  System::Call 'kernel32::SetEnvironmentVariable(t "CIENTRO_HOME", t "${FOLDER}\cientro.exe\none")'
  nsExec::ExecToLog /TIMEOUT=60000 '"${FOLDER}\cientro.exe" browser ${WHAT} --system'
  Pop $0
  System::Call 'kernel32::SetEnvironmentVariable(t "CIENTRO_HOME", p 0)'
  ${If} $0 != 0
    DetailPrint "cientro.exe browser ${WHAT} --system: $0"
  ${EndIf}
!macroend

; One choice: what the last installation said (without which DEFAULT), then the
; flag. VALUES are those allowed, each after a |, and one at the end.
!macro Choice NAME DEFAULT VALUES
  StrCpy $Choice${NAME} "${DEFAULT}"
  ReadRegStr $0 SHCTX "${KEY}" "${NAME}"
  ${If} $0 != ""
    StrCpy $Choice${NAME} $0
  ${EndIf}
  ClearErrors
  ${GetOptions} $Flags "/${NAME}=" $0
  ${IfNot} ${Errors}
  ${AndIf} $0 != "keep"
    ${WordFind} "${VALUES}" "|$0|" "E#" $1 ; how often it stands there
    ${If} ${Errors}
    ${OrIf} $0 == ""
      StrCpy $1 "/${NAME}=$0"
      !insertmacro Refuse ${WRONG_OPTION} "$(WrongOption)"
    ${EndIf}
    StrCpy $Choice${NAME} $0
  ${EndIf}
!macroend

Var ChoiceSTARTMENU
Var ChoiceDESKTOPSHORTCUT
Var ChoiceAUTOSTART
Var ChoiceFIREFOXPOLICY

; What is decided for everybody, as the file options has it: decisions.nsh calls
; Decision for each, and Decisions WHAT does one thing with all of them.
!macro Decision NAME VALUES VALUE TYPE
  !insertmacro ${EACH} ${NAME} "${VALUES}" ${VALUE} ${TYPE}
!macroend
!macro Decisions WHAT
  !define EACH ${WHAT}
  !include decisions.nsh
  !undef EACH
!macroend
!macro Declared NAME VALUES VALUE TYPE
  Var Choice${NAME}
!macroend
!macro Chosen NAME VALUES VALUE TYPE
  !insertmacro Choice ${NAME} user "${VALUES}user|"
  ${If} $Everybody == ""
  ${AndIf} $Choice${NAME} != "user"
    StrCpy $1 "/${NAME}"
    !insertmacro Refuse ${WRONG_OPTION} "$(ForEverybody)"
  ${EndIf}
!macroend
!macro TakenBack NAME VALUES VALUE TYPE
  ReadRegStr $0 SHCTX "${KEY}" "${NAME}"
  !if ${TYPE} == text
    ReadRegStr $2 HKLM "${POLICY}" "${VALUE}"
  !else
    ReadRegDWORD $2 HKLM "${POLICY}" "${VALUE}"
  !endif
  ${If} $0 != ""
  ${AndIf} $0 == $2
    DeleteRegValue HKLM "${POLICY}" "${VALUE}"
  ${EndIf}
!macroend
!macro Written NAME VALUES VALUE TYPE
  WriteRegStr SHCTX "${KEY}" "${NAME}" $Choice${NAME}
  ${If} $Choice${NAME} != "user"
    !if ${TYPE} == text
      WriteRegStr HKLM "${POLICY}" "${VALUE}" $Choice${NAME}
    !else
      WriteRegDWORD HKLM "${POLICY}" "${VALUE}" $Choice${NAME}
    !endif
  ${EndIf}
!macroend
!insertmacro Decisions Declared

; --- begin

Function .onInit
  ${GetParameters} $Flags
  ClearErrors
  ${GetOptions} $Flags "/LANGUAGE=" $0
  ${If} $0 == "it"
    StrCpy $LANGUAGE ${LANG_ITALIAN}
  ${ElseIf} $0 == "en"
    StrCpy $LANGUAGE ${LANG_ENGLISH}
  ${EndIf}
  ${IfNot} ${AtLeastWin10}
    !insertmacro Refuse ${OLD_WINDOWS} "$(OldWindows)"
  ${EndIf}
  SetRegView 64
  UserInfo::GetAccountType
  Pop $0
  ${If} $0 == "Admin"
    StrCpy $Administrator 1
    StrCpy $Everybody 1
  ${EndIf}
  ; The one user's own installation goes on being it.
  ReadRegStr $0 HKCU "${KEY}" "Folder"
  ReadRegStr $1 HKLM "${KEY}" "Folder"
  ${If} $0 != ""
  ${AndIf} $1 == ""
    StrCpy $Everybody ""
  ${EndIf}
  ClearErrors
  ${GetOptions} $Flags "/CURRENTUSER" $0
  ${IfNot} ${Errors}
    StrCpy $Everybody ""
    StrCpy $Forced 1
  ${EndIf}
  ClearErrors
  ${GetOptions} $Flags "/ALLUSERS" $0
  ${IfNot} ${Errors}
    ${If} $Administrator == ""
      !insertmacro Refuse ${NO_RIGHTS} "$(NoRights)"
    ${EndIf}
    StrCpy $Everybody 1
    StrCpy $Forced 1
  ${EndIf}
  Call Settle
FunctionEnd

; Settle reads what was there for whom it is now, and the choices.
Function Settle
  SetShellVarContext current
  ${If} $Everybody == 1
    SetShellVarContext all
  ${EndIf}
  ReadRegStr $0 SHCTX "${KEY}" "Kind"
  ${If} $0 == "msi"
    !insertmacro Refuse ${OTHER_THERE} "$(MsiThere)"
  ${EndIf}
  ReadRegStr $0 SHCTX "${KEY}" "Version"
  ${If} $0 != ""
    ${VersionCompare} $0 "${NUMBERS}" $1
    ${If} $1 == 1
      !insertmacro Refuse ${OTHER_THERE} "$(NewerThere)"
    ${EndIf}
  ${EndIf}
  !insertmacro Choice STARTMENU 1 "|0|1|"
  !insertmacro Choice DESKTOPSHORTCUT 0 "|0|1|"
  !insertmacro Choice AUTOSTART 0 "|0|1|hidden|"
  !insertmacro Choice FIREFOXPOLICY 0 "|0|1|"
  !insertmacro Decisions Chosen
  ${If} $Everybody == ""
  ${AndIf} $ChoiceFIREFOXPOLICY == 1
    StrCpy $1 "/FIREFOXPOLICY"
    !insertmacro Refuse ${WRONG_OPTION} "$(ForEverybody)"
  ${EndIf}
  Call Tick
  ${If} $INSTDIR == "" ; else /D said it
    Call UsualFolder
  ${EndIf}
FunctionEnd

Function UsualFolder
  ReadRegStr $INSTDIR SHCTX "${KEY}" "Folder"
  ${If} $INSTDIR == ""
    StrCpy $INSTDIR "$LOCALAPPDATA\Programs\CIEntro"
    ${If} $Everybody == 1
      StrCpy $INSTDIR "$PROGRAMFILES64\CIEntro"
    ${EndIf}
  ${EndIf}
FunctionEnd

; --- for whom

Function WhoPage
  ${If} $Forced == 1
  ${OrIf} $Administrator == ""
    Abort ; there is nothing to ask
  ${EndIf}
  !insertmacro MUI_HEADER_TEXT "$(WhoTitle)" "$(WhoSubtitle)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateRadioButton} 0 10u 100% 14u "$(WhoEverybody)"
  Pop $EverybodyButton
  ${NSD_CreateRadioButton} 0 30u 100% 14u "$(WhoMe)"
  Pop $1
  ${NSD_CreateLabel} 0 54u 100% 40u "$(WhoHint)"
  Pop $0
  ${If} $Everybody == 1
    ${NSD_Check} $EverybodyButton
  ${Else}
    ${NSD_Check} $1
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function WhoLeave
  ${NSD_GetState} $EverybodyButton $0
  StrCpy $1 ""
  ${If} $0 == ${BST_CHECKED}
    StrCpy $1 1
  ${EndIf}
  ${If} $1 != $Everybody
    StrCpy $Everybody $1
    StrCpy $INSTDIR ""
    Call Settle
  ${EndIf}
FunctionEnd

; --- what is done

; Take back what an earlier installation chose: shortcuts, start with the session,
; Firefox's policy, decisions. What somebody else changed since stays.
!macro TakeBack
  InitPluginsDir
  File "/oname=$PLUGINSDIR\firefoxpolicy.exe" "firefoxpolicy.exe"
  ReadRegStr $1 SHCTX "${KEY}" "Folder"
  ReadRegStr $0 SHCTX "${KEY}" "STARTMENU"
  ${If} $0 == 1
    Delete "$SMPROGRAMS\CIEntro.lnk"
  ${EndIf}
  ReadRegStr $0 SHCTX "${KEY}" "DESKTOPSHORTCUT"
  ${If} $0 == 1
    Delete "$DESKTOP\CIEntro.lnk"
  ${EndIf}
  ReadRegStr $0 SHCTX "${RUN}" "CIEntro"
  ${If} $0 == '"$1\cientro-desktop.exe"'
  ${OrIf} $0 == '"$1\cientro-desktop.exe" --hidden'
    DeleteRegValue SHCTX "${RUN}" "CIEntro"
  ${EndIf}
  ReadRegStr $0 SHCTX "${KEY}" "FIREFOXPOLICY"
  ${If} $0 == 1
    ExecWait '"$PLUGINSDIR\firefoxpolicy.exe" remove "$1\cientro-pkcs11.dll"'
  ${EndIf}
  !insertmacro Decisions TakenBack
  DeleteRegKey /ifempty HKLM "${POLICY}"
!macroend

Section "CIEntro" Programs
  SectionIn RO
  !insertmacro AllFree "$INSTDIR"
  ReadRegStr $Earlier SHCTX "${KEY}" "Folder"
  ${If} $Earlier == $INSTDIR
    StrCpy $Earlier ""
  ${EndIf}
  ${If} $Earlier != ""
    !insertmacro AllFree "$Earlier"
  ${EndIf}
  !insertmacro TakeBack
  ${If} $Earlier != ""
    !insertmacro TakeOut "$Earlier"
  ${EndIf}
  ClearErrors
  SetOutPath "$INSTDIR"
  File "cientro.exe"
  File "cientro-desktop.exe"
  File "cientro-pkcs11.dll"
  File "LICENSE.txt"
  File "LICENSES.txt"
  WriteUninstaller "$INSTDIR\${UNINSTALLER}"
  ; Without windows nobody was asked about a file that could not be written. What is
  ; there is registered all the same, to be repeated or removed.
  ${If} ${Errors}
    SetErrorLevel 2
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(NotWhole)" /SD IDOK
  ${EndIf}
  WriteRegStr SHCTX "${KEY}" "Kind" "setup"
  WriteRegStr SHCTX "${KEY}" "Folder" "$INSTDIR"
  WriteRegStr SHCTX "${KEY}" "Version" "${NUMBERS}"
  WriteRegStr SHCTX "${KEY}" "STARTMENU" "0"
  WriteRegStr SHCTX "${KEY}" "DESKTOPSHORTCUT" "0"
  WriteRegStr SHCTX "${KEY}" "AUTOSTART" "0"
  WriteRegStr SHCTX "${KEY}" "FIREFOXPOLICY" "0"
  WriteRegStr SHCTX "${LISTED}" "DisplayName" "CIEntro"
  WriteRegStr SHCTX "${LISTED}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${LISTED}" "DisplayIcon" "$INSTDIR\cientro-desktop.exe"
  WriteRegStr SHCTX "${LISTED}" "Publisher" "CIEntro"
  WriteRegStr SHCTX "${LISTED}" "URLInfoAbout" "https://github.com/cientro/cientro"
  WriteRegStr SHCTX "${LISTED}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${LISTED}" "UninstallString" '"$INSTDIR\${UNINSTALLER}"'
  WriteRegStr SHCTX "${LISTED}" "QuietUninstallString" '"$INSTDIR\${UNINSTALLER}" /S'
  WriteRegDWORD SHCTX "${LISTED}" "NoModify" 1
  WriteRegDWORD SHCTX "${LISTED}" "NoRepair" 1
  ; Browsers set up for everybody go on finding the library where it is now.
  ${If} $Everybody == 1
  ${AndIf} $Earlier != ""
  ${AndIf} ${FileExists} "${SYSTEMLEDGER}"
    !insertmacro SystemBrowsers "$INSTDIR" install
  ${EndIf}
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD SHCTX "${LISTED}" "EstimatedSize" "$0"
  !insertmacro Decisions Written
SectionEnd

Section /o "$(StartMenuName)" StartMenu
  CreateShortcut "$SMPROGRAMS\CIEntro.lnk" "$INSTDIR\cientro-desktop.exe"
  WriteRegStr SHCTX "${KEY}" "STARTMENU" "1"
SectionEnd

Section /o "$(DesktopName)" DesktopShortcut
  CreateShortcut "$DESKTOP\CIEntro.lnk" "$INSTDIR\cientro-desktop.exe"
  WriteRegStr SHCTX "${KEY}" "DESKTOPSHORTCUT" "1"
SectionEnd

Section /o "$(AutostartName)" Autostart
  ${If} $ChoiceAUTOSTART == "hidden"
    WriteRegStr SHCTX "${RUN}" "CIEntro" '"$INSTDIR\cientro-desktop.exe" --hidden'
    WriteRegStr SHCTX "${KEY}" "AUTOSTART" "hidden"
  ${Else}
    WriteRegStr SHCTX "${RUN}" "CIEntro" '"$INSTDIR\cientro-desktop.exe"'
    WriteRegStr SHCTX "${KEY}" "AUTOSTART" "1"
  ${EndIf}
SectionEnd

Section /o "$(FirefoxName)" FirefoxPolicy
  ExecWait '"$PLUGINSDIR\firefoxpolicy.exe" add "$INSTDIR\cientro-pkcs11.dll"' $0
  ${If} $0 == 0
    WriteRegStr SHCTX "${KEY}" "FIREFOXPOLICY" "1"
  ${Else}
    SetErrorLevel 2
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(FirefoxFailed)" /SD IDOK
  ${EndIf}
SectionEnd

; OpenApp starts the app as the person at the screen, through the desktop: this
; program has an administrator's rights, which the app must not get.
Function OpenApp
  ${If} $Administrator == 1
    Exec '"$WINDIR\explorer.exe" "$INSTDIR\cientro-desktop.exe"'
  ${Else}
    Exec '"$INSTDIR\cientro-desktop.exe"'
  ${EndIf}
FunctionEnd

; Tick shows the choices on the page of components.
Function Tick
  !macro Ticked SECTION CONDITION
    ${If} ${CONDITION}
      !insertmacro SelectSection ${SECTION}
    ${Else}
      !insertmacro UnselectSection ${SECTION}
    ${EndIf}
  !macroend
  !insertmacro Ticked ${StartMenu} "$ChoiceSTARTMENU == 1"
  !insertmacro Ticked ${DesktopShortcut} "$ChoiceDESKTOPSHORTCUT == 1"
  !insertmacro Ticked ${Autostart} "$ChoiceAUTOSTART != 0"
  !insertmacro ClearSectionFlag ${FirefoxPolicy} ${SF_RO}
  !insertmacro Ticked ${FirefoxPolicy} "$ChoiceFIREFOXPOLICY == 1"
  ${If} $Everybody == ""
    !insertmacro SetSectionFlag ${FirefoxPolicy} ${SF_RO} ; the policy is the computer's
  ${EndIf}
FunctionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${Programs} "$(ProgramsHint)"
  !insertmacro MUI_DESCRIPTION_TEXT ${StartMenu} "$(StartMenuHint)"
  !insertmacro MUI_DESCRIPTION_TEXT ${DesktopShortcut} "$(DesktopHint)"
  !insertmacro MUI_DESCRIPTION_TEXT ${Autostart} "$(AutostartHint)"
  !insertmacro MUI_DESCRIPTION_TEXT ${FirefoxPolicy} "$(FirefoxHint)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; --- the way back

; What is not registered as this folder's is another installation's, and stays.
!macro Registered HIVE
  ReadRegStr $0 ${HIVE} "${KEY}" "Folder"
  ReadRegStr $1 ${HIVE} "${LISTED}" "InstallLocation"
  ${If} $0 == $INSTDIR
  ${OrIf} $1 == $INSTDIR
!macroend

Function un.onInit
  SetRegView 64
  UserInfo::GetAccountType
  Pop $2
  SetShellVarContext current
  StrCpy $Stray 1
  !insertmacro Registered HKCU
    StrCpy $Stray ""
  ${EndIf}
  !insertmacro Registered HKLM
    StrCpy $Stray ""
    StrCpy $Everybody 1
    SetShellVarContext all
    ${If} $2 != "Admin"
      !insertmacro Refuse ${NO_RIGHTS} "$(NoRights)"
    ${EndIf}
  ${EndIf}
FunctionEnd

; The user's own browsers forget CIEntro first: what could put them back goes with it.
; A profile that Firefox has open cannot be changed.
Function un.OwnBrowsers
  ${Do}
    ${IfNot} ${FileExists} "${USERLEDGER}"
      ${Break}
    ${EndIf}
    nsExec::ExecToLog /TIMEOUT=60000 '"$INSTDIR\cientro.exe" browser remove'
    Pop $0
    ${If} $0 == 0
      ${Break}
    ${EndIf}
    DetailPrint "cientro.exe browser remove: $0"
    MessageBox MB_ABORTRETRYIGNORE|MB_ICONEXCLAMATION "$(StillInBrowsers)" /SD IDABORT IDRETRY again IDIGNORE ignored
    SetErrorLevel ${IN_USE}
    Quit
    again:
  ${Loop}
  ignored:
FunctionEnd

Section "un.CIEntro"
  !insertmacro AllFree "$INSTDIR"
  ${If} $Stray == ""
    ${If} $Everybody == ""
      Call un.OwnBrowsers
    ${EndIf}
    !insertmacro TakeBack
    ; After Firefox's policy of ours, which takes away the keys that it made.
    ${If} $Everybody == 1
    ${AndIf} ${FileExists} "${SYSTEMLEDGER}"
      !insertmacro SystemBrowsers "$INSTDIR" remove
    ${EndIf}
  ${EndIf}
  !insertmacro TakeOut "$INSTDIR"
  ${If} $Stray == ""
    DeleteRegKey SHCTX "${LISTED}"
    DeleteRegKey SHCTX "${KEY}"
    DeleteRegKey /ifempty SHCTX "Software\CIEntro"
  ${EndIf}
SectionEnd
