import type { Kinds } from "./kind";

/** Stacks, clones of the project, and the commands themselves. */
export const ofCommands = {
  "KALISI-CLONE-COPIED": {
    cause:
      "this folder was copied from another clone of the project, or moved: it is not known which",
    cure: 'say what this folder is: `npm run clone -- --moved` or `npm run clone -- --copied` (`docs/operations.md`, "A clone that is moved, copied or damaged")',
  },
  "KALISI-CLONE-DAMAGED": {
    cause: "the files that show which containers and volumes are this clone's are damaged",
    cure: 'put them back from a backup, or begin anew: `docs/operations.md`, "A clone that is moved, copied or damaged"',
  },
  "KALISI-CLONE-NO-COPY": {
    cause: "`npm run clone -- --copied` was typed in a clone that is no copy",
    cure: "nothing is to be done: this clone has stacks of its own",
  },
  "KALISI-CLONE-OWNER": {
    cause:
      "a file that the project keeps in the clone may not be written by you: mostly as a command was once typed with sudo",
    cure: "make the clone yours with the command in the message",
  },
  "KALISI-CLONE-UNREADABLE": {
    cause: "a file that shows what is this clone's cannot be read, mostly as it is another user's",
    cure: "make it yours with the command in the message",
  },
  "KALISI-CONNECT-ENDED": {
    cause:
      "the connection by SSH that `npm run connect` forwards through has ended, or was never made",
    cure: "ssh's own words above say why; `npm run status` shows whether the container is up",
  },
  "KALISI-EXPORT-ENGINE": {
    cause:
      "`npm run export-compose` was asked for a stack on another machine, where `npm start` places `.env` and neo4j.conf: no Compose file can do that",
    cure: "export a stack that is on this machine's Engine",
  },
  "KALISI-EXPORT-FILE": {
    cause:
      "the file that `npm run export-compose` is to write is there already, and is another one",
    cure: "choose another name, or add `--force` to replace it",
  },
  "KALISI-OPTION-CONFIRM": {
    cause:
      "`npm run wipe` removes data, `npm run restore` replaces it, `npm run seed` with a dump replaces the graph, and none was given the stack's name to confirm that",
    cure: "type the name when you are asked, or add `--confirm NAME`",
  },
  "KALISI-OPTION-NAME": {
    cause:
      "the command was given the name of something that there is not, such as a service or a check",
    cure: "choose one of those that the message lists",
  },
  "KALISI-OPTION-PLACE": {
    cause: "an option or a setting names a file or a folder that cannot be written, or read",
    cure: "name another one, or make it yours: `ls -ld` shows whose it is",
  },
  "KALISI-OPTION-SWALLOWED": {
    cause:
      "npm keeps options for itself unless `--` comes before them, so that the command never saw them",
    cure: "type the line in the message",
  },
  "KALISI-OPTION-VARIABLE": {
    cause:
      "the variable `KALISI_FLAGS`, by which `npm start` hands on its options, was set by hand",
    cure: "`unset KALISI_FLAGS`, and use the options instead",
  },
  "KALISI-OPTION-WRONG": {
    cause: "the command line has an option or a value that the command does not take",
    cure: "the message names it; `--help` after the command lists what there is",
  },
  "KALISI-ROLLBACK-NONE": {
    cause:
      "`npm run rollback` knows no other healthy start whose image the Docker Engine has yet, or has nothing to undo",
    cure: "check the former revision out, and `npm start`",
  },
  "KALISI-ROLLBACK-VERSIONS": {
    cause:
      "a newer Neo4j or Redis has written to the stack's volumes since, and the former one cannot read that",
    cure: "stay with the newer one, or restore a backup of that time: `npm run restore`",
  },
  "KALISI-POLICY-CONFIG": {
    cause:
      "`policy/config.json`, with the exceptions from the policies, cannot be read or names what there is not",
    cure: "correct it, or restore it: `git checkout policy/config.json`",
  },
  "KALISI-POLICY-REFUSED": {
    cause:
      "what is to be made would open the machine or lose data, which a policy of the project forbids",
    cure: "the lines below it name the policy and say what to change; exceptions are in `policy/config.json`",
  },
  "KALISI-PROGRAM-FAILED": {
    cause: "a program that the command has started, such as git or apt-get, has failed",
    cure: "its own last lines say why",
  },
  "KALISI-PULUMI-FAILED": {
    cause: "Pulumi could not read the stack, or bring it to what is declared",
    cure: "the lines below say why; `--verbose` shows all that Pulumi says; the same command goes on where it ended",
  },
  "KALISI-SETUP-CHECKSUM": {
    cause: "a download of Pulumi is not what it should be: something has changed it on the way",
    cure: "do not use it; start again elsewhere, or install Pulumi yourself",
  },
  "KALISI-SETUP-NETWORK": {
    cause: "the registry of npm's packages, which everything can be built from, does not answer",
    cure: "check the network, and the proxy (`HTTPS_PROXY`); a stack that is built already starts without it",
  },
  "KALISI-SETUP-NODE": {
    cause: "the Node that runs the commands is too old",
    cure: "install the version that the message names: https://nodejs.org/en/download",
  },
  "KALISI-SETUP-NPM": {
    cause: "the packages that the commands need could not be installed",
    cure: "npm's own lines above it say why: mostly the network, or a proxy that is not set",
  },
  "KALISI-SETUP-PROFILE": {
    cause: "`.kalisi/machine.json`, with what was found on this machine, cannot be used",
    cure: "`npm start -- --setup` makes it again; the stack stays as it is",
  },
  "KALISI-SETUP-PULUMI": {
    cause:
      "Pulumi, or its Kubernetes plugin, cannot be downloaded here, and could not be built from Go modules either",
    cure: "install the version of Go that the message names, or Pulumi itself",
  },
  "KALISI-STACK-LOCKED": {
    cause: "somebody else is changing the stack, or was ended in the middle of it",
    cure: "wait until that process has ended; if you are sure that it has: `npm run pulumi -- cancel --yes --stack NAME`, with plain Pulumi `pulumi cancel --yes --stack NAME`. A lock of this machine whose process is gone is released by every npm command that changes the stack",
  },
  "KALISI-STACK-NAME": {
    cause: "`PULUMI_STACK` is not a name that a stack can have",
    cure: "choose one of letters, digits, `-`, `_` and `.`, or `unset PULUMI_STACK`",
  },
  "KALISI-STACK-NEWER": {
    cause: "a newer Pulumi has written the state of what the stack has, which this one cannot read",
    cure: "put that Pulumi first on PATH, then `npm start -- --setup`",
  },
  "KALISI-STACK-PASSPHRASE": {
    cause: "the stack's secrets are encrypted with another passphrase than the one that is set",
    cure: "unset both variables that the message names, unless you gave the stack a passphrase",
  },
  "KALISI-STACK-STATE": {
    cause:
      "Pulumi's file of what the stack has is damaged, and so is each of its copies; or it cannot be read",
    cure: "put it back from a backup, or begin anew as the message says: the volumes stay the stack's",
  },
  "KALISI-STACK-UNKNOWN": {
    cause: "there is no stack of the name that was given, or that is selected",
    cure: "choose one of those that the message lists; `npm start` makes a new one",
  },
  "KALISI-UNFORESEEN": {
    cause: "an error that nobody has foreseen: most likely a mistake of the project itself",
    cure: "report it with the file that the message names, in which there may be paths of your machine",
  },
  "KALISI-WATCH-ENDED": {
    cause:
      "the container that `npm run watch` carries edits into has ended or was replaced, or the source tree is gone",
    cure: "`npm start` if it is down, then `npm run watch` again: it begins with what was edited meanwhile",
  },
  "KALISI-WATCH-IMAGE": {
    cause:
      "the container's sources are not this source tree, or its image is older than `npm run watch`",
    cure: "`npm start` builds an image of this tree",
  },
  "KALISI-WATCH-LIMIT": {
    cause: "the kernel watches no more files, or no more programs that watch some, for this user",
    cure: "raise the limit with the command in the message; a file in `/etc/sysctl.d` keeps it",
  },
  "KALISI-WATCH-SERVICES": {
    cause: "the services are off, as `kalisi:autoStart` is `false` or somebody stopped them inside",
    cure: "`npm run shell -- ./start.sh --daemon`, then `npm run watch` again",
  },
  "KALISI-WATCH-TWICE": {
    cause: "two `npm run watch` would carry the same edits into the same container",
    cure: "end the other one; the build that it has begun goes on to its end",
  },
} as const satisfies Kinds;
