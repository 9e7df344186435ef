# OpenSSH: the key from the card, a login to a server of our own with it, and
# the agent. The PIN is asked for by a program, as on a desktop.
. "$SCRIPTS/lib.sh"
sshd=$(PATH="$PATH:/usr/sbin" command -v sshd) || fail 'sshd is missing: make setup'
needs ssh ssh-keygen ssh-agent ssh-add
printf %s "$PIN" >pin
cat >askpass <<ASK
#!/bin/sh
echo "\$*" >>'$PWD/asked'
cat '$PWD/pin'
ASK
chmod 700 askpass
export SSH_ASKPASS=$PWD/askpass SSH_ASKPASS_REQUIRE=force

# The public key is the certificate's.
ssh-keygen -i -m PKCS8 -f <(public_key "$HOLDER") >expected
costs verify=1 -- shows "$(cut -d' ' -f2 expected | head -c 100 | sed 's/[+]/[+]/g')" -- ssh-keygen -D "$MODULE"
ssh-keygen -D "$MODULE" >listed; cat listed
cut -d' ' -f1,2 listed >authorized_keys
[ "$(sort -u authorized_keys)" = "$(cut -d' ' -f1,2 expected)" ] || fail 'ssh-keygen -D gave another key'
chmod 600 authorized_keys

ssh-keygen -q -t ed25519 -N '' -f hostkey
printf '[127.0.0.1]:%s %s\n' "$PORT" "$(cut -d' ' -f1,2 hostkey.pub)" >known_hosts
cat >sshd_config <<CNF
ListenAddress 127.0.0.1
Port $PORT
HostKey $PWD/hostkey
PidFile none
AuthorizedKeysFile $PWD/authorized_keys
AuthenticationMethods publickey
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
CNF
# As root, sshd wants an empty directory of its own; it goes again if we made it.
made=
[ "$(id -u)" -ne 0 ] || [ -d /run/sshd ] || { mkdir -m 755 /run/sshd && made=1; }
"$sshd" -D -e -o LogLevel=VERBOSE -f "$PWD/sshd_config" 2>sshd.log &
server=$!
agent=
# shellcheck disable=SC2329
leave() {
	kill "$server" ${agent:+"$agent"} 2>/dev/null || true
	wait "$server" 2>/dev/null || true
	sed 's/^/sshd: /' sshd.log
	[ -z "$made" ] || rmdir /run/sshd
}
trap leave EXIT
for _ in $(seq 600); do
	! (: <>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null || break
	kill -0 "$server" 2>/dev/null || { cat sshd.log; fail 'sshd ended'; }
	sleep 0.05
done

options=(-F none -p "$PORT" -o UserKnownHostsFile="$PWD/known_hosts" -o StrictHostKeyChecking=yes -o PreferredAuthentications=publickey)
remote=(127.0.0.1 'echo logged in as $(id -un)')
: >asked
costs verify=1 -- shows "logged in as $(id -un)" -- ssh "${options[@]}" -o IdentityAgent=none -o IdentityFile=none -I "$MODULE" "${remote[@]}"
[ "$(wc -l <asked)" -eq 1 ] || { cat asked; fail 'the PIN was not asked for once'; }
grep -q "PIN for '${TOKEN//[()]/.}'" asked || { cat asked; fail 'the question does not name the token'; }
grep -q 'Accepted publickey for .* RSA' sshd.log || { cat sshd.log; fail 'sshd does not tell of a key'; }

# ssh-agent: the PIN when the card is added, none at each login.
eval "$(ssh-agent -P "$(dirname "$(realpath "$MODULE")")/*")" >/dev/null
agent=$SSH_AGENT_PID
: >asked
costs verify=1 -- shows 'Card added' -- ssh-add -s "$MODULE"
shows "$(cut -d' ' -f2 expected | head -c 100 | sed 's/[+]/[+]/g')" -- ssh-add -L
for _ in 1 2; do
	costs -- shows "logged in as $(id -un)" -- ssh "${options[@]}" "${remote[@]}"
done
[ "$(wc -l <asked)" -eq 1 ] || { cat asked; fail 'the PIN was not asked for once'; }
shows 'Card removed' -- ssh-add -e "$MODULE"
