#!/usr/bin/env bash
# Makes the packages for Linux.
#
#   package.sh [deb|rpm|tar ...]     these kinds; without words all three
#   package.sh programs DIR          the programs alone, as packages carry them
#   package.sh version               what the packages will be called
#   package.sh sysroot DIR           Debian's libraries for ARCH, to build for it here
#
# From the environment, each with a default:
#   VERSION            as `git describe` says it
#   OUT                the folder for what is made (dist)
#   ARCH               amd64 or arm64 (this computer's)
#   SOURCE_DATE_EPOCH  the time that everything bears (that of the commit)
#   PROGRAMS           a folder with programs that are built already
#   SYSROOT            where the libraries of another processor are
#   GO, CC             the go command and the C compiler
#
# The same commit gives the same bytes, wherever it lies. In the packages all
# programs and the library lie in one folder, /usr/lib/cientro, so that they find
# each other there as they do after `make build`; /usr/bin has links to them.
set -euo pipefail
cd "$(dirname "$0")/../.."
export LC_ALL=C TZ=UTC
umask 022

NFPM=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.1
HERE=packaging/linux
VERSION=${VERSION:-$(git describe --tags --always --abbrev=12 --dirty 2>/dev/null || echo unknown)}
OUT=${OUT:-dist}
GO=${GO:-$($HERE/setup.sh which-go)}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
HOST_ARCH=$("$GO" env GOHOSTARCH)
ARCH=${ARCH:-$HOST_ARCH}

die() { printf 'package: %s\n' "$*" >&2; exit 1; }

case $ARCH in
amd64) MACHINE=x86-64 BITS='(64bit)' TRIPLET=x86_64-linux-gnu ;;
arm64) MACHINE=aarch64 BITS='(64bit)' TRIPLET=aarch64-linux-gnu ;;
*) die "no packages for $ARCH: amd64 or arm64" ;;
esac

OBJDUMP=$(command -v "$TRIPLET-objdump" || echo objdump)
STRIP=$(command -v "$TRIPLET-strip" || echo strip)

# package_version turns what git says into what dpkg and rpm take and sort
# right: v1.2.0-rc1 comes before v1.2.0, and commits after it come after.
# Without a tag it is a version before the first, with the commit's time.
package_version() {
	local first time
	time=$(date -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M)
	first=$(sed -n 's/^ *Version = "\(.*\)"/\1/p' FyneApp.toml)
	sed -E -e 's/-dirty$/+dirty/' -e 's/-([0-9]+)-g([0-9a-f]+)/+\1.g\2/' \
		-e "s/^([0-9a-f]{7,40}|unknown)(\+dirty)?\$/$first~git$time.\1\2/" \
		-e 's/^v([0-9])/\1/' -e 's/-/~/g' <<<"$VERSION"
}

# build_programs DIR: as `make build` does. For another processor it wants that
# one's libraries, as Debian lays them out beside this computer's, or below
# SYSROOT.
build_programs() {
	local dir=$1 root=${SYSROOT:-}
	local -a targets=(build-command)
	[ -n "${WITHOUT_DESKTOP:-}" ] || targets+=(build-desktop)
	mkdir -p "$dir"
	if [ "$ARCH" = "$HOST_ARCH" ]; then
		build "$dir" "${targets[@]}"
		return
	fi
	(
		export GOOS=linux GOARCH=$ARCH CGO_ENABLED=1 CC="$TRIPLET-gcc${root:+ --sysroot=$root}"
		export PKG_CONFIG_LIBDIR="$root/usr/lib/$TRIPLET/pkgconfig:$root/usr/share/pkgconfig" PKG_CONFIG_SYSROOT_DIR=$root
		build "$dir" "${targets[@]}" CC="$CC"
	)
}

# make_sysroot DIR: what building wants of the oldest Debian that is served, for
# the other processor. Nothing of it is run.
make_sysroot() {
	local libraries
	libraries=$($HERE/setup.sh list build | grep -e '-dev$' | paste -sd,)
	mmdebstrap --quiet --variant=extract --arch="$ARCH" --include="$libraries" bookworm "$1" >&2
}

build() {
	local dir=$1
	shift
	make --no-print-directory GO="$GO" VERSION="$VERSION" BUILT="$dir" STUB_LIBRARY="$dir/libcientro-pkcs11.so" \
		"$@" "$dir/libcientro-pkcs11.so" >&2
}

