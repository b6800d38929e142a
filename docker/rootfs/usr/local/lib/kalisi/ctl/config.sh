# shellcheck shell=bash
# Settings and tools that the services need.

# Only one start at a time: two would build into the same folders.
lock() {
  [[ -w $WORKSPACE && -w $WORKSPACE/.kalisi ]] || die "$WORKSPACE is not writable: nothing can be built or installed"
  exec 8>/run/kalisi/start.lock
  if ! flock --nonblock 8; then
    say "another start.sh is at work; waiting for it"
    flock 8
  fi
  set_others_aside
}

# Only files belong into .kalisi, two folders of files, and what prepare/state.mjs keeps of the host's. What is moved to
# the place of a folder ends up in it, and a pipe keeps its reader waiting.
set_others_aside() {
  local own=$WORKSPACE/.kalisi path aside
  while IFS= read -r -d '' path; do
    aside=$path.damaged-$(date +%s)
    mv -T "$path" "$aside"
    warn "$path is not what belongs there: set aside as ${aside##*/}"
  done < <(
    find "$own" -mindepth 1 -name '*.damaged-*' -prune \
      -o -path "$own/host" -type d -prune \
      -o \( -path "$own/stamps" -o -path "$own/built" \) -type d \
      -o ! -path "$own/stamps" ! -path "$own/built" -type f \
      -o -print0 -prune
  )
}

# The file's content is checked when each service starts, because that may read it: the file keeps the
# owner that it has on the host.
check_env() {
  [[ -e $ENV_FILE ]] || die "$ENV_FILE is missing: bind the source tree's .env there"
  [[ -f $ENV_FILE ]] || die "$ENV_FILE is not a regular file; Docker makes a folder when the file is missing on the host"
  [[ -s $ENV_FILE ]] || die "$ENV_FILE is empty"
}

# toolchain_line: the build tools with their versions, in one line
toolchain_line() {
  local rust cargo node npm
  read -r _ rust _ < <(rustc --version 2>/dev/null) || rust=missing
  read -r _ cargo _ < <(cargo --version 2>/dev/null) || cargo=missing
  node=$(node --version 2>/dev/null) || node=missing
  npm=$(npm_version) || npm=missing
  case $rust in
    missing | *-nightly) ;;
    *) rust+=" (distribution, no nightly)" ;;
  esac
  echo "toolchain: rustc $rust, cargo $cargo, node ${node#v}, npm $npm"
}

# Read from npm's package: to start npm and ask it takes ten times as long.
npm_version() {
  local npm
  npm=$(command -v npm) && jq --raw-output .version "$(dirname "$(realpath "$npm")")/../package.json" 2>/dev/null
}

# Tools that only builds need are checked when there is something to build.
check_toolchain() {
  local tool line
  local -i major
  for tool in node openssl; do
    command -v "$tool" >/dev/null || die "$tool is missing from the image"
  done
  line=$(toolchain_line)
  if [[ $line == *' missing'* ]]; then warn "$line: nothing can be built"; else say "$line"; fi
  [[ $line =~ node\ ([0-9]+) ]] && major=${BASH_REMATCH[1]}
  ((major >= 20)) || die "Node $major is too old: 20 or newer is needed"
}
