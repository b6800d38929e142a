# shellcheck shell=bash
# Builds and restarts what an edit of /workspace/source touches, until interrupted.

watch_tree() {
  # What is edited while a start is at work waits in the pipe. What builds write themselves is left out: that of
  # build/sources.sh.
  inotifywait --quiet --monitor --recursive --format '%w%f' --event close_write,attrib,create,delete,move \
    --exclude '/(node_modules|target|dist|\.git|\.angular)(/|$)' "$TREE" | follow_edits
}

# follow_edits: starts, and does so again after each edit, the path of which is a line of standard input
follow_edits() {
  local path edited
  while :; do
    # A start that fails has said why, and left the services up.
    "$LIB/ctl/start" --daemon </dev/null || true
    say "waiting for the next edit of $TREE; Ctrl-C leaves the services running"
    read -r edited || die "nothing is watched any more"
    # Until there is none for a moment: a branch that is switched to, say. Editors leave what is there last.
    while read -r -t 0.2 path; do [[ ! -e $path ]] || edited=$path; done
    say "edited: ${edited#"$WORKSPACE/"}"
  done
}
