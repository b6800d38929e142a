import type { Kinds } from "./kind";

/** Backups, and what is restored from them. */
export const ofBackups = {
  "KALISI-BACKUP-DAMAGED": {
    cause: "a backup's file was cut short, or has changed since it was written",
    cure: "use another backup; a copy of this one may be whole",
  },
  "KALISI-BACKUP-FILE": {
    cause: "the backup that `npm run restore` is given is not there, or is no file",
    cure: "name a file that `npm run backup` has written",
  },
  "KALISI-BACKUP-FOREIGN": {
    cause: "the file that `npm run restore` is given is something else than a backup",
    cure: "name a file that `npm run backup` has written",
  },
  "KALISI-BACKUP-INTERVAL": {
    cause: "`npm run backup -- --if-due` goes by `kalisi:backup.every`, which is not set",
    cure: "set it, to `12h` or `1d` for example",
  },
  "KALISI-BACKUP-LOCKED": {
    cause: "the passphrase is not the one that the backup's secrets were encrypted with",
    cure: "try again with the right one; without `--with-secrets` the data is restored and the secrets are not",
  },
  "KALISI-BACKUP-NEWER": {
    cause: "the backup was made by a newer version of the project, which writes another format",
    cure: "update the project, then restore",
  },
  "KALISI-BACKUP-PART": {
    cause:
      "a program in the container could not read or take a part of the data; what was there is unchanged",
    cure: "its last lines say why; `npm run status` shows whether all services are up",
  },
  "KALISI-BACKUP-PASSPHRASE": {
    cause:
      "`--with-secrets` needs a passphrase, and there is neither `KALISI_BACKUP_PASSPHRASE` nor a terminal to ask on, or nothing was typed, or not the same twice",
    cure: "type it when you are asked; where there is no terminal, set the variable `KALISI_BACKUP_PASSPHRASE` for the command",
  },
  "KALISI-BACKUP-SECRETS": {
    cause:
      "`npm run restore -- FILE --with-secrets` is given a backup that was made without secrets",
    cure: "restore it without `--with-secrets`, and put a copy of its `.env` back by hand; or use another backup",
  },
  "KALISI-BACKUP-SPACE": {
    cause: "there is no room for the backup, or for what is restored from it or from a dump",
    cure: "make room where the message says, or name another folder with `--to FOLDER`",
  },
  "KALISI-BACKUP-UNDONE": {
    cause:
      "the services did not start with the restored data, or Neo4j could not open its graph, so that the former data was put back",
    cure: "the lines below it say why; use another backup, or another dump",
  },
  "KALISI-BACKUP-VERSIONS": {
    cause:
      "the backup is of another processor architecture, or of a newer Neo4j or Redis than the stack has",
    cure: "restore it where these are the same; or build the stack's image with the newer versions first",
  },
} as const satisfies Kinds;
