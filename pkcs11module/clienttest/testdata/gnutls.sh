# GnuTLS: p11tool and gnutls-cli. Both read the PIN from GNUTLS_PIN.
. "$SCRIPTS/lib.sh"
needs p11tool gnutls-cli openssl
export GNUTLS_PIN=$PIN
tool() { p11tool --provider "$MODULE" --batch "$@"; }

costs -- shows 'URL: pkcs11:model=[^;]+;manufacturer=[^;]+;serial=[0-9a-fA-F]{16};token=CIE' 'Flags:.*Requires login' -- tool --list-tokens
token=$(tool --only-urls --list-tokens 2>/dev/null | grep -o 'pkcs11:.*token=CIE.*') || fail 'no URL of a token'
[ "$(wc -l <<<"$token")" -eq 1 ] || fail "expected one token: $token"

# GnuTLS logs in anew for each of its four searches.
costs verify=4 -- shows 'Type: X.509 Certificate' 'Type: Private key' 'Type: Public key' 'Expires: ' -- tool --login --list-all "$token"
# Known from now on.
costs -- shows 'Type: X.509 Certificate' 'id=%' -- tool --list-all-certs "$token"
tool --only-urls --list-all-certs "$token" >urls 2>/dev/null
certificate=$(grep type=cert urls | head -n 1)
[ -n "$certificate" ] || fail 'no URL of a certificate'
key=${certificate/type=cert/type=private}
[[ $certificate =~ \;id=%[0-9A-Fa-f] && $certificate =~ \;object=[^\;]+ ]] || fail "an attribute of $certificate is empty"
costs -- shows -- tool --export "$certificate" --outfile exported.pem
same_certificate exported.pem pem
costs verify=1 -- shows 'Signing using RSA-SHA256.*ok' 'Verifying against public key in the token.*ok' -- tool --login --test-sign "$key"

# TLS 1.2 with a client certificate: one PIN, one VERIFY.
login() {
	printf 'GET / HTTP/1.0\r\n\r\n' | timeout 120 gnutls-cli --provider "$MODULE" --x509cafile "$SERVER_CA" --logfile=session \
		--x509certfile "$certificate" --x509keyfile "$key" --priority "NORMAL:-VERS-ALL:+VERS-$1" --port "${2##*:}" "${2%:*}"
}
costs verify=1 -- shows "$WELCOME" -- login TLS1.2 "$SERVER"
grep -q 'Description: (TLS1.2' session || fail 'not TLS 1.2'
# TLS 1.3 wants PSS, which this card cannot make: refused, not crashed.
take >/dev/null
! printf 'GET / HTTP/1.0\r\n\r\n' | login TLS1.3 "$SERVER13" >refused 2>&1 || fail 'TLS 1.3 succeeded: say so in docs'
! grep -q Benvenuto refused || fail 'TLS 1.3 succeeded'
[[ $(take) == *wrong=0* ]] || fail 'a wrong presentation'
