# shellcheck shell=bash
# Builds from /workspace/source, and only if bin/ and frontend/dist were built from other content.

readonly TREE=$WORKSPACE/source
readonly DIST=$RUNTIME/frontend/dist
readonly STAMPS=$WORKSPACE/.kalisi/stamps
readonly BUILT=$WORKSPACE/.kalisi/built
readonly TEMPLATE=/opt/bootstrap/workspace-template

# What the image's build had of the network: kalisi-build-network
readonly NETWORK=/etc/kalisi/build-network/variables.sh

# building COMMAND...: runs a build, which alone gets that
building() {
  (
    # shellcheck source=/dev/null
    if [[ -r $NETWORK ]]; then source "$NETWORK"; fi
    "$@"
  ) 8>&-
}

app_root() { "$LIB/build/sources.sh" root "$TREE"; }

# changed PART: true if the part's sources differ from its stamp. The files are not read if no path, size or
# time has changed since they were last read.
changed() {
  local quick
  quick=$("$LIB/build/sources.sh" quick "$1" "$TREE")
  if [[ -s $STAMPS/$1 && $quick == "$(cat "$STAMPS/$1.quick" 2>/dev/null)" ]]; then return 1; fi
  if [[ $("$LIB/build/sources.sh" stamp "$1" "$TREE") == "$(cat "$STAMPS/$1" 2>/dev/null)" ]]; then
    # This only saves the next start some reading, so a full disk is no reason to fail.
    echo "$quick" 2>/dev/null >"$STAMPS/$1.quick" || true
    return 1
  fi
}

# record PART STAMP PATH...: records what is installed, and from which sources. The stamp is taken before the
# build, so that a file saved meanwhile makes the next start build again.
record() {
  local part=$1 stamp=$2
  shift 2
  {
    node "$LIB/build/manifest.mjs" list "$WORKSPACE" "$@" >"$BUILT/$part.new" &&
      sync "$BUILT/$part.new" &&
      mv "$BUILT/$part.new" "$BUILT/$part" &&
      echo "$stamp" >"$STAMPS/$part.new" &&
      sync "$STAMPS/$part.new" &&
      mv "$STAMPS/$part.new" "$STAMPS/$part" &&
      rm -f "$STAMPS/$part.quick"
  } 2>/dev/null || broken "what was built cannot be recorded in $WORKSPACE/.kalisi"
}

# whole FILE: false if a program is missing, empty or cut off. A linker writes the section headers last, and
# readelf reports when they are missing. A file that is not in ELF format is the user's own.
whole() {
  [[ -x $1 && -s $1 ]] || return 1
  [[ $(head --bytes=4 "$1" | tail --bytes=3) == ELF ]] || return 0
  [[ -z $(readelf --section-headers "$1" 2>&1 >/dev/null) ]]
}

programs_whole() {
  local binary
  for binary in "${APPS[@]}"; do whole "$WORKSPACE/bin/$binary" || return 1; done
}

# The page that all others are reached from. One that is no more than the beginning of the image's was cut short.
dist_whole() {
  local page=$DIST/index.html whole=$TEMPLATE/runtime/frontend/dist/index.html
  local -i size
  [[ -s $page ]] || return 1
  size=$(stat -Lc %s "$page")
  ((size >= $(stat -c %s "$whole" 2>/dev/null || echo 0))) || ! cmp --silent --bytes="$size" "$page" "$whole"
}

# from_image PART: true if the image's own artefacts were built from exactly these sources
from_image() {
  [[ -s $TEMPLATE/.kalisi/stamps/$1 && $("$LIB/build/sources.sh" stamp "$1" "$TREE") == "$(cat "$TEMPLATE/.kalisi/stamps/$1")" ]]
}

restore_programs() {
  local binary
  from_image rust || return 1
  for binary in "${APPS[@]}"; do
    if whole "$WORKSPACE/bin/$binary"; then continue; fi
    say "$binary was missing or not whole: taken from the image"
    take_program "$binary" || return 1
  done
}

take_program() { cp "$TEMPLATE/bin/$1" "$WORKSPACE/bin/$1.new" && mv -T "$WORKSPACE/bin/$1.new" "$WORKSPACE/bin/$1"; }

