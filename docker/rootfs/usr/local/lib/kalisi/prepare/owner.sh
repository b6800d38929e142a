# shellcheck shell=bash
# Ownership is corrected only where it is wrong, so that a start with nothing to correct costs nothing.

# own USER PATH...: of these paths themselves
own() {
  local user=$1 path
  shift
  for path; do
    [[ $(stat -c %U "$path") == "$user" ]] || chown -h "$user:$user" "$path" || die "cannot give $path to user $user"
  done
}

# own_tree USER PATH...: of everything below too; for the stores' few files, not for the workspace
own_tree() {
  local user=$1
  shift
  find "$@" ! -user "$user" -exec chown -h "$user:$user" {} + || die "cannot give $* to user $user"
}
