#!/bin/bash
# manifest.sh FOLDER: "hash  path" of every file, so that a later image can tell what a user changed.
# Git's own files are left out: they change by merely being used.
set -euo pipefail
cd "$1"
find . -path ./source/.git -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum
