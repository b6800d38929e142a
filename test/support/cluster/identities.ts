import { execFileSync } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const groups: Readonly<Record<string, string>> = {
  admin: "system:masters",
  "system:kube-controller-manager": "",
  "system:kube-scheduler": "",
};

const ownGroup = (user: string) =>
  user.startsWith("system:node:") ? "system:nodes" : groups[user];

/** Who may talk to a cluster, and how each proves it. */
export class Identities {
  private readonly tokens: Readonly<Record<string, string>>;

  /**
   * @param folder where all of it is
   * @param server the address that the cluster is reached at
   */
  constructor(
    private readonly folder: string,
    private readonly server: string,
    nodes: readonly string[],
  ) {
    const users = [...Object.keys(groups), ...nodes.map((name) => `system:node:${name}`)];
    this.tokens = Object.fromEntries(users.map((user) => [user, randomBytes(24).toString("hex")]));
    const rows = users.map((user) => `${this.tokens[user]},${user},${user},"${ownGroup(user)}"`);
    this.write("tokens.csv", rows.join("\n"));
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    this.write("accounts.key", privateKey.export({ type: "pkcs8", format: "pem" }));
    this.write("accounts.pub", publicKey.export({ type: "spki", format: "pem" }));
    // It is how the API server shows a kubelet that it is itself. No other one is signed by it.
    const subject = "/O=system:masters/CN=kube-apiserver";
    const options = ["-x509", "-newkey", "ed25519", "-nodes", "-subj", subject, "-days", "2"];
    const files = ["-keyout", this.path("client.key"), "-out", this.path("client.crt")];
    execFileSync("openssl", ["req", ...options, ...files], { stdio: ["ignore", "ignore", "pipe"] });
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  /** @returns the path of what a client of that user's is told the cluster by */
  kubeconfig(user: string): string {
    const name = "test";
    const file = `${user.replaceAll(":", "-")}.kubeconfig`;
    this.write(
      file,
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": name,
        contexts: [{ name, context: { cluster: name, user: name } }],
        clusters: [
          {
            name,
            cluster: { server: this.server, "certificate-authority": this.path("apiserver.crt") },
          },
        ],
        users: [{ name, user: { token: this.tokens[user] } }],
      }),
    );
    return this.path(file);
  }

  private write(file: string, content: string | Buffer): void {
    writeFileSync(this.path(file), content, { mode: 0o600 });
  }
}
