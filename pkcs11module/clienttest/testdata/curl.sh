# curl with OpenSSL's engine: key and certificate from the card.
. "$SCRIPTS/lib.sh"
needs curl
printf %s "$PIN" >pin
use_engine
token="pkcs11:token=${TOKEN// /%20}"
login() {
	curl -sS --fail --max-time 120 --engine pkcs11 --tlsv1.2 --tls-max 1.2 --cacert "$SERVER_CA" "$@" \
		--cert-type ENG --cert "$token;type=cert;pin-source=file:$PWD/pin" \
		--key-type ENG --key "$token;type=private;pin-source=file:$PWD/pin"
}
costs verify=1 -- shows "$WELCOME" -- login "https://$SERVER/"
# Two pages over two connections and one process: one login.
costs verify=1 -- shows "$WELCOME" -- login --no-keepalive -H 'Connection: close' "https://$SERVER/" "https://$SERVER/again"
# Without the card's certificate the server sends nobody away happy.
refuses '!Benvenuto' -- curl -sS --fail --max-time 120 --tls-max 1.2 --cacert "$SERVER_CA" "https://$SERVER/"
