# A wrong PIN in a script or a configuration: programs that try again by
# themselves must not spend a second try. After each, the right PIN gives the
# tries back.
. "$SCRIPTS/lib.sh"
needs pkcs11-tool p11tool openssl certutil modutil ssh-agent ssh-add java keytool
export PIN WRONG=41739620
token="pkcs11:token=${TOKEN// /%20}"
right() { costs verify=1 -- shows 'Private Key Object' -- pkcs11-tool --module "$MODULE" --login --pin env:PIN -O; }
once() { costs verify=1 wrong=1 -- refuses "$@"; right; }

# What each needs before: a known card, a key's URL, a database, the engine.
right
key=$(p11tool --provider "$MODULE" --batch --only-urls --list-all-certs "$token" 2>/dev/null | grep type=cert | sed 's/type=cert/type=private/')
printf %s "$WRONG" >wrong
mkdir db
certutil -N -d sql:db --empty-password
modutil -force -dbdir sql:db -add CIEntro -libfile "$MODULE" >/dev/null
printf 'name = CIEntro\nlibrary = %s\n' "$MODULE" >pkcs11.cfg
printf '#!/bin/sh\ncat "%s"\n' "$PWD/wrong" >askpass
chmod 700 askpass
printf 'Io sottoscritto SPECIMEN PROVA' >text

once CKR_PIN_INCORRECT -- pkcs11-tool --module "$MODULE" --login --pin env:WRONG -O
once 'Wrong PIN' -- env GNUTLS_PIN=$WRONG p11tool --provider "$MODULE" --batch --login --test-sign "$key"
use_engine
once 'PIN incorrect' -- openssl dgst -engine pkcs11 -keyform engine -sha256 -sign "$token;type=private;pin-source=file:$PWD/wrong" -out signature text
unset OPENSSL_CONF
once 'Incorrect password' -- certutil -K -d sql:db -h "$TOKEN" -f wrong
once 'agent refused operation' -- env SSH_ASKPASS="$PWD/askpass" SSH_ASKPASS_REQUIRE=force \
	ssh-agent -P "$(dirname "$(realpath "$MODULE")")/*" ssh-add -s "$MODULE"
once 'load failed' -- keytool -list -keystore NONE -storetype PKCS11 -storepass:env WRONG \
	-providerClass sun.security.pkcs11.SunPKCS11 -providerArg pkcs11.cfg
