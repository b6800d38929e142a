import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tryRows, type Row } from "../support/wild";

// Variables that Pulumi, Node and the shell take from whoever runs them:
// https://www.pulumi.com/docs/iac/cli/environment-variables/, https://nodejs.org/api/cli.html#environment-variables,
// https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html

const whole = "examples/source/.env has all that the services need.";

/** Makes no difference to a command. */
const same = (
  given: string,
  env: Readonly<Record<string, string>>,
  typed = "env --stack wild",
): Row => ({
  given,
  typed,
  env,
  code: 0,
  last: whole,
});

const passphrase = "unset PULUMI_CONFIG_PASSPHRASE PULUMI_CONFIG_PASSPHRASE_FILE, and try again";
const backend = "unset PULUMI_BACKEND_URL";

tryRows(
  [
    {
      given: "another project's passphrase",
      typed: "stop --stack wild",
      env: { PULUMI_CONFIG_PASSPHRASE: "canary" },
      says: "incorrect passphrase",
      last: passphrase,
      hides: "canary",
    },
    {
      given: "a passphrase's file that is not there",
      typed: "stop --stack wild",
      env: { PULUMI_CONFIG_PASSPHRASE_FILE: "/nonexistent/passphrase" },
      says: "/nonexistent/passphrase",
      last: passphrase,
    },
    ...[
      ["a folder that is not there", "file:///nonexistent/state"],
      ["a bucket without a region", "s3://canary-bucket"],
      ["Pulumi Cloud without a login", "https://api.pulumi.com"],
      ["what is no address", "nonsense"],
    ].map(([given = "", address = ""]) => ({
      given: `PULUMI_BACKEND_URL: ${given}`,
      typed: "stop --stack wild",
      env: { PULUMI_BACKEND_URL: address, PULUMI_ACCESS_TOKEN: "", AWS_REGION: "" },
      says: "PULUMI_BACKEND_URL names where",
      last: backend,
    })),
    {
      given: "PULUMI_STACK that is not there",
      typed: "stop",
      env: { PULUMI_STACK: "elsewhere" },
      last: "There is no stack elsewhere. Name one that there is, such as --stack wild",
    },
    {
      given: "no folder for temporary files",
      typed: "preview --stack wild",
      env: { TMPDIR: "/nonexistent/tmp" },
      last: "TMPDIR names a folder that is not there: mkdir '/nonexistent/tmp', or: unset TMPDIR",
    },
    {
      given: "a full disk where the output goes",
      typed: "env --stack wild > /dev/full",
      last: "The output cannot be written",
    },
    { given: "nobody reads", typed: "env --stack wild | true", code: 0, last: "" },
    { given: "no output at all", typed: "env --stack wild >&- 2>&-", code: 0, last: "" },
    same("PULUMI_ACCESS_TOKEN of a login", { PULUMI_ACCESS_TOKEN: "canary" }),
    same("PULUMI_HOME that is not there", { PULUMI_HOME: "/proc/nowhere" }),
    same("no terminal that can", { TERM: "dumb" }),
    same("continuous integration", { CI: "true", NO_COLOR: "1" }),
    same("NODE_ENV=production", { NODE_ENV: "production" }),
    same("a folder of certificates", { NODE_EXTRA_CA_CERTS: "/etc/ssl/certs" }),
    same("a warning by Node for each", { NODE_OPTIONS: "--trace-warnings" }),
    same("the C locale", { LC_ALL: "C" }),
    same("a latin1 locale that is not there", { LC_ALL: "de_DE.ISO-8859-1" }),
    same("umask 077", {}, "env --stack wild; umask 077; node cli/bootstrap.cjs env --stack wild"),
    same("a home that is not there", { HOME: "/proc/nowhere" }),
    same("a home that is none", { HOME: "/proc" }),
    {
      ...same("a home that may only be read", {}),
      put: ({ home }) => {
        const folder = join(home, "read-only");
        mkdirSync(folder);
        chmodSync(folder, 0o555);
        return () => {
          rmSync(folder, { recursive: true });
        };
      },
      typed: "env --stack wild; HOME=$HOME/read-only node cli/bootstrap.cjs env --stack wild",
    },
  ],
  async ({ clone }, env) => {
    await clone.sh("node cli/bootstrap.cjs env", env);
    await clone.sh("node cli/bootstrap.cjs pulumi stack init --no-select wild", env);
  },
);