# put MODE FILE PATH: into the tree that the packages are made of.
put() { install -D -m "$1" "$2" "$tree/$3"; }
filled() { sed -e "s/@VERSION@/$2/g" -e "s/@DATE@/$(date -d "@$SOURCE_DATE_EPOCH" +%F)/g" "$1"; }

# stage_programs lays out what deb, rpm and tar.gz have in common, below usr/.
stage_programs() {
	local name
	for name in "$work"/programs/*; do
		case $name in
		*.so)
			put 644 "$name" "usr/lib/cientro/${name##*/}"
			"$STRIP" --strip-unneeded "$tree/usr/lib/cientro/${name##*/}"
			;;
		*)
			put 755 "$name" "usr/lib/cientro/${name##*/}"
			mkdir -p "$tree/usr/bin"
			ln -s "../lib/cientro/${name##*/}" "$tree/usr/bin/${name##*/}"
			;;
		esac
	done
	stage_words
	stage_documents
	[ -e "$tree/usr/lib/cientro/cientro-desktop" ] || return 0
	put 644 $HERE/files/it.cientro.desktop.desktop usr/share/applications/it.cientro.desktop.desktop
	filled $HERE/files/it.cientro.desktop.metainfo.xml "$version" >"$work/metainfo"
	put 644 "$work/metainfo" usr/share/metainfo/it.cientro.desktop.metainfo.xml
	"$GO" run ./packaging/iconfile "$tree/usr/share/icons/hicolor"
	put 644 assets/icons/cientro.svg usr/share/icons/hicolor/scalable/apps/it.cientro.desktop.svg
}

# stage_words lets a program that runs here write its manual and completions.
stage_words() {
	local program=$work/programs/cientro language pages section
	if [ "$ARCH" != "$HOST_ARCH" ]; then
		program=$work/host-cientro
		env -u GOOS -u GOARCH -u CC CGO_ENABLED=0 "$GO" build -trimpath -ldflags "-X main.version=$VERSION" -o "$program" ./app/cientro
	fi
	export CIENTRO_HOME=$work/home
	for language in en it; do
		pages=$work/man.$language
		"$program" --lang $language man "$pages"
		[ ! -e "$work/programs/cientro-desktop" ] ||
			filled "$HERE/files/cientro-desktop.$language.1" "$VERSION" >"$pages/cientro-desktop.1"
		gzip -9n "$pages"/*.1
		section=usr/share/man/man1
		[ $language = en ] || section=usr/share/man/$language/man1
		for page in "$pages"/*.gz; do put 644 "$page" "$section/${page##*/}"; done
	done
	"$program" completion bash >"$work/completion.bash"
	"$program" completion zsh >"$work/completion.zsh"
	"$program" completion fish >"$work/completion.fish"
	put 644 "$work/completion.bash" usr/share/bash-completion/completions/cientro
	put 644 "$work/completion.zsh" usr/share/zsh/vendor-completions/_cientro
	put 644 "$work/completion.fish" usr/share/fish/vendor_completions.d/cientro.fish
}

stage_documents() {
	local doc=usr/share/doc/cientro text
	{
		cat $HERE/files/copyright.head
		sed -e 's/[[:space:]]*$//' -e 's/^$/./' -e 's/^/ /' LICENSE
	} >"$work/copyright"
	put 644 "$work/copyright" $doc/copyright
	for text in assets/licences/texts/*.txt; do put 644 "$text" "$doc/licences/${text##*/}"; done
	gzip -9nc CHANGELOG.md >"$work/changelog.gz"
	put 644 "$work/changelog.gz" $doc/changelog.gz
	for text in accessibility.md administrators.md agent.md browsers.md clients.md doctor.md errors.md install.md install.it.md tls13.md; do
		unlinked "docs/$text" >"$work/document"
		put 644 "$work/document" "$doc/$text"
	done
	for text in docs/*.schema.json; do put 644 "$text" "$doc/${text##*/}"; done
	(cd packaging && find enterprise -type f) | while read -r text; do put 644 "packaging/$text" "$doc/$text"; done
}

