# shellcheck shell=bash
# The gateway's certificate. The one made here has the names that a browser asks for, and is renewed before it
# expires. A certificate that somebody put here is checked, and never changed.

readonly CERTIFICATE=$RUNTIME/certs/fullchain.pem
readonly CERTIFICATE_KEY=$RUNTIME/certs/privkey.pem
# The digests of the certificate that was made here and of its key: a file that differs is the user's.
readonly OWN_CERTIFICATE=$WORKSPACE/.kalisi/certificate
readonly RENEW_BEFORE_DAYS=30

prepare_certificates() {
  mkdir -p "$RUNTIME/certs"
  set_damaged_aside
  if [[ ! -s $CERTIFICATE && ! -s $CERTIFICATE_KEY ]]; then
    make_certificate
    say "self-signed certificate made in $RUNTIME/certs"
    return
  fi
  check_certificate
  local old=
  if is_own "$CERTIFICATE" && [[ $(openssl x509 -in "$CERTIFICATE" -noout -ext basicConstraints) == *CA:TRUE* ]]; then
    old="the last one could vouch for other sites"
  fi
  if ! openssl x509 -in "$CERTIFICATE" -noout -checkend $((RENEW_BEFORE_DAYS * 86400)) >/dev/null; then
    old="the last one was about to run out"
  fi
  [[ -n $old ]] || return 0
  if is_own "$CERTIFICATE"; then
    make_certificate
    say "self-signed certificate renewed in $RUNTIME/certs: $old"
    # The gateway reads the files when it starts.
    down -d kalisi-gateway
  else
    warn "$CERTIFICATE runs out on $(openssl x509 -in "$CERTIFICATE" -noout -enddate | cut -d= -f2); it is your own, so it is left as it is"
  fi
}

is_own() { [[ -s $1 ]] && grep -qsxF "$(sha256sum <"$1")" "$OWN_CERTIFICATE"; }

# If a pair that was made here is damaged, by a power cut for example, the start goes on and makes a new pair.
set_damaged_aside() {
  if is_own "$CERTIFICATE"; then
    ! openssl pkey -in "$CERTIFICATE_KEY" -passin pass: -noout 2>/dev/null || return 0
  else
    [[ ! -s $CERTIFICATE ]] && is_own "$CERTIFICATE_KEY" || return 0
  fi
  local file
  for file in "$CERTIFICATE" "$CERTIFICATE_KEY"; do
    if [[ -e $file ]]; then mv "$file" "$file.damaged"; fi
  done
  warn "our pair in $RUNTIME/certs was damaged: set aside as *.damaged, a new one is made"
}

check_certificate() {
  local remedy="or remove both to get a new pair"
  [[ -s $CERTIFICATE && -s $CERTIFICATE_KEY ]] ||
    die "$RUNTIME/certs holds only one of fullchain.pem and privkey.pem: add the other, $remedy"
  local of_certificate of_key
  of_certificate=$(openssl x509 -in "$CERTIFICATE" -noout -pubkey 2>/dev/null) ||
    die "$CERTIFICATE is not a certificate: replace it and privkey.pem, $remedy"
  # There is no terminal to ask for a passphrase, so a key that needs one is refused too: the gateway could not open it.
  of_key=$(openssl pkey -in "$CERTIFICATE_KEY" -passin pass: -pubout 2>/dev/null) ||
    die "$CERTIFICATE_KEY is not a private key without a passphrase: replace it and fullchain.pem, $remedy"
  [[ $of_certificate == "$of_key" ]] ||
    die "$CERTIFICATE_KEY is not the key of fullchain.pem: replace them, $remedy"
}

make_certificate() {
  (
    umask 077
    rm -f "$CERTIFICATE_KEY.new" "$CERTIFICATE.new" "$OWN_CERTIFICATE.new"
    # Not an authority: whoever trusts it trusts this one server, and not everything that its key would sign.
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 397 \
      -config "$LIB/ctl/certificate.cnf" -keyout "$CERTIFICATE_KEY.new" -out "$CERTIFICATE.new" 2>/dev/null
  ) || die "openssl could not make a certificate in $RUNTIME/certs"
  chmod 0644 "$CERTIFICATE.new"
  { sha256sum <"$CERTIFICATE.new" && sha256sum <"$CERTIFICATE_KEY.new"; } >"$OWN_CERTIFICATE.new"
  sync "$CERTIFICATE.new" "$CERTIFICATE_KEY.new" "$OWN_CERTIFICATE.new"
  mv "$OWN_CERTIFICATE.new" "$OWN_CERTIFICATE"
  mv "$CERTIFICATE_KEY.new" "$CERTIFICATE_KEY"
  mv "$CERTIFICATE.new" "$CERTIFICATE"
  sync "$RUNTIME/certs" "${OWN_CERTIFICATE%/*}"
}
