#!/bin/bash
# rust.sh TREE OUT: builds the three services and leaves their binaries in OUT.
set -euo pipefail
cd "$1"
# Empty, not unset: it switches off the wrapper that the tree's .cargo/config.toml may ask for
# (https://doc.rust-lang.org/cargo/reference/config.html#buildrustc-wrapper).
export RUSTC_WRAPPER=
cargo build --release --locked --package kalisi-gateway --package agent-runtime --package neo4j-ui
target=${CARGO_TARGET_DIR:-target}/release
mkdir -p "$2"
for binary in kalisi-gateway agent-runtime-service neo4j-ui; do
  # Debug information is most of the size; symbols stay, for readable backtraces.
  strip --strip-debug -o "$2/$binary.new" "$target/$binary"
  chmod 0755 "$2/$binary.new"
  # Only a real change takes a binary's place: a service restarts when its file was replaced.
  if cmp --silent "$2/$binary.new" "$2/$binary"; then rm "$2/$binary.new"; else mv "$2/$binary.new" "$2/$binary"; fi
done
