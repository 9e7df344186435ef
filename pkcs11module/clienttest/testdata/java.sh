# Java: keytool and a TLS client over SunPKCS11.
. "$SCRIPTS/lib.sh"
needs java keytool openssl
java --list-modules | grep -q '^jdk.compiler' || fail 'a JDK is missing (its compiler runs the client from source): make setup'
export PIN
cat >pkcs11.cfg <<CNF
name = CIEntro
library = $MODULE
CNF
costs verify=1 -- shows 'Keystore type: PKCS11' 'contains 1 entry' 'PrivateKeyEntry' -- \
	keytool -list -keystore NONE -storetype PKCS11 -storepass:env PIN -providerClass sun.security.pkcs11.SunPKCS11 -providerArg pkcs11.cfg
costs verify=1 -- shows 'SURNAME=SPECIMEN' 'TEST Authentication CA' -- \
	keytool -list -v -keystore NONE -storetype PKCS11 -storepass:env PIN -providerClass sun.security.pkcs11.SunPKCS11 -providerArg pkcs11.cfg
# Signatures by several threads, then a login: one process, one PIN.
costs verify=1 -- shows 'signed 12 times, all good' "$WELCOME" -- \
	java "$SCRIPTS/LoginClient.java" pkcs11.cfg "https://$SERVER/" "$SERVER_CA"
