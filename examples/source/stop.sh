#!/usr/bin/env bash
# The workspace owns the services; this hands over to its stop.sh.
set -euo pipefail

here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)"
exec "$here/../stop.sh" "$@"
