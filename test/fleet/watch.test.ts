import { join } from "node:path";
import { docker } from "../support/e2e/probe";
import { Session } from "../support/e2e/session";
import { SshHost } from "../support/e2e/ssh-host";
import { stackBeside } from "../support/e2e/stack";
import { Watching } from "../support/e2e/watching";
import { writeText } from "../support/files";
import { story } from "../support/story";

// A stack that is up here, and is from then on reached by SSH. The Engine is this machine's, which has the image's build.
const minutes = 60_000;
jest.setTimeout(5 * minutes);

const step = story(5 * minutes);

const host = new SshHost();
let user: Session;

beforeAll(async () => {
  user = new Session(await stackBeside("followed"));
  const hostKey = host.makeHostKey("host");
  host.know(hostKey);
  host.letIn(true);
  await Promise.all([user.prepare(), host.start(hostKey)]);
}, 20 * minutes);

afterAll(async () => {
  await host.stop();
  host.remove();
  await user.end();
});

const start = () => user.sh(`npm start -- --stack ${user.stack.name}`, host.env);

step("another way to the same Engine replaces the container once, and keeps the data", async () => {
  expect((await start()).code).toBe(0);
  await user.inside("redis-cli", "SET", "before", "kept");
  await user.set({ "kalisi:dockerHost": host.uri });
  const { code, output } = await start();
  expect(code).toBe(0);
  expect(output.match(/container-run: created/g)).toHaveLength(1);
  expect(await user.inside("redis-cli", "--raw", "GET", "before")).toBe("kept");
  const { Mounts } = await docker.getContainer(user.stack.names.container).inspect();
  expect(Mounts.filter(({ Type }) => Type === "bind")).toStrictEqual([]);
});

step("an edit here is carried there", async () => {
  const { clone, env, stack } = user;
  const watching = Watching.onHost({ clone, stack, env: { ...env, ...host.env } });
  await watching.batch();
  writeText(join(clone.path, "examples/source/docs/far.md"), "edited here\n");
  expect(await watching.batch()).toMatch(/^Carried: source\/docs\/far\.md$/m);
  watching.interrupt();
  expect(await watching.ended).toBe(0);
  expect(await user.inside("cat", "/workspace/source/docs/far.md")).toBe("edited here");
});
