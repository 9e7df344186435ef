#!/usr/bin/env bash
# tables.sh FOLDER VERSION PRODUCT UPGRADE: writes the tables of the MSI that wixl
# does not make, or makes without what we need (conditions, HKMU, what runs when),
# as text in the form of the Windows Installer's own exports, into FOLDER.
# VERSION is 1.2.3, PRODUCT and UPGRADE are GUIDs without braces.
#
# The words are in both languages: an MSI has one language, and this one is for
# both. It shows no window of its own; the one for people is setup.nsi.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1 version=$2 product=${3^^} upgrade=${4^^}

# The choices that need no administrator: property | default | its choices.
choices='
STARTMENU|1|0 1
DESKTOPSHORTCUT|0|0 1
AUTOSTART|0|0 1 hidden
FIREFOXPOLICY|0|0 1
'
key='Software\CIEntro\Installer'
policy='Software\Policies\CIEntro'
run='Software\Microsoft\Windows\CurrentVersion\Run'
app='[INSTALLDIR]cientro-desktop.exe'
library='[INSTALLDIR]cientro-pkcs11.dll'
everybody='ALLUSERS AND MSIINSTALLPERUSER <> "1"'

# decisions prints each line of the file options.
decisions() { grep -v '^#' "$here/options"; }

# guid NAME: the same name has the same GUID for ever, as components want it.
guid() {
	local h
	h=$(printf 'cientro %s' "$1" | sha1sum)
	printf '{%s-%s-5%s-8%s-%s}' "${h:0:8}" "${h:8:4}" "${h:13:3}" "${h:17:3}" "${h:20:12}" | tr a-f A-F
}

# table NAME COLUMNS TYPES KEYS: begins a table; row adds a line. Columns, types
# and keys are words, as are the cells of a row, where none can be an empty one.
table() {
	file="$folder/$1.idt"
	{
		tr ' ' '\t' <<<"$2"
		tr ' ' '\t' <<<"$3"
		tr ' ' '\t' <<<"$1 $4"
	} >"$file"
}
row() {
	local IFS=$'\t'
	printf '%s\n' "$*" >>"$file"
}

table Property 'Property Value' 's72 l0' Property
row ALLUSERS 1
row ARPCONTACT CIEntro
row ARPNOMODIFY 1
row ARPPRODUCTICON cientro.ico
row ARPURLINFOABOUT https://github.com/cientro/cientro
row Manufacturer CIEntro
row MSIRESTARTMANAGERCONTROL DisableShutdown
row ProductCode "{$product}"
row ProductLanguage 1033
row ProductName CIEntro
row ProductVersion "$version"
row UpgradeCode "{$upgrade}"
secure='INSTALLDIR;BROWSERSYSTEM;NEWERFOUND;OLDERFOUND;INSTALLKIND;KEPT_INSTALLDIR;OWN_INSTALLDIR'
while IFS='|' read -r name value _; do
	[ -n "$name" ] || continue
	row "$name" keep
	row "KEPT_$name" "$value"
	secure+=";$name;KEPT_$name"
done <<<"$choices"
while IFS='|' read -r name _; do
	row "$name" keep
	row "KEPT_$name" user
	secure+=";$name;KEPT_$name"
done < <(decisions)
row SecureCustomProperties "$secure"

names=$(
	cut -d'|' -f1 <<<"$choices" | grep .
	decisions | cut -d'|' -f1
)

# What an installation remembers of its choices, for the one that replaces it.
# Root 2 is HKEY_LOCAL_MACHINE, 1 HKEY_CURRENT_USER; type 18 a value of the 64-bit
# registry.
table AppSearch 'Property Signature_' 's72 s72' $'Property\tSignature_'
locators=()
for root in 2 1; do
	for name in $names; do
		row "KEPT_$name" "Kept${name}$root"
		locators+=("Kept${name}$root $root $name")
	done
	# One user's own folder, which that user can write to, is no place for everybody's.
	folder_of=KEPT_INSTALLDIR
	[ $root = 2 ] || folder_of=OWN_INSTALLDIR
	row $folder_of "KeptFolder$root"
	row INSTALLKIND "Kind$root"
	locators+=("KeptFolder$root $root Folder" "Kind$root $root Kind")
done
row BROWSERSYSTEM BrowserSystem
# What `cientro browser install --system` keeps to put back what it changed: the
# folder is there as long as something is to be put back (app/browsers).
table DrLocator 'Signature_ Parent Path Depth' 's72 S72 S255 I2' $'Signature_\tParent\tPath'
row BrowserSystem '' '[CommonFiles64Folder]CIEntro\browsers' 0
table RegLocator 'Signature_ Root Key Name Type' 's72 i2 s255 S255 I2' Signature_
for locator in "${locators[@]}"; do
	read -r signature root name <<<"$locator"
	row "$signature" "$root" "$key" "$name" 18
