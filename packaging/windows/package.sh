#!/usr/bin/env bash
# package.sh: builds CIEntro for Windows (amd64) on Linux, with mingw-w64, and packs
# it twice: a setup program for people (NSIS) and an MSI for administrators (wixl).
# The same sources, VERSION and SOURCE_DATE_EPOCH give the same bytes.
#
#   package.sh [msi|setup …]    these kinds; without words both
#   package.sh programs DIR     the programs and the library alone
#
# From the environment, all of it optional:
#   VERSION            what the programs say they are; git describe
#   OUT                the folder for what comes out; dist
#   SOURCE_DATE_EPOCH  the time that archives carry; that of the last commit
#   PROGRAMS           a folder with cientro.exe, cientro-desktop.exe and
#                      cientro-pkcs11.dll that were built before; they are packed
#   KEEP               a folder that gets programs and library as they are packed
#   SIGN               a program that signs: it is called with one file after the
#                      other, and changes it in place. It gets programs, library,
#                      uninstaller, setup program and MSI. Where keys are is its
#                      own business: nothing here sees one.
#
# What it needs: packaging/linux/setup.sh winpackage
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD/packaging/windows
export LC_ALL=C.UTF-8 TZ=UTC
umask 022
VERSION=${VERSION:-$(git describe --tags --always --abbrev=12 --dirty 2>/dev/null || echo unknown)}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export VERSION SOURCE_DATE_EPOCH
OUT=${OUT:-dist}
go=${GO:-$(packaging/linux/setup.sh which-go)}
cross=x86_64-w64-mingw32
work=$(mktemp -d)
# Go takes such a file from the folder of a program, and from nowhere else.
resource=resource_windows_amd64.syso
trap 'rm -rf "$work" app/cientro/$resource app/cientro-desktop/$resource' EXIT

# Windows wants four numbers, its installer three: v1.2.3-4-gabc is 1.2.3.4. Where
# there is no tag yet, it is the version to come.
if [[ $VERSION =~ ^v?([0-9]+\.[0-9]+\.[0-9]+)(-([0-9]+)-g|$|-|~|\+) ]]; then
	numbers=${BASH_REMATCH[1]}
	build=${BASH_REMATCH[3]:-0}
else
	numbers=$(sed -n 's/^ *Version = "\(.*\)"/\1/p' FyneApp.toml)
	build=0
fi

sign() {
	local file
	[ -n "${SIGN:-}" ] || return 0
	for file in "$@"; do
		"$SIGN" "$file"
	done
}

# resource NAME DESCRIPTION TYPE DEFINITION… OBJECT: what Windows shows of a file.
resource() {
	local name=$1 description=$2 type=$3 object=${*: -1}
	shift 3
	# windres takes no strings through its options, but through the preprocessor's.
	{
		printf '#define %s\n' "NUMBERS ${numbers//./,},$build" "VERSION \"$VERSION\"" "NAME \"$name\"" "DESCRIPTION \"$description\"" "TYPE $type"
		[ "$type" = VFT_DLL ] || printf '#define %s\n' 'ICON_FILE "cientro.ico"' 'MANIFEST_FILE "program.manifest"'
		cat "$here/program.rc"
	} >"$work/$name.rc"
	$cross-windres --include-dir "$work" --include-dir "$here" --output-format coff --input "$work/$name.rc" --output "$object"
}

helper() { # a small program of the installers
	$cross-gcc -std=gnu11 -Wall -Wextra -Werror -O2 -s -municode -mwindows -static-libgcc -fstack-protector-strong \
		-Wl,--no-insert-timestamp,--nxcompat,--dynamicbase,--high-entropy-va \
		-o "$work/firefoxpolicy.exe" "$here/firefoxpolicy.c" -Wl,-Bstatic -lssp -Wl,-Bdynamic
}

programs() {
	local flags="-s -w -X main.version=$VERSION"
	export GOOS=windows GOARCH=amd64
	resource cientro.exe 'CIEntro, command line' VFT_APP app/cientro/$resource
	CGO_ENABLED=0 "$go" build -trimpath -buildvcs=false -ldflags "$flags" -o "$work/cientro.exe" ./app/cientro
	resource cientro-desktop.exe CIEntro VFT_APP app/cientro-desktop/$resource
	CGO_ENABLED=1 CC=$cross-gcc "$go" build -trimpath -buildvcs=false -tags no_emoji \
		-ldflags "$flags -H windowsgui -extldflags '-static -Wl,--no-insert-timestamp,--nxcompat,--dynamicbase,--high-entropy-va'" \
		-o "$work/cientro-desktop.exe" ./app/cientro-desktop
	unset GOOS GOARCH
	resource cientro-pkcs11.dll 'CIEntro, PKCS #11' VFT_DLL "$work/library.o"
	make -s GO="$go" STUB_DLL="$work/cientro-pkcs11.dll" STUB_RESOURCE="$work/library.o" "$work/cientro-pkcs11.dll"
}

