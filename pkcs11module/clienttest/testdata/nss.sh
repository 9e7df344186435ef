# NSS's own tools, the library under Firefox and Chromium.
. "$SCRIPTS/lib.sh"
needs modutil certutil tstclnt
mkdir db
printf '%s\n' "$PIN" >pin
chmod 600 pin
certutil -N -d sql:db --empty-password
shows 'Module "CIEntro" added to database' -- modutil -force -dbdir sql:db -add CIEntro -libfile "$MODULE"
costs -- shows 'CIEntro' "library name: $MODULE" "token: ${TOKEN//[()]/.}" 'status: loaded' -- modutil -dbdir sql:db -list
# modutil takes an empty slot for an error (32) after it has shown the others.
details() { modutil -dbdir sql:db -list CIEntro || [ $? -eq 32 ]; }
costs -- shows 'Token Name: +CIE' 'Login Type: +Login required' 'User Pin: +Initialized' 'Slot: Lettore CIE' -- details

# The certificate: by the PIN while it is unknown, without it from then on.
listing() { certutil -L -d sql:db -h "$TOKEN" -f pin "$@"; }
costs verify=1 -- shows "^${TOKEN//[()]/.}:.* u,u,u" -- listing
nickname=$(listing | sed -n 's/^\(.*[^ ]\)  *u,u,u *$/\1/p')
[ "$(wc -l <<<"$nickname")" -eq 1 ] || fail "expected one certificate: $nickname"
costs -- shows SPECIMEN -- listing -n "$nickname"
listing -n "$nickname" -r >holder.der
same_certificate holder.der der
costs verify=1 -- shows 'rsa +' -- certutil -K -d sql:db -h "$TOKEN" -f pin

# A TLS 1.2 login as the browsers do it.
csplit -s -z -f server- "$SERVER_CA" '/BEGIN CERTIFICATE/' '{*}'
for file in server-*; do certutil -A -d sql:db -n "$file" -t C,, -i "$file"; done
certutil -A -d sql:db -n holder-ca -t ,, -i "$HOLDER_CA"
printf 'GET / HTTP/1.0\r\n\r\n' >request
login() {
	timeout 120 tstclnt -A request -4 -h "${1%:*}" -p "${1##*:}" -d sql:db -n "$nickname" -W pin -V "$2"
}
costs verify=1 -- shows "$WELCOME" -- login "$SERVER" tls1.2:tls1.2
# TLS 1.3 wants PSS, which this card cannot make: refused, not crashed.
take >/dev/null
! login "$SERVER13" tls1.3:tls1.3 >refused 2>&1 || ! grep Benvenuto refused || fail 'TLS 1.3 succeeded: say so in docs'
[[ $(take) == *wrong=0* ]] || fail 'a wrong presentation'
shows 'deleted from database' -- modutil -force -dbdir sql:db -delete CIEntro
