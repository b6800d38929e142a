#!/bin/bash
# rust.sh TREE OUT: builds the services of the table and leaves their binaries in OUT.
set -euo pipefail
packages=() binaries=()
while read -r name kind _ _ crate _; do
  [[ $kind == app && $name != '#'* ]] || continue
  packages+=(--package "$crate") binaries+=("$name")
done </etc/kalisi/services.table
cd "$1"
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
cargo build --release --locked "${packages[@]}"
target=${CARGO_TARGET_DIR:-target}/release
mkdir -p "$2"
for binary in "${binaries[@]}"; do
  # The standard library's debug information is removed; symbols stay, for readable backtraces.
  strip --strip-debug -o "$2/$binary.new" "$target/$binary"
  chmod 0755 "$2/$binary.new"
  # A binary is replaced only by one that differs, because a service restarts when its file was replaced.
  if cmp --silent "$2/$binary.new" "$2/$binary"; then rm "$2/$binary.new"; else mv "$2/$binary.new" "$2/$binary"; fi
done
