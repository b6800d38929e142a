#!/bin/bash
# rust.sh build TREE OUT [changed]   builds the services of the table and leaves their binaries in OUT; with "changed", not
#                                    those that the image has built from the same sources
# rust.sh dependencies TREE ARCHIVE  builds them for the crates that they depend on, and archives those
# rust.sh inputs TREE OUT            lists the files that each of them was built from, in OUT
set -euo pipefail
packages=() binaries=()
while read -r name kind _ _ crate _; do
  [[ $kind == app && $name != '#'* ]] || continue
  packages+=(--package "$crate") binaries+=("$name")
done </etc/kalisi/services.table
cd "$2"
# The same settings in the image's build and in start.sh, whatever the tree's manifest and .cargo/config.toml ask
# for: the environment overrides both (https://doc.rust-lang.org/cargo/reference/config.html). They are
# tuned for the time from an edit to the running service. Level 1 removes the worst of unoptimised code and
# costs little; debug information is most of what a linker has to write; a changed crate is compiled
# incrementally, which cargo does only for the tree's own crates. LTO is switched off by "off": "false" still optimises
# between a crate's units, all of them again for each change, which then takes two thirds of the compiler's time.
export CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_DEBUG=false CARGO_PROFILE_RELEASE_LTO=off
export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_STRIP=none CARGO_INCREMENTAL=1
# Set but empty means none: a linker or compiler cache of the author's machine (mold, sccache) may be missing here.
export RUSTC_WRAPPER='' RUSTC_WORKSPACE_WRAPPER='' RUSTFLAGS=''
host=$(rustc -vV | sed -n 's/^host: //p' | tr 'a-z-' 'A-Z_')
export "CARGO_TARGET_${host}_LINKER=cc"
# What cargo says that a program was built from, by paths within the tree.
export CARGO_BUILD_DEP_INFO_BASEDIR=$PWD
cargo=(cargo)
# What else cargo is to know, such as where crates come from.
[[ -z ${CARGO_CONFIG:-} ]] || cargo+=(--config "$CARGO_CONFIG")
build=("${cargo[@]}" build --release --locked "${packages[@]}")
target=${CARGO_TARGET_DIR:-$PWD/target}
home=${CARGO_HOME:-$HOME/.cargo}
image=/opt/bootstrap
archive=$image/rust-dependencies.tar.zst

# list_inputs OUT: each file of the tree that a program was built from is a line of OUT/PROGRAM
list_inputs() {
  local binary
  mkdir -p "$1"
  for binary in "${binaries[@]}"; do
    # One line, in which a space that is part of a path has a backslash. What a build script has written is not the tree's.
    sed -E 's/^[^:]*: //; s/([^\\]) /\1\n/g' "$target/release/$binary.d" | sed 's/\\ / /g' |
      { grep -vF -- "$target/" || true; } >"$1/$binary"
  done
}

# manifests TREE: what decides how crates are built, by content
manifests() {
  (cd "$1"; find . \( -name node_modules -o -name target -o -name .git \) -prune -o -type f \( -name 'Cargo.*' -o \
    -name 'rust-toolchain*' -o -path '*/.cargo/*' \) -print0 | LC_ALL=C sort -z | xargs -0 --no-run-if-empty sha256sum)
}

# leave_out_unchanged OUT: of the programs to build, those that the image has built from what the tree has now
leave_out_unchanged() {
  local binary path whole
  local -a left=()
  whole=$(/usr/local/lib/kalisi/build/sources.sh root "$image/workspace-template/source")
  [[ -d $whole && $(manifests "$whole") == "$(manifests .)" ]] || return 0
  for binary in "${binaries[@]}"; do
    if [[ -s $image/rust-inputs/$binary ]] && cmp --silent "$1/$binary" "$image/workspace-template/bin/$binary"; then
      while IFS= read -r path && cmp --silent "$path" "$whole/$path"; do :; done <"$image/rust-inputs/$binary"
      [[ -n $path ]] || continue
    fi
    left+=("$binary")
  done
  binaries=("${left[@]}")
  # All packages stay selected: their features are those that the crates were compiled with.
  build+=("${binaries[@]/#/--bin=}")
}

# archive_dependencies FILE: what cargo has made of each crate that is not the tree's own, and what it has to read to see
# that this is still valid: its files in the target folder have a hash in their name, which is unique to how they were built.
archive_dependencies() {
  local work
  work=$(mktemp -d)
  "${build[@]}" --message-format=json-render-diagnostics >"$work/built"
  jq -r 'select(.package_id and (.package_id | startswith("path+") | not)) | .filenames[]?, .out_dir // empty' "$work/built" |
    { grep -oE -- '-[0-9a-f]{16}' || true; } | sort -u >"$work/hashes"
  (cd "$target"; find release/{.fingerprint,build,deps} -mindepth 1 -maxdepth 1 | grep -F -f "$work/hashes" || true) >"$work/made"
  # The index is read of every crate in the lock file, even of those for other systems.
  awk -F '"' '/^name = / { name = $2; print "/" name } /^version = / && name { print "/" name "-" $2 ".crate" }' Cargo.lock >"$work/names"
  (cd "$home"; find git registry/cache registry/index -type f 2>/dev/null |
    awk 'NR == FNR { wanted[$0]; next } /^git\// || /\/config\.json$/ || match($0, /\/[^\/]*$/) && substr($0, RSTART) in wanted' \
      "$work/names" - || true) >"$work/read"
  mkdir -p "$(dirname "$1")"
  tar -c --use-compress-program='zstd -9 --long=27 -T0' -f "$1" -C "$target" -T "$work/made" -C "$home" -T "$work/read"
  rm -r "$work"
}

# take_dependencies: from the archive, where nothing was built yet, so that cargo compiles the tree's own crates alone
take_dependencies() {
  [[ ! -e $target/release && -s $archive ]] || return 0
  rm -rf "$target/taken"
  mkdir -p "$target/taken/release" "$home"
  tar -x --zstd -f "$archive" -C "$target/taken"
  for folder in registry git; do
    [[ -e $target/taken/$folder ]] || continue
    # Which may be a link to where there is more room.
    mkdir -p "$home/$folder"
    cp -R --update=none "$target/taken/$folder/." "$home/$folder/"
  done
  mv "$target/taken/release" "$target/release"
  rm -rf "$target/taken"
}

case $1 in
  dependencies) archive_dependencies "$3"; exit ;;
  inputs) list_inputs "$3"; exit ;;
  build) [[ ${4:-} != changed ]] || leave_out_unchanged "$3" ;;
  *) echo "rust.sh: unknown action '$1'" >&2; exit 2 ;;
esac
((${#binaries[@]})) || exit 0
take_dependencies
"${build[@]}"
mkdir -p "$3"
for binary in "${binaries[@]}"; do
  # The standard library's debug information is removed; symbols stay, for readable backtraces.
  strip --strip-debug -o "$3/$binary.new" "$target/release/$binary"
  chmod 0755 "$3/$binary.new"
  # A binary is replaced only by one that differs, because a service restarts when its file was replaced.
  if cmp --silent "$3/$binary.new" "$3/$binary"; then rm "$3/$binary.new"; else mv "$3/$binary.new" "$3/$binary"; fi
done
