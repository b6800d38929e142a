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
    make_folder "$folder"
    # The target of a link of kalisi's keeps its owner.
    if [[ -d $folder && $(realpath "$folder") == "$folder" ]]; then own kalisi "$folder"; fi
  done

  # As kalisi, so that a root process never follows a link that a user has put in its way. The program itself
  # reports what is wrong.
  s6-setuidgid kalisi node "$LIB/prepare/template.mjs" "$TEMPLATE" "$TEMPLATE.manifest" "$WORKSPACE" || exit 1
}

# make_folder FOLDER: makes it, as kalisi. What is in its place and no folder is set aside.
make_folder() {
  local aside reason
  reason=$(s6-setuidgid kalisi mkdir -p "$1" 2>&1) && return
  aside=$1.damaged-$(date +%s)
  if s6-setuidgid kalisi mv -T "$1" "$aside" 2>/dev/null && s6-setuidgid kalisi mkdir "$1"; then
    warn "$1 was no folder: set aside as $aside"
  else
    # Start nevertheless: whoever has to repair it needs SSH.
    warn "$reason"
  fi
}
