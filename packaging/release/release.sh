#!/usr/bin/env bash
# Makes everything that is handed on, from a commit and nothing else:
#
#   release.sh [linux|windows ...]   these parts; without words all of them
#
# into build/release/VERSION: packages, lists of what is in them (SBOM), what they
# were built with, and SHA256SUMS. The folder is there only when all was made that
# was asked for; what is not made is said in the end, with the reason.
#
# The same commit gives the same bytes on every Debian 12 with the packages of
# packaging/linux/setup.sh (docs/release.md, packaging/release/reproduce.sh). For
# that it hands the tools an environment of its own; of yours remain where caches
# and temporary files lie and from where Go fetches modules.
set -euo pipefail
cd "$(dirname "$0")/../.."
umask 022

say() { printf 'release: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

parts=("$@")
[ ${#parts[@]} -gt 0 ] || parts=(linux windows)
for part in "${parts[@]}"; do
	[[ $part =~ ^(linux|windows)$ ]] || die "no part is called '$part': linux, windows"
done

# A release is a commit.
git rev-parse --verify -q HEAD >/dev/null || die "this is no clone of the repository: without a commit there is no release"
changed=$(git status --porcelain)
[ -z "$changed" ] || die "the tree is not what was committed; commit or take away:
$changed"

if [ -z "${CIENTRO_RELEASE:-}" ]; then
	packaging/linux/setup.sh build
	go=$(packaging/linux/setup.sh which-go)
	kept=(PATH="$PATH" HOME="$HOME" TMPDIR="${TMPDIR:-/tmp}" GO="$go" CIENTRO_RELEASE=1 RELEASES="${RELEASES:-build/release}")
	for name in GOCACHE GOMODCACHE GOPROXY GOSUMDB GONOSUMDB GOPRIVATE; do
		kept+=("$name=$("$go" env "$name")")
	done
	for name in SSL_CERT_FILE SSL_CERT_DIR http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY SIGN SYSROOT; do
		[ -z "${!name:-}" ] || kept+=("$name=${!name}")
	done
	exec env -i "${kept[@]}" "$0" "${parts[@]}"
fi

export LC_ALL=C TZ=UTC GOENV=off GOFLAGS= GOWORK=off GOAMD64=v1 GOARM64=v8.0
pinned=$(sed -n 's/^go_version=//p' packaging/linux/setup.sh)
export GOTOOLCHAIN=go$pinned
[ "$("$GO" env GOVERSION)" = "go$pinned" ] || die "Go $pinned is wanted, and $("$GO" env GOVERSION) is what there is"
VERSION=$(git describe --tags --always --abbrev=12)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export VERSION SOURCE_DATE_EPOCH
commit=$(git rev-parse HEAD)
release=$VERSION
[ ! -x packaging/linux/package.sh ] || release=$(packaging/linux/package.sh version)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/out
mkdir -p "$out" build
notmade=() failed=0
without() { notmade+=("$1: $2"); }

# tools of this folder, built once.
tool() { "$GO" run "./packaging/release/$@"; }

# describe SYSTEM FILE...: judge what goes into packages, and list what is in it.
describe() {
	local system=$1 list=$out/cientro-$release-$1.cdx.json
	shift
	tool inspect "$@"
	tool sbom -version "$release" -revision "$commit" -time "$SOURCE_DATE_EPOCH" -o "$list" "$@"
	tool sbom -check "$list" "$@" >/dev/null
}

# Each part runs with `set -e` of its own and says its end by its status: called
# within a condition, bash would go on behind a failure.
linux() (
	set -e
	programs=$work/linux
	make -s GO="$GO" VERSION="$VERSION" BUILT="$programs" STUB_LIBRARY="$programs/libcientro-pkcs11.so" \
		build-command build-desktop "$programs/libcientro-pkcs11.so"
	PROGRAMS=$programs OUT=$out packaging/linux/package.sh
	# As they are packed, not as they were built: the library is stripped.
	mkdir "$work/packed"
	tar -xzf "$out"/cientro-*.tar.gz -C "$work/packed" --strip-components=3 --wildcards '*/lib/cientro/*'
	describe "linux-$("$GO" env GOARCH)" "$work"/packed/{cientro,cientro-desktop,libcientro-pkcs11.so}
)

windows() (
	set -e
	programs=$work/windows
	mkdir "$programs"
	KEEP=$programs OUT=$out packaging/windows/package.sh
	describe windows-amd64 "$programs"/*.exe "$programs"/*.dll
)

for part in linux windows; do
	if [[ " ${parts[*]} " != *" $part "* ]]; then
		without "$part" 'not asked for'
		continue
	fi
	if [ ! -x "packaging/$part/package.sh" ]; then
		without "$part" "packaging/$part/package.sh is not there"
		failed=1
		continue
	fi
	say "making what is for $part"
	set +e
	"$part" >"$work/$part.log" 2>&1
	status=$?
	set -e
	sed 's/^/  /' "$work/$part.log" >&2
	if [ $status -ne 0 ]; then
		without "$part" "failed: $(tail -n 1 "$work/$part.log")"
		failed=1
	fi
done
without 'linux on other processors' "made where they are at home, or as ARCH=arm64 packaging/linux/package.sh says"
without macos 'needs a Mac: packaging/macos'

# What it was made with: whoever wants the same bytes takes the same.
{
	echo "version: $VERSION"
	echo "commit: $commit"
	echo "time: $(date -d "@$SOURCE_DATE_EPOCH" +%FT%TZ)"
	echo "go: $("$GO" env GOVERSION)"
	for program in gcc ld x86_64-w64-mingw32-gcc makensis wixl rpm tar gzip; do
		case $program in makensis) flag=-VERSION ;; *) flag=--version ;; esac
		! command -v $program >/dev/null || echo "$program: $($program $flag 2>&1 | head -n 1)"
	done
	if command -v dpkg-query >/dev/null; then
		echo 'packages:'
		packaging/linux/setup.sh list build | xargs dpkg-query -W -f '  ${Package} ${Version}\n' 2>/dev/null || true
	fi
} >"$out/cientro-$release.buildinfo"

if grep -qx 'MAIL=.*@users\.noreply\.github\.com' packaging/linux/package.sh; then
	say 'packages name a maintainer whom no mail reaches: set MAIL in packaging/linux/package.sh before you publish them'
fi
say 'not made:'
printf '  %s\n' "${notmade[@]}" >&2
[ $failed -eq 0 ] || die 'what was asked for was not all made, so nothing was put down'
find "$out" -type f -exec chmod 644 {} +
find "$out" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
(cd "$out" && find . -type f -printf '%P\n' | sort | xargs -d '\n' sha256sum >"$work/sums" && mv "$work/sums" SHA256SUMS)
chmod 644 "$out/SHA256SUMS"
mkdir -p "$RELEASES"
rm -rf "${RELEASES:?}/$release"
cp -a "$out" "$RELEASES/$release"
say "$RELEASES/$release:"
sed 's/^/  /' "$RELEASES/$release/SHA256SUMS" >&2
