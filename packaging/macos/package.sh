#!/usr/bin/env bash
# package.sh: on a Mac, builds CIEntro.app for both processors and packs it.
#
#   *** This recipe was never run on macOS. *** Tests run it elsewhere with stand-ins
#   for Apple's tools, which shows that it calls them in order, and no more.
#
# The PKCS#11 library is not in it: its agent cannot be started on macOS yet
# (docs/agent.md), so browsers get nothing from this package.
#
# From the environment:
#   VERSION    what the programs say they are; git describe
#   OUT        the folder for what comes out; dist
#   APP_ID     "Developer ID Application: …" of the keychain, to sign programs with
#   PKG_ID     "Developer ID Installer: …" of the keychain, to sign the package with
#   PROFILE    the keychain's profile for notarytool
#              (xcrun notarytool store-credentials); without it nothing goes to Apple
# Without APP_ID programs get a signature of nobody ("-"), which is enough to try
# them on the same Mac. No key is read here, only names of keys.
#
# It needs Xcode's command line tools and Go.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=packaging/macos
VERSION=${VERSION:-$(git describe --tags --always --abbrev=12 --dirty 2>/dev/null || echo unknown)}
OUT=${OUT:-dist}
GO=${GO:-go}
export VERSION GO ARCHITECTURES=arm64,x86_64
[ "$(uname -s)" = Darwin ] || { echo 'package: this wants macOS' >&2 && exit 2; }
mkdir -p "$OUT"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Both programs for both processors, each pair joined into one file.
for arch in arm64 amd64; do
	mkdir "$work/$arch"
	for program in cientro cientro-desktop; do
		GOOS=darwin GOARCH=$arch CGO_ENABLED=1 "$GO" build -trimpath -buildvcs=false -tags no_emoji \
			-ldflags "-s -w -X main.version=$VERSION" -o "$work/$arch/$program" "./app/$program"
	done
done
mkdir "$work/programs"
for program in cientro cientro-desktop; do
	lipo -create -output "$work/programs/$program" "$work/arm64/$program" "$work/amd64/$program"
done
"$here/bundle.sh" "$work/programs" "$work/bundle"
app=$work/bundle/CIEntro.app
plutil -lint "$app/Contents/Info.plist"

# From the inside out: the command line, then the whole. No entitlement is asked
# for; PC/SC needs one in Apple's sandbox only.
codesign=(codesign --force --options runtime --timestamp --sign "${APP_ID:--}")
[ -n "${APP_ID:-}" ] || codesign=(codesign --force --options runtime --sign -)
"${codesign[@]}" --identifier it.cientro.cientro "$app/Contents/MacOS/cientro"
"${codesign[@]}" "$app"
codesign --verify --strict --deep --verbose=2 "$app"

# /Applications for all, ~/Applications for one user. A bundle is not moved after
# another one of its name somewhere else on the disk.
mkdir "$work/root"
cp -R "$app" "$work/root"
pkgbuild --analyze --root "$work/root" "$work/component.plist"
plutil -replace 0.BundleIsRelocatable -bool NO "$work/component.plist"
pkgbuild --root "$work/root" --component-plist "$work/component.plist" --identifier it.cientro.desktop \
	--install-location /Applications "$work/cientro.pkg"
pkg=$OUT/cientro-$VERSION-macos.pkg
sign=()
[ -z "${PKG_ID:-}" ] || sign=(--sign "$PKG_ID" --timestamp)
productbuild --distribution "$work/bundle/distribution.xml" --package-path "$work" --resources "$app/Contents/Resources" \
	${sign[@]+"${sign[@]}"} "$pkg"

if [ -n "${PROFILE:-}" ]; then
	xcrun notarytool submit "$pkg" --keychain-profile "$PROFILE" --wait
	xcrun stapler staple "$pkg"
	spctl --assess --type install --verbose "$pkg"
fi
echo "$pkg"
