#!/bin/sh
# A stand-in for certbot in a Debian root without internet, for `tools/try_deployment.py`. It proves
# the name as certbot does, by a file that is asked for at port 80, and signs the certificate itself.
set -eu
while [ $# -gt 0 ]; do
    case $1 in
        --webroot-path) webroot=$2 ;;
        -d) name=$2 ;;
    esac
    shift
done
challenges=$webroot/.well-known/acme-challenge
mkdir -p "$challenges"
echo proof > "$challenges/token"
test "$(curl --silent --fail "http://$name/.well-known/acme-challenge/token")" = proof
rm -r "$webroot/.well-known"
live=/etc/letsencrypt/live/$name
mkdir -p -m 700 /etc/letsencrypt/live "$live"
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$name" -addext "subjectAltName=DNS:$name" \
    -keyout "$live/privkey.pem" -out "$live/fullchain.pem" 2>/dev/null
