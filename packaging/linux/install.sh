#!/bin/sh
# Installs CIEntro for one user, without root: below ~/.local, or below the
# folder that is given.
#
#   ./install.sh [FOLDER]
#
# It writes down what it brought; FOLDER/lib/cientro/uninstall.sh takes that away.
set -eu
from=$(cd "$(dirname "$0")" && pwd -P)
to=${1:-$HOME/.local}
say() { printf '%s\n' "$*"; }

case ${LC_ALL:-${LC_MESSAGES:-${LANG:-it}}} in it* | C* | POSIX*) italian=1 ;; *) italian= ;; esac
both() { if [ -n "$italian" ]; then say "$1"; else say "$2"; fi; }

case $to in
-*)
	both "Uso: ./install.sh [CARTELLA]" "Usage: ./install.sh [FOLDER]" >&2
	exit 2
	;;
esac

# foreign PATH: ours does not take the place of what others put there.
foreign() {
	both "$1 c'è già e non viene da qui: non tocco nulla." \
		"$1 is there already and does not come from here: nothing was touched." >&2
	exit 1
}
if [ -e "$to/lib/cientro" ] && [ ! -e "$to/lib/cientro/installed" ]; then
	foreign "$to/lib/cientro"
fi
for program in cientro cientro-desktop; do
	if [ -e "$to/bin/$program" ] || [ -L "$to/bin/$program" ]; then
		[ "$(readlink "$to/bin/$program")" = "../lib/cientro/$program" ] || foreign "$to/bin/$program"
	fi
done

made=
[ -d "$to" ] || made=./
mkdir -p "$to"
to=$(cd "$to" && pwd -P)

# An earlier version gives way file by file: what browsers load keeps its path,
# and programs that run keep what they have open. Where it ends half-way, what was
# brought is written down all the same: it can be repeated, or taken away.
work=$(mktemp -d)
old=$work/old new=$work/new part=$work/part
: >"$old"
: >"$new"
[ ! -e "$to/lib/cientro/installed" ] || cat "$to/lib/cientro/installed" >"$old"
note() {
	sort -u "$@" >"$work/list"
	if cp "$work/list" "$to/lib/cientro/installed.new"; then
		mv -f "$to/lib/cientro/installed.new" "$to/lib/cientro/installed"
	else
		rm -f "$to/lib/cientro/installed.new"
		return 1
	fi
}
ended() {
	rm -f "$part"
	[ -e "$work/done" ] || note "$old" "$new" || true
	rm -rf "$work"
}
trap ended EXIT
trap 'exit 1' HUP INT TERM

# folder PATH makes a folder below $to, and writes down what was not there.
folder() {
	missing=$1
	while [ ! -d "$to/$missing" ]; do
		printf '%s/\n' "$missing" >>"$new"
		missing=$(dirname "$missing")
	done
	mkdir -p "$to/$1"
}

# bring MODE FILE PATH: PATH is below $to. It takes the place of an old file at
# one blow.
bring() {
	folder "$(dirname "$3")"
	part=$to/$3.new
	install -m "$1" "$2" "$part"
	printf '%s\n' "$3" >>"$new"
	mv -f "$part" "$to/$3"
}

# entry FILE: as it is for this folder; a menu does not look below ~/.local/bin.
# Exec has rules of its own for quoting, and those of any text on top of them.
# (Desktop Entry Specification 1.5, "The Exec key" and "Possible value types".)
entry() {
	text=$(printf '%s' "$to" | sed -e 's/\\/\\\\/g')
	argument=$(printf '%s' "$to" | sed -e 's/[\\"`$]/\\&/g' -e 's/%/%%/g' -e 's/\\/\\\\/g')
	while IFS= read -r line; do
		case $line in
		Exec=*) printf 'Exec="%s/bin/%s"\n' "$argument" "${line#Exec=}" ;;
		TryExec=*) printf 'TryExec=%s/bin/%s\n' "$text" "${line#TryExec=}" ;;
		*) printf '%s\n' "$line" ;;
		esac
	done <"$1"
}

[ -z "$made" ] || echo ./ >>"$new"
folder lib/cientro
note "$old" "$new"
(cd "$from" && find lib share -type f | sort) >"$work/files"
while read -r path; do
	case $path in
	share/applications/*)
		entry "$from/$path" >"$work/entry"
		bring 644 "$work/entry" "$path"
		;;
	lib/cientro/*.so) bring 644 "$from/$path" "$path" ;;
	lib/cientro/*) bring 755 "$from/$path" "$path" ;;
	share/zsh/*) bring 644 "$from/$path" share/zsh/site-functions/_cientro ;;
	*) bring 644 "$from/$path" "$path" ;;
	esac
done <"$work/files"
bring 755 "$from/uninstall.sh" lib/cientro/uninstall.sh
folder bin
for program in cientro cientro-desktop; do
	[ -e "$to/lib/cientro/$program" ] || continue
	echo "bin/$program" >>"$new"
	ln -sfn "../lib/cientro/$program" "$to/bin/$program"
done

# What the earlier version had and this one has not.
grep -v '/$' "$old" | while read -r path; do
	grep -qxF -- "$path" "$new" || rm -f "$to/$path"
done
grep '/$' "$old" >"$work/folders" || true
note "$new" "$work/folders"
: >"$work/done"

both "CIEntro è in $to." "CIEntro is in $to."
case ":$PATH:" in
*":$to/bin:"*) ;;
*) both "I comandi sono in $to/bin, che non è nel PATH di questo terminale." "The commands are in $to/bin, which is not in the PATH of this terminal." ;;
esac
both "Per i browser, a browser chiusi:  $to/bin/cientro browser install" "For browsers, while they are closed:  $to/bin/cientro browser install"
both "Servono pcscd e il driver del lettore (pacchetti pcscd e libccid):  $to/bin/cientro doctor" "It takes pcscd and the reader's driver (packages pcscd and libccid):  $to/bin/cientro doctor"
both "Per togliere tutto:  $to/lib/cientro/uninstall.sh" "To take everything away:  $to/lib/cientro/uninstall.sh"
