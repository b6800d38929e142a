import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { nothingDeployed, type DeployedStack } from "../../cli/container/deployed";
import { refuseNewSecrets, type SecretsUser } from "../../cli/former-secrets";
import { runCommand } from "../../cli/run-command";
import { UserError } from "../../cli/user-error";
import { ownerLabels, ownerOf } from "../../config/engine/stack-owner";
import { readIdentity } from "../../config/identity";
import { ConfigError } from "../../config/errors";
import { useFakeEngine, type OnEngine } from "../support/fake-engine";
import { useFolder, writeText } from "../support/files";
import { parse } from "../support/settings";

const root = useFolder();
const { uri, has } = useFakeEngine();
const digestKey = "ab".repeat(32);
const path = join(root, "source", ".env");

const own = (stack: string) => ownerLabels(ownerOf(stack, digestKey));
const volume = (Name: string, Labels: object = {}) => ({ Name, Labels });

function user(name: string, more: Partial<SecretsUser> = {}, adopt?: readonly string[]) {
  const settings = parse({
    env: { DOCKER_HOST: uri() },
    flags: adopt === undefined ? {} : { adopt: [...adopt] },
  });
  return { name, settings, deployed: nothingDeployed, exists: true, ...more };
}

/** What is said against new secrets, if anything is. */
async function refusal(
  engine: OnEngine,
  users: readonly SecretsUser[],
  started?: string,
): Promise<unknown> {
  has(engine);
  return refuseNewSecrets(root, path, digestKey, users, started).then(
    () => undefined,
    (error: unknown) => error,
  );
}

const advice = [
  "If nothing of that needs the former secrets: npm run env -- --new-secrets",
  `Else put the file back: ${path}`,
];

/** Expects a refusal because of these, with the ways on. */
function expectRefusal(error: unknown, ...because: readonly string[]): void {
  expect(error).toBeInstanceOf(UserError);
  const [first, ...rest] = (error as UserError).message.split("\n");
  expect(first).toMatch(/^source\/\.env is missing, and was not made anew/);
  expect(rest).toStrictEqual([...because, ...advice]);
}

describe("new secrets are refused", () => {
  test("where volumes of the stack are there", async () => {
    const volumes = [volume("kalisi-neo4j", own("dev")), volume("kalisi-redis", own("dev"))];
    expectRefusal(
      await refusal({ volumes }, [user("dev")], "dev"),
      `  volume kalisi-neo4j of stack dev, on ${uri()}`,
      `  volume kalisi-redis of stack dev, on ${uri()}`,
    );
  });

  test("where another stack that uses the file has volumes", async () => {
    const volumes = [volume("kalisi-neo4j", own("dev"))];
    const users = [user("dev"), user("blue", { exists: false })];
    expectRefusal(
      await refusal({ volumes }, users, "blue"),
      `  volume kalisi-neo4j of stack dev, on ${uri()}`,
    );
  });

  test("where the stack has a volume that its configuration names no more", async () => {
    expectRefusal(
      await refusal({ volumes: [volume("old", own("dev"))] }, [user("dev")], "dev"),
      `  volume old of stack dev, on ${uri()}`,
    );
  });

  test("where volumes are about to be taken, whoever made them", async () => {
    const volumes = [volume("kalisi-neo4j", own("other")), volume("kalisi-home")];
    const taking = user("dev", {}, ["kalisi-neo4j,kalisi-home"]);
    expectRefusal(
      await refusal({ volumes }, [taking], "dev"),
      `  volume kalisi-neo4j of stack dev, on ${uri()}`,
      `  volume kalisi-home of stack dev, on ${uri()}`,
    );
  });

  test("where nobody knows, as the stack's Engine cannot be asked", async () => {
    const settings = parse({ env: { DOCKER_HOST: "unix:///nonexistent.sock" } });
    expectRefusal(
      await refusal({}, [user("dev", { settings })]),
      "  stack dev: nobody knows, as its Engine cannot be asked (no such file or directory)",
    );
  });
});

describe("while the stack is up", () => {
  const deployed = (): DeployedStack => ({
    host: uri(),
    container: "kalisi",
    volumes: [],
    ids: [],
    addresses: {},
  });

  test("a running container gives the former file back", async () => {
    const engine = { states: { kalisi: { Running: true, Paused: false } } };
    expectRefusal(
      await refusal(engine, [user("dev", { deployed: deployed() })], "dev"),
      `  stack dev is up, by its state: container kalisi on ${uri()}`,
      `The running container still has the file: (umask 077; docker -H ${uri()} exec kalisi cat /workspace/runtime/.env > '${path}')`,
    );
  });

  test.each([undefined, { Running: true, Paused: true }, { Running: false }])(
    "one that is %j does not",
    async (state) => {
      const engine = state === undefined ? {} : { states: { kalisi: state } };
      expectRefusal(
        await refusal(engine, [user("dev", { deployed: deployed() })], "dev"),
        `  stack dev is up, by its state: container kalisi on ${uri()}`,
      );
    },
  );
});

describe("nothing is said against new secrets", () => {
  test.each<readonly [string, OnEngine]>([
    ["on an Engine that has nothing", {}],
    ["beside volumes of other names", { volumes: [volume("other"), volume("db", own("blue"))] }],
  ])("%s", async (_, engine) => {
    expect(await refusal(engine, [user("dev", { exists: false })], "dev")).toBeUndefined();
  });

  test("for the sake of somebody else's volumes, unless they are to be started on", async () => {
    const volumes = [volume("kalisi-neo4j")];
    expect(await refusal({ volumes }, [user("dev")])).toBeUndefined();
    const error = await refusal({ volumes }, [user("dev")], "dev");
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).message).toContain("--adopt kalisi-neo4j");
  });

  test("before a first start, though no Engine answers yet", async () => {
    const settings = parse({ env: { DOCKER_HOST: "unix:///nonexistent.sock" } });
    expect(await refusal({}, [user("dev", { settings, exists: false })], "dev")).toBeUndefined();
  });
});

describe("npm run env, where set-up has not found Pulumi yet,", () => {
  const made = join(root, "examples", "source", ".env");
  let said: string;

  beforeEach(() => {
    said = "";
    writeText(join(root, "package.json"), "{}");
    writeText(join(root, "examples", "source", "Cargo.toml"), "");
    writeText(join(root, "examples", "source", ".env.example"), "");
    writeText(join(root, ".pulumi-state/.pulumi/stacks/kalisi/blue.json"), "{}");
    jest.replaceProperty(process, "env", {
      ...process.env,
      DOCKER_HOST: uri(),
      KALISI_SOURCE: "examples/source",
      PULUMI_BACKEND_URL: "",
      PULUMI_STACK: "",
    });
    jest.spyOn(process.stdout, "write").mockReturnValue(true);
    jest.spyOn(console, "error").mockImplementation((text: string) => {
      said += text;
    });
    // As another stack of this clone has left it.
    has({ volumes: [volume("v", ownerLabels(ownerOf("blue", readIdentity(root))))] });
  });

  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(made, { force: true });
  });

  test("makes no new secrets either", async () => {
    expect(await runCommand(root, ["env"])).toBe(1);
    expect(said).toContain(`  volume v of stack blue, on ${uri()}`);
    expect(existsSync(made)).toBe(false);
  });

  test("makes them where it is told to", async () => {
    expect(await runCommand(root, ["env", "--new-secrets"])).toBe(0);
    expect(existsSync(made)).toBe(true);
  });
});
