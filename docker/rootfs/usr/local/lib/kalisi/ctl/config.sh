# shellcheck shell=bash
# Settings and tools that the services need.

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
