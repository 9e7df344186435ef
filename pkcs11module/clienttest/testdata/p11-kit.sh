# p11-kit: our agent as a module of its own (remote:), and through
# p11-kit-client.so from the socket it listens at.
. "$SCRIPTS/lib.sh"
needs p11-kit p11tool pkcs11-tool openssl
client=$(library pkcs11/p11-kit-client.so)
export PIN GNUTLS_PIN=$PIN

agent='' module=''
clean_up() {
	[ -z "$module" ] || rm -f "$module"
	[ -z "$agent" ] || { kill "$agent" && wait "$agent"; } 2>/dev/null || true
}
trap clean_up EXIT

# p11-kit does not look at the configuration of root's own; a user namespace
# makes us somebody else for it, and nothing of the system is touched. Where
# there are none (some containers), the file lies with the system's for a while.
somebody=()
modules=$HOME/.config/pkcs11/modules
if [ "$(id -u)" -eq 0 ]; then
	needs unshare
	somebody=(unshare --user --map-user=1000 --map-group=1000)
	if ! "${somebody[@]}" true 2>/dev/null; then
		somebody=()
		modules=/etc/pkcs11/modules
		module=$modules/cientro-test-$$.module
	fi
fi
mkdir -p "$HOME/.config/pkcs11" "$modules"
echo 'user-config: only' >"$HOME/.config/pkcs11/pkcs11.conf"
printf 'remote: |%s agent\ncritical: yes\n' "$AGENT" >"${module:-$modules/cientro.module}"

costs -- shows '^(module: )?cientro' 'token: CIE' 'flags:' -- "${somebody[@]}" p11-kit list-modules
costs -- shows 'URL: pkcs11:.*serial=[0-9a-fA-F]{16};token=CIE' -- "${somebody[@]}" p11tool --batch --list-tokens
token=$("${somebody[@]}" p11tool --batch --only-urls --list-tokens 2>/dev/null | grep -o 'pkcs11:.*token=CIE.*')
# GnuTLS logs in anew for each of its four searches.
costs verify=4 -- shows 'Type: X.509 Certificate' 'Type: Private key' -- "${somebody[@]}" p11tool --batch --login --list-all "$token"
key=$("${somebody[@]}" p11tool --batch --only-urls --list-all-certs "$token" 2>/dev/null | grep type=cert | head -n 1)
costs verify=1 -- shows 'Signing using RSA-SHA256.*ok' -- "${somebody[@]}" p11tool --batch --login --test-sign "${key/type=cert/type=private}"

# The socket: only for this user, a state of its own for each connection.
socket=$PWD/p11.sock
"$AGENT" agent --listen "unix:path=$socket" 2>agent.log &
agent=$!
for _ in $(seq 600); do
	[ ! -S "$socket" ] || break
	kill -0 "$agent" 2>/dev/null || { cat agent.log; fail 'the agent ended'; }
	sleep 0.05
done
[ "$(stat -c %a "$socket")" = 600 ] || fail "the socket's mode is $(stat -c %a "$socket")"
export P11_KIT_SERVER_ADDRESS=unix:path=$socket
tool() { pkcs11-tool --module "$client" "$@"; }
costs -- shows "token label +: ${TOKEN//[()]/.}" -- tool -L
costs verify=1 -- shows 'SN=SPECIMEN, GN=PROVA' 'Private Key Object' -- tool --login --pin env:PIN -O
printf 'Io sottoscritto SPECIMEN PROVA' >text
public_key "$HOLDER" >holder.pub
costs verify=1 -- shows 'Using signature algorithm SHA256-RSA-PKCS' -- tool --login --pin env:PIN --sign -m SHA256-RSA-PKCS -i text -o signature
shows 'Verified OK' -- openssl dgst -sha256 -verify holder.pub -signature signature text
# The login of one connection is none of another's.
costs -- shows 'Certificate Object' '!Private Key Object' -- tool -O
