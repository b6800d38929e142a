#!/bin/bash
# Kills an upgrade before each of its changes, one after the other, and compares what the next
# run makes of it with what an undisturbed one makes. Runs inside a container, as kalisi.
#   workspace-interrupted.sh first     the kill is in the first start
#   workspace-interrupted.sh upgrade   the kill is in the start after a newer image
set -euo pipefail
readonly LIB=/usr/local/lib/kalisi
cd "$(mktemp -d)"
export HOME=$PWD
git config --global user.name host
git config --global user.email host@localhost

template() {
  chmod +x "$1/start.sh"
  bash "$LIB/build/sources.sh" stamp rust "$1/source" >"$1/.kalisi/stamps/rust"
  node "$LIB/build/manifest.mjs" template "$1" >"$1.manifest"
}

mkdir -p context/source one/bin one/.kalisi/stamps two/bin two/.kalisi/stamps
git -C context/source init --quiet --initial-branch=main
cd context/source
echo one | tee changed kept removed >/dev/null
echo tracked >.env
git add --all
git commit --quiet --message=one
rm .env # as the build's context leaves it out
cd ../..
tree() {
  SOURCE_HISTORY=$(printf 'format sha1\ncommit %s\nbranch refs/heads/main\n' "$(git -C context/source rev-parse HEAD)") \
    bash "$LIB/build/tree.sh" "$PWD/context" source "$1"
}
tree one/source
echo one | tee one/start.sh one/stop.sh one/edited one/bin/program >/dev/null
template one
cd context/source
echo two | tee changed new >/dev/null
git rm --quiet removed
ln -s changed link
git add --all -- ':!.env'
git commit --quiet --message=two
cd ../..
tree two/source
echo two | tee two/start.sh two/edited two/bin/program two/added >/dev/null
template two

# Where a kill can make a difference: before each file takes its place, and before git changes something.
cat >kill.cjs <<'JS'
const { syncBuiltinESMExports } = require("node:module");
const changes = /^(fetch|read-tree|update-index|update-ref|symbolic-ref)$/;
let left = Number(process.env.KILL_AT);
const deadly = (module, name, matters = () => true) => {
  const real = module[name];
  module[name] = (...args) => {
    if (matters(...args) && left-- === 0) process.kill(process.pid, "SIGKILL");
    return real(...args);
  };
};
deadly(require("node:fs"), "renameSync");
deadly(require("node:fs"), "cpSync");
deadly(require("node:child_process"), "spawnSync", (_, args) => args.some((arg) => changes.test(arg)));
syncBuiltinESMExports();
JS

bring_up() { node "${@:2}" "$LIB/prepare/template.mjs" "$PWD/$1" "$PWD/$1.manifest" "$PWD/ws" >/dev/null; }

outcome() (
  cd ws
  find . -path ./source/.git -prune -o ! -name template.state -printf '%p %M %l\n' | sort
  grep --recursive . start.sh edited bin source/changed source/kept
  jq --sort-keys . .kalisi/template.state
  cat .kalisi/conflicts 2>/dev/null || echo 'no conflicts'
  cd source
  git fsck --no-dangling --no-progress
  git status --short
  git for-each-ref
  git symbolic-ref HEAD
  find .git -name '*kalisi*'
)

case $1 in
  first)
    image=one
    prepare() { mkdir -p ws/.kalisi; }
    ;;
  upgrade)
    image=two
    prepare() { cp -a edited ws; }
    mkdir -p ws/.kalisi
    bring_up one
    echo mine | tee -a ws/edited ws/source/kept >/dev/null
    mv ws edited
    ;;
esac

prepare
bring_up "$image"
outcome >expected
for ((at = 0; ; at++)); do
  rm -rf ws
  prepare
  if KILL_AT=$at bring_up "$image" --require ./kill.cjs 2>/dev/null; then break; fi
  bring_up "$image"
  outcome >got
  diff expected got || { echo "killed at change $at, the next run ends elsewhere" >&2; exit 1; }
done
echo "killed at $at changes; commit $(git -C ws/source log -1 --format=%s); $(cat ws/source/changed ws/start.sh | xargs)"
