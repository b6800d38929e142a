#!/bin/bash
# tree.sh CONTEXT APP_ROOT DEST: puts the source tree into the template.
# If the app root is the folder `source` of a clone, the whole clone is copied, so that git works there.
# The context has only the objects of the clone's repository. SOURCE_HISTORY is what the workspace's own is made from them
# with, a fact per line (config/files/workspace-history.ts); if it is empty, the workspace has none. Only the history of
# the checked-out branch is copied: no other branch, no hook, no setting and no log of the machine that builds.
set -euo pipefail
context=$1 app=$2 dest=$3 history=${SOURCE_HISTORY:-}
fail() { echo "tree.sh: $*" >&2; exit 1; }

tree=$context/$app
if [[ -n $history && ! -e $tree/.git && ${app##*/} == source && -e ${tree%/*}/.git ]]; then tree=${tree%/*}; fi
mkdir -p "$dest"
rsync --archive --no-owner --no-group --exclude=.git "$tree/" "$dest/"
[[ -n $history && -d $tree/.git ]] || exit 0

format='' commit='' branch='' remotes=() upstream=() base=()
while read -r fact first second; do
  case $fact in
    format) format=$first ;;
    commit) commit=$first ;;
    branch) branch=$first ;;
    remote) remotes+=("$first $second") ;;
    upstream) upstream=("$first" "$second") ;;
    base) base=("$first" "$second") ;;
    *) fail "SOURCE_HISTORY is not what config/files/workspace-history.ts makes: '$fact'" ;;
  esac
done <<<"$history"

export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
into() { git --git-dir="$dest/.git" "$@"; }

# A repository to fetch from, with the clone's objects and no setting.
seed=$(mktemp -d)
trap 'rm -rf "$seed"' EXIT
git init --quiet --bare --template= --object-format="$format" "$seed"
echo "$tree/.git/objects" > "$seed/objects/info/alternates"
[[ ! -e $tree/.git/shallow ]] || cp "$tree/.git/shallow" "$seed/shallow"

git init --quiet --template= --object-format="$format" "$dest"
into symbolic-ref HEAD "${branch:-refs/heads/main}"
{ git --git-dir="$seed" update-ref --no-deref HEAD "$commit" &&
  into fetch --quiet --no-tags --update-shallow --no-write-fetch-head "$seed" "HEAD:refs/kalisi/seed"; } ||
  fail "the source tree's history cannot be copied whole: repair the clone (git fsck), or set kalisi:source.git to false"
if [[ -n $branch ]]; then into update-ref "$branch" "$commit"; else into update-ref --no-deref HEAD "$commit"; fi
into update-ref -d refs/kalisi/seed
# So that the same history gives the same files, however the clone stores it.
into -c pack.threads=1 repack -a -d -f -q
rm -rf "$dest/.git/logs"

for remote in "${remotes[@]}"; do into remote add "${remote%% *}" "${remote#* }"; done
if ((${#upstream[@]})); then
  into config "branch.${branch#refs/heads/}.remote" "${upstream[0]}"
  into config "branch.${branch#refs/heads/}.merge" "${upstream[1]}"
fi
if ((${#base[@]})); then into update-ref "${base[@]}"; fi
