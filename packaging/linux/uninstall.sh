#!/bin/sh
# Takes away what install.sh brought, and first what `cientro browser install`
# registered, byte for byte.
#
#   uninstall.sh [--purge]      --purge: the user's settings and what is remembered too
set -eu
self=$(cd "$(dirname "$0")" && pwd -P)
case ${LC_ALL:-${LC_MESSAGES:-${LANG:-it}}} in it* | C* | POSIX*) italian=1 ;; *) italian= ;; esac
both() { if [ -n "$italian" ]; then printf '%s\n' "$1"; else printf '%s\n' "$2"; fi; }

if [ ! -e "$self/installed" ]; then
	both "Qui non c'è nulla di installato." "Nothing is installed here."
	exit 1
fi
to=$(cd "$self/../.." && pwd -P)
if ! "$self/cientro" browser remove >"$self/said" 2>&1; then
	cat "$self/said" >&2
	rm -f "$self/said"
	both "Chiudi i browser e ripeti: non è stato tolto nulla." "Close the browsers and repeat: nothing was taken away." >&2
	exit 1
fi
rm -f "$self/said"
list=$(mktemp)
trap 'rm -f "$list"' EXIT
cat "$self/installed" >"$list"
grep -v '/$' "$list" | while read -r path; do rm -f "$to/$path"; done
rm -f "$self/installed"
# The start with the session, where the app wrote it for this installation.
entry=${XDG_CONFIG_HOME:-$HOME/.config}/autostart/it.cientro.desktop.desktop
if grep -qxF "X-CIEntro-Autostart=true" "$entry" 2>/dev/null && grep -qF "Exec=\"$self/cientro-desktop\" " "$entry"; then
	created=$(grep -xF "X-CIEntro-Folder=created" "$entry" || true)
	rm -f "$entry"
	[ -z "$created" ] || rmdir "$(dirname "$entry")" 2>/dev/null || true
fi
# Folders that were made for it, innermost first, unless others use them now.
# The folder itself, "./", sorts last.
grep '/$' "$list" | sort -r | while read -r path; do rmdir "$to/${path%/}" 2>/dev/null || true; done
if [ "${1:-}" = --purge ]; then
	rm -rf "${XDG_CONFIG_HOME:-$HOME/.config}/cientro" "${XDG_CACHE_HOME:-$HOME/.cache}/cientro" \
		"${XDG_STATE_HOME:-$HOME/.local/state}/cientro" "${XDG_DATA_HOME:-$HOME/.local/share}/cientro"
fi
both "CIEntro è stato tolto." "CIEntro was taken away."
