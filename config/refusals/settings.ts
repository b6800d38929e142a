import type { Kinds } from "./kind";

/** The settings of the stack and of the services, and the files that they name. */
export const ofSettings = {
  "KALISI-CERTIFICATE-FILE": {
    cause:
      "the file that `kalisi:image.caCertificates` names cannot be read, or holds no certificate",
    cure: "name a PEM file that you can read; the message says how a DER file is converted",
  },
  "KALISI-CERTIFICATE-INVALID": {
    cause:
      "a certificate in that file has expired, is damaged, or is not one of a certificate authority",
    cure: "replace that certificate, or remove it from the file",
  },
  "KALISI-CERTIFICATE-PRIVATE-KEY": {
    cause:
      "the file that `kalisi:image.caCertificates` names holds a private key, which would be in the image",
    cure: "name a file of certificates alone",
  },
  "KALISI-ENV-AMBIGUOUS": {
    cause:
      "the services, written in several languages, would read this line of `.env` in different ways",
    cure: "put the whole value into one pair of quotes of a kind that it does not hold",
  },
  "KALISI-ENV-BYTE-ORDER-MARK": {
    cause:
      "`.env` begins with an invisible mark that some editors write, which becomes part of the first name",
    cure: 'save the file as "UTF-8", not as "UTF-8 with BOM"',
  },
  "KALISI-ENV-DUPLICATE": {
    cause:
      "`.env` gives a setting two values, and the setting decides who gets in or where data goes",
    cure: "keep one of the lines that the message names",
  },
  "KALISI-ENV-IN-IMAGE": {
    cause:
      "the settings file is where the image's build would copy it, and its secrets, into the image",
    cure: 'call it `.env`, or move it out of the source tree: `docs/configuration.md`, "What the image\'s build is given"',
  },
  "KALISI-ENV-INCOMPLETE": {
    cause: "a setting without which the services do not start is missing from `.env`, or empty",
    cure: "add the line that the message shows",
  },
  "KALISI-ENV-LINE": {
    cause: "a line of `.env` is not `NAME=value`, or its quote is not closed",
    cure: "correct the line, or put `#` before it",
  },
  "KALISI-ENV-LOST": {
    cause:
      "`.env` is missing, and there is data that its secrets may have encrypted: a new file would not open it",
    cure: 'put the file back, or make a new one on purpose: `docs/operations.md`, "A lost `.env`"',
  },
  "KALISI-ENV-NO-EXAMPLE": {
    cause: "`.env` is missing, and the source tree has no `.env.example` to make it from",
    cure: 'write it by hand: `docs/configuration.md`, "`.env`"',
  },
  "KALISI-ENV-UNREADABLE": {
    cause: "the services' settings file, `.env`, is not there or cannot be read",
    cure: "where there is none, `npm start` creates one from `.env.example`, and plain `pulumi up` never does; one that is there is for you to correct, or to put back from a backup",
  },
  "KALISI-ENV-VALUE": {
    cause:
      "a setting in `.env` has a value that the services refuse, or that does not fit to another one",
    cure: "set it as the message says; the port on this machine is `kalisi:gateway.port`, not one of `.env`",
  },
  "KALISI-KEY-FORMAT": {
    cause: "the public SSH key is in another program's format (RFC 4716)",
    cure: "convert it with the command in the message",
  },
  "KALISI-KEY-INSTALL": {
    cause: "the container did not take the list of keys that may log in",
    cure: "the line below says why; `npm run logs` shows how the container is",
  },
  "KALISI-KEY-LINE": {
    cause:
      "a line is not a public SSH key, is damaged, or has an option for which sshd would ignore it",
    cure: "copy the whole line of the `.pub` file again, or remove the line",
  },
  "KALISI-KEY-NONE": {
    cause: "the file of SSH keys that may log in holds no key",
    cure: "name another file with `--keys-from FILE`; the message says how to let nobody in on purpose",
  },
  "KALISI-KEY-PRIVATE": {
    cause: "a private SSH key was given where the public one is meant",
    cure: "name the file of the same name that ends in `.pub`",
  },
  "KALISI-KEY-UNREADABLE": {
    cause: "the file of public SSH keys is not there or cannot be read",
    cure: "correct the path, or make a key with `ssh-keygen -t ed25519` and name its `.pub` file",
  },
  "KALISI-KEY-WEAK": {
    cause: "the SSH key is of a kind, or of a length, that is no longer safe",
    cure: "make a new one: `ssh-keygen -t ed25519`",
  },
  "KALISI-SETTING-FILE": {
    cause: "the stack's file of settings, `Pulumi.STACK.yaml`, cannot be read or is not YAML",
    cure: "correct the place that the message names",
  },
  "KALISI-SETTING-PATH": {
    cause:
      "a file is to be mounted whose path holds a colon or a control character, which Docker cannot mount",
    cure: "move the file, or the whole project, to a path without them",
  },
  "KALISI-SETTING-STOP-TIME": {
    cause: "the time for a stop is shorter than the services may need to write their data",
    cure: "raise `kalisi:timeouts.stopSeconds` to what the message says",
  },
  "KALISI-SETTING-UNKNOWN": {
    cause: "a setting is misspelt or does not exist, so that nothing would read it",
    cure: "type the command in the message; `docs/configuration.md` lists all settings",
  },
  "KALISI-SETTING-VALUE": {
    cause: "a setting has a value that it cannot have",
    cure: "set what the message says was expected; `docs/configuration.md` describes each setting",
  },
} as const satisfies Kinds;
