#!/usr/bin/env bash
# with-pcscd.sh COMMAND…: runs COMMAND while a PC/SC daemon with the virtual
# reader (vsmartcard's vpcd, TCP port 35963) is there. A daemon that already runs
# is used and left alone; one started here is stopped again.
set -euo pipefail

port_hex=8C7B # 35963
socket=/run/pcscd/pcscd.comm
log=${TMPDIR:-/tmp}/cientro-pcscd-$$.log
say() { printf 'with-pcscd: %s\n' "$*" >&2; }

# listening looks at the kernel's table instead of connecting: a connection
# would be taken for a card.
listening() { awk -v port=":$port_hex" '$2 ~ port "$" && $4 == "0A" { found = 1 } END { exit !found }' /proc/net/tcp /proc/net/tcp6 2>/dev/null; }

# answering connects to the daemon's socket, which also wakes one that systemd
# starts on demand.
answering() { perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0) && connect(S, sockaddr_un($ARGV[0])) or exit 1' "$socket" 2>/dev/null; }

wait_for() {
	local tries
	for ((tries = 0; tries < 100; tries++)); do
		"$@" && return 0
		sleep 0.1
	done
	return 1
}

root=()
if [ "$(id -u)" -ne 0 ]; then root=(sudo); fi

stop_daemon() {
	"${root[@]}" kill "$daemon" 2>/dev/null || true
	wait "$daemon" 2>/dev/null || true
	rm -f "$log"
}

if answering; then
	wait_for listening || {
		say "a PC/SC daemon runs here, but without the virtual reader."
		say "if vsmartcard-vpcd was installed just now, restart the daemon: sudo systemctl restart pcscd"
		exit 1
	}
else
	[ ${#root[@]} -eq 0 ] || say "starting pcscd needs root rights: sudo is asked"
	"${root[@]}" mkdir -p /run/pcscd
	# Left over from a daemon that was killed; nobody answers there.
	"${root[@]}" rm -f "$socket" /run/pcscd/pcscd.pid
	daemon_path=$(command -v pcscd || echo /usr/sbin/pcscd)
	"${root[@]}" "$daemon_path" --foreground >"$log" 2>&1 &
	daemon=$!
	trap stop_daemon EXIT
	if ! wait_for listening || ! wait_for answering; then
		say "pcscd did not come up with its virtual reader:"
		cat "$log" >&2
		exit 1
	fi
fi
"$@"
