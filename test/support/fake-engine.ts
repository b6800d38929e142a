import { createServer, type Server } from "node:http";
import { close, listen } from "./listen";

/** What a {@link useFakeEngine} has. */
export interface OnEngine {
  readonly volumes?: readonly { readonly Name: string; readonly Labels?: object }[];
  readonly containers?: readonly {
    readonly Names: readonly string[];
    readonly Labels?: object;
    readonly Mounts?: readonly object[];
  }[];
  /** By name: how it is. */
  readonly states?: Readonly<Record<string, object>>;
  /** What it says where it is asked to pull an image, and has none. Unset: it has whatever it is asked for. */
  readonly noImage?: string | undefined;
}

/**
 * Gives a test file an Engine that answers questions of what it has.
 *
 * @returns its address, and what says what it has
 */
export function useFakeEngine(): {
  readonly uri: () => string;
  readonly has: (what: OnEngine) => void;
  /** What it was asked to change. */
  readonly changes: () => readonly string[];
} {
  let server: Server;
  let port: number;
  const changes: string[] = [];
  let { volumes = [], containers = [], states = {}, noImage }: OnEngine = {};

  beforeAll(async () => {
    server = createServer(({ method = "", url = "" }, response) => {
      const path = url.replace(/\?.*/, "");
      const isPull = path === "/images/create" && noImage !== undefined;
      if (!["GET", "HEAD"].includes(method) && !isPull) changes.push(`${method} ${path}`);
      const state = states[/^\/containers\/([^/]+)\/json$/.exec(path)?.[1] ?? ""];
      const answers: Readonly<Record<string, unknown>> = {
        "/info": { ID: "e1", DockerRootDir: "/d", Name: "m", ServerVersion: "27.0.0" },
        "/version": { Components: [{ Name: "Engine" }] },
        "/volumes": { Volumes: volumes },
        "/containers/json": containers,
        "/_ping": "OK",
        "/networks": [],
        // As if set-up had pulled whatever it needs.
        ...(noImage === undefined && /^\/images\/.+\/json$/.test(path)
          ? { [path]: { Id: "sha256:0" } }
          : {}),
      };
      const answer = answers[path] ?? (state && { State: state });
      // A connection that is kept would be closed after a while, just when the next question takes it.
      response.setHeader("connection", "close");
      response.setHeader("content-type", "application/json");
      response.statusCode = isPull ? 500 : answer === undefined ? 404 : 200;
      response.end(JSON.stringify(answer ?? { message: isPull ? noImage : "no such thing" }));
    });
    port = await listen(server);
  });

  afterAll(() => close(server));

  return {
    changes: () => changes,
    uri: () => `tcp://127.0.0.1:${port}`,
    has: (what) => {
      ({ volumes = [], containers = [], states = {}, noImage } = what);
    },
  };
}
