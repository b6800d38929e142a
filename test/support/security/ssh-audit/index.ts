import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { installOnce } from "../../../../cli/install-once";
import { run } from "../../../../cli/process";

/** What ssh-audit says of an algorithm or of the server. */
export interface Finding {
  readonly level: "fail" | "warn";
  /** @example "kex ecdh-sha2-nistp256: using elliptic curves that are suspected as being backdoored" */
  readonly text: string;
}

type Report = Readonly<Record<string, unknown>>;

interface Algorithm {
  readonly algorithm: string;
  readonly notes?: { readonly fail?: readonly string[]; readonly warn?: readonly string[] };
}

const kinds = ["enc", "kex", "key", "mac"] as const;

/** Audits an SSH server with ssh-audit's own database. It is installed from PyPI, which pip checks by its hash. */
export async function sshAudit(
  root: string,
  port: number,
): Promise<{ readonly findings: readonly Finding[]; readonly checked: number }> {
  const requirements = join(__dirname, "requirements.txt");
  const folder = await installOnce(root, "ssh-audit", requirements, (path) =>
    run("pip3", [
      ...["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"],
      ...["--target", path, "-r", requirements],
    ]),
  );
  const program = [join(folder, "bin", "ssh-audit"), "--json", "--skip-rate-test"];
  const env = { ...process.env, PYTHONPATH: folder };
  // Its exit code counts what it found.
  const { stdout } = await promisify(execFile)(
    "python3",
    [...program, "--port", String(port), "127.0.0.1"],
    { env },
  ).catch((error: unknown) => error as { stdout: string });
  const report = JSON.parse(stdout) as Report;
  const algorithms = kinds.flatMap((kind) =>
    ((report[kind] ?? []) as readonly Algorithm[]).map((algorithm) => ({ kind, ...algorithm })),
  );
  return {
    checked: algorithms.length,
    findings: algorithms.flatMap(({ kind, algorithm, notes = {} }) =>
      (["fail", "warn"] as const).flatMap((level) =>
        (notes[level] ?? []).map((note) => ({ level, text: `${kind} ${algorithm}: ${note}` })),
      ),
    ),
  };
}
