# shellcheck shell=bash
# The gateway's certificate. Ours names what a browser asks for, and is renewed before it runs out; one
# that somebody put here is checked, and never touched.

readonly CERTIFICATE=$RUNTIME/certs/fullchain.pem
readonly CERTIFICATE_KEY=$RUNTIME/certs/privkey.pem
# The digest of the certificate that we made: a file that differs from it is the user's.
readonly OWN_CERTIFICATE=$WORKSPACE/.kalisi/certificate
readonly RENEW_BEFORE_DAYS=30

prepare_certificates() {
  mkdir -p "$RUNTIME/certs"
  if [[ ! -s $CERTIFICATE && ! -s $CERTIFICATE_KEY ]]; then
    make_certificate
    say "self-signed certificate made in $RUNTIME/certs"
    return
  fi
  check_certificate
  openssl x509 -in "$CERTIFICATE" -noout -checkend $((RENEW_BEFORE_DAYS * 86400)) >/dev/null && return
  if [[ $(sha256sum <"$CERTIFICATE") == "$(cat "$OWN_CERTIFICATE" 2>/dev/null)" ]]; then
    make_certificate
    say "self-signed certificate renewed in $RUNTIME/certs: the last one was about to run out"
    # It reads the files when it starts.
    s6-svc -wD -T 5000 -d "$SERVICES_DIR/kalisi-gateway" || die "kalisi-gateway does not stop"
  else
    warn "$CERTIFICATE runs out on $(openssl x509 -in "$CERTIFICATE" -noout -enddate | cut -d= -f2); it is your own, so it is left as it is"
  fi
}

check_certificate() {
  local remedy="or remove both to get a new pair"
  [[ -s $CERTIFICATE && -s $CERTIFICATE_KEY ]] ||
    die "$RUNTIME/certs holds only one of fullchain.pem and privkey.pem: add the other, $remedy"
  local of_certificate of_key
  of_certificate=$(openssl x509 -in "$CERTIFICATE" -noout -pubkey 2>/dev/null) ||
    die "$CERTIFICATE is not a certificate: replace it and privkey.pem, $remedy"
  # Without a terminal to ask on, a key with a passphrase is refused as well: the gateway could not open it.
  of_key=$(openssl pkey -in "$CERTIFICATE_KEY" -passin pass: -pubout 2>/dev/null) ||
    die "$CERTIFICATE_KEY is not a private key without a passphrase: replace it and fullchain.pem, $remedy"
  [[ $of_certificate == "$of_key" ]] ||
    die "$CERTIFICATE_KEY is not the key of fullchain.pem: replace them, $remedy"
}

make_certificate() {
  (
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 397 -subj /CN=localhost \
      -addext subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1 -addext extendedKeyUsage=serverAuth \
      -keyout "$CERTIFICATE_KEY.new" -out "$CERTIFICATE.new" 2>/dev/null
  ) || die "openssl could not make a certificate in $RUNTIME/certs"
  chmod 0644 "$CERTIFICATE.new"
  mv "$CERTIFICATE_KEY.new" "$CERTIFICATE_KEY"
  mv "$CERTIFICATE.new" "$CERTIFICATE"
  sha256sum <"$CERTIFICATE" >"$OWN_CERTIFICATE"
}