# unlinked FILE: a document without links to what is not beside it here. The kit
# for administrators is.
unlinked() {
	sed -E -e 's#\]\(\.\./packaging/(enterprise[^)]*)\)#](\1)#g' \
		-e 's#\[([^]]*)\]\((\.\./|decisions/|release\.md|testing\.md)[^)]*\)#\1#g' "$1"
}

# changelog is the one that Debian wants of each package.
changelog() {
	printf 'cientro (%s-1) unstable; urgency=medium\n\n  * Version %s: see changelog.gz.\n\n -- CIEntro contributors <%s>  %s\n' \
		"$version" "$VERSION" "$MAIL" "$(date -R -d "@$SOURCE_DATE_EPOCH")"
}

# Whom packages name as their maintainer; the address stands here and nowhere else.
# This one takes no mail: whoever publishes packages sets their own first
# (docs/release.md), and release.sh reminds of it.
MAIL=cientro@users.noreply.github.com

# needed FILE...: the libraries that the dynamic linker will load, and
# glibc FILE...: the newest version of the C library's interface in use.
needed() { "$OBJDUMP" -p "$@" | awk '$1 == "NEEDED" { print $2 }' | sort -u; }
glibc() { "$OBJDUMP" -p "$@" | grep -o 'GLIBC_2[.0-9]*' | sed s/GLIBC_// | sort -Vu | tail -n 1; }

# What the window system's bindings load when they run, for X11 and for Wayland.
loaded='libX11.so.6 libXcursor.so.1 libXext.so.6 libXi.so.6 libXinerama.so.1 libXrandr.so.2 libXrender.so.1
	libXxf86vm.so.1 libEGL.so.1 libGLESv2.so.2 libwayland-cursor.so.0 libwayland-egl.so.1 libxkbcommon.so.0'

# debian_name SONAME: the package that has it; stable since Debian 12.
debian_name() {
	case $1 in
	libc.so.6 | libm.so.6 | ld-linux*) ;; # libc6, with its version
	libGL.so.1) echo libgl1 ;;
	libEGL.so.1) echo libegl1 ;;
	libGLESv2.so.2) echo libgles2 ;;
	libX11.so.6) echo libx11-6 ;;
	libwayland-*.so.?) sed 's/\.so\.//' <<<"$1" ;;
	lib*.so.?) tr 'X' 'x' <<<"$1" | sed 's/\.so\.//' ;;
	*) die "which Debian package has $1?" ;;
	esac
}

