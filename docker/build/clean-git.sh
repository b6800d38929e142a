#!/bin/bash
# clean-git.sh TREE: takes out of a clone's own settings what opens a door: passwords in addresses, and the
# headers and helpers with which CI systems and people log in (actions/checkout leaves its token there).
set -euo pipefail
config=$1/.git/config
[[ -f $config ]] || exit 0
sed -E -i 's#(https?://)[^/@"[:space:]]*@#\1#g' "$config"
while read -r name; do
  git config --file "$config" --unset-all "$name"
done < <(git config --file "$config" --list --name-only | sort -u | grep -E '^(http|credential|url|include|includeif)\.' || true)
