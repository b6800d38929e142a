# shellcheck shell=bash
# /workspace is filled from the template on the first start, and belongs to its user from then on.

readonly TEMPLATE=/opt/bootstrap/workspace-template

# The Engine follows links when it mounts runtime/.env, and whoever owns a folder can rename what is in it. So both
# folders on the way there are root's, and sticky: kalisi makes, changes and removes all in them but what is root's.
hold_mount_point() {
  local mounted
  mounted=$(realpath -m "$ENV_FILE")
  hold "$WORKSPACE"
  # From before, when these were kalisi's to replace.
  if [[ -L $RUNTIME ]]; then set_aside "$RUNTIME" folder; fi
  make_folder "$RUNTIME"
  if [[ -L $ENV_FILE && $(readlink "$ENV_FILE") != "$PLACED/env" ]]; then set_aside "$ENV_FILE" file; fi
  if [[ -d $RUNTIME ]]; then hold "$RUNTIME"; fi
  [[ $mounted == "$ENV_FILE" ]] || ! mountpoint -q "$mounted" ||
    die "a link led the settings to $mounted: the next start of the container mounts them at $ENV_FILE"
}

# Has whoever reads the settings find the placed files, if there are any. Both links are in folders of root's.
link_placed() {
  [[ -d $PLACED ]] || return 0
  ln -sfT "$PLACED/neo4j.conf" /etc/neo4j/neo4j.conf
  if [[ -d $ENV_FILE ]]; then set_aside "$ENV_FILE" file; fi
  ln -sfT "$PLACED/env" "$ENV_FILE"
}

# hold FOLDER: lets only root remove what is root's in it
hold() {
  local reason
  [[ $(stat -c '%U:%G %a' "$1") != "root:kalisi 1775" ]] || return 0
  reason=$({ chown root:kalisi "$1" && chmod 1775 "$1"; } 2>&1) || die "cannot give $1 to root: $reason"
}

prepare_workspace() {
  s6-setuidgid kalisi test -w "$WORKSPACE" || die "$WORKSPACE is not writable for user kalisi"
  local folder
  for folder in "$RUNTIME/logs" "$WORKSPACE/.kalisi"; do
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
  local reason
  reason=$(s6-setuidgid kalisi mkdir -p "$1" 2>&1) && return
  # If that fails, start nevertheless: whoever has to repair it needs SSH.
  { set_aside "$1" folder && s6-setuidgid kalisi mkdir "$1"; } || warn "$reason"
}

# set_aside PATH KIND: renames, as kalisi, what is not of the kind that belongs there
set_aside() {
  local aside
  aside=$1.damaged-$(date +%s)
  s6-setuidgid kalisi mv -T "$1" "$aside" 2>/dev/null && warn "$1 was no $2: set aside as $aside"
}
