import { copyFileSync, symlinkSync } from "node:fs";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";
import type * as Pulumi from "@pulumi/pulumi";
import { useFolder, writeText } from "./files";
import { close, listen } from "./listen";
import { recordAnew } from "./record-anew";
import { nameInUrn } from "../../config/urn";

const projectRoot = join(__dirname, "..", "..");

/** The key that may log in. */
export const key =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHeZ6Rgf4JBjZ4xGgHZQz+L5GzqIGFGNz1pDL5pdcYDf me";

/** A resource as the program declares it, without its inputs. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  /** The parent's name. */
  readonly parent: string;
  /** What the program says of its life; what the SDK adds is left out. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Gives a test file index.ts in the root of a project that is this one, with a machine profile and a source tree of
 * its own, and an Engine that has nothing on it.
 *
 * @param stack the stack's name
 * @param imageIsThere whether the Engine has the stack's image all the same
 * @returns the project's `root`; the name of the `stackResource`; `useEngine` before a run; `load` and `run` for the program
 */
export function useProgram(stack: string, imageIsThere = true) {
  const root = useFolder();
  const socket = join(root, "engine.sock");
  /** The stack's own resource, which is the parent of what names none. */
  const stackResource = `kalisi-${stack}`;
  let engines: readonly Server[];
  let enginePort: number;

  beforeAll(async () => {
    copyFileSync(join(projectRoot, "index.ts"), join(root, "index.ts"));
    for (const shared of ["components", "config", "docker", "node_modules", "policy"]) {
      symlinkSync(join(projectRoot, shared), join(root, shared));
    }
    writeText(join(root, "source", "Cargo.toml"), "");
    copyFileSync(join(projectRoot, "examples/source/.env.example"), join(root, "source", ".env"));
    writeText(
      join(root, ".kalisi", "machine.json"),
      JSON.stringify({ digestKey: "ab".repeat(32), sourcePath: "source" }),
    );
    const answer: RequestListener = (request, response) => {
      // A connection that is kept would be closed after a while, just when the next run takes it.
      response.setHeader("connection", "close");
      response.setHeader("content-type", "application/json");
      const answers = {
        "/containers/": [],
        "/networks": [],
        "/volumes": { Volumes: [] },
        "/images/": {},
        "/info": { OSType: "linux", Architecture: "x86_64" },
      };
      if (!imageIsThere && request.url?.startsWith("/images/")) response.statusCode = 404;
      const found = Object.entries(answers).find(([path]) => request.url?.startsWith(path));
      response.end(JSON.stringify(found?.[1] ?? "OK"));
    };
    const [here, elsewhere] = [createServer(answer), createServer(answer)];
    engines = [here, elsewhere];
    await once(here.listen(socket), "listening");
    enginePort = await listen(elsewhere);
  });

  afterAll(() => Promise.all(engines.map(close)));

  /**
   * The environment that the program reads: jest gives each test file its own.
   *
   * @param isHere whether the Engine is reached as one that sees this machine's files
   */
  function useEngine(isHere = true): void {
    process.env["DOCKER_HOST"] = isHere ? `unix://${socket}` : `tcp://127.0.0.1:${enginePort}`;
    process.env["AUTHORIZED_KEYS"] = key;
    for (const name of ["KALISI_SOURCE", "KALISI_IMAGE", "KALISI_KEYS_FROM", "KALISI_AUTO_START"]) {
      Reflect.deleteProperty(process.env, name);
    }
  }

  /** Loads index.ts into a module registry of its own, before an engine that records its inputs. */
  async function load(preview: boolean, config: Readonly<Record<string, string>> = {}) {
    const { runtime, registered } = await recordAnew(preview, stack);
    runtime.setAllConfig(config);
    const { default: program } = (await import(join(root, "index.ts"))) as {
      default: () => Promise<Record<string, unknown>>;
    };
    return { runtime, registered, program };
  }

  /** Runs index.ts as Pulumi does. */
  async function run(preview: boolean, config: Readonly<Record<string, string>> = {}) {
    const { runtime, registered, program } = await load(preview, config);
    const declared: Promise<Declared>[] = [];
    let outputs: Record<string, unknown> = {};
    await runtime.runInPulumiStack(async () => {
      runtime.registerStackTransformation(({ type, name, opts }) => {
        declared.push(describeResource(stackResource, type, name, opts));
        return undefined;
      });
      outputs = await program();
      return outputs;
    });
    await runtime.disconnect();
    return { declared: await Promise.all(declared), registered, outputs };
  }

  return { root, stackResource, useEngine, load, run };
}

async function describeResource(
  stackResource: string,
  type: string,
  name: string,
  opts: Pulumi.ResourceOptions,
) {
  const { parent } = opts;
  const urn =
    parent === undefined
      ? stackResource
      : await new Promise<string>((done) => parent.urn.apply(done));
  const { retainOnDelete, deleteBeforeReplace, replaceOnChanges, ignoreChanges } =
    opts as Pulumi.CustomResourceOptions;
  const life = { retainOnDelete, deleteBeforeReplace, replaceOnChanges, ignoreChanges };
  return {
    type,
    name,
    parent: nameInUrn(urn),
    options: Object.fromEntries(Object.entries(life).filter(([, value]) => value !== undefined)),
  };
}
