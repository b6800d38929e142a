#!/bin/bash
# frontend-cached.sh FRONTEND OUT CACHE: builds with what the bundler kept from the last build (.angular).
# Bundlers look at a file's time before its content (https://webpack.js.org/configuration/other-options/#snapshot),
# so the times are made to follow the content: they come from a copy in the cache that is synchronised
# by content, where a file gets newer exactly when it differs, whichever tree or clone it came from.
set -euo pipefail
frontend=$1 out=$2
# Other packages, another cache: what one version of the bundler wrote is never read by another.
cache=$3/$(cat "$frontend"/package*.json | sha256sum | cut -c1-16)
mkdir -p "$cache/tree" "$cache/angular"
rsync --archive --no-times --checksum --delete --exclude=/node_modules "$frontend/" "$cache/tree/"
rsync --archive "$cache/tree/" "$frontend/"
ln -s "$cache/angular" "$frontend/.angular"
bash "${0%/*}/frontend.sh" build "$frontend" "$out"
touch "$cache"
find "$3" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -r {} +
