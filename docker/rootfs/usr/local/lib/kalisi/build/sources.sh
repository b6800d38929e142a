#!/bin/bash
# The files that a build depends on, by content. Both the image's build and start.sh use this.
#   sources.sh copy  rust|frontend TREE DEST     copies only those files
#   sources.sh stamp rust|frontend TREE          prints one hash over their paths and contents
#   sources.sh quick rust|frontend TREE          the same over paths, sizes and times: reads no file
#   sources.sh root  TREE                        prints the tree's app root
# TREE is an app root, or a clone that has its app root in the folder `source`.
set -euo pipefail

# Crates are searched for, not listed: the folders of the members differ between source trees.
roots() {
  case $1 in
    frontend) [[ ! -d frontend ]] || echo frontend ;;
    rust)
      find . -maxdepth 4 \( -name node_modules -o -name target -o -name .git -o -path ./frontend \) -prune \
        -o -path './*/*' -name Cargo.toml -printf '%P\n' | cut -d/ -f1 | sort -u
      find . -maxdepth 1 \( -name 'Cargo.*' -o -name '.cargo' -o -name 'rust-toolchain*' -o -name build.rs \) -printf '%f\n' | sort
      ;;
    *) echo "sources.sh: unknown part '$1'" >&2; exit 2 ;;
  esac
}

files() {
  local -a found
  mapfile -t found < <(roots "$1")
  ((${#found[@]})) || return 0
  find "${found[@]}" \( -name node_modules -o -name target -o -name dist -o -name .git -o -name .angular \) -prune \
    -o \( -type f -o -type l \) -printf "$2"
}

# app_root TREE
app_root() {
  if [[ ! -f $1/Cargo.toml && -f $1/source/Cargo.toml ]]; then echo "$1/source"; else echo "$1"; fi
}

if [[ $1 == root ]]; then
  app_root "$2"
  exit
fi
action=$1 part=$2
cd "$(app_root "$3")"
case $action in
  copy) mkdir -p "$4" && files "$part" '%p\0' | rsync --archive --no-owner --no-group --from0 --files-from=- ./ "$4/" ;;
  stamp) files "$part" '%p\0' | LC_ALL=C sort -z | xargs -0 --no-run-if-empty sha256sum | sha256sum | cut -d' ' -f1 ;;
  quick) files "$part" '%p %s %T@ %C@\n' | LC_ALL=C sort | sha256sum | cut -d' ' -f1 ;;
  *) echo "sources.sh: unknown action '$action'" >&2; exit 2 ;;
esac
