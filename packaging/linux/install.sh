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
made=
[ -d "$to" ] || made=./
mkdir -p "$to"
to=$(cd "$to" && pwd -P)
say() { printf '%s\n' "$*"; }

case ${LC_ALL:-${LC_MESSAGES:-${LANG:-it}}} in it* | C* | POSIX*) italian=1 ;; *) italian= ;; esac
both() { if [ -n "$italian" ]; then say "$1"; else say "$2"; fi; }

if [ -e "$to/lib/cientro" ] && [ ! -e "$to/lib/cientro/installed" ]; then
	both "$to/lib/cientro c'è già e non viene da qui: non tocco nulla." \
		"$to/lib/cientro is there already and does not come from here: nothing was touched."
	exit 1
fi

# An earlier version gives way file by file: what browsers load keeps its path,
# and programs that run keep what they have open.
old=$(mktemp)
new=$(mktemp)
trap 'rm -f "$old" "$new"' EXIT
[ ! -e "$to/lib/cientro/installed" ] || cat "$to/lib/cientro/installed" >"$old"

# bring MODE FILE PATH: PATH is below $to. It takes the place of an old file at
# one blow.
bring() {
	folder=$(dirname "$3")
	while [ ! -d "$to/$folder" ]; do
		printf '%s/\n' "$folder" >>"$new"
		folder=$(dirname "$folder")
	done
	mkdir -p "$to/$(dirname "$3")"
	install -m "$1" "$2" "$to/$3.new"
	mv -f "$to/$3.new" "$to/$3"
	printf '%s\n' "$3" >>"$new"
}

(cd "$from" && find lib share -type f | sort) >"$old.files"
while read -r path; do
	case $path in
	share/applications/*)
		# A menu does not look below ~/.local/bin.
		sed -e "s|^Exec=|Exec=$to/bin/|" -e "s|^TryExec=|TryExec=$to/bin/|" "$from/$path" >"$old.entry"
		bring 644 "$old.entry" "$path"
		;;
	lib/cientro/*.so) bring 644 "$from/$path" "$path" ;;
	lib/cientro/*) bring 755 "$from/$path" "$path" ;;
	share/zsh/*) bring 644 "$from/$path" share/zsh/site-functions/_cientro ;;
	*) bring 644 "$from/$path" "$path" ;;
	esac
done <"$old.files"
rm -f "$old.files" "$old.entry"
bring 755 "$from/uninstall.sh" lib/cientro/uninstall.sh
[ -z "$made" ] || echo ./ >>"$new"
[ -d "$to/bin" ] || { mkdir "$to/bin" && echo bin/ >>"$new"; }
for program in cientro cientro-desktop; do
	[ -e "$to/lib/cientro/$program" ] || continue
	ln -sfn "../lib/cientro/$program" "$to/bin/$program"
	echo "bin/$program" >>"$new"
done

# What the earlier version had and this one has not.
sort -u "$new" >"$new.sorted"
grep -v '/$' "$old" | while read -r path; do
	grep -qxF -- "$path" "$new.sorted" || rm -f "$to/$path"
done
{ cat "$new.sorted"; grep '/$' "$old" || true; } | sort -u >"$to/lib/cientro/installed"
rm -f "$new.sorted"

both "CIEntro è in $to." "CIEntro is in $to."
case ":$PATH:" in
*":$to/bin:"*) ;;
*) both "I comandi sono in $to/bin, che non è nel PATH di questo terminale." "The commands are in $to/bin, which is not in the PATH of this terminal." ;;
esac
both "Per i browser, a browser chiusi:  $to/bin/cientro browser install" "For browsers, while they are closed:  $to/bin/cientro browser install"
both "Servono pcscd e il driver del lettore (pacchetti pcscd e libccid):  $to/bin/cientro doctor" "It takes pcscd and the reader's driver (packages pcscd and libccid):  $to/bin/cientro doctor"
both "Per togliere tutto:  $to/lib/cientro/uninstall.sh" "To take everything away:  $to/lib/cientro/uninstall.sh"