done

table Upgrade 'UpgradeCode VersionMin VersionMax Language Attributes Remove ActionProperty' 's38 S20 S20 S255 i4 S255 s72' \
	$'UpgradeCode\tVersionMin\tVersionMax\tLanguage\tAttributes'
row "{$upgrade}" '' "$version" '' 513 '' OLDERFOUND # this version too: builds between two releases share it
row "{$upgrade}" "$version" '' '' 2 '' NEWERFOUND

table LaunchCondition 'Condition Description' 's255 l255' Condition
row 'Installed OR VersionNT64 >= 603' 'CIEntro richiede Windows 10 a 64 bit o successivo. / CIEntro needs Windows 10, 64 bits, or later.'
row 'Installed OR NOT NEWERFOUND' 'Su questo computer c'\''è una versione di CIEntro più recente. / This computer has a newer version of CIEntro.'
row 'Installed OR INSTALLKIND <> "setup"' 'CIEntro è stato installato con il programma di installazione: rimuovilo da lì, poi riprova. / CIEntro was installed by its setup program: remove it there first, then try again.'
row 'Installed OR FIREFOXPOLICY <> "1" OR (ALLUSERS AND MSIINSTALLPERUSER <> "1")' 'FIREFOXPOLICY=1 vale per tutto il computer: non con MSIINSTALLPERUSER=1. / FIREFOXPOLICY=1 is for the whole computer: not with MSIINSTALLPERUSER=1.'
# condition NAME CHOICES: one of the choices, as a sentence of the installer.
condition() {
	local sentence='Installed' choice
	for choice in $2; do
		sentence+=" OR $1 = \"$choice\""
	done
	row "$sentence" "$1: $2"
}
while IFS='|' read -r name _ allowed; do
	[ -z "$name" ] || condition "$name" "$allowed"
done <<<"$choices"
while IFS='|' read -r name allowed _; do
	condition "$name" "$allowed user"
	row "Installed OR $name = \"user\" OR (ALLUSERS AND MSIINSTALLPERUSER <> \"1\")" "$name: ALLUSERS=1"
done < <(decisions)

# Attributes: 256 is 64 bits, 4 a value of the registry as what tells that the
# component is there.
table Component 'Component ComponentId Directory_ Attributes Condition KeyPath' 's72 S38 s72 i2 S255 S72' Component
for part in CommandLine:cientro.exe Desktop:cientro_desktop.exe Library:cientro_pkcs11.dll Licence:LICENSE.txt Licences:LICENSES.txt; do
	row "${part%%:*}" "$(guid "$part")" INSTALLDIR 256 '' "${part#*:}"
done
components=(CommandLine Desktop Library Licence Licences)
settings=() # component | root | key | name | value
# setting COMPONENT CONDITION ROOT KEY NAME VALUE. Root -1 is HKLM, or HKCU for one user.
setting() {
	row "$1" "$(guid "$1")" INSTALLDIR 260 "$2" "$1"
	components+=("$1")
	settings+=("$1|$1|$3|$4|$5|$6")
}
setting Record '' -1 "$key" Kind msi
settings+=("RecordFolder|Record|-1|$key|Folder|[INSTALLDIR]" "RecordVersion|Record|-1|$key|Version|[ProductVersion]")
for name in $names; do
	settings+=("Record$name|Record|-1|$key|$name|[$name]")
done
setting StartMenu 'STARTMENU = "1"' -1 "$key" ShortcutInStartMenu 1
setting DesktopShortcut 'DESKTOPSHORTCUT = "1"' -1 "$key" ShortcutOnDesktop 1
setting Autostart 'AUTOSTART = "1"' -1 "$run" CIEntro "\"$app\""
setting AutostartHidden 'AUTOSTART = "hidden"' -1 "$run" CIEntro "\"$app\" --hidden"
while IFS='|' read -r name _ value type; do
	number=''
	[ "$type" = text ] || number='#'
	setting "Policy$name" "$name <> \"user\"" 2 "$policy" "$value" "$number[$name]"
done < <(decisions)

table FeatureComponents 'Feature_ Component_' 's38 s72' $'Feature_\tComponent_'
for component in "${components[@]}"; do
	row CIEntro "$component"
done

table Registry 'Registry Root Key Name Value Component_' 's72 i2 l255 L255 L0 s72' Registry
for line in "${settings[@]}"; do
	IFS='|' read -r id component root path name value <<<"$line"
	row "$id" "$root" "$path" "$name" "$value" "$component"
done

