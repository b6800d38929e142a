# shellcheck shell=bash
# The gateway's certificate. The one made here has the names that a browser asks for, and is renewed before it
# expires. A certificate that somebody put here is checked, and never changed.

readonly CERTIFICATE=$RUNTIME/certs/fullchain.pem
readonly CERTIFICATE_KEY=$RUNTIME/certs/privkey.pem
# The digests of the certificate that was made here and of its key, and that certificate: a file that differs is the
# user's.
readonly OWN_CERTIFICATE=$WORKSPACE/.kalisi/certificate
readonly RENEW_BEFORE_DAYS=30

prepare_certificates() {
  mkdir -p "$RUNTIME/certs"
  mend_damaged
  if [[ ! -s $CERTIFICATE && ! -s $CERTIFICATE_KEY ]]; then
    make_certificate
    say "self-signed certificate made in $RUNTIME/certs"
    return
  fi
  check_certificate
  # The record may have been lost. Without it, our own certificate would never be renewed.
  if ! is_recorded && says_own; then record_own "$CERTIFICATE" "$CERTIFICATE_KEY"; fi
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

recorded_certificate() { tail -n +3 "$OWN_CERTIFICATE" 2>/dev/null; }
is_recorded() { is_own "$CERTIFICATE" && is_own "$CERTIFICATE_KEY" && recorded_certificate | cmp --silent - "$CERTIFICATE"; }

# The name that ctl/certificate.cnf gives, and nobody else would.
says_own() { [[ $(openssl x509 -in "$CERTIFICATE" -noout -subject) == *"made by start.sh of Kalisi"* ]]; }

# record_own CERTIFICATE KEY
record_own() {
  { sha256sum <"$1" && sha256sum <"$2" && cat "$1"; } >"$OWN_CERTIFICATE.new"
  sync "$OWN_CERTIFICATE.new"
  mv "$OWN_CERTIFICATE.new" "$OWN_CERTIFICATE"
  sync "${OWN_CERTIFICATE%/*}"
}

# restore_cut: puts our certificate back whole. Fails if what is in its place is not the beginning of it.
restore_cut() {
  local size=0
  [[ ! -f $CERTIFICATE ]] || size=$(stat -c %s "$CERTIFICATE")
  recorded_certificate >"$CERTIFICATE.new"
  is_own "$CERTIFICATE.new" && cmp --silent --bytes="$size" "$CERTIFICATE.new" "$CERTIFICATE" ||
    { rm "$CERTIFICATE.new"; return 1; }
  sync "$CERTIFICATE.new"
  mv "$CERTIFICATE.new" "$CERTIFICATE"
  sync "$RUNTIME/certs"
}

# If a pair that was made here is damaged, by a power cut for example, the start goes on: the certificate is put back,
# and without its key a new pair is made.
mend_damaged() {
  if is_own "$CERTIFICATE"; then
    ! openssl pkey -in "$CERTIFICATE_KEY" -passin pass: -noout 2>/dev/null || return 0
  elif is_own "$CERTIFICATE_KEY" && restore_cut; then
    warn "our certificate in $RUNTIME/certs was cut short: put back whole"
    return
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
    rm -f "$CERTIFICATE_KEY.new" "$CERTIFICATE.new"
    # Not an authority: whoever trusts it trusts this one server, and not everything that its key would sign.
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 397 \
      -config "$LIB/ctl/certificate.cnf" -keyout "$CERTIFICATE_KEY.new" -out "$CERTIFICATE.new" 2>/dev/null
  ) || die "openssl could not make a certificate in $RUNTIME/certs"
  chmod 0644 "$CERTIFICATE.new"
  sync "$CERTIFICATE.new" "$CERTIFICATE_KEY.new"
  record_own "$CERTIFICATE.new" "$CERTIFICATE_KEY.new"
  mv "$CERTIFICATE_KEY.new" "$CERTIFICATE_KEY"
  mv "$CERTIFICATE.new" "$CERTIFICATE"
  sync "$RUNTIME/certs"
}
