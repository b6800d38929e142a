import type { Kinds } from "./kind";

/** The source tree of the application, and git. */
export const ofSource = {
  "KALISI-GIT-BASE": {
    cause:
      "git does not know the revision that `--base` names, or it has nothing in common with the present one",
    cure: "name a branch or a commit, and fetch it with its history, as the message says",
  },
  "KALISI-GIT-HISTORY": {
    cause: "git cannot read the history of the source tree, which is to be in the workspace",
    cure: "`git -C source log` says why; or set `kalisi:source.git` to `false`",
  },
  "KALISI-GIT-NAME": {
    cause:
      "`kalisi:source.repository` or `kalisi:source.ref` is nothing that git takes for an address or a branch",
    cure: "name a repository's address, and a branch such as `main`",
  },
  "KALISI-GIT-OWNER": {
    cause: "a repository belongs to another user of this machine, and git refuses it for that",
    cure: "if you trust what is in it: the command in the message",
  },
  "KALISI-GIT-SECRETS": {
    cause:
      "the image is to be published, and the git history in it has files that usually hold secrets",
    cure: "set `kalisi:source.git` to `false`; a file of the list that holds no secret may be named with `!` at the end of docker/Dockerfile.dockerignore",
  },
  "KALISI-GIT-SETTINGS": {
    cause: "git cannot read its own settings, such as `~/.gitconfig`",
    cure: "`git config --list` says where they are wrong",
  },
  "KALISI-SOURCE-BRANCH": {
    cause: "the source tree is on another branch than `kalisi:source.ref`",
    cure: "go to that branch with the command in the message, or change the setting",
  },
  "KALISI-SOURCE-INTERRUPTED": {
    cause: "an update of the source tree was interrupted while your settings file was put aside",
    cure: "`npm run env` puts your settings back; where there are two files, keep one of them as the message says",
  },
  "KALISI-SOURCE-LOSSES": {
    cause: "an update of the source tree would throw away changes or commits that are nowhere else",
    cure: "commit and push what you want to keep; `npm run sync -- --discard` throws it away",
  },
  "KALISI-SOURCE-MISSING": {
    cause: "there is no source tree where `kalisi:source.path` has it",
    cure: "`npm start` finds or clones one; plain `pulumi up` needs one that is there",
  },
  "KALISI-SOURCE-NO-CLONE": {
    cause:
      "the source tree is not a git clone of its own, or has no commit: there is nothing to update it from",
    cure: "update it by hand, or remove it: `npm start` then clones it again",
  },
  "KALISI-SOURCE-NOT-KALISI": {
    cause:
      "the folder that `kalisi:source.path` names is not a source tree of Kalisi: it has no Cargo.toml",
    cure: "name the folder of a Kalisi source tree",
  },
  "KALISI-SOURCE-ORIGIN": {
    cause:
      "the source tree was cloned from another repository than `kalisi:source.repository`, or has no remote",
    cure: "set the remote with the command in the message, or change the setting",
  },
  "KALISI-SOURCE-REMOTE": {
    cause: "git cannot get the branch from the source tree's repository",
    cure: "the lines of git say why: the network, a password, or the branch's name; the tree was left as it is",
  },
} as const satisfies Kinds;
