#!/bin/sh
# Before the package goes: what `cientro browser install --system` registered
# goes first, byte for byte, or browsers would look for a library that is gone.
# dpkg says "remove", rpm how many versions will be left.
set -e
case "${1:-}" in
remove | 0)
	# No home of anybody is looked at or written to, nor any temporary file: these
	# are paths that cannot be.
	said=$(HOME=/dev/null/home CIENTRO_HOME=/dev/null/home /usr/bin/cientro browser remove --system 2>&1) || {
		echo "cientro: the browsers' system-wide set-up could not be taken out everywhere:" >&2
		printf '%s\n' "$said" >&2
	}
	;;
esac
exit 0