# depends KIND prints the dependencies as nfpm wants them, one a line.
depends() {
	local kind=$1 name
	local -a programs=("$tree"/usr/lib/cientro/*) names
	mapfile -t names < <(needed "${programs[@]}")
	# shellcheck disable=SC2206 # several words
	[ ! -e "$tree/usr/lib/cientro/cientro-desktop" ] || names+=($loaded)
	if [ "$kind" = deb ]; then
		printf '%s\n' "libc6 (>= $(glibc "${programs[@]}"))" pcscd 'libccid | pcsc-ifd-handler'
		for name in "${names[@]}"; do debian_name "$name"; done | sort -u
	else
		printf '%s\n' "libc.so.6(GLIBC_$(glibc "${programs[@]}"))$BITS" pcsc-lite '(pcsc-lite-ccid or pcsc-ccid)'
		for name in "${names[@]}"; do
			case $name in libc.so.6 | ld-linux*) ;; *) echo "$name()$BITS" ;; esac
		done | sort -u
	fi
}

# contents KIND lists every file of the tree, and the folders that are ours; to rpm
# also those that it would leave behind where no other package has them.
contents() {
	local path folders='*/cientro*' unit='*/cientro*'
	[ "$1" = deb ] || folders='./usr/share/[bfhipz]*/*' unit='./usr/lib/systemd*'
	(cd "$tree" && find . -mindepth 1 \( -type f -o -type l -o -type d -path "$folders" -o -type d -path "$unit" -o -type d -path '*/cientro*' \) | sort) | while read -r path; do
		path=${path#.}
		if [ -L "$tree$path" ]; then
			printf -- '- {type: symlink, src: "%s", dst: "%s"}\n' "$(readlink "$tree$path")" "$path"
		elif [ -d "$tree$path" ]; then
			printf -- '- {type: dir, dst: "%s", file_info: {mode: 0755}}\n' "$path"
		else
			printf -- '- {src: "%s", dst: "%s", file_info: {mode: 0%s}}\n' "$tree$path" "$path" "$(stat -c %a "$tree$path")"
		fi
	done
}

# make_package KIND
make_package() {
	local kind=$1 config=$work/$1.yaml file
	{
		cat <<-END
			name: cientro
			arch: $ARCH
			platform: linux
			version: $version
			version_schema: none
			release: 1
			section: utils
			priority: optional
			maintainer: CIEntro contributors <$MAIL>
			homepage: https://github.com/cientro/cientro
			license: EUPL-1.2
			mtime: $(date -d "@$SOURCE_DATE_EPOCH" +%FT%TZ)
			description: |-
			$(sed -e "$([ "$kind" = deb ] || echo 1d)" -e 's/^/  /' $HERE/files/description)
			scripts:
			  preremove: $HERE/files/before-removal.sh
			$([ "$kind" = rpm ] || echo "  postremove: $HERE/files/after-removal.sh")
			recommends: [$([ "$kind" = deb ] && echo 'libdecor-0-0, p11-kit' || echo 'p11-kit')]
			rpm: {group: Applications/System, summary: "$(sed -n 1p $HERE/files/description)", buildhost: localhost, packager: CIEntro contributors}
			depends:
		END
		depends "$kind" | sed -e 's/.*/- "&"/'
		echo contents:
		contents "$kind"
	} >"$config"
	case $kind in
	deb) file=$OUT/cientro_$version-1_$ARCH.deb ;;
	rpm) file=$OUT/cientro-$version-1.$(sed 's/x86-64/x86_64/' <<<"$MACHINE").rpm ;;
	esac
	"$GO" run "$NFPM" package --config "$config" --packager "$kind" --target "$file" >"$work/said" || die "$(cat "$work/said")"
	echo "$file"
}

# make_tar: the same files for who is not root, with their own installer.
make_tar() {
	local name=cientro-$version-linux-$ARCH
	mkdir "$work/$name"
	cp -a "$tree/usr/lib" "$tree/usr/share" "$work/$name/"
	rm -rf "$work/$name/share/p11-kit"
	install -m 755 $HERE/install.sh $HERE/uninstall.sh "$work/$name/"
	tar --sort=name --format=ustar --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -C "$work" -c "$name" |
		gzip -n >"$OUT/$name.tar.gz"
	echo "$OUT/$name.tar.gz"
}

version=$(package_version)
case ${1:-} in
version) echo "$version" && exit ;;
programs)
	build_programs "$(realpath -m "${2:?package.sh programs DIR}")"
	exit
	;;
sysroot)
	make_sysroot "$(realpath -m "${2:?package.sh sysroot DIR}")"
	exit
	;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mkdir -p "$OUT"
if [ -n "${PROGRAMS:-}" ]; then
	mkdir "$work/programs"
	for program in cientro cientro-desktop libcientro-pkcs11.so; do
		[ ! -e "$PROGRAMS/$program" ] || cp "$PROGRAMS/$program" "$work/programs/"
	done
else
	build_programs "$work/programs"
fi
stage_programs
for kind in "${@:-deb rpm tar}"; do
	for one in $kind; do
		case $one in
		tar) make_tar ;;
		deb | rpm)
			# A copy for each: they differ in what only one of them has.
			common=$tree tree=$work/$one
			cp -a "$common" "$tree"
			put 644 $HERE/files/cientro.module usr/share/p11-kit/modules/cientro.module
			put 644 $HERE/files/cientro-agent.service usr/lib/systemd/user/cientro-agent.service
			if [ "$one" = deb ]; then
				changelog | gzip -9n >"$work/changelog.Debian.gz"
				put 644 "$work/changelog.Debian.gz" usr/share/doc/cientro/changelog.Debian.gz
			else
				mkdir -p "$tree/usr/share/zsh/site-functions"
				mv "$tree/usr/share/zsh/vendor-completions/_cientro" "$tree/usr/share/zsh/site-functions/"
				rmdir "$tree/usr/share/zsh/vendor-completions"
			fi
			make_package "$one"
			tree=$common
			;;
		*) die "unknown kind '$one': deb, rpm or tar" ;;
		esac
	done
done
