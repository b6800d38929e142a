/**
 * Names of files and folders that usually hold secrets, as the programs spell them that use them. A later one decides, and
 * one with `!` is kept. They count in every folder, in small and in capital letters; the syntax is that of an ignore file:
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export const secretNames: readonly string[] = [
  // Settings of services, but no examples of them, nor programs.
  ...[
    ".env*",
    "*.env",
    "*.env.*",
    "*.env-*",
    "*.env_*",
    ".dev.vars",
    "secrets.y*ml",
    "secrets.json",
  ],
  ...["!*.env*.example", "!*.env*.sample", "!*.env*.template", "!*.env*.dist"],
  ...["!example.env", "!sample.env", "!template.env"],
  ...["!?*.env.ts", "!?*.env.js", "!?*.env.mjs", "!?*.env.rs"],
  // Private keys, and what may hold one. SSH's have no extension unless they are copies.
  ...["id_*", "!id_*.*", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "!id_*.pub"],
  ...["*.pem", "*.pem.*", "*.key", "*.p8", "*.p12", "*.pfx", "*.pkcs12", "*.jks", "*.jceks"],
  ...["*.keystore", "*.kdbx", "*.ppk", "*.asc", "*.gpg", "*.pgp", "*.age", "*.ovpn"],
  // Credentials of package managers and of git.
  ...[".npmrc", ".yarnrc", ".yarnrc.yml", ".pypirc", ".cargo/credentials*", "auth.json"],
  ...[".m2/settings*.xml", ".gradle/gradle.properties", ".git-credentials", ".gitconfig"],
  // Of clouds and clusters.
  ...[
    "*credentials.json",
    "client_secret*.json",
    "service-account*.json",
    "service_account*.json",
    ".boto",
    ".s3cfg",
  ],
  ...["*.tfstate", "*.tfstate.*", "*.tfvars", "*.tfvars.json", ".terraformrc", ".vault-token"],
  ...["kubeconfig", "kubeconfig.y*ml", "*.kubeconfig", ".dockercfg", ".docker/config.json"],
  // Of databases, servers and shells.
  ...[".netrc", "_netrc", ".pgpass", ".my.cnf", ".mylogin.cnf", ".htpasswd", "rclone.conf"],
  ".*_history",
  // Whole folders.
  ...[".ssh", ".gnupg", ".password-store", ".aws", ".azure", ".gcloud", ".kube", ".terraform"],
  ...[".config/gcloud", ".config/gh", ".direnv"],
];

/** Where a source tree may be in the build context. */
const sourceRoots = ["source/", "examples/source/"];

/** What editors leave beside a file: `#name#` and the link `.#name` are Emacs'. */
export const copies = ["*~", "*.bak", "*.old", "*.swo", "*.swp", "#*#", ".#*"];

/** The part of the build's ignore file that leaves out secrets, and copies of files, line by line. */
export function ignoredSecrets(): readonly string[] {
  return [
    ...copies.map((name) => `**/${inAnyCase(name)}`),
    // An exception brings back whatever an earlier line has left out, so it counts in the source trees alone.
    ...secretNames.flatMap((name) =>
      name.startsWith("!")
        ? sourceRoots.map((root) => `!${root}**/${inAnyCase(name.slice(1))}`)
        : [`**/${inAnyCase(name)}`],
    ),
  ];
}

/** An ignore file tells small letters from capitals. */
function inAnyCase(name: string): string {
  return name.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

const rules = secretNames.map((name) => ({
  isKept: name.startsWith("!"),
  pattern: new RegExp(`(?:^|/)${expression(name.replace(/^!/, ""))}(?:/|$)`, "i"),
}));

function expression(name: string): string {
  return name.replaceAll(".", "\\.").replaceAll("*", "[^/]*").replaceAll("?", "[^/]");
}

/** What a copy's name has beside the original's, in the order in which it is taken off, each with what stays of it. */
const copyMarks = [
  ["(?:~|\\.bak|\\.old|\\.sw[op])$", ""],
  ["#([^/]+)#$", "$1"],
] as const;

/** Whether a file usually holds secrets, or is a copy of one that does: by its path, relative to the source tree. */
export function isSecretByName(path: string): boolean {
  const original = copyMarks.reduce(
    (name, [mark, kept]) => name.replace(new RegExp(mark, "i"), kept),
    path,
  );
  return rules.findLast(({ pattern }) => pattern.test(original))?.isKept === false;
}

/** {@link isSecretByName} for a program that is in another place: the patterns are of RegExps with the flag `i`. */
export const secretRules = {
  copyMarks,
  rules: rules.map(({ isKept, pattern }) => ({ isKept, pattern: pattern.source })),
};
