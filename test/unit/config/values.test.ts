import { parse } from "../../support/settings";

test.each([
  ["3g", 3072],
  ["1536m", 1536],
  ["2G", 2048],
])("a memory limit of %s is %i MiB", (memory, mebibytes) => {
  expect(parse({ stack: { resources: { memory } } }).config.resources.memory).toBe(mebibytes);
});

test.each([
  ["512m", "expected at least 1g: Neo4j and the services need it"],
  ["2", "expected a whole number with its unit, such as 3g or 1536m"],
  ["1.5g", "expected a whole number with its unit, such as 3g or 1536m"],
  ["-2g", "expected a whole number with its unit, such as 3g or 1536m"],
])("a memory limit of %s is refused", (memory, problem) => {
  expect(parse({ stack: { resources: { memory } } }).problems).toMatchObject([
    { setting: "kalisi:resources.memory", value: memory, problem },
  ]);
});

test.each([
  [2, 2],
  [1.5, 1.5],
  // As pulumi config set --path writes it.
  ["1.5", 1.5],
])("%p processors are %d", (cpus, number) => {
  expect(parse({ stack: { resources: { cpus } } }).config.resources.cpus).toBe(number);
});

test.each([0, -1, "0", "two", "1.5 ", "1e3", true])("%p processors are refused", (cpus) => {
  expect(parse({ stack: { resources: { cpus } } }).problems).toMatchObject([
    {
      setting: "kalisi:resources.cpus",
      problem: "expected a number of processors above 0, such as 1.5",
    },
  ]);
});

test("mirrors of the image's build are web addresses that give no secret away", () => {
  const mirrors = {
    aptProxy: "http://proxy.example:3142",
    apt: "https://mirror.example",
    npm: "https://mirror.example/npm/",
  };
  expect(parse({ stack: { image: { mirrors } } }).config.image.mirrors).toStrictEqual(mirrors);

  const refused = {
    aptProxy: "proxy.example:3142",
    apt: "ftp://mirror.example/debian",
    npm: "https://me:s3cret@mirror.example/npm/",
    cargo: "https://token@mirror.example/index/",
    maven: "https://mirror.example/$(id)",
  };
  const { problems } = parse({ stack: { image: { mirrors: refused } } });
  expect(problems.map(({ setting, problem }) => [setting, problem])).toStrictEqual([
    ["kalisi:image.mirrors.aptProxy", expect.stringMatching(/^expected an address such as/)],
    ["kalisi:image.mirrors.apt", expect.stringMatching(/^expected an address such as/)],
    ["kalisi:image.mirrors.npm", expect.stringMatching(/^must not hold a user or a password/)],
    ["kalisi:image.mirrors.cargo", expect.stringMatching(/^must not hold a user or a password/)],
    ["kalisi:image.mirrors.maven", expect.stringMatching(/^must not hold quotes/)],
  ]);
  expect(problems[2]?.value).toBe("https://***@mirror.example/npm/");
  expect(JSON.stringify(problems)).not.toMatch(/s3cret|token@/);
});
