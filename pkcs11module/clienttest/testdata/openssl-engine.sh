# OpenSSL 3 through libp11's engine. The provider of the pkcs11-provider project
# is not in Debian 12; see openssl-provider.sh.
. "$SCRIPTS/lib.sh"
needs openssl "$(library engines-3/pkcs11.so)"
printf %s "$PIN" >pin
cat >openssl.cnf <<CNF
openssl_conf = all
[all]
engines = engines
[engines]
pkcs11 = pkcs11
[pkcs11]
engine_id = pkcs11
MODULE_PATH = $MODULE
init = 1
CNF
export OPENSSL_CONF=$PWD/openssl.cnf
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
	printf 'GET / HTTP/1.0\r\n\r\n' | timeout 30 openssl s_client -quiet -connect "$1" -CAfile "$SERVER_CA" -verify_return_error \
		"$2" -cert "$HOLDER" -engine pkcs11 -keyform engine -key "$key"
}
costs verify=1 -- shows "$WELCOME" -- login "$SERVER" -tls1_2
# TLS 1.3 wants PSS, which this card cannot make: refused, not crashed.
costs verify=1 -- refuses '!Benvenuto' -- login "$SERVER13" -tls1_3
