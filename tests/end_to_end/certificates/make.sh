#!/bin/sh
# Makes the certificates of the tests anew, with openssl.
set -e
cd "$(dirname "$0")"
work=$(mktemp -d)
openssl ecparam -name prime256v1 -genkey -noout -out "$work/key"
openssl pkcs8 -topk8 -nocrypt -in "$work/key" -outform DER -out key.der
openssl ecparam -name prime256v1 -genkey -noout -out "$work/authority"
openssl req -x509 -key "$work/authority" -days 29000 -subj "/CN=Tests of arazzo" -outform DER -out authority.der
openssl x509 -inform DER -in authority.der -out "$work/authority.pem"
: >"$work/index"
cat >"$work/config" <<X
[ca]
default_ca = d
[d]
database = $work/index
new_certs_dir = $work
default_md = sha256
policy = p
rand_serial = yes
unique_subject = no
[p]
commonName = supplied
X
# Name, `basicConstraints`, the names that it is for, beginning and end, and who signs it.
certificate() {
    name=$1 constraints=$2 names=$3 begin=$4 end=$5
    shift 5
    openssl req -new -key "$work/key" -subj "/CN=$name" -out "$work/request"
    printf 'basicConstraints=%s\nsubjectAltName=%s\n' "$constraints" "$names" >"$work/extensions"
    openssl ca -batch -notext -config "$work/config" "$@" -in "$work/request" -extfile "$work/extensions" \
        -startdate "$begin" -enddate "$end" -out "$work/certificate" 2>"$work/log" || cat "$work/log"
    openssl x509 -in "$work/certificate" -outform DER -out "$name.der"
}
local=DNS:localhost,IP:127.0.0.1
by="-keyfile $work/authority -cert $work/authority.pem"
certificate good CA:FALSE $local 20200101000000Z 20990101000000Z $by
certificate other CA:FALSE DNS:other.example 20200101000000Z 20990101000000Z $by
certificate expired CA:FALSE $local 20200101000000Z 20210101000000Z $by
certificate early CA:FALSE $local 20890101000000Z 20990101000000Z $by
certificate itself CA:TRUE $local 20200101000000Z 20990101000000Z -selfsign -keyfile "$work/key"
rm -r "$work"
