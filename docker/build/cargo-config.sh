# Sourced by build steps that run cargo: where it gets crates from, if not from the public registry.
export CARGO_HOME=/home/kalisi/.cargo
rm -f "$CARGO_HOME/config.toml"
[ -z "${CARGO_REGISTRY:-}" ] || {
  export CARGO_CONFIG=/tmp/cargo.toml
  printf '[source.crates-io]\nreplace-with = "mirror"\n[source.mirror]\nregistry = "sparse+%s/"\n' "${CARGO_REGISTRY%/}" > /tmp/cargo.toml
}