restore_dist() {
  from_image frontend || return 1
  say "the frontend was missing or not whole: taken from the image"
  take_dist
}

# restore_stamp PART: without its stamp nothing shows what a part was built from. If the sources are the image's, the
# part is taken from the image: that is what building it would come to.
restore_stamp() {
  local binary
  # A SHA-256, or what a power cut has left of it.
  [[ ! $(cat "$STAMPS/$1" 2>/dev/null) =~ ^[0-9a-f]{64}$ ]] && from_image "$1" || return 0
  say "what the $1 part was built from was lost: taken from the image"
  case $1 in
    rust) for binary in "${APPS[@]}"; do take_program "$binary" || return 0; done ;;
    frontend) take_dist || return 0 ;;
  esac
  cp "$TEMPLATE/.kalisi/stamps/$1" "$STAMPS/$1"
}

take_dist() {
  rm -rf "$DIST.new" && cp -R "$TEMPLATE/runtime/frontend/dist" "$DIST.new" && rm -rf "$DIST" && mv "$DIST.new" "$DIST"
}

# Cleans up after an interrupted install. If two folders were being exchanged, the old one is complete.
clean_up() {
  local binary
  for binary in "${APPS[@]}"; do rm -f "$WORKSPACE/bin/$binary.new"; done
  if [[ ! -e $DIST && -e $DIST.old ]]; then mv "$DIST.old" "$DIST"; fi
  rm -rf "$DIST.new" "$DIST.old"
  mkdir -p "${DIST%/*}" || true
}

# broken WHAT: ends a start whose build failed. Services that can run with what is installed are started.
broken() {
  local folder full=
  local -i left
  for folder in "$TREE" "$WORKSPACE/bin" "$RUNTIME/frontend"; do
    [[ -d $folder ]] || continue
    left=$(df --output=avail "$folder" | tail -n 1)
    if ((left < 16384)); then full=": $folder is full, $((left / 1024)) MB are left"; fi
  done
  clean_up
  warn "$1$full; what was installed before stays as it is"
  if programs_whole && dist_whole; then start_services; fi
  exit 1
}

# took BEGAN WHAT: says how long a build took that began then, by now_ms
took() {
  now_ms
  say "$2: built in $(((now - $1) / 1000)).$(((now - $1) / 100 % 10)) s"
}

# build_rust changed|always
build_rust() {
  local stamp began
  need_tools "the Rust services" cargo rustc
  stamp=$("$LIB/build/sources.sh" stamp rust "$TREE")
  say "building the Rust services"
  now_ms
  began=$now
  building "$LIB/build/rust.sh" build "$(app_root)" "$WORKSPACE/bin" "$1" || broken "the Rust build failed"
  record rust "$stamp" "${APPS[@]/#/bin/}"
  took "$began" "the Rust services"
}

build_frontend() {
  local stamp frontend packages began
  need_tools "the frontend" node npm
  stamp=$("$LIB/build/sources.sh" stamp frontend "$TREE")
  frontend=$(app_root)/frontend
  packages=$frontend/node_modules
  say "building the frontend"
  now_ms
  began=$now
  if [[ $frontend/package-lock.json -nt $packages/.package-lock.json ]]; then
    building "$LIB/build/frontend.sh" install "$frontend" || broken "installing the frontend's packages failed"
  fi
  building "$LIB/build/frontend.sh" build "$frontend" "$DIST" || broken "the frontend build failed"
  record frontend "$stamp" runtime/frontend/dist
  took "$began" "the frontend"
}

# need_tools WHAT TOOL...
need_tools() {
  local what=$1 tool
  shift
  for tool; do
    command -v "$tool" >/dev/null || broken "$tool is missing from the image, so $what cannot be built"
  done
}

# build_changed changed|always
build_changed() {
  if [[ ! -d $TREE ]]; then
    [[ $1 == changed ]] || die "there is no $TREE to build"
    return 0
  fi
  mkdir -p "$STAMPS" "$BUILT"
  clean_up
  if [[ $1 == always ]]; then
    build_rust always
    build_frontend
    return
  fi
  restore_stamp rust
  restore_stamp frontend
  if changed rust || { ! programs_whole && ! restore_programs; }; then build_rust changed; fi
  if changed frontend || { ! dist_whole && ! restore_dist; }; then build_frontend; fi
}
