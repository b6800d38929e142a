import { existsSync, readFileSync } from "node:fs";
import { Machine } from "../support/cluster/machine";
import { useFolder } from "../support/files";

const folder = useFolder();
const made: Machine[] = [];
const make = (name: string) => {
  const machine = new Machine(name, `${folder}/${name}`);
  made.push(machine);
  return machine;
};

// One that a failed test leaves would keep the run from ending.
afterEach(() => Promise.allSettled(made.splice(0).map((machine) => machine.end())));

const mounts = () => readFileSync("/proc/mounts", "utf8");

test("has a network, mounts and processes of its own, and what a kubelet wants of the kernel", async () => {
  const before = mounts();
  const machine = make("own");
  await machine.start();
  expect(machine.run("ip", "-brief", "link")).toMatch(/^lo .*\n$/);
  expect(machine.run("ls", "/var/lib", "/var/log")).toBe("/var/lib:\n\n/var/log:\n");
  expect(machine.run("stat", "--format=%T", "--file-system", "/run")).toBe("tmpfs\n");
  expect(machine.run("cat", "/proc/sys/kernel/panic")).toBe("10\n");
  await machine.runUntilReady("sleeper", /^now$/, [
    "sh",
    "-c",
    "echo now >&2; exec sleep infinity",
  ]);
  const sleeper = `/proc/${machine.run("pgrep", "--newest", "sleep").trim()}/cmdline`;
  expect(machine.run("cat", sleeper)).toBe("sleep\0infinity\0");
  expect(mounts()).toBe(before);
  const { pid } = machine;
  await machine.end();
  expect(existsSync(`/proc/${pid}`)).toBe(false);
});

test("a program that ends is told about with its last words, and again at the end", async () => {
  const machine = make("short");
  await machine.start();
  const said = "talker of short ended with 3:\n  why";
  const line = ["sh", "-c", "echo why >&2; exit 3"];
  await expect(machine.runUntilReady("talker", /never/, line)).rejects.toThrow(said);
  await expect(machine.end()).rejects.toThrow(said);
});

test("can be started anew", async () => {
  const machine = make("again");
  await machine.start();
  machine.run("touch", "/run/volatile", "/var/lib/kept");
  await machine.end();
  await machine.start();
  expect(machine.run("ls", "/var/lib")).toBe("kept\n");
  expect(machine.run("ls", "/run")).not.toContain("volatile");
  await machine.end();
});
