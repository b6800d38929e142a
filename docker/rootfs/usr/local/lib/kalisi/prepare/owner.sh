# shellcheck shell=bash
# Ownership is corrected only where it is wrong, so that a start with nothing to correct costs nothing.

# own USER PATH...: sets the owner of these paths themselves
own() {
  local user=$1 path reason
  shift
  for path; do
    [[ $(stat -c %U "$path") != "$user" ]] || continue
    reason=$(chown -h "$user:$user" "$path" 2>&1) || die "cannot give $path to user $user: $reason"
  done
}

# own_folder USER MODE FOLDER: has only USER write to it. A volume that the image has not filled is root's, and often
# everybody's to write.
own_folder() {
  local reason
  [[ -n $(find "$3" -maxdepth 0 \( ! -user "$1" -o -perm /002 \)) ]] || return 0
  # As long as it is root's, its mode can be changed without one more capability.
  reason=$({ chown root:root "$3" && chmod "$2" "$3" && chown "$1:$1" "$3"; } 2>&1) ||
    die "cannot give $3 to user $1: $reason"
}

# own_tree USER PATH...: sets it for everything below too; meant for the stores' few files, not for the workspace
own_tree() {
  local user=$1 reason
  shift
  reason=$(find "$@" ! -user "$user" -exec chown -h "$user:$user" {} + 2>&1) || die "cannot give $* to user $user: $reason"
}
