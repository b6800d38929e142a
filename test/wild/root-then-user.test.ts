import { chmodSync, chownSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { tryRows, type Row } from "../support/wild";

// A command that was typed with sudo leaves files of root, and the user's next one meets them:
// https://docs.npmjs.com/resolving-eacces-permissions-errors-when-installing-packages-globally,
// https://github.com/pulumi/pulumi/issues/2535. Packages of another machine come along with a copied folder:
// https://esbuild.github.io/getting-started/#simultaneous-platforms

const user = 1234;
const asUser = `setpriv --reuid=${user} --regid=${user} --clear-groups node`;
const typed = "env --stack wild";

/** Packages are links to the project's own: of them, the folder alone. */
const give = (path: string, to = user) =>
  execFileSync("chown", [...(path.endsWith("node_modules") ? [] : ["-R", "-h"]), String(to), path]);

/** A part of the clone is root's, as the command before has left it. */
const leaving = (given: string, path: string, last: string | RegExp, says = ""): Row => ({
  given,
  put: ({ clone }) => {
    give(join(clone.path, path), 0);
    return () => {
      give(join(clone.path, path));
    };
  },
  typed,
  by: asUser,
  says,
  last,
});

const chown = /^Make the clone yours: sudo chown -R "\$\(id -u\)" '.+\/kalisi'$/;
const rootsOwn = "of root, mostly by a command that was typed with sudo";

const warned = "This clone is yours, and what a command with sudo makes in it is root's";

/** By root, whose files are the user's again afterwards. */
const byRoot = (given: string, sudoUid: string, row: Partial<Row>): Row => ({
  given,
  put:
    ({ clone }) =>
    () => {
      for (const path of [".kalisi", ".pulumi-state", "node_modules"]) give(join(clone.path, path));
    },
  typed,
  env: { SUDO_UID: sudoUid },
  code: 0,
  last: "examples/source/.env has all that the services need.",
  ...row,
});

tryRows(
  [
    byRoot("sudo in the user's clone", String(user), { says: warned }),
    byRoot("root without sudo", "", { hides: warned }),
    byRoot("root's own sudo", "0", { hides: warned }),
    byRoot("sudo of another user", String(user + 1), { hides: warned }),
    {
      given: "no sudo any more, of which a variable is left",
      typed,
      by: asUser,
      env: { SUDO_UID: String(user) },
      code: 0,
      hides: warned,
      last: "examples/source/.env has all that the services need.",
    },
    leaving("what is known of the machine is root's", ".kalisi", chown, `.kalisi is ${rootsOwn}`),
    leaving("one file of it is root's", ".kalisi/machine.json", chown, "[KALISI-CLONE-OWNER]"),
    leaving("Pulumi's state is root's", ".pulumi-state", chown, `.pulumi-state is ${rootsOwn}`),
    leaving("one stack's state is root's", ".pulumi-state/.pulumi/stacks", chown, rootsOwn),
    leaving("a stack's settings are root's", "Pulumi.wild.yaml", chown, "Pulumi.wild.yaml is of"),
    leaving("the packages are root's", "node_modules", chown, `node_modules is ${rootsOwn}`),
    leaving(
      "the services' settings are root's",
      "examples/source/.env",
      /fix: sudo chown "\$\(id -u\)" '?.+\/examples\/source\/\.env'?$/,
      "cannot be read: permission denied  [KALISI-ENV-UNREADABLE]",
    ),
    {
      given: "the user has taken the right to write from the folder",
      put: ({ clone }) => {
        chmodSync(join(clone.path, ".kalisi"), 0o500);
        return () => {
          chmodSync(join(clone.path, ".kalisi"), 0o700);
        };
      },
      typed,
      by: asUser,
      says: ".kalisi may not be written by you.  [KALISI-CLONE-OWNER]",
      last: /^Allow it: chmod -R u\+rwX '.+'$/,
    },
    {
      given: "compiled files are root's",
      put: ({ clone }) => {
        give(join(clone.path, "node_modules", ".cache"), 0);
        return undefined;
      },
      typed,
      by: asUser,
      code: 0,
      last: "examples/source/.env has all that the services need.",
    },
    {
      given: "packages were left out by npm",
      put: ({ clone }) => {
        // A link to the project's own: another file takes its place.
        const noted = join(clone.path, "node_modules", ".package-lock.json");
        const before = readFileSync(noted);
        const replace = (content: string | Buffer) => {
          rmSync(noted);
          writeFileSync(noted, content);
        };
        replace("{}");
        return () => {
          replace(before);
        };
      },
      typed,
      by: `PATH=/nowhere ${process.execPath}`,
      last: "npm cannot be run",
    },
  ],
  async ({ clone, home }, environment) => {
    await clone.sh("node cli/bootstrap.cjs env", environment);
    await clone.sh("node cli/bootstrap.cjs pulumi stack init --no-select wild", environment);
    chmodSync(dirname(clone.path), 0o755);
    chownSync(home, user, user);
    execFileSync("sh", [
      "-c",
      `find '${clone.path}' -not -path '*/node_modules/*' -exec chown -h ${user} {} +`,
    ]);
  },
);
