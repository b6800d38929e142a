# shellcheck shell=bash
# /workspace is filled from the template on the first start, and belongs to its user from then on.

readonly TEMPLATE=/opt/bootstrap/workspace-template

prepare_workspace() {
  # Docker creates runtime/, owned by root, when it mounts runtime/.env: a workspace that contains only
  # this is still a new one.
  own kalisi "$WORKSPACE"
  s6-setuidgid kalisi test -w "$WORKSPACE" || die "$WORKSPACE is not writable for user kalisi"
  local folder
  for folder in "$RUNTIME" "$RUNTIME/logs" "$WORKSPACE/.kalisi"; do
    # Start nevertheless: whoever has to repair it needs SSH.
    s6-setuidgid kalisi mkdir -p "$folder" || warn "$folder is in the way and no folder: move it away"
    # The target of a link of kalisi's keeps its owner.
    if [[ -d $folder && $(realpath "$folder") == "$folder" ]]; then own kalisi "$folder"; fi
  done

  # As kalisi, so that a root process never follows a link that a user has put in its way. The program itself
  # reports what is wrong.
  s6-setuidgid kalisi node "$LIB/prepare/template.mjs" "$TEMPLATE" "$TEMPLATE.manifest" "$WORKSPACE" || exit 1
}