table Shortcut 'Shortcut Directory_ Name Component_ Target Arguments Description Hotkey Icon_ IconIndex ShowCmd WkDir DisplayResourceDLL DisplayResourceId DescriptionResourceDLL DescriptionResourceId' \
	's72 s72 l128 s72 s72 L255 L255 I2 S72 I2 I2 S72 S255 I2 S255 I2' Shortcut
row StartMenu ProgramMenuFolder CIEntro StartMenu "$app" '' "Carta d'identità elettronica" '' '' '' '' '' '' '' '' ''
row DesktopShortcut DesktopFolder CIEntro DesktopShortcut "$app" '' "Carta d'identità elettronica" '' '' '' '' '' '' '' '' ''

# Types: 51 sets a property; 2 runs a program of the package, 18 an installed one, with
# 1024 when the installation is carried out, 256 when it is undone, 2048 with the installer's
# rights, 64 whatever it answers.
table CustomAction 'Action Type Source Target ExtendedType' 's72 i2 S72 S255 I4' CustomAction
row KeepINSTALLDIR 51 INSTALLDIR '[KEPT_INSTALLDIR]' ''
row KeepOwnINSTALLDIR 51 INSTALLDIR '[OWN_INSTALLDIR]' ''
row SetARPINSTALLLOCATION 51 ARPINSTALLLOCATION '[INSTALLDIR]' ''
for name in $names; do
	row "Keep$name" 51 "$name" "[KEPT_$name]" ''
done
row FirefoxUndo $((2 + 64 + 256 + 1024 + 2048)) FirefoxPolicy "remove \"$library\"" ''
row FirefoxAdd $((2 + 1024 + 2048)) FirefoxPolicy "add \"$library\"" ''
row FirefoxRemove $((2 + 64 + 1024 + 2048)) FirefoxPolicy "remove \"$library\"" ''
row BrowserRemove $((18 + 64 + 1024 + 2048)) cientro.exe 'browser remove --system' ''
row BrowserKeep $((18 + 64 + 1024 + 2048)) cientro.exe 'browser install --system' ''

# keep gives each choice that nobody made the value of the last installation.
keep() {
	local name sequence=53
	row KeepINSTALLDIR 'NOT INSTALLDIR AND KEPT_INSTALLDIR AND (Installed OR (ALLUSERS AND MSIINSTALLPERUSER <> "1"))' 51
	row KeepOwnINSTALLDIR 'NOT INSTALLDIR AND OWN_INSTALLDIR AND (Installed OR NOT ALLUSERS OR MSIINSTALLPERUSER = "1")' 52
	for name in $names; do
		row "Keep$name" "$name = \"keep\"" "$sequence"
		sequence=$((sequence + 1))
	done
}

table InstallExecuteSequence 'Action Condition Sequence' 's72 S255 I2' Action
row FindRelatedProducts '' 25
row AppSearch '' 50
keep
row LaunchConditions '' 100
row ValidateProductID '' 700
row CostInitialize '' 800
row FileCost '' 900
row CostFinalize '' 1000
row SetARPINSTALLLOCATION '' 1010
row MigrateFeatureStates '' 1200
row InstallValidate '' 1400
row RemoveExistingProducts '' 1401
row InstallInitialize '' 1500
row ProcessComponents '' 1600
row UnpublishFeatures '' 1800
row RemoveRegistryValues '' 2600
row FirefoxRemove 'REMOVE ~= "ALL" AND KEPT_FIREFOXPOLICY = "1"' 2610
row BrowserRemove "REMOVE ~= \"ALL\" AND NOT UPGRADINGPRODUCTCODE AND BROWSERSYSTEM AND $everybody" 2620
row RemoveShortcuts '' 3200
row RemoveFiles '' 3500
row InstallFiles '' 4000
row CreateShortcuts '' 4500
row WriteRegistryValues '' 5000
# The newer version may be in another folder.
row BrowserKeep "OLDERFOUND AND NOT REMOVE AND BROWSERSYSTEM AND $everybody" 5005
row FirefoxUndo 'FIREFOXPOLICY = "1" AND NOT Installed' 5010
row FirefoxAdd 'FIREFOXPOLICY = "1" AND NOT REMOVE' 5011
row RegisterUser '' 6000
row RegisterProduct '' 6100
row PublishFeatures '' 6300
row PublishProduct '' 6400
row InstallFinalize '' 6600

# The same searches for who starts it by a click: what is found there is what the
# installer's service goes by.
table InstallUISequence 'Action Condition Sequence' 's72 S255 I2' Action
row FindRelatedProducts '' 25
row AppSearch '' 50
keep
row LaunchConditions '' 100
row ValidateProductID '' 700
row CostInitialize '' 800
row FileCost '' 900
row CostFinalize '' 1000
row MigrateFeatureStates '' 1200
row ExecuteAction '' 1300
