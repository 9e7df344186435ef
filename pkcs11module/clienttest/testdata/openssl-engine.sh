# OpenSSL 3 through libp11's engine. The provider of the pkcs11-provider project
# has a script of its own.
. "$SCRIPTS/lib.sh"
needs openssl
printf %s "$PIN" >pin
use_engine
token="pkcs11:token=${TOKEN// /%20}"
key="$token;type=private;pin-source=file:$PWD/pin"

shows pkcs11 '\[ available \]' -- openssl engine -t pkcs11
printf 'Io sottoscritto SPECIMEN PROVA' >text
OPENSSL_CONF=/dev/null public_key "$HOLDER" >holder.pub
costs verify=1 -- shows -- openssl dgst -engine pkcs11 -keyform engine -sha256 -sign "$key" -out signature text
shows 'Verified OK' -- env OPENSSL_CONF=/dev/null openssl dgst -sha256 -verify holder.pub -signature signature text
# A certificate request, as people make them for tests.
costs verify=1 -- shows -- openssl req -engine pkcs11 -keyform engine -new -key "$key" -subj '/CN=SPECIMEN' -sha256 -out request.pem
shows 'self-signature verify OK' -- env OPENSSL_CONF=/dev/null openssl req -in request.pem -noout -verify

login() {
	printf 'GET / HTTP/1.0\r\n\r\n' | timeout 120 openssl s_client -quiet -connect "$1" -CAfile "$SERVER_CA" -verify_return_error \
		"$2" -cert "$HOLDER" -engine pkcs11 -keyform engine -key "$key"
}
costs verify=1 -- shows "$WELCOME" -- login "$SERVER" -tls1_2
# Where nobody names the signatures (see use_engine): refused, not crashed.
sed '/^ssl_conf/d' openssl.cnf >plain.cnf
OPENSSL_CONF=$PWD/plain.cnf costs verify=1 -- refuses 'Mechanism invalid' '!Benvenuto' -- login "$SERVER" -tls1_2
# TLS 1.3 wants PSS, which this card cannot make: refused, not crashed.
costs verify=1 -- refuses '!Benvenuto' -- login "$SERVER13" -tls1_3
