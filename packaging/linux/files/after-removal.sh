#!/bin/sh
# Purging takes what is the system's: what was kept to restore browsers' files,
# and the administrator's policy. Homes are their owners'.
set -e
case "${1:-}" in
purge)
	rm -rf /var/lib/cientro /etc/cientro
	;;
esac
exit 0
