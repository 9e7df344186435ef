# OpenSC's pkcs11-tool: what every guide tells people to try first.
. "$SCRIPTS/lib.sh"
needs pkcs11-tool openssl
export PIN NEW_PIN=27182845
tool() { pkcs11-tool --module "$MODULE" "$@"; }

# Before anybody has logged in.
costs -- shows "token label +: ${TOKEN//[()]/.}" 'login required' 'token initialized' 'PIN initialized' '!token is write protected' -- tool -L
costs -- shows "token label +: ${TOKEN//[()]/.}" -- tool -T
costs -- shows '^ +RSA-PKCS, keySize=\{2048,2048\}, hw, sign' '^ +SHA256-RSA-PKCS, .*sign' '!PSS' '!X-509' '!decrypt' '!generate' -- tool -M

# One login shows the holder's objects; from then on the public ones are known.
objects=('Certificate Object; type = X.509 cert' 'SN=SPECIMEN, GN=PROVA' 'Public Key Object; RSA 2048 bits')
costs -- shows '!Certificate Object' '!Key Object' -- tool -O
costs verify=1 apdus=60 -- shows "${objects[@]}" 'Private Key Object; RSA' 'Usage: +sign$' 'never extractable' -- tool --login --pin env:PIN -O
costs -- shows "${objects[@]}" '!Private Key' -- tool -O
id=$(tool -O --type cert 2>/dev/null | sed -n 's/^ *ID: *//p' | head -n 1)
[ -n "$id" ] || fail 'the certificate has no CKA_ID'
shows "ID: +$id" -- tool -O --type pubkey
costs verify=1 -- shows "ID: +$id" -- tool --login --pin env:PIN -O --type privkey
costs -- shows -- tool --read-object --type cert --id "$id" -o holder.der
same_certificate holder.der der

# Signatures, judged by OpenSSL. RSA-PKCS takes a DigestInfo ready made.
public_key "$HOLDER" >holder.pub
printf 'Io sottoscritto SPECIMEN PROVA' >text
openssl dgst -sha256 -binary text >digest
{ printf '\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20' && cat digest; } >digestinfo
costs verify=1 apdus=60 -- shows 'Using signature algorithm RSA-PKCS' -- tool --login --pin env:PIN --sign --id "$id" -m RSA-PKCS -i digestinfo -o signature
shows 'Verified OK' -- openssl dgst -sha256 -verify holder.pub -signature signature text
for hash in SHA1 SHA256 SHA384 SHA512; do
	costs verify=1 -- shows "Using signature algorithm $hash-RSA-PKCS" -- tool --login --pin env:PIN --sign --id "$id" -m "$hash-RSA-PKCS" -i text -o "signature.$hash"
	shows 'Verified OK' -- openssl dgst "-${hash,,}" -verify holder.pub -signature "signature.$hash" text
done
# More than one C_SignUpdate.
head -c 100000 /dev/zero >long
costs verify=1 -- shows 'Using signature algorithm SHA256-RSA-PKCS' -- tool --login --pin env:PIN --sign --id "$id" -m SHA256-RSA-PKCS -i long -o signature.long
shows 'Verified OK' -- openssl dgst -sha256 -verify holder.pub -signature signature.long long

# Its own test.
costs verify=1 -- shows 'No errors|0 errors' '!ERR:' -- tool --login --pin env:PIN --test

# C_SetPIN and back. The tool logs in with the old PIN before it asks for the
# change: one VERIFY each, and one more that the change itself consists of.
costs verify=2 change=1 -- shows 'PIN successfully changed' -- tool --login --pin env:PIN --change-pin --new-pin env:NEW_PIN
costs verify=2 change=1 -- shows 'PIN successfully changed' -- tool --login --pin env:NEW_PIN --change-pin --new-pin env:PIN
costs verify=1 -- shows 'Private Key Object' -- tool --login --pin env:PIN -O

# Nothing is sent for what the card could only refuse.
SHORT=1234 WEAK=11111111
export SHORT WEAK
costs -- refuses CKR_PIN_INCORRECT -- tool --login --pin env:SHORT -O
costs verify=1 -- refuses 'CKR_PIN_(INVALID|LEN_RANGE)' -- tool --login --pin env:PIN --change-pin --new-pin env:WEAK
costs -- refuses 'CKR_' -- tool --login --login-type so --so-pin env:PIN -O
