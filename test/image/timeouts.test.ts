import { seconds } from "../../config/settings/units";
import { ownContainers } from "../support/image/own-containers";

jest.setTimeout(300_000);

const start = ownContainers();

test("a start gives up after the time that it is given, and the health check knows it, too", async () => {
  // Neo4j takes longer on any machine.
  const timeouts = { healthySeconds: seconds(2), stopSeconds: seconds(90) };
  const kalisi = await start({ options: { timeouts } });
  await kalisi.untilLogged(/^start\.sh: neo4j: not ready after 2 s; its last lines:$/m);
  await kalisi.untilReported(/^start\.sh: exited with status 1; docker logs says why$/m);
  const { Healthcheck } = (await kalisi.inspect()).Config;
  expect(Healthcheck).toMatchObject({ StartPeriod: 2e9 });
});
