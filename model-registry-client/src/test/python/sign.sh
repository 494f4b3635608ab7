#!/usr/bin/env bash
# Makes the signatures of SignatureKeyTest anew, with OpenSSF's own tool:
#   pip install model-signing==1.1.1 pyopenssl && src/test/python/sign.sh
set -eu
cd "$(dirname "$0")/../resources/signatures"
for curve in prime256v1 secp384r1 secp521r1; do
    openssl ecparam -name $curve -genkey -noout -out private.pem
    openssl ec -in private.pem -pubout -out $curve.pub
    model_signing sign key fraud --private_key private.pem --signature $curve.sig
    model_signing verify key fraud --public_key $curve.pub --signature $curve.sig
    rm private.pem
done
