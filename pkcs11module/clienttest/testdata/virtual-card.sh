# The virtual card that anybody may try without a reader: it is there when it
# was asked for, says DEMO, and goes when it is sent away. No PC/SC here.
. "$SCRIPTS/lib.sh"
needs pkcs11-tool openssl
export PIN PCSCLITE_CSOCK_NAME=$PWD/nobody
tool() { pkcs11-tool --module "$MODULE" "$@"; }

costs apdus=0 -- shows '!token label' '!DEMO' -- tool -L
"$AGENT" virtual new >/dev/null
costs apdus=0 -- shows '!DEMO' -- tool -L
"$AGENT" virtual enable >/dev/null
costs apdus=0 -- shows 'token label +: DEMO' 'login required' -- tool -L
# The specimen has the same PIN; the card in the reader sees none of it.
costs apdus=0 -- shows 'SN=SPECIMEN, GN=PROVA' 'Private Key Object' -- tool --login --pin env:PIN -O
tool --read-object --type cert --label 'Autenticazione CIE' -o virtual.der
openssl x509 -in virtual.der -inform der -outform pem -out virtual.pem
shows 'issuer=.*TEST Authentication CA' -- openssl x509 -in virtual.pem -noout -issuer
public_key virtual.pem >virtual.pub
printf 'Io sottoscritto SPECIMEN PROVA' >text
costs apdus=0 -- shows 'Using signature algorithm SHA256-RSA-PKCS' -- tool --login --pin env:PIN --sign -m SHA256-RSA-PKCS -i text -o signature
shows 'Verified OK' -- openssl dgst -sha256 -verify virtual.pub -signature signature text
# It keeps its tries like any card.
export WRONG=41739620
refuses CKR_PIN_INCORRECT -- tool --login --pin env:WRONG -O
tries() { "$AGENT" --json virtual show | grep -o '"triesLeft":[0-9]*' | head -n 1; }
shows '"triesLeft":2' -- tries
shows 'Private Key Object' -- tool --login --pin env:PIN -O
shows '"triesLeft":3' -- tries
"$AGENT" virtual disable >/dev/null
costs apdus=0 -- shows '!DEMO' -- tool -L
