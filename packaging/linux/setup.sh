#!/usr/bin/env bash
# Installs what building, testing and the demo need, and only what is missing.
# This is the single place that knows Debian package names; every Makefile
# target, the CI and the README go through it.
#
#   setup.sh build|test|demo|browser|all   install what is missing for that purpose
#   setup.sh wine          the same, to build and try the programs for Windows
#   setup.sh package       the same, to try the packages for Linux at length
#   setup.sh winpackage    the same, to make the packages for Windows and to try them
#   setup.sh list MODE             print the package names of MODE, one a line
#   setup.sh which-go              print the go command to use
#
# It says what it will do before it does it, uses sudo only when packages are
# missing and it is not root, and is silent when there is nothing to do.
set -euo pipefail

# purpose | Debian package | is it there already? (a shell command)
# Needs are probed, not package names, so that a system which has them by
# other means (another distribution, another version) is left alone.
needs='
build|gcc|command -v gcc
build|libc6-dev|echo "#include <stdlib.h>" | gcc -E -
build|pkg-config|command -v pkg-config
build|libpcsclite-dev|pkg-config --exists libpcsclite
build|libp11-kit-dev|pkg-config --exists p11-kit-1
build|libgl-dev|pkg-config --exists gl
build|libegl-dev|pkg-config --exists egl
build|libgles-dev|pkg-config --exists glesv2
build|libxcursor-dev|pkg-config --exists xcursor x11
build|libxrandr-dev|pkg-config --exists xrandr
build|libxinerama-dev|pkg-config --exists xinerama
build|libxi-dev|pkg-config --exists xi
build|libxxf86vm-dev|pkg-config --exists xxf86vm
build|libxkbcommon-dev|pkg-config --exists xkbcommon
build|libwayland-dev|pkg-config --exists wayland-client wayland-cursor wayland-egl
demo|pcscd|test -x /usr/sbin/pcscd || command -v pcscd
demo|vsmartcard-vpcd|test -e /etc/reader.conf.d/vpcd
demo|openssl|command -v openssl
demo|libengine-pkcs11-openssl|ls /usr/lib/*/engines-3/pkcs11.so /usr/lib64/engines-3/pkcs11.so | grep .
demo|curl|command -v curl
test|opensc|command -v opensc-tool
test|dbus-daemon|command -v dbus-daemon
browser|firefox-esr|command -v firefox-esr || command -v firefox || command -v chromium || command -v google-chrome
browser|libnss3-tools|command -v modutil && command -v certutil && command -v tstclnt
browser|xvfb|command -v Xvfb
browser|openbox|command -v openbox
browser|xdotool|command -v xdotool
test|firefox-esr|command -v firefox-esr || command -v firefox
test|chromium|command -v chromium || command -v chromium-browser || command -v google-chrome
test|imagemagick|command -v import
test|libgl1-mesa-dri|ls /usr/lib/*/dri/swrast_dri.so /usr/lib64/dri/swrast_dri.so | grep .
test|valgrind|command -v valgrind
test|softhsm2|test -e /usr/lib/softhsm/libsofthsm2.so && command -v softhsm2-util
test|gnutls-bin|command -v p11tool && command -v gnutls-cli
test|openssh-client|command -v ssh && command -v ssh-keygen && command -v ssh-add
test|openssh-server|test -x /usr/sbin/sshd || command -v sshd
test|p11-kit|command -v p11-kit
test|p11-kit-modules|ls /usr/lib/*/pkcs11/p11-kit-client.so /usr/lib64/pkcs11/p11-kit-client.so | grep .
test|default-jdk-headless|command -v keytool && java --list-modules | grep -q ^jdk.compiler
test|util-linux|command -v unshare
test|zbar-tools|command -v zbarimg
test|strace|command -v strace
test|tesseract-ocr|command -v tesseract
test|tesseract-ocr-ita|tesseract --list-langs | grep -x ita
test|x11-utils|command -v xprop
test|desktop-file-utils|command -v desktop-file-validate
test|appstream|command -v appstreamcli
package|rpm|command -v rpm
package|lintian|command -v lintian
package|mmdebstrap|command -v mmdebstrap
package|qemu-user-static|command -v qemu-aarch64-static
package|gcc-aarch64-linux-gnu|command -v aarch64-linux-gnu-gcc
package|libc6-dev-arm64-cross|echo "#include <stdlib.h>" | aarch64-linux-gnu-gcc -E -
wine|gcc-mingw-w64-x86-64|command -v x86_64-w64-mingw32-gcc
wine|wine64|command -v wine64 || test -x /usr/lib/wine/wine64
winpackage|nsis|command -v makensis && ls /usr/share/nsis/Stubs/lzma_solid-amd64-unicode
winpackage|wixl|command -v wixl
winpackage|msitools|command -v msibuild && command -v msiinfo
winpackage|osslsigncode|command -v osslsigncode
'

# Go 1.21 and later fetch the exact version that go.mod names by themselves.
# Where there is no such Go, this one is unpacked into the user's cache: the
# archive is the one the go command itself would fetch, pinned by its hash.
go_minimum=21
go_version=1.26.8
go_sha256_amd64=30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7
go_sha256_arm64=02b36b6787b3ac767668f630e2998df45a3b1f9ffee08d1bf3ef6487cd658d99
go_cache="${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/cientro/go$go_version"

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# names_for MODE prints package|probe for each need of MODE.
names_for() {
	local wanted
	case "$1" in
	build) wanted='build' ;;
	demo) wanted='build|demo' ;;
	browser) wanted='build|demo|browser' ;;
	test | all) wanted='build|demo|browser|test' ;;
	wine) wanted='build|wine' ;;
	package) wanted='build|package' ;;
	winpackage) wanted='build|wine|winpackage' ;;
	*) die "unknown purpose '$1': build, test, demo, browser, wine, package, winpackage or all" ;;
	esac
	grep -E "^($wanted)\|" <<<"$needs" | cut -d'|' -f2-
}

missing_for() {
	local name probe
	while IFS='|' read -r name probe; do
		bash -c "$probe" >/dev/null 2>&1 </dev/null || echo "$name"
	done < <(names_for "$1")
}

# usable_go PATH: is it a go command new enough to fetch the right toolchain?
usable_go() {
	local version minor
	[ -x "$1" ] || return 1
	version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
	minor=${version#go1.}
	minor=${minor%%[!0-9]*}
	[ -n "$minor" ] && [ "$minor" -ge "$go_minimum" ]
}

which_go() {
	local candidate
	for candidate in "$(command -v go || true)" /usr/local/go/bin/go "$go_cache/bin/go"; do
		if usable_go "$candidate"; then
			echo "$candidate"
			return 0
		fi
	done
	return 1
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "root rights are needed for '$*' and there is no sudo: run it as root, then call make again"
	fi
}

install_packages() {
	if ! command -v apt-get >/dev/null; then
		say "this system has no apt-get, so nothing was installed. Missing here, by their Debian names:"
		printf '  %s\n' "$@" >&2
		say "install what corresponds to them (Fedora: gcc glibc-devel pkgconf pcsc-lite-devel p11-kit-devel mesa-libGL-devel libXcursor-devel libXrandr-devel libXinerama-devel"
		say "libXi-devel libXxf86vm-devel libxkbcommon-devel wayland-devel pcsc-lite openssl opensc dbus-daemon"
		say "curl valgrind softhsm gnutls-utils openssl-pkcs11 nss-tools openssh openssh-server p11-kit-server java-devel util-linux zbar;"
		say "vsmartcard-vpcd is https://frankmorgner.github.io/vsmartcard/), then call make again"
		exit 1
	fi
	local how=''
	[ "$(id -u)" -eq 0 ] || how=' with sudo'
	say "installing$how the missing Debian packages: $*"
	export DEBIAN_FRONTEND=noninteractive
	local -a install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@")
	# Package lists may be absent (containers) or stale: refresh them only when
	# the installation cannot do without.
	if ! apt-cache show "$@" >/dev/null 2>&1 || ! as_root "${install[@]}" >&2; then
		say "refreshing the package lists (apt-get update)"
		as_root apt-get update -q >&2
		as_root "${install[@]}" >&2
	fi
}

install_go() {
	local arch sum zip url
	case "$(uname -m)" in
	x86_64) arch=amd64 sum=$go_sha256_amd64 ;;
	aarch64) arch=arm64 sum=$go_sha256_arm64 ;;
	*) die "no Go 1.$go_minimum or newer found; for $(uname -m) install it from https://go.dev/dl/" ;;
	esac
	local -a tools=()
	command -v curl >/dev/null || tools+=(curl)
	command -v unzip >/dev/null || tools+=(unzip)
	[ -e /etc/ssl/certs/ca-certificates.crt ] || tools+=(ca-certificates)
	[ ${#tools[@]} -eq 0 ] || install_packages "${tools[@]}"
	# From where Go publishes it, or from the module proxy that the user chose.
	local from=https://go.dev/dl/mod
	case ${GOPROXY:-} in https://*) from=${GOPROXY%%[,|]*} ;; esac
	url="${from%/}/golang.org/toolchain/@v/v0.0.1-go$go_version.linux-$arch.zip"
	say "no Go 1.$go_minimum or newer found: downloading Go $go_version (70 MB) into $go_cache"
	mkdir -p "$(dirname "$go_cache")"
	work=$(mktemp -d "$(dirname "$go_cache")/fetch.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	zip="$work/go.zip"
	curl -fsSL --retry 3 -o "$zip" "$url" || die "could not download $url; install Go from https://go.dev/dl/"
	echo "$sum  $zip" | sha256sum --check --status || die "the downloaded Go does not have the expected SHA-256; nothing was installed"
	unzip -q "$zip" -d "$work"
	local tree="$work/golang.org/toolchain@v0.0.1-go$go_version.linux-$arch"
	# Module archives carry no file modes.
	find "$tree/bin" "$tree/pkg/tool" -type f -exec chmod +x {} +
	rm -rf "$go_cache"
	mv "$tree" "$go_cache"
}

case "${1:-}" in
which-go) which_go || die "no Go 1.$go_minimum or newer found: run 'make setup'" ;;
list) names_for "${2:-all}" | cut -d'|' -f1 ;;
build | test | demo | browser | wine | package | winpackage | all)
	# Twice: a probe can depend on a package that the first round brings
	# (pkg-config finds libpcsclite), so look again before saying all is there.
	for round in 1 2; do
		mapfile -t missing < <(missing_for "$1")
		[ ${#missing[@]} -gt 0 ] || break
		[ "$round" -eq 1 ] || die "still not there after the installation: ${missing[*]}"
		install_packages "${missing[@]}"
	done
	which_go >/dev/null || install_go
	;;
*) die "usage: setup.sh build|test|demo|browser|wine|package|winpackage|all | list [MODE] | which-go" ;;
esac