texts() {
	local text
	# Lines end as Windows' own editor wants them.
	sed 's/$/\r/' LICENSE >"$work/LICENSE.txt"
	for text in assets/licences/texts/*.txt; do
		printf '==== %s\n\n' "$(basename "$text" .txt | tr + /)"
		cat "$text"
		printf '\n\n'
	done | sed 's/\r*$/\r/' >"$work/LICENSES.txt"
}

guid() { # GUID that depends on nothing but its arguments
	local h
	h=$(printf '%s\n' "$@" | sha1sum)
	printf '%s-%s-5%s-8%s-%s' "${h:0:8}" "${h:8:4}" "${h:13:3}" "${h:17:3}" "${h:20:12}" | tr a-f A-F
}

msi() {
	local msi=$OUT/cientro-$VERSION-windows-amd64.msi tables=$work/tables contents product when table
	local upgrade=6D0C1C9B-3C6E-5C55-8F0E-5B6A1E2D7A40 # CIEntro, for ever
	contents=$(cd "$work" && cat cientro.exe cientro-desktop.exe cientro-pkcs11.dll firefoxpolicy.exe "$here"/{tables.sh,options,cientro.wxs} | sha256sum)
	product=$(guid product "$VERSION" "$contents")
	mkdir "$tables"
	"$here/tables.sh" "$tables" "$numbers" "$product" "$upgrade"
	when=$(date -d "@$SOURCE_DATE_EPOCH" '+%Y/%m/%d %H:%M:%S')
	{
		printf 'PropertyId\tValue\ni2\tl255\n_SummaryInformation\tPropertyId\n'
		printf '%s\t%s\n' 1 65001 2 'Installation Database' 3 "CIEntro $VERSION" 4 CIEntro 5 'CIE, smart card, PKCS #11' 6 'EUPL-1.2' \
			7 'x64;1033' 9 "{$(guid package "$VERSION" "$contents" "$SOURCE_DATE_EPOCH")}" 12 "$when" 13 "$when" 14 500 15 2 18 CIEntro 19 2
	} >"$tables/_SummaryInformation.idt"
	(cd "$work" && wixl -a x64 -D Version="$numbers" -D ProductCode="$product" -D UpgradeCode="$upgrade" -o cientro.msi "$here/cientro.wxs")
	for table in "$tables"/*.idt; do
		msibuild "$work/cientro.msi" -i "$table"
	done
	mv "$work/cientro.msi" "$msi"
	sign "$msi"
	echo "$msi"
}

setup() {
	local setup=$OUT/cientro-$VERSION-windows-amd64-setup.exe name allowed value type choice test
	while IFS='|' read -r name allowed value type; do
		test=''
		for choice in $allowed; do
			test+="|$choice"
		done
		printf '!insertmacro Decision %s "%s|" %s %s\n' "$name" "$test" "$value" "$type"
	done < <(grep -v '^#' "$here/options") >"$work/decisions.nsh"
	(
		cd "$work"
		makensis -NOCD -V2 -WX -INPUTCHARSET UTF8 "-DVERSION=$VERSION" "-DNUMBERS=$numbers.$build" "-DOUTFILE=$setup" ${SIGN:+"-DSIGN=$SIGN"} "$here/setup.nsi"
	) >&2
	sign "$setup"
	echo "$setup"
}

kinds=${*:-msi setup}
"$go" run ./packaging/iconfile "$work/cientro.ico"
if [ "${1:-}" = programs ]; then
	programs
	mkdir -p "$2"
	cp "$work"/{cientro.exe,cientro-desktop.exe,cientro-pkcs11.dll} "$2"
	exit
fi
mkdir -p "$OUT"
OUT=$(cd "$OUT" && pwd)
if [ -n "${PROGRAMS:-}" ]; then
	cp "$PROGRAMS"/{cientro.exe,cientro-desktop.exe,cientro-pkcs11.dll} "$work"
else
	programs
fi
helper
texts
sign "$work"/{cientro.exe,cientro-desktop.exe,cientro-pkcs11.dll,firefoxpolicy.exe}
[ -z "${KEEP:-}" ] || cp "$work"/{cientro.exe,cientro-desktop.exe,cientro-pkcs11.dll} "$KEEP"
touch -d "@$SOURCE_DATE_EPOCH" "$work"/*
for kind in $kinds; do
	case $kind in
	msi | setup) "$kind" ;;
	*) echo "package: $kind is neither msi nor setup" >&2 && exit 2 ;;
	esac
done
