# shellcheck shell=bash
# Builds from /workspace/source, and only when its content is not what bin/ and frontend/dist came from.

readonly SOURCE=$WORKSPACE/source
readonly STAMPS=$WORKSPACE/.kalisi/stamps

# changed PART: true when the part's sources differ from its stamp. Reading every file is spared when
# no path, size or time has moved since it was last done.
changed() {
  local quick
  quick=$("$LIB/build/sources.sh" quick "$1" "$SOURCE")
  if [[ -s $STAMPS/$1 && $quick == "$(cat "$STAMPS/$1.quick" 2>/dev/null)" ]]; then return 1; fi
  if [[ $("$LIB/build/sources.sh" stamp "$1" "$SOURCE") == "$(cat "$STAMPS/$1" 2>/dev/null)" ]]; then
    echo "$quick" >"$STAMPS/$1.quick"
    return 1
  fi
}

# The stamp is taken before the build: a file saved meanwhile makes the next start build again.
record() {
  echo "$2" >"$STAMPS/$1.new"
  mv "$STAMPS/$1.new" "$STAMPS/$1"
  rm -f "$STAMPS/$1.quick"
}

build_rust() {
  local stamp
  stamp=$("$LIB/build/sources.sh" stamp rust "$SOURCE")
  say "building the Rust services"
  "$LIB/build/rust.sh" "$SOURCE" "$WORKSPACE/bin" 8>&- || die "the Rust build failed; what runs stays as it is"
  record rust "$stamp"
}

build_frontend() {
  local stamp
  stamp=$("$LIB/build/sources.sh" stamp frontend "$SOURCE")
  say "building the frontend"
  local packages=$SOURCE/frontend/node_modules
  if [[ $SOURCE/frontend/package-lock.json -nt $packages/.package-lock.json ]]; then
    "$LIB/build/frontend.sh" install "$SOURCE/frontend" 8>&- || die "installing the frontend's packages failed; what runs stays as it is"
  fi
  "$LIB/build/frontend.sh" build "$SOURCE/frontend" "$RUNTIME/frontend/dist" 8>&- || die "the frontend build failed; what runs stays as it is"
  record frontend "$stamp"
}

# build_changed changed|always
build_changed() {
  if [[ ! -d $SOURCE ]]; then
    [[ $1 == changed ]] || die "there is no $SOURCE to build"
    return 0
  fi
  mkdir -p "$STAMPS"
  local binary missing=false
  for binary in "${APPS[@]}"; do
    [[ -x $WORKSPACE/bin/$binary ]] || missing=true
  done
  if [[ $1 == always || $missing == true ]] || changed rust; then build_rust; fi
  if [[ $1 == always || ! -s $RUNTIME/frontend/dist/index.html ]] || changed frontend; then build_frontend; fi
}
