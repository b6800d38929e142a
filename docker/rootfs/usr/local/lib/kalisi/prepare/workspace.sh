# shellcheck shell=bash
# /workspace comes from the template on the first start, and belongs to its user ever after.

readonly TEMPLATE=/opt/bootstrap/workspace-template

prepare_workspace() {
  # Docker makes runtime/, owned by root, when it binds runtime/.env: a workspace that holds only
  # this is still a new one.
  own kalisi "$WORKSPACE"
  s6-setuidgid kalisi test -w "$WORKSPACE" || die "$WORKSPACE is not writable for user kalisi"
  local folder
  for folder in "$RUNTIME" "$RUNTIME/logs" "$WORKSPACE/.kalisi"; do
    # One start in spite of it: whoever is to put it right needs SSH.
    s6-setuidgid kalisi mkdir -p "$folder" || warn "$folder is in the way and no folder: move it away"
    # What is beyond a link of kalisi's is not given away.
    if [[ -d $folder && $(realpath "$folder") == "$folder" ]]; then own kalisi "$folder"; fi
  done

  # As kalisi, and never following what a user may have put in a root process's way. It says itself
  # what is wrong.
  s6-setuidgid kalisi node "$LIB/prepare/template.mjs" "$TEMPLATE" "$TEMPLATE.manifest" "$WORKSPACE" || exit 1
}
