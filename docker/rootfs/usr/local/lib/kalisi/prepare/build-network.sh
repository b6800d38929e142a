# shellcheck shell=bash
# What builds in the container know of the network, where that is declared with the container, and not given to it later.

readonly DECLARED_NETWORK=/etc/kalisi/build-network.json

prepare_build_network() {
  [[ -f $DECLARED_NETWORK ]] || return 0
  local said
  said=$(kalisi-build-network <"$DECLARED_NETWORK" 2>&1) ||
    die "$DECLARED_NETWORK is refused: $(grep -m 1 Error <<<"$said" || true)"
  say "$said"
}
