# Sourced by every script beside it. The harness (stage_test.go) runs each
# script with bash in an empty private directory, with
#
#   MODULE AGENT      our module and our program
#   TOKEN PIN         label of the token, PIN of its card
#   CARD              socket that tells what has reached the card, see take
#   HOLDER            certificate of the card's holder (PEM), what clients must find
#   HOLDER_CA         the authorities above it (PEM)
#   SERVER SERVER_CA  host:port that demands a certificate over TLS 1.2; its authority
#   SERVER13          the same over TLS 1.3 alone
#   PORT              a free TCP port
#   SCRIPTS           the directory of this file
#
# shellcheck shell=bash
set -euo pipefail

fail() {
	printf 'FAILED: %s\n' "$*" >&2
	exit 1
}

# needs TOOL…: names or paths of what the script drives. A missing one is a
# failure: a client that was not run has proved nothing.
needs() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || [ -e "$tool" ] || fail "$tool is missing: make setup"
	done
}

# library NAME: the path of a file among the system's shared libraries.
library() {
	local dir
	for dir in "/usr/lib/$(gcc -print-multiarch 2>/dev/null)" /usr/lib64 /usr/lib; do
		[ ! -e "$dir/$1" ] || {
			echo "$dir/$1"
			return
		}
	done
	fail "$1 is missing: make setup"
}

# shows PATTERN… -- COMMAND…: the command succeeds and says every pattern
# (grep -E), on either stream. A pattern with ! before it must not be said.
shows() {
	local patterns=() pattern said code=0
	while [ "$1" != -- ]; do
		patterns+=("$1")
		shift
	done
	shift
	said=$("$@" 2>&1) || code=$?
	printf '$ %s\n%s\n' "$*" "$said"
	[ "$code" -eq 0 ] || fail "exit $code: $*"
	for pattern in "${patterns[@]}"; do
		case $pattern in
		!*) ! grep -qE -- "${pattern#!}" <<<"$said" || fail "says '${pattern#!}': $*" ;;
		*) grep -qE -- "$pattern" <<<"$said" || fail "does not say '$pattern': $*" ;;
		esac
	done
}

# refuses PATTERN… -- COMMAND…: the command fails by itself, says every
# pattern, and is not killed by a signal.
refuses() {
	local command=("$@") code=0
	while [ "${command[0]}" != -- ]; do command=("${command[@]:1}"); done
	shows "${@:1:$(($# - ${#command[@]}))}" -- survives "${command[@]:1}" || code=$?
	[ "$code" -eq 0 ] || fail "did not fail as it should: ${command[*]:1}"
}

survives() {
	local code=0
	"$@" || code=$?
	[ "$code" -ne 0 ] || { echo 'it succeeded'; return 1; }
	# 124 is timeout's, 129 to 192 are signals.
	[ "$code" -lt 124 ] || [ "$code" -gt 192 ] || { echo "exit $code"; return 1; }
}

# take prints what has reached the card since the last call: commands of each
# kind, wrong presentations, and last the number of APDUs.
take() { curl -sS --fail --unix-socket "$CARD" http://card/take; }

# costs [KIND=N]… [apdus=N] -- COMMAND…: runs the command and demands that it
# sent so many commands of each kind to the card, none of those not named, and
# at most so many APDUs.
costs() {
	local want='verify=0 change=0 reset=0 puk=0 wrong=0' got apdus most=
	while [ "$1" != -- ]; do
		case $1 in
		apdus=*) most=${1#*=} ;;
		*) want=$(sed "s/\b${1%%=*}=[0-9]*/$1/" <<<"$want") ;;
		esac
		shift
	done
	shift
	take >/dev/null
	"$@"
	got=$(take)
	apdus=${got##* apdus=}
	got=${got%% apdus=*}
	printf '%-12s %s, %s APDUs: %s\n' "costs:" "$got" "$apdus" "$*" | tee -a costs
	[ "$got" = "$want" ] || fail "the card saw $got, expected $want: $*"
	[ -z "$most" ] || [ "$apdus" -le "$most" ] || fail "the card saw $apdus APDUs, at most $most expected: $*"
}

# public_key CERTIFICATE.pem: its public key, for OpenSSL to judge signatures.
public_key() { openssl x509 -in "$1" -noout -pubkey; }

# same_certificate FILE FORMAT: is it the holder's?
same_certificate() {
	cmp <(openssl x509 -in "$1" -inform "$2" -outform der) <(openssl x509 -in "$HOLDER" -outform der) ||
		fail "$1 is not the holder's certificate"
}

# use_engine: OpenSSL in this script's programs loads libp11's engine with our
# module. OpenSSL does not ask a key behind an engine which paddings it can do,
# and would choose PSS, which this card cannot make, where the server lets it:
# so the signatures are named.
use_engine() {
	needs "$(library engines-3/pkcs11.so)"
	cat >openssl.cnf <<-CNF
		openssl_conf = all
		[all]
		engines = engines
		ssl_conf = tls
		[engines]
		pkcs11 = pkcs11
		[pkcs11]
		engine_id = pkcs11
		MODULE_PATH = $MODULE
		init = 1
		[tls]
		system_default = card
		[card]
		ClientSignatureAlgorithms = RSA+SHA256:RSA+SHA384:RSA+SHA512
	CNF
	export OPENSSL_CONF=$PWD/openssl.cnf
}

# What the server says to the holder of this card, see loginserver_test.go.
# shellcheck disable=SC2034
WELCOME='Benvenuto PROVA SPECIMEN \(IDCIT-CA00000AA\), TLS 1\.2'
