# OpenSSL 3 through the pkcs11-provider project's provider, the file PROVIDER.
# Debian has it from 13 on; on 12 this passed with version 1.2.0, built by hand.
. "$SCRIPTS/lib.sh"
needs openssl "$PROVIDER"
printf %s "$PIN" >pin
cat >openssl.cnf <<CNF
openssl_conf = all
[all]
providers = providers
ssl_conf = tls
[providers]
default = own
pkcs11 = token
[own]
activate = 1
[token]
module = $PROVIDER
pkcs11-module-path = $MODULE
pkcs11-module-token-pin = file:$PWD/pin
activate = 1
[tls]
system_default = card
[card]
ClientSignatureAlgorithms = RSA+SHA256:RSA+SHA384:RSA+SHA512
CNF
token="pkcs11:token=${TOKEN// /%20}"
public_key "$HOLDER" >holder.pub
printf 'Io sottoscritto SPECIMEN PROVA' >text
card() { OPENSSL_CONF=$PWD/openssl.cnf openssl "$@"; }

costs verify=1 -- shows 'subject=.*SPECIMEN' -- card x509 -in "$token;type=cert" -noout -subject
costs verify=1 -- shows -- card pkey -in "$token;type=private" -pubout -out key.pub
cmp <(openssl pkey -pubin -in key.pub -pubout) holder.pub || fail 'another public key'
costs verify=1 -- shows -- card dgst -sha256 -sign "$token;type=private" -out signature text
shows 'Verified OK' -- openssl dgst -sha256 -verify holder.pub -signature signature text

login() {
	printf 'GET / HTTP/1.0\r\n\r\n' | card s_client -quiet -connect "$1" -CAfile "$SERVER_CA" -verify_return_error \
		"$2" -cert "$token;type=cert" -key "$token;type=private"
}
costs verify=1 -- shows "$WELCOME" -- login "$SERVER" -tls1_2
# TLS 1.3 wants PSS, which this card cannot make: refused, not crashed.
costs verify=1 -- refuses '!Benvenuto' -- login "$SERVER13" -tls1_3
