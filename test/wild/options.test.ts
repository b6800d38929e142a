import { tryRows, type Row } from "../support/wild";

// Options that npm keeps for itself unless `--` comes before them, that pnpm and yarn hand on with it, or that were typed wrong:
// https://docs.npmjs.com/cli/v10/commands/npm-run-script#description, https://pnpm.io/cli/run, https://yarnpkg.com/cli/run

/** Kept by npm: as it is typed, and as it should have been. */
const kept: readonly (readonly [typed: string, told: string])[] = [
  ["npm start --preview", "npm start -- --preview"],
  ["npm start -preview", "npm start -- --preview"],
  ["npm start --Preview", "npm start -- --preview"],
  ["npm start --build", "npm start -- --build"],
  ["npm start --no-auto-start", "npm start -- --no-auto-start"],
  ["npm start --keys-from k.pub", "npm start -- --keys-from k.pub"],
  ["npm start --authorized-keys='a b'", "npm start -- --authorized-keys 'a b'"],
  ["npm start --setup --stack=blue", "npm start -- --stack blue --setup"],
  ["npm stop --stack=x", "npm stop -- --stack x"],
  ["npm stop --stack x", "npm stop -- --stack x"],
  ["npm stop --no-stack", "npm stop -- --stack VALUE"],
  ["npm run status --stack", "npm run status -- --stack VALUE"],
  ["npm run wipe --confirm=dev", "npm run wipe -- --confirm dev"],
  ["npm run wipe --confirm", "npm run wipe -- --confirm VALUE"],
  ["npm run logs -f", "npm run logs -- --follow"],
  ["npm run logs --tail=5", "npm run logs -- --tail 5"],
  ["npm run env --new-secrets", "npm run env -- --new-secrets"],
  ["npm run sync --discard", "npm run sync -- --discard"],
  ["npm run clone --copied", "npm run clone -- --copied"],
  ["npm run preview --base=main", "npm run preview -- --base main"],
];

/** By the variables that a package manager sets for what it runs. */
const pnpm = { npm_config_user_agent: "pnpm/9.12.0 npm/? node/v20.20.2 linux x64" };
const yarn = { npm_config_user_agent: "yarn/4.5.0 npm/? node/v20.20.2 linux x64" };
const npm = { npm_config_user_agent: "npm/11.19.1 node/v20.20.2 linux x64 workspaces/false" };

const badName = "A stack's name has letters";

const mistyped: readonly Row[] = [
  { given: "a word", typed: "start preview", last: "--help", says: "too many arguments" },
  { given: "another case", typed: "start --Preview", last: "--help", says: "--preview?" },
  { given: "one dash", typed: "start -preview", last: "--help", says: "unknown option" },
  { given: "no value", typed: "start --stack", last: "--help", says: "argument missing" },
  { given: "an empty value", typed: "start --stack=", last: "--help", says: badName },
  { given: "an empty word", typed: "stop --stack ''", last: "--help", says: badName },
  { given: "an option as value", typed: "stop --stack --verbose", last: "--help", says: badName },
  {
    given: "a mistake, for a program",
    typed: "status --json --nonsense 2>/dev/null",
    last: `{"error":"unknown option '--nonsense'","code":"KALISI-OPTION-WRONG"}`,
  },
  { given: "a blank in a name", typed: "stop --stack 'Prod 1'", last: "--help", says: badName },
  { given: "a path as a name", typed: "stop --stack ../../x", last: "--help", says: badName },
  { given: "a slash at its end", typed: "wipe --stack dev/", last: "--help", says: badName },
  { given: "$( in a name", typed: "stop --stack 'a$(id)'", last: "--help", says: badName },
  { given: "unicode in a name", typed: "stop --stack grün", last: "--help", says: badName },
  { given: "twice", typed: "stop --stack a --stack b", last: "--help", says: "given twice" },
  {
    given: "keys twice",
    typed: "start --keys-from a --authorized-keys b",
    last: "--help",
    says: "cannot be used with",
  },
  { given: "a misspelt command", typed: "statsu", last: "--help", says: "status" },
  { given: "a misspelt option", typed: "status --jsno", last: "--help", says: "--json?" },
  { given: "an unknown check", typed: "test nonsense", last: "There are: lint" },
  { given: "-- twice", typed: "start -- --preview", last: "--help", env: npm, says: "too many" },
].map((row) => ({ code: 2 as const, ...row }));

tryRows([
  ...kept.map(([typed, told]) => ({
    given: "kept by npm",
    typed,
    code: 2 as const,
    last: `Type: ${told}`,
    says: "Nothing was done",
  })),
  ...mistyped,
  {
    given: "PULUMI_STACK that is no name",
    typed: "stop",
    env: { PULUMI_STACK: "Prod 1" },
    code: 2,
    last: badName,
  },
  {
    given: "-- that pnpm hands on",
    typed: "stop -- --stack 'Prod 1'",
    env: pnpm,
    code: 2,
    last: "--help",
    says: badName,
  },
  {
    given: "-- that yarn hands on",
    typed: "stop -- --stack 'Prod 1'",
    env: yarn,
    code: 2,
    last: "--help",
    says: badName,
  },
  { given: "a question", typed: "start --help", code: 0, last: "display help" },
  { given: "a question to no command", typed: "--help", code: 0, last: /\S/ },
  { given: "no command", typed: "", code: 2, last: /\S/ },
]);
