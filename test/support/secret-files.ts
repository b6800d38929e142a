import { secretNames } from "../../config/files/secret-names";

/** Names that the list has to know, as the programs make them that use them. */
const known = [
  ...[
    "#.env#",
    ".env",
    ".env~",
    ".env-prod",
    ".env.local",
    ".env.production",
    ".envrc",
    "x.env.local",
  ],
  ...["prod.env", "prod.env.bak", "privkey.pem", "privkey.pem.bak", "tls.key", "AuthKey_1.p8"],
  ...["client.p12", "client.pfx", "store.jks", "debug.keystore", "vault.kdbx", "putty.ppk"],
  ...["secret.asc", "secret.gpg", "secret.age", "office.ovpn", "id_rsa", "id_rsa.old", "id_work"],
  ...["id_ed25519", "id_ed25519_sk", "id_ecdsa.bak", "kubeconfig", ".kube/config", ".dockercfg"],
  ...[".docker/config.json", ".s3cfg", ".boto", "auth.json", "client_secret_1.json"],
  ...["application_default_credentials.json", "credentials.json", "service_account.json"],
  ...["secrets.yml", "secrets.yaml", ".bash_history", ".psql_history", ".python_history"],
  ...[".direnv/env", ".npmrc", ".npmrc~", ".netrc", "_netrc", ".pypirc", ".pgpass", ".my.cnf"],
  ...[".cargo/credentials", ".cargo/credentials.toml", ".aws/credentials", ".azure/token.json"],
  ...[".gcloud/token", ".config/gcloud/token", ".config/gh/hosts.yml", ".ssh/config"],
  ...[".gnupg/trustdb", "prod.tfstate", "prod.tfstate.backup", "prod.tfvars", ".git-credentials"],
];

/** A file for each of the names, or in it where it is a folder's: a star and a question mark stand for an x. */
const named = secretNames
  .map((name) => name.replace(/[*?]/g, "x"))
  .map((name) => (known.some((path) => path.startsWith(`${name}/`)) ? `${name}/x` : name));

const isExample = (_: string, at: number) => secretNames[at]?.startsWith("!") === true;

/** Files that usually hold secrets, in small letters, in capitals and in both. */
export const secretFiles: readonly string[] = [
  ...new Set(
    [...known, ...named.filter((name, at) => !isExample(name, at))].flatMap((path) => [
      path,
      path.toUpperCase(),
      path.replace(/[a-z]/, (letter) => letter.toUpperCase()),
    ]),
  ),
];

/** Files that are named like these, and hold none. */
export const exampleFiles: readonly string[] = [
  ...[".env.example", ".env.sample", ".env.template", ".env.production.example", "example.env"],
  ...named.filter(isExample).map((path) => path.slice(1)),
];
