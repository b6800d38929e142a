#!/bin/bash
# frontend.sh install FRONTEND        installs the locked packages
# frontend.sh build FRONTEND OUT      builds, and puts the result in OUT's place in one step
set -euo pipefail
cd "$2"
case $1 in
  # No install scripts: esbuild, lmdb and similar packages find their prebuilt parts without them, and
  # a package's own code should not run while the image is built.
  install) npm ci --legacy-peer-deps --ignore-scripts --no-fund --no-audit ;;
  build)
    npm run build
    [[ -s dist/index.html ]] || { echo "frontend.sh: the build left no dist/index.html" >&2; exit 1; }
    mkdir -p "$(dirname "$3")"
    rm -rf "$3.new" "$3.old"
    cp -R dist "$3.new"
    [[ ! -e $3 ]] || mv "$3" "$3.old"
    mv "$3.new" "$3"
    rm -rf "$3.old"
    ;;
  *) echo "frontend.sh: unknown action '$1'" >&2; exit 2 ;;
esac
