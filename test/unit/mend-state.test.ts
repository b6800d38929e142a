import { existsSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { mendState } from "../../config/engine/mend-state";
import { makeFolder, writeText } from "../support/files";

let folder: ReturnType<typeof makeFolder>;

const at = (path: string) => join(folder.path, ".pulumi-state", ".pulumi", path);
const read = (path: string) => readFileSync(at(path), "utf8");
const write = (path: string, text: string, time = 0) => {
  writeText(at(path), text);
  utimesSync(at(path), time, time);
};

const state = "stacks/kalisi/dev.json";
const backup = (name: string) => `backups/kalisi/dev/${name}.json`;
const whole = (serial: number) =>
  JSON.stringify({ version: 3, checkpoint: { latest: { serial } } });
const half = (text: string) => text.slice(0, text.length / 2);
const mend = () => mendState(folder.path, {});

beforeEach(() => {
  folder = makeFolder();
  write("meta.yaml", "version: 1\n");
  write("meta.yaml.attrs", "{}");
  write(state, whole(5));
  write(`${state}.attrs`, "{}");
  write(`${state}.bak`, whole(4), 4);
  write(backup("dev.3"), whole(3), 3);
});

afterEach(() => {
  folder.remove();
});

test("what is whole is left as it is", () => {
  expect(mend()).toStrictEqual([]);
  expect(read(state)).toBe(whole(5));
  expect(read(`${state}.attrs`)).toBe("{}");
});

test("there is nothing to mend where there is no state, or it is elsewhere", () => {
  expect(mendState(folder.path, { PULUMI_BACKEND_URL: "s3://bucket" })).toStrictEqual([]);
  rmSync(at(""), { recursive: true });
  expect(mend()).toStrictEqual([]);
});

test.each(["", half(whole(5))])(
  "a state that is cut short (%j) goes back to the newest copy",
  (cut) => {
    write(state, cut);
    expect(mend()).toStrictEqual([
      expect.stringMatching(
        /^The state of stack dev was cut short: went back to \.pulumi-state\/\.pulumi\/stacks\/kalisi\/dev\.json\.bak of 1970-01-01T00:00:04\.000Z; what was left is \S+\.json\.damaged-\d+$/,
      ),
    ]);
    expect(read(state)).toBe(whole(4));
    const aside = readdirSync(at("stacks/kalisi")).filter((name) => name.includes("damaged"));
    expect(aside.map((name) => read(`stacks/kalisi/${name}`))).toStrictEqual([cut]);
    expect(existsSync(at(`${state}.attrs`))).toBe(false);
    expect(mend()).toStrictEqual([]);
  },
);

test("a copy that is cut short, too, is passed over", () => {
  write(state, "");
  write(`${state}.bak`, "", 4);
  write(backup("dev.9"), half(whole(9)), 9);
  mend();
  expect(read(state)).toBe(whole(3));
});

test("without any copy it is an error that says what there is to do", () => {
  write(state, "");
  write(`${state}.bak`, "");
  write(backup("dev.3"), "");
  expect(mend).toThrow(
    /dev\.json: is damaged, .*\n +fix: put it back from a backup; or begin anew/,
  );
  expect(read(state)).toBe("");
});

test.each(["", "ver"])("the folder's version (%j) is written anew", (cut) => {
  write("meta.yaml", cut);
  expect(mend()).toStrictEqual([".pulumi-state/.pulumi/meta.yaml was cut short: written anew"]);
  expect(read("meta.yaml")).toBe("version: 1\n");
});

test("attributes that are cut short are removed", () => {
  for (const path of ["meta.yaml", state, `${state}.bak`]) write(`${path}.attrs`, '{"md5');
  expect(mend()).toStrictEqual([]);
  for (const path of ["meta.yaml", state, `${state}.bak`]) {
    expect([path, existsSync(at(`${path}.attrs`))]).toStrictEqual([path, false]);
  }
});
