#!/bin/bash
# frontend-cached.sh FRONTEND OUT CACHE: builds with the bundler's cache of the last build (.angular).
# Bundlers look at a file's time before its content (https://webpack.js.org/configuration/other-options/#snapshot),
# so the times are made to follow the content. They come from a copy in the cache that is synchronised
# by content: there a file's time changes exactly when its content does, whichever tree or clone it came from.
set -euo pipefail
frontend=$1 out=$2
# Each set of packages has its own cache, so that no version of the bundler reads what another one wrote.
cache=$3/$(cat "$frontend"/package*.json | sha256sum | cut -c1-16)
mkdir -p "$cache/tree" "$cache/angular"
rsync --archive --no-times --checksum --delete --exclude=/node_modules "$frontend/" "$cache/tree/"
rsync --archive "$cache/tree/" "$frontend/"
ln -s "$cache/angular" "$frontend/.angular"
bash "${0%/*}/frontend.sh" build "$frontend" "$out"
touch "$cache"
find "$3" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -r {} +
