#!/usr/bin/env bash
# Makes a release twice, as two people would who know nothing of each other, and
# demands the same bytes:
#
#   reproduce.sh [linux|windows ...]   the same words as release.sh
#
# What differs: the clone and the length of its path, HOME, TMPDIR, time zone,
# language, umask, user (where unshare can make one), the number of processors Go
# uses, Go's caches (both empty, so that everything is compiled twice) and the
# folder of its modules. What stays: this computer's compilers and libraries.
#
# WARM=1 leaves both Go's caches as they are: a look at packages in a minute, which
# proves nothing of what is compiled.
set -euo pipefail
cd "$(dirname "$0")/../.."
packaging/linux/setup.sh build
go=$(packaging/linux/setup.sh which-go)
"$go" mod download
source=$PWD proxy=file://$("$go" env GOMODCACHE)/cache/download,$("$go" env GOPROXY)
base=$(mktemp -d)
chmod 755 "$base"
finish() {
	chmod -R u+w "$base"
	rm -rf "$base"
}
trap finish EXIT

# build FOLDER UMASK USER VARIABLE... -- PART...: a clone, and a release in it.
build() {
	local folder=$1 mask=$2 user=$3 name begun=$SECONDS
	shift 3
	local -a variables=() someone=()
	while [ "$1" != -- ]; do variables+=("$1") && shift; done
	shift
	mkdir -p "$folder/home" "$folder/tmp"
	git clone -q "$source" "$folder/src"
	if unshare --user --map-user="$user" --map-group="$user" true 2>/dev/null; then
		someone=(unshare --user "--map-user=$user" "--map-group=$user")
	else
		echo "reproduce: no other user can be had here; both builds are this one's" >&2
	fi
	name=${folder##*/}
	echo "reproduce: building in $folder" >&2
	local cache=$folder/cache modules=$folder/modules
	[ -z "${WARM:-}" ] || cache=$("$go" env GOCACHE) modules=$("$go" env GOMODCACHE)
	(
		cd "$folder/src"
		umask "$mask"
		env -i PATH="$PATH" HOME="$folder/home" TMPDIR="$folder/tmp" USER="user$user" LOGNAME="user$user" \
			GOCACHE="$cache" GOMODCACHE="$modules" GOPROXY="$proxy" GOSUMDB=off GIT_CONFIG_COUNT=1 \
			GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' GIT_CONFIG_GLOBAL="$folder/gitconfig" \
			"${variables[@]}" "${someone[@]}" packaging/release/release.sh "$@"
	) >"$base/$name.log" 2>&1 || {
		cat "$base/$name.log" >&2
		echo "reproduce: the build in $folder failed" >&2
		exit 1
	}
	sed -n '/not made:/,/^release/p' "$base/$name.log" | sed '$d' >&2
	echo "reproduce: $((SECONDS - begun)) s" >&2
}

one=$base/a other=$base/another-place/whose-path-is-quite-a-lot-longer/b
build "$one" 022 4711 TZ=UTC LC_ALL=C GOMAXPROCS=1 -- "$@"
build "$other" 077 815 TZ=Asia/Kathmandu LC_ALL=it_IT.UTF-8 -- "$@"
"$go" run ./packaging/release/samebytes "$one/src/build/release" "$other/src/build/release" || {
	echo 'reproduce: the two are not the same; diffoscope looks into packages' >&2
	exit 1
}
echo 'reproduce: both have the same bytes:' >&2
cat "$one"/src/build/release/*/SHA256SUMS
