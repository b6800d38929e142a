# shellcheck shell=bash
# What `npm run restore` has put beside the data, in a folder of this name in each folder that has data, takes its place here:
# no other process is there yet. A start that is interrupted goes on with it at the next one.
readonly RESTORE=.kalisi-restore
# Root's own, written once all is there; it names Neo4j's folder of data, and has a line more where it is only the graph.
readonly RESTORE_MARK=/data/neo4j/.kalisi/restore USERS_STAY="the users stay"
# The password of the restored database is runtime/.env's, which nobody may be able to log in with yet.
readonly PASSWORD_DUE=/data/neo4j/.kalisi/password.due

# restored_folders DATA: the folders that are replaced, each but for what keep_in names
restored_folders() { printf '%s\n' /workspace /workspace/runtime /home/kalisi /data/redis "$1"; }

# keep_in FOLDER: what of it no backup has. The settings are mounted, and the host keys are this stack's own.
keep_in() {
  case $1 in
    /workspace) echo runtime ;;
    /workspace/runtime) echo .env ;;
    /home/kalisi) echo .ssh-host-keys ;;
  esac
}

take_restored() {
  [[ -f $RESTORE_MARK ]] || return 0
  local folder
  local -a folders mark
  mapfile -t mark <"$RESTORE_MARK"
  mapfile -t folders < <(restored_folders "${mark[0]}")
  if [[ ${mark[1]:-} == "$USERS_STAY" ]]; then
    folders=("${mark[0]}")
    keep_others "${mark[0]}"
  fi
  for folder in "${folders[@]}"; do exchange "$folder" "$(keep_in "$folder")"; done
  for folder in "${folders[@]}"; do sync -f "$folder"; done
  if [[ ${mark[1]:-} == "$USERS_STAY" ]]; then
    rm "$RESTORE_MARK"
  else
    # In one step: it is done, and the password is due.
    mv "$RESTORE_MARK" "$PASSWORD_DUE"
  fi
  sync "${RESTORE_MARK%/*}"
  say "the restored data is in place"
}

# keep_others DATA: moves the databases that were not restored, such as Neo4j's own with the users, to those that were. All of
# these folders are neo4j's, and so are the links in them.
keep_others() {
  local new=$1/$RESTORE/new kind path
  for kind in databases transactions; do
    for path in "$1/$kind"/*/; do
      path=${path%/}
      [[ ! -d $path || ! -d $new/$kind || -e $new/$kind/${path##*/} ]] ||
        s6-setuidgid neo4j mv -T "$path" "$new/$kind/${path##*/}" || die "cannot keep $path"
    done
  done
}

# exchange FOLDER KEPT: moves what is in FOLDER aside, and what was restored for it in its place
exchange() {
  local own=$1/$RESTORE
  [[ -d $own && ! -L $own ]] || return 0
  if [[ -d $own/new && ! -L $own/new ]]; then
    # Whose folder this is could have put a link there, which root's moves would follow.
    if [[ -L $own/former || ! -d $own/former ]]; then
      rm -f "$own/former"
      mkdir "$own/former"
    fi
    move_all "$1" "$own/former" "$2"
    # From here on what is in FOLDER is the restored data.
    mv -T "$own/new" "$own/in"
  fi
  if [[ -d $own/in && ! -L $own/in ]]; then
    move_all "$own/in" "$1" "$2"
    rm -rf --one-file-system "$own/in"
  fi
}

# move_all FROM TO KEPT: all but the kept one
move_all() {
  local path
  while IFS= read -r -d '' path; do
    mv -T "$path" "$2/${path##*/}" || die "cannot move $path to $2"
  done < <(find "$1" -mindepth 1 -maxdepth 1 ! -name "$RESTORE" ! -name "$3" -print0)
}
