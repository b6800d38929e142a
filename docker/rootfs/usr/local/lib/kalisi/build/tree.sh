#!/bin/bash
# tree.sh CONTEXT APP_ROOT include|exclude DEST: puts the source tree into the template.
# If the app root is the folder `source` of a clone, the whole clone is copied, so that git works there.
# Of its repository, only the checked-out branch's history and the remotes' addresses without credentials
# are copied: no other branch, no hook, no setting and no log of the machine that builds.
set -euo pipefail
context=$1 app=$2 with_git=$3 dest=$4
fail() { echo "tree.sh: $*" >&2; exit 1; }
[[ $with_git == include || $with_git == exclude ]] || fail "SOURCE_GIT must be include or exclude, not '$with_git'"

tree=$context/$app
if [[ $with_git == include && ! -e $tree/.git && ${app##*/} == source && -e ${tree%/*}/.git ]]; then tree=${tree%/*}; fi
mkdir -p "$dest"
rsync --archive --no-owner --no-group --exclude=/.git "$tree/" "$dest/"
[[ $with_git == include && -e $tree/.git ]] || exit 0
if [[ ! -d $tree/.git ]]; then
  echo "tree.sh: the source tree's .git leads to a repository elsewhere: the workspace gets no history" >&2
  exit 0
fi

export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
from() { git --git-dir="$tree/.git" "$@"; }
into() { git --git-dir="$dest/.git" "$@"; }

commit=$(from rev-parse --verify --quiet 'HEAD^{commit}') || fail "the source tree's repository has no commit yet: make one, or set kalisi:source.git to false"
branch=$(from symbolic-ref --quiet --short HEAD || true)
git init --quiet --template= --object-format="$(from rev-parse --show-object-format)" --initial-branch="${branch:-main}" "$dest"
into fetch --quiet --no-tags --update-shallow --no-write-fetch-head "$tree/.git" "HEAD:refs/kalisi/seed" ||
  fail "the source tree's history cannot be copied whole: repair the clone (git fsck), or set kalisi:source.git to false"
if [[ -n $branch ]]; then into update-ref "refs/heads/$branch" "$commit"; else into update-ref --no-deref HEAD "$commit"; fi
into update-ref -d refs/kalisi/seed
# So that the same history gives the same files, however the clone stores it.
into -c pack.threads=1 repack -a -d -f -q
rm -rf "$dest/.git/logs"

for remote in $(from remote); do
  address=$(from config --get "remote.$remote.url" || true)
  # The path of a folder on the building machine leads nowhere in a container.
  [[ $address == *://* || $address == *@*:* ]] || continue
  [[ $address != file://* ]] || continue
  if [[ $address =~ ^https?:// ]]; then address=$(sed -E 's|^(https?://)[^/]*@|\1|; s|[?#].*||' <<<"$address"); fi
  if [[ $address =~ ^(ssh|git)://[^/@]*:[^/@]*@ ]]; then address=$(sed -E 's|^([a-z]+://[^/:@]*):[^/@]*@|\1@|' <<<"$address"); fi
  into remote add "$remote" "$address"
done
upstream=$(from config --get "branch.$branch.remote" || true)
if [[ -n $branch && -n $upstream ]] && into config --get "remote.$upstream.url" >/dev/null; then
  into config "branch.$branch.remote" "$upstream"
  into config "branch.$branch.merge" "$(from config --get "branch.$branch.merge")"
  # The commit from which the branch is ahead; not the remote's newest one, which changes with each fetch.
  if base=$(from merge-base HEAD '@{upstream}' 2>/dev/null); then
    into update-ref "$(from rev-parse --symbolic-full-name '@{upstream}')" "$base"
  fi
fi
