import type { Kinds } from "./kind";

/** The Docker Engine, and what is on it. */
export const ofEngine = {
  "KALISI-CONTAINER-MISSING": {
    cause: "the command needs the stack's container, and there is none",
    cure: "`npm start` makes it",
  },
  "KALISI-CONTAINER-NAME-TAKEN": {
    cause: "another container has the name that the stack's container is to have",
    cure: "remove that one with the command in the message (its volumes stay), or set `kalisi:names.container`",
  },
  "KALISI-CONTAINER-NETWORK": {
    cause: "the container did not take the certificates, mirrors and proxies for its builds",
    cure: "the line below says why; `npm run logs` shows how the container is",
  },
  "KALISI-CONTAINER-PAUSED": {
    cause: "somebody has paused the container: nothing in it runs or answers",
    cure: "`docker unpause kalisi`, with the name that the message has, then the same command again",
  },
  "KALISI-CONTAINER-SERVICE": {
    cause: "the container is as it should be, but a service in it does not answer",
    cure: "the line below names the service; `npm run logs` shows why; `npm run shell -- ./start.sh --daemon` starts what was stopped",
  },
  "KALISI-CONTAINER-STOPPED": {
    cause: "the container ended while it was being started",
    cure: "the lines below are the end of its log; `docker logs kalisi` has all of it",
  },
  "KALISI-CONTAINER-UNHEALTHY": {
    cause: "a service in the container did not get ready",
    cure: "the lines below name the service and show its log",
  },
  "KALISI-ENGINE-CERTIFICATES": {
    cause:
      "the certificates for the Engine are in a context of the Docker client's, or not where `DOCKER_CERT_PATH` says",
    cure: "type the line in the message, which names them in variables, or correct that variable; then the same command",
  },
  "KALISI-ENGINE-CLIENT-FILE": {
    cause: "a settings file of the Docker client, in `~/.docker`, cannot be read",
    cure: "correct that file, or name the Engine with `DOCKER_HOST`",
  },
  "KALISI-ENGINE-CONTEXT": {
    cause:
      "the Docker client is set to a context that does not exist, or that has no Engine's address or a wrong one",
    cure: "`docker context ls` shows what there is, `docker context use NAME` chooses one",
  },
  "KALISI-ENGINE-CREDENTIALS": {
    cause:
      "the program that the Docker client keeps its passwords with is not there, or gives none that can be used",
    cure: "install the program that the message names, or remove its name from the Docker client's config.json and log in again: `docker login`",
  },
  "KALISI-ENGINE-KIND": {
    cause: "the address is that of an Engine on which the stack cannot be, such as Podman's",
    cure: "the message says what keeps it from there, and what to do; `docs/engines.md` lists the kinds",
  },
  "KALISI-ENGINE-LABEL": {
    cause: "SELinux keeps containers from a file of yours that is to be mounted",
    cure: "give the file the label in the message, and start again",
  },
  "KALISI-ENGINE-OTHER": {
    cause: "the stack is up on one Docker Engine, and the settings now name another",
    cure: 'go back to that Engine, or `npm stop` first: `docs/operations.md`, "Another Engine"',
  },
  "KALISI-ENGINE-PROCESSORS": {
    cause:
      "`kalisi:resources.cpus` is more than the Docker Engine's machine has, or less than 0.01",
    cure: "set a number in the range that the message names",
  },
  "KALISI-ENGINE-UNREACHABLE": {
    cause: "no Docker Engine answers at the address that the message names",
    cure: "start it, or set `DOCKER_HOST`; `docker context ls` shows what there is",
  },
  "KALISI-IMAGE-ARGUMENT": {
    cause:
      "`kalisi:image.buildArgs` names what the Dockerfile does not take, or what a setting of its own decides",
    cure: "remove it, or correct its name; the message lists those that there are, or names the setting",
  },
  "KALISI-IMAGE-BASE": {
    cause: "no registry gives the base images, and this machine cannot make one by itself",
    cure: "type the command in the message as root, or start where a registry answers",
  },
  "KALISI-IMAGE-GONE": {
    cause:
      "`kalisi:image.pull` names an image by its id, as `npm run rollback` does, and the Docker Engine does not have it",
    cure: "`npm run rollback -- --undo`, or remove the setting: `npm start` then builds the image",
  },
  "KALISI-IMAGE-ID": {
    cause:
      "`npm start -- --build` is to build or pull, and `kalisi:image.pull` names an image by its id, as after `npm run rollback`",
    cure: "`npm run rollback -- --undo`, or remove the setting: `npm start` then builds the image",
  },
  "KALISI-IMAGE-PUBLISH-NAME": {
    cause: "an image is to be published under a name without a registry, or with a digest",
    cure: "name it in full, such as `docker.io/me/kalisi:latest`",
  },
  "KALISI-IMAGE-PULL": {
    cause: "the image that `kalisi:image.pull` names cannot be fetched from its registry",
    cure: "check the name; where the registry needs that, log in: `docker login REGISTRY`",
  },
  "KALISI-IMAGE-REFUSED": {
    cause: "a registry answers, but gives no base image; or the Engine has no room for one",
    cure: "the message says why: a rate limit, a login, a full disk; nothing else is taken in its place",
  },
  "KALISI-IMAGE-SECRET": {
    cause: "a build argument looks like a secret, and everybody who has the image could read it",
    cure: "remove it: secrets belong in `.env`, which the image never has",
  },
  "KALISI-NETWORK-NAME-TAKEN": {
    cause:
      "a network of the name that the stack's network is to have is there already, and is not the stack's",
    cure: "remove it if nobody needs it, or set `kalisi:names.network`",
  },
  "KALISI-NETWORK-POOL-EMPTY": {
    cause:
      "the Engine has no range of addresses left for another network; of its own it has about thirty",
    cure: "remove networks that nobody uses (`docker network prune`), or set `kalisi:network.subnet`",
  },
  "KALISI-NETWORK-SUBNET-TAKEN": {
    cause: "addresses of `kalisi:network.subnet` are in use by another network, or by this machine",
    cure: "choose another range, or none: the Docker Engine then chooses a free one",
  },
  "KALISI-PORT-TAKEN": {
    cause: "another program or container uses a port that the stack is to have on this machine",
    cure: "stop that program, or choose another port, such as with `kalisi:gateway.port`",
  },
  "KALISI-PORT-TWICE": {
    cause: "two settings choose the same port",
    cure: "choose another one for one of them",
  },
  "KALISI-VOLUME-ADOPT": {
    cause: "`--adopt` names a volume that does not exist, or that the stack is not set to use",
    cure: "correct the name, or have the stack use it with the command in the message",
  },
  "KALISI-VOLUME-FOREIGN": {
    cause:
      "a volume of the name that the stack is to use belongs to another stack, or to another clone of the project",
    cure: "choose another name, or another stack; or adopt it on purpose, with the command in the message",
  },
  "KALISI-VOLUME-IN-USE": {
    cause: "another container uses a volume of the stack's",
    cure: "stop or remove that container with the command in the message, or choose another volume",
  },
  "KALISI-VOLUME-NOT-REMOVED": {
    cause: "the Docker Engine did not remove a volume",
    cure: "the message has its reason; remove what uses the volume, then type `npm run wipe` again",
  },
  "KALISI-VOLUME-TWICE": {
    cause: "two settings give two volumes the same name: two services would write over each other",
    cure: "choose a name of its own for each",
  },
  "KALISI-VOLUME-UNKNOWN": {
    cause:
      "a volume of the stack's name is there already, and nothing shows that this stack created it",
    cure: '`docs/operations.md`, "Whose volumes they are": `npm start -- --adopt VOLUMES` uses the volumes that you name',
  },
  "KALISI-VOLUME-WIPE": {
    cause: "`npm run wipe` removes only what is the stack's, and a volume of these names is not",
    cure: 'if it may go with its data, remove it with the command in the message: `docs/operations.md`, "Whose volumes they are"',
  },
} as const satisfies Kinds;
