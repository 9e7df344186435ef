# The last try is nobody's to spend by a script: without a screen on which a
# person could agree, no client's PIN goes out, right or wrong.
. "$SCRIPTS/lib.sh"
needs pkcs11-tool p11tool openssl certutil modutil
export PIN WRONG=41739620 GNUTLS_PIN=$PIN
token="pkcs11:token=${TOKEN// /%20}"
tool() { pkcs11-tool --module "$MODULE" "$@"; }
costs verify=1 -- shows 'Private Key Object' '!final user PIN try' -- tool --login --pin env:PIN -O
key=$(p11tool --provider "$MODULE" --batch --only-urls --list-all-certs "$token" 2>/dev/null | grep type=cert | sed 's/type=cert/type=private/')
costs verify=1 wrong=1 -- refuses CKR_PIN_INCORRECT -- tool --login --pin env:WRONG -O
shows 'user PIN count low' -- tool -L
costs verify=1 wrong=1 -- refuses CKR_PIN_INCORRECT -- tool --login --pin env:WRONG -O
shows 'final user PIN try' -- tool -L

# CKR_FUNCTION_REJECTED, whose name OpenSC 0.23 does not know.
costs -- refuses 0x200 -- tool --login --pin env:PIN -O
costs -- refuses 0x200 -- tool --login --pin env:WRONG -O
costs -- refuses . -- p11tool --provider "$MODULE" --batch --login --test-sign "$key"
printf %s "$PIN" >pin
mkdir db
certutil -N -d sql:db --empty-password
modutil -force -dbdir sql:db -add CIEntro -libfile "$MODULE" >/dev/null
costs -- refuses . -- certutil -K -d sql:db -h "$TOKEN" -f pin
use_engine
costs -- refuses . -- openssl pkey -engine pkcs11 -inform engine -in "$token;type=private;pin-source=file:$PWD/pin" -pubout
unset OPENSSL_CONF

# Our own program, where a person says it twice, gives the tries back.
costs verify=1 -- shows '"result":"ok","triesLeft":3' -- "$AGENT" --json --confirm-last-try pin verify <pin
costs verify=1 -- shows 'Private Key Object' -- tool --login --pin env:PIN -O
shows '!final user PIN try' '!count low' -- tool -L
