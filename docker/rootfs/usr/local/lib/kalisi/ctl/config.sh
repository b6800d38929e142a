# shellcheck shell=bash
# Settings, tools and certificates that the services need.

# One start at a time: two would build into the same folders.
lock() {
  exec 8>"$WORKSPACE/.kalisi/lock"
  flock --nonblock 8 && return
  say "another start.sh is at work; waiting for it"
  flock 8
}

# What is in the file is checked by each service's own start, which may read it: the file keeps the
# owner it has on the host.
check_env() {
  [[ -e $ENV_FILE ]] || die "$ENV_FILE is missing: bind the source tree's .env there"
  [[ -f $ENV_FILE ]] || die "$ENV_FILE is not a regular file; Docker makes a folder when the file is missing on the host"
  [[ -s $ENV_FILE ]] || die "$ENV_FILE is empty"
}

check_toolchain() {
  local tool
  for tool in cargo rustc node npm openssl; do
    command -v "$tool" >/dev/null || die "$tool is missing from the image"
  done
  local -i major
  major=$(node -p 'process.versions.node.split(".")[0]')
  ((major >= 20)) || die "Node $major is too old: 20 or newer is needed"
}

# A certificate that somebody put here is kept; ours names what a browser asks for.
prepare_certificates() {
  local folder=$RUNTIME/certs
  mkdir -p "$folder"
  [[ -s $folder/fullchain.pem && -s $folder/privkey.pem ]] && return
  [[ ! -s $folder/fullchain.pem && ! -s $folder/privkey.pem ]] ||
    die "$folder holds only one of fullchain.pem and privkey.pem: add the other, or remove it to get a new pair"
  (
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 397 -subj /CN=localhost \
      -addext subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1 -addext extendedKeyUsage=serverAuth \
      -keyout "$folder/privkey.pem.new" -out "$folder/fullchain.pem.new" 2>/dev/null
  ) || die "openssl could not make a certificate in $folder"
  chmod 0644 "$folder/fullchain.pem.new"
  mv "$folder/privkey.pem.new" "$folder/privkey.pem"
  mv "$folder/fullchain.pem.new" "$folder/fullchain.pem"
  say "self-signed certificate made in $folder"
}
