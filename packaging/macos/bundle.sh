#!/usr/bin/env bash
# bundle.sh PROGRAMS DIR: lays CIEntro.app out in DIR, from a folder with cientro and
# cientro-desktop for macOS, and beside it distribution.xml for the installer. It
# needs nothing of macOS, so that tests look at its result elsewhere too.
#
# From the environment: VERSION (git describe), ARCHITECTURES (arm64,x86_64), GO.
set -euo pipefail
programs=$(cd "$1" && pwd)
mkdir -p "$2"
dir=$(cd "$2" && pwd)
cd "$(dirname "$0")/../.."
here=packaging/macos
umask 022
VERSION=${VERSION:-$(git describe --tags --always --abbrev=12 --dirty 2>/dev/null || echo unknown)}
ARCHITECTURES=${ARCHITECTURES:-arm64,x86_64}
GO=${GO:-go}
MINIMUM=12.0 # the oldest that Go 1.26 runs on

# macOS wants numbers: v1.2.3-4-gabc is 1.2.3.4; without a tag, the version to come.
if [[ $VERSION =~ ^v?([0-9]+\.[0-9]+\.[0-9]+)(-([0-9]+)-g|$|-|~|\+) ]]; then
	numbers=${BASH_REMATCH[1]}
	build=${BASH_REMATCH[3]:-0}
else
	numbers=$(sed -n 's/^ *Version = "\(.*\)"/\1/p' FyneApp.toml)
	build=0
fi

fill() {
	sed -e "s/@NUMBERS@/$numbers/g; s/@BUILD@/$build/g; s/@MINIMUM@/$MINIMUM/g; s/@ARCHITECTURES@/$ARCHITECTURES/g" "$1"
}

contents=$dir/CIEntro.app/Contents
rm -rf "$dir/CIEntro.app"
mkdir -p "$contents/MacOS" "$contents/Resources"
cp "$programs/cientro" "$programs/cientro-desktop" "$contents/MacOS"
chmod 755 "$contents/MacOS"/*
fill "$here/Info.plist.in" >"$contents/Info.plist"
printf 'APPL????' >"$contents/PkgInfo"
"$GO" run ./packaging/iconfile "$contents/Resources/cientro.icns"
cp LICENSE "$contents/Resources/LICENSE.txt"
fill "$here/distribution.xml.in" >"$dir/distribution.xml"
