import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectionOptions } from "../../config/engine/ssh-connection";

// A short path, as a home has.
const home = mkdtempSync(join(tmpdir(), "k"));

afterAll(() => {
  rmSync(home, { recursive: true });
});

test("sessions share a connection, by the same options for everybody, in a folder of the user's", () => {
  const options = connectionOptions(home);
  expect(options).toStrictEqual(
    ["-o", "ServerAliveInterval=15", "-o", "ControlMaster=auto"].concat([
      "-o",
      "ControlPath=~/.cache/kalisi/ssh-%C",
      "-o",
      "ControlPersist=60",
    ]),
  );
  expect(statSync(join(home, ".cache", "kalisi")).mode & 0o777).toBe(0o700);
});

test("where its socket's path would be too long, each session has its own", () => {
  const long = join(home, "a".repeat(60));
  expect(connectionOptions(long)).toStrictEqual(["-o", "ServerAliveInterval=15"]);
  expect(existsSync(long)).toBe(false);
});

test("so it has where the folder cannot be made", () => {
  expect(connectionOptions("/dev/null")).toStrictEqual(["-o", "ServerAliveInterval=15"]);
});
