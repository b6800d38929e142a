import { linesOf } from "../../cli/status/all";

const engine = { uri: "ssh://far", origin: 'Docker context "far"' };

test("all stacks are shown in tables, and what names no Engine in lines below", () => {
  const stacks = [
    {
      stack: "dev",
      health: "healthy",
      since: "Up 3 minutes",
      engine: "ssh://far",
      url: "https://a",
    },
    { stack: "other", health: "down" },
    { stack: "theirs", clone: "0123", health: "exited", engine: "ssh://far" },
  ];
  const code = "KALISI-ENGINE-CLIENT-FILE";
  expect(
    linesOf({ stacks, engines: [engine, { ...engine, uri: "tcp://b", problem: "no" }] }, [
      { code, setting: "/config.json", problem: "is empty", fix: "" },
      { code, setting: "Docker context", value: "x", problem: "none", fix: "" },
    ]),
  ).toStrictEqual([
    "dev    healthy  Up 3 minutes  ssh://far  https://a",
    "other  down",
    "Of other clones:",
    "0123  theirs  exited    ssh://far",
    'tcp://b (from Docker context "far") does not answer: no',
    "/config.json: is empty",
    'Docker context = "x": none',
  ]);
});

test("what another clone calls its stack has no effect on the terminal", () => {
  const stacks = [{ stack: "a\u001b[2J", clone: "0\n1", health: "exited" }];
  expect(linesOf({ stacks, engines: [] }, [])).toStrictEqual([
    "There is no stack of this clone yet: npm start makes one",
    "Of other clones:",
    "0\\u000a1  a\\u001b[2J  exited",
  ]);
});
